"""Which number of an answer in running words belongs into which field of a report.

A mail is never more than a draft, and each number that it brings is shown with its words to be
confirmed. Even so a number is placed only where the words leave one field and one number: what is
unsure, planned, past, a change, a part, or one of two goes into no field and is shown as such.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Context, Decimal

from workflow.rules.progress.mentions import Mention, mentions
from workflow.rules.progress.paths import SUMS
from workflow.rules.progress.quantities import plain, scaled

_EXACT = Context(prec=100)

_CLAUSE = re.compile(r"[，,；;。！!？?、\n\r\t]|(?<=[^\d])[:：]|[:：](?=\D)")
_UNSURE_BEFORE = re.compile(
    r"(?:约|近|逾|超|超过|不足|不到|未到|大概|大约|至少|最多|几|上|可能|估计|左右)\s*$"
)
_UNSURE_AFTER = re.compile(r"\s*(?:左右|以上|以下|以内|上下|有余|余|多|出头|[?？])")
_NOT_REACHED = re.compile(
    r"目标|计划|任务数|任务为|力争|争取|拟|预计|预期|下一步|下季|下月|下半年|明年|来年|还差|尚差|"
    r"尚缺|缺口|差距|有望|将(?!近)|年底前|要求|应完成|需完成|未完成|未达|没有|不是|原报|误报|更正|应为"
)
_ELSEWHEN = re.compile(
    r"去年|上年|上季|上一?期|上月|上半年|同期|往年|前年|年初|基数|原有|(?:19|20)\d\d\s*年"
)
_CHANGE = re.compile(
    r"同比|环比|增长|增幅|增加|提高|提升|上升|下降|减少|降低|多出|相比|较(?!好|快|大|高)|(?<!占)比(?!例|重|率|武)"
)
_PART = re.compile(r"其中|包括|包含|分别|各(?!类|项|地|级)|平均|人均|每")
_PERIOD = re.compile(
    r"本季|本月|本期|当季|当月|这个?季度|这个?月|新增|新引进|新认定|新建|[一二三四1-4]季度|\d{1,2}月份?"
)
_WHOLE = re.compile(
    r"累计|共计|合计|总计|总数|总量|总共|至今|截至|截止|目前|现有|已达|达到|今年以来|全年|本年|年度"
)
_THIS_YEAR = re.compile(r"今年|全年|本年|年度|当年")
_FILLER = re.compile(
    r"本季度?|本月|本期|当季|当月|这个?季度|第?[一二三四1-4]季度|\d{1,2}月份?|\d{1,2}日|今年以来|今年|"
    r"全年|本年度?|年度|新增|新引进|新认定|引进|招引|新建|完成|实现|现有|累计|共计|合计|总计|总数|总量|总共|"
    r"至今|截至|截止|目前|到|已经|已达|达到|达|共有|共|已|为|是|有|了|数量|人数|数字|数据|情况|我局|我单位|"
    r"我们|本单位|单位|报送|回复|如下|您好|你好|请查收|收到|收悉|上半年|年底|月底|季末|全部|各类|[的在于由数度底末\s\d.（）()“”\"'【】\[\]*#·—-]"
)
_RANGE_AFTER = re.compile(r"\s*(?:-|—|–|~|～|至|到)\s*\d")
_RANGE_BEFORE = re.compile(r"\d\s*(?:-|—|–|~|～|至|到)\s*$")
_OTHER_UNIT = ("人次", "家次", "项次", "场次", "户次", "人天", "人均", "个月", "元/", "个百分点")
_GENERIC = frozenset({
    "人才", "人数", "数量", "数字", "累计", "新增", "完成", "实现", "总数", "总量", "以上", "本季",
    "季度", "年度", "全市", "全年", "达到", "目标", "任务", "工作", "情况",
})  # fmt: skip


@dataclass(frozen=True)
class ReplyField:
    """A number that a report asks for, as far as an answer can name it. `last`: last accepted;
    `title`: of the task."""

    measure_id: int
    metric: str
    unit: str
    kind: str
    last: Decimal | None = None
    title: str = ""

    @property
    def pairs(self) -> set[str]:
        """What names it."""
        return _pairs(self.metric) | _pairs(self.title)


@dataclass(frozen=True)
class PlacedNumber:
    """A number with its field, and the words in which it stood."""

    measure_id: int
    value: str
    words: str


@dataclass(frozen=True)
class Placement:
    """What of a text goes into which field; `doubtful`: numbers that might, in their words."""

    placed: tuple[PlacedNumber, ...]
    doubtful: tuple[str, ...]


@dataclass(frozen=True)
class _Said:
    """A number of the text with its clause. `about`: what the words before it name beside filling;
    `named_by`: those words themselves, or of an earlier clause where they say nothing."""

    mention: Mention
    words: str
    about: str
    named_by: str
    whole: bool
    period: bool
    this_year: bool
    usable: bool


def place(text: str, fields: Sequence[ReplyField]) -> Placement:
    """Place the numbers of a text in digits into the fields of one report."""
    said = list(_said(text))
    chosen: list[tuple[ReplyField, _Said]] = []
    doubtful: dict[int, str] = {}
    for field in fields:
        fitting = [one for one in said if _counts(text, one.mention, field.unit)]
        doubtful |= {one.mention.start: one.words for one in fitting}
        found = _choose(fitting, field, fields)
        if found is not None:
            chosen.append((field, found))
    # One number in two fields is certain in neither.
    starts = [one.mention.start for _field, one in chosen]
    placed = tuple(
        PlacedNumber(field.measure_id, _in_unit(one.mention, field.unit), one.words)
        for field, one in chosen
        if starts.count(one.mention.start) == 1
    )
    shown = {one.words for one in placed}
    return Placement(placed, tuple(w for w in dict.fromkeys(doubtful.values()) if w not in shown))


def _choose(
    fitting: Sequence[_Said], field: ReplyField, fields: Sequence[ReplyField]
) -> _Said | None:
    """The one number that can only be this field's, or None."""
    others = [one for one in fields if one is not field]
    rivals = [one for one in others if scaled(one.unit)[1] == scaled(field.unit)[1]]
    named = [one for one in fitting if _names(one.named_by, field, others)]
    open_to = named or ([] if rivals else [one for one in fitting if not one.about])
    usable = [one for one in open_to if one.usable and not (field.kind in SUMS and one.this_year)]
    wholes = [one for one in usable if one.whole]
    if not wholes:
        wholes = [one for one in usable if not one.period and _may_be_whole(one, field)]
        if len(wholes) != len(usable):
            return None
    values = {one.mention.value for one in wholes}
    return wholes[0] if len(values) == 1 else None


