"""Numbers as they stand in running text: where, how much, how exactly, counted in what."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Context, Decimal

from workflow.rules.progress.quantities import SCALES, scaled
from workflow.rules.time.dates import narrow

_EXACT = Context(prec=100)
_SCALE = "|".join(SCALES)
_NUMBER = re.compile(
    r"(?<![\d.])(?P<whole>\d{1,3}(?:,\d{3})+|\d{1,15})(?:\.(?P<part>\d{1,8}))?"
    rf"\s?(?P<scale>(?:{_SCALE})(?!分))?(?P<unit>%|个?百分点|[^\W\d_]{{0,4}})",
)
# What follows or precedes a number that counts nothing: dates, numbers of documents, of headings.
_NO_COUNT_AFTER = re.compile(r"年(?!度?增)|月(?!均)|日|号|时|分钟|点钟|季度|届|期(?!间)|、|\)|）")
_NO_COUNT_BEFORE = re.compile(r"[第〔\[－—‐-]\s?$|[A-Za-z]$|\d[-—~至到]$")


@dataclass(frozen=True)
class Mention:
    """A number in a text: text[start:end] with its scale word and unit. `value` counts single ones
    (2.67万 is 26700), `step` is what its last digit counts. `unit`: what follows, up to four
    letters, or "%"; `scaled`: a scale word stands with it."""

    start: int
    end: int
    value: Decimal
    step: Decimal
    unit: str
    scaled: bool = False

    def counts(self, unit: str) -> bool:
        """Whether it may be counted in the unit of a measure."""
        bare = scaled(unit)[1]
        return _alike_units(self.unit).startswith(_alike_units(bare)) if bare else not self.unit

    def same(self, value: Decimal, unit: str) -> bool:
        """Whether it is the number of a measure that counts in `unit`, as exactly as the less exact
        of the two says."""
        single = value.scaleb(scaled(unit)[0], _EXACT)
        return _alike(self.value, single, max(self.step, step_of(value, unit)))


def _alike_units(unit: str) -> str:
    """A unit with one word for people: 30名 and 30位 are 30人."""
    return "人" + unit[1:] if unit[:1] in ("名", "位") else unit


def step_of(value: Decimal, unit: str) -> Decimal:
    """What the last digit of a number in a measure's unit counts: of 2.58 in 万人 a hundred."""
    exponent = value.as_tuple().exponent
    digits = exponent if isinstance(exponent, int) else 0
    return Decimal(1).scaleb(min(digits, 0) + scaled(unit)[0])


def _alike(one: Decimal, other: Decimal, step: Decimal) -> bool:
    """Whether two numbers are one, rounded or cut off at a step."""
    return abs(one - other) < step if one != other else True


def mentions(text: str) -> tuple[Mention, ...]:
    """The numbers of a text that count something, in order."""
    seen = narrow(text)
    found = []
    for match in _NUMBER.finditer(seen):
        bare_end = match.end("part") if match["part"] else match.end("whole")
        if not match["scale"] and _NO_COUNT_AFTER.match(seen, bare_end):
            continue
        if _NO_COUNT_BEFORE.search(seen[max(0, match.start() - 3) : match.start()]):
            continue
        part = match["part"] or ""
        power = SCALES.get(match["scale"] or "", 0)
        value = Decimal(match["whole"].replace(",", "") + (f".{part}" if part else ""))
        end = match.end("scale") if match["scale"] else bare_end
        unit = match["unit"]
        found.append(
            Mention(
                match.start(),
                end + (len(unit) if unit in ("%", "百分点", "个百分点") else min(1, len(unit))),
                value.scaleb(power, _EXACT),
                Decimal(1).scaleb(power - len(part)),
                unit,
                bool(match["scale"]),
            )
        )
    return tuple(found)
