"""What a report says twice must be the same: its words, its numbers, its evidence.

Each finding is a flag that says what was compared and where both stand. A hint, never a verdict.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal
from difflib import SequenceMatcher

from i18n import mark
from workflow.rules.progress.mentions import Mention, mentions
from workflow.rules.progress.quantities import scaled, shown
from workflow.rules.reporting.flags import Flag

_EXACT = Context(prec=100)
NEAR = Decimal("0.25")
"""How far, as a share, a number in the text may lie from the reported one to be meant as it."""
_SLIPS = tuple(Decimal(10) ** power for power in (1, 2, 3, 4, -1, -2, -3, -4))
"""How many times too large or small a number is whose unit was mistaken."""
# A clause that tells of a part of the number: of this round, of some, compared with last year.
_OF_A_PART = re.compile(
    r"其中|本季|本月|本期|当季|当月|今年[一二三四1-4]季|同比|环比|增长|增加|新增|较|比上|分别|每"
)
_WHOLE = re.compile(r"累计|总共|合计|共计|总数|达到?|突破")
_DONE = re.compile(r"完成|达成|目标|任务|序时|进度")
_GREW = re.compile(r"同比|环比|增长|提高|上升|下降|占|比重|率")
_CLAUSE = re.compile(r"[，,；;。！!？?\n]")
_TAIL = re.compile(r"(?:总数|总量|人数|数量|规模|数)$|[（(].*?[)）]|[“”\"《》\s]")


@dataclass(frozen=True)
class FieldNumber:
    """A number as it stands in its field: `target` of the year and `expected` by the date, None
    where there is none."""

    measure_id: int
    metric: str
    unit: str
    value: Decimal
    target: Decimal | None = None
    expected: Decimal | None = None


@dataclass(frozen=True)
class EvidenceNumber:
    """A number in a file, and where: a page, a cell, a line (`place` in words)."""

    place: str
    mention: Mention

    def is_of(self, field: FieldNumber) -> bool:
        """Whether it is the number of the field; in a table its unit may stand elsewhere."""
        said = self.mention
        if said.same(field.value, field.unit) and (said.counts(field.unit) or not said.unit):
            return True
        return not said.scaled and said.value == field.value


@dataclass(frozen=True)
class EvidenceRead:
    """What was read of a file; None where nothing could be (a picture, a scan)."""

    file_id: int
    name: str
    numbers: tuple[EvidenceNumber, ...] | None


def disagreements(text: str, fields: Sequence[FieldNumber]) -> Iterator[Flag]:
    """Numbers of the text that are not those of the fields, and percentages that do not follow from
    them. `Flag.spans` are places in the text."""
    said = mentions(text)
    for field in fields:
        if (wrong := _other_number(text, said, field)) is not None:
            yield _disagrees(text, wrong, field)
    for one in said:
        if one.unit == "%" and (flag := _percentage(text, one, fields)) is not None:
            yield flag


def _other_number(text: str, said: Sequence[Mention], field: FieldNumber) -> Mention | None:
    """The number in the text that seems to be meant as the field's, where none is it."""
    if field.unit == "%":
        said = [one for one in said if _names(text, one, field) and not _of_a_part(text, one)]
    said = [one for one in said if one.counts(field.unit)]
    if any(one.same(field.value, field.unit) for one in said):
        return None
    single = field.value.scaleb(scaled(field.unit)[0], _EXACT)
    meant = [one for one in said if _is_meant(text, one, field, single)]
    return min(meant, key=lambda one: abs(one.value - single), default=None)


def _is_meant(text: str, one: Mention, field: FieldNumber, single: Decimal) -> bool:
    if _of_a_part(text, one) and not _WHOLE.search(_clause(text, one)):
        return False
    if _names(text, one, field):
        return True
    if not single or not one.value:
        return False
    return abs(one.value - single) <= NEAR * single or one.value / single in _SLIPS


def _names(text: str, one: Mention, field: FieldNumber) -> bool:
    """Whether the clause before a number names the measure."""
    core = _TAIL.sub("", field.metric)
    before = _TAIL.sub("", _clause(text, one))
    block = SequenceMatcher(None, core, before, autojunk=False).find_longest_match()
    return bool(core) and block.size >= max(2, -(-len(core) * 3 // 5))


def _clause(text: str, one: Mention) -> str:
    """What stands before a number in its clause."""
    return _CLAUSE.split(text[: one.start])[-1]


def _of_a_part(text: str, one: Mention) -> bool:
    return bool(_OF_A_PART.search(_clause(text, one)))


def _disagrees(text: str, wrong: Mention, field: FieldNumber) -> Flag:
    apart = abs(wrong.value - field.value.scaleb(scaled(field.unit)[0], _EXACT))
    apart = apart.scaleb(-scaled(field.unit)[0], _EXACT)
    return Flag(
        "text_number",
        mark("{metric}: the text says “{said}”, the field {now}; they differ by {apart}."),
        {
            "metric": field.metric,
            "said": text[wrong.start : wrong.end],
            "now": shown(field.value, field.unit),
            "apart": shown(apart, field.unit),
        },
        measure_id=field.measure_id,
        spans=((wrong.start, wrong.end),),
    )


def _percentage(text: str, one: Mention, fields: Sequence[FieldNumber]) -> Flag | None:
    """A share of a target that is said otherwise than it can be worked out."""
    clause = _clause(text, one)
    if not _DONE.search(clause) or _GREW.search(clause):
        return None
    worked_out = [
        (field, whole, (field.value / whole * 100))
        for field in fields
        if field.unit != "%"
        for whole in (field.target, field.expected)
        if whole
    ]
    if not worked_out or any(abs(share - one.value) < one.step for *_, share in worked_out):
        return None
    named = [row for row in worked_out if _names(text, one, row[0])] or worked_out
    field, whole, share = min(named, key=lambda row: abs(row[2] - one.value))
    return Flag(
        "percentage",
        mark("The text says “{said}”; worked out it is {now} ÷ {whole} = {share}%."),
        {
            "said": text[one.start : one.end],
            "now": shown(field.value),
            "whole": shown(whole, field.unit),
            "share": str(share.quantize(Decimal("0.1"), ROUND_HALF_UP)),
        },
        measure_id=field.measure_id,
        spans=((one.start, one.end),),
    )


@dataclass(frozen=True)
class Proof:
    """Where a number was found in the evidence: file and place; none where in no file that could
    be read."""

    file_id: int
    name: str
    place: str


def proofs(field: FieldNumber, files: Iterable[EvidenceRead]) -> tuple[Proof, ...]:
    """The first place of a number in each file that holds it."""
    found = []
    for file in files:
        place = next((one.place for one in file.numbers or () if one.is_of(field)), None)
        if place is not None:
            found.append(Proof(file.file_id, file.name, place))
    return tuple(found)


def unproved(fields: Sequence[FieldNumber], files: Sequence[EvidenceRead]) -> Iterator[Flag]:
    """Numbers that stand in none of the files, where all of these could be read."""
    if not files or any(file.numbers is None for file in files):
        return
    for field in fields:
        if not proofs(field, files):
            yield Flag(
                "not_in_evidence",
                mark("{metric}: {now} is not found in the {n} files of evidence."),
                {
                    "metric": field.metric,
                    "now": shown(field.value, field.unit),
                    "n": str(len(files)),
                },
                measure_id=field.measure_id,
            )