def _may_be_whole(one: _Said, field: ReplyField) -> bool:
    """Whether a number that is not called the whole may be it: what only grows does not fall."""
    if field.kind not in SUMS or field.last is None:
        return True
    return one.mention.value >= field.last.scaleb(scaled(field.unit)[0], _EXACT)


def _names(about: str, field: ReplyField, others: Iterable[ReplyField]) -> bool:
    """Whether words name this field, and no other as well as it."""
    said = _pairs(about)
    shared = len(said & field.pairs)
    rival = max((len(said & one.pairs) for one in others), default=0)
    return shared > rival


def _pairs(text: str) -> set[str]:
    bare = re.sub(r"[^\w]|[\d_]", "", text)
    return {bare[n : n + 2] for n in range(len(bare) - 1)} - _GENERIC


def _counts(text: str, mention: Mention, unit: str) -> bool:
    """Whether a number counts in the unit of a field; one without a unit fits nothing."""
    bare = scaled(unit)[1]
    another = mention.unit.startswith(_OTHER_UNIT) and not bare.startswith(_OTHER_UNIT)
    if not bare or another:
        return False
    if mention.counts(unit):
        return True
    after = text[mention.end - (1 if mention.unit else 0) :]
    return mention.unit.startswith("个") and after.removeprefix("个").startswith(bare)


def _in_unit(mention: Mention, unit: str) -> str:
    return plain(mention.value.scaleb(-scaled(unit)[0], _EXACT))


def _said(text: str) -> Iterator[_Said]:
    """Every number that counts something, with what the words around it make of it."""
    cuts = [cut for cut in _CLAUSE.finditer(text) if not _in_number(text, cut)]
    about = named_by = ""
    start = 0
    for end, after_end in [*((cut.start(), cut.end()) for cut in cuts), (len(text), len(text))]:
        clause, last = text[start:end], 0
        for mention in mentions(clause):
            before, after = clause[last : mention.start], clause[mention.end :]
            about = _subject(before) or about
            named_by = before if _pairs(before) else named_by
            whole = _WHOLE.search(before) is not None
            yield _Said(
                mention=replace(mention, start=start + mention.start, end=start + mention.end),
                words=clause.strip(),
                about=about,
                named_by=named_by,
                whole=whole,
                period=_PERIOD.search(before) is not None and not whole,
                this_year=_THIS_YEAR.search(before) is not None,
                usable=_is_reached(before, after + text[end:after_end]),
            )
            last = mention.end
        rest = clause[last:]
        about = _subject(rest) or about
        named_by = rest if _pairs(rest) else named_by
        if any(mark in text[end:after_end] for mark in "。！!？?；;\n\r"):
            about = named_by = ""
        start = after_end


def _is_reached(before: str, after: str) -> bool:
    """Whether the words around a number say that it is what was reached, and exactly."""
    kept_out = (_NOT_REACHED, _ELSEWHEN, _CHANGE, _PART, _UNSURE_BEFORE, _RANGE_BEFORE)
    if any(pattern.search(before) for pattern in kept_out):
        return False
    return not (_UNSURE_AFTER.match(after) or _RANGE_AFTER.match(after))


def _in_number(text: str, cut: re.Match[str]) -> bool:
    """Whether a comma sets off the thousands of a number."""
    return (
        cut[0] in ",，"
        and text[max(0, cut.start() - 1) : cut.start()].isdigit()
        and re.match(r"\d{3}(?!\d)", text[cut.end() :]) is not None
    )


def _subject(words: str) -> str:
    """What words name beside filling: empty for 本季累计已引进."""
    for pattern in (_NOT_REACHED, _ELSEWHEN, _CHANGE, _FILLER):
        words = pattern.sub("", words)
    return re.sub(r"[^\w]", "", words)
