"""Numbers that a task must reach, read out of its words.

A number is a target when it stands where official prose puts targets: behind what is counted
(引进人才100名以上) or between a verb and what is counted (建成6家中心). Names with
digits in quotation marks, past achievements, conditions, subsidies and durations stand elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from tasks_catalog.model import CatalogueMeasure
from tasks_catalog.reading.dates.plan_years import PlanYears
from tasks_catalog.reading.quantities.naming import (
    BARE,
    PERSONS,
    begin_of,
    counted_as,
    kind_of,
    metric_of,
    object_before,
    op_of,
    subject_of,
    subject_words,
)
from tasks_catalog.reading.quantities.not_targets import is_no_target
from tasks_catalog.reading.quantities.quantity_words import (
    ALL,
    ASIDE,
    AWAY,
    BREAK,
    FRACTION,
    GROWTH,
    IN_WORDS,
    LEADING,
    NUMBER,
    OF_WHICH,
    PRE,
    PURE_NUMBER,
    RELATIVE,
    SCOPE,
    SERVED,
    SIGNED,
    TIMES_MORE,
    TRAILING,
    VERBS,
)
from tasks_catalog.reading.quantities.series import FoundMeasure, each_of, paired, value_of
from tasks_catalog.reading.quantities.times import State, States
from tasks_catalog.reading.words import masked

ASIDE_ONLY = re.compile(r"（[^（）]{1,4}）[，、]")  # 5000套（间），其中


def measures(text: str, calendar: PlanYears) -> tuple[CatalogueMeasure, ...]:
    """The measures in the words of one task or goal, in order."""
    return tuple(found.measure for found in find(text, calendar))


def find(text: str, calendar: PlanYears, *, facts: bool = False) -> list[FoundMeasure]:
    """The measures with the places of their words; `facts` reads what has been reached, too."""
    plain = masked(text, "“《")
    bare = masked(text, "“《（")
    for told in OF_WHICH.finditer(plain):
        bare = bare[: told.start()] + told[0] + bare[told.end() :]
    found: list[FoundMeasure] = []
    states = States(text, calendar)
    for match in sorted(_numbers(bare), key=lambda m: m.start()):
        if any(f.start <= match.start() < f.end for f in found[-4:]) and match.re is not NUMBER:
            continue
        made = _read(text, plain, match, found, states, facts=facts)
        if made:
            found.append(made)
    return each_of(paired(text, plain, found, states))


def _numbers(bare: str) -> Iterator[re.Match[str]]:
    whole = (m for m in NUMBER.finditer(bare) if value_of(m))
    counted = {m.start("value") for m in whole}
    for pattern in (NUMBER, IN_WORDS, FRACTION, ALL, TIMES_MORE):
        yield from pattern.finditer(bare)
    yield from (m for m in SIGNED.finditer(bare) if m.start("value") not in counted)


def _read(
    text: str,
    plain: str,
    match: re.Match[str],
    found: list[FoundMeasure],
    states: States,
    *,
    facts: bool,
) -> FoundMeasure | None:
    """One number as a measure, None where it is no target."""
    state = states.at(match.start())
    if state.past and not facts:
        return None
    start = _segment_start(plain, match.start(), found)
    left, right = plain[start : match.start()], _right(plain, match.end())
    if match.re is ALL:
        return _covered(text, match, start, state)
    if match.re is TIMES_MORE:
        return _multiplied(text, match, start, state)
    value = value_of(match)
    if value is None or is_no_target(plain, match, left, right):
        return None
    lead = PRE.search(left)
    pre = lead[0] if lead else ""
    head = left[: len(left) - len(pre)]
    post = match.groupdict().get("post") or ""
    op = op_of(_sign(head, pre, post) + (match.groupdict().get("op") or ""), post)
    if match.re is not NUMBER and not post and op == "=":
        return None
    form = _form(head, pre, right, match, found, start)
    if form is None:
        return None
    first = begin_of(text, start, match.start())
    end = match.end() + len(form[1])
    before = text[first : match.start() - len(pre)] if form[0] else ""
    carried = "" if left.startswith("其中") else _carried(found, start)
    metric = metric_of(before, text[match.end() : end].removeprefix("的"), carried)
    low, high, unit = value
    same = found and (
        found[-1].measure.unit.lstrip("十百千万亿") == unit.lstrip("十百千万亿")
        or found[-1].end == match.start()
    )
    if not metric and same and (LEADING.fullmatch(head) or not head):
        metric = found[-1].measure.metric  # 2023年5000个、2024年7000个; 2栋120套
    metric = _noun(text, plain, start, metric, pre, unit, found)
    if len(metric) < 2 or (not unit and not PURE_NUMBER.search(metric)):
        return None
    measure = CatalogueMeasure(
        metric=metric,
        op=op,
        value=low,
        unit=unit,
        by_year=None if state.yearly else state.year,
        kind=kind_of(metric, pre, unit, state, match),
        firm=state.firm,
        text=text[first:end].strip(),
        value_max=high,
    )
    return FoundMeasure(measure, first, end)


def _noun(
    text: str, plain: str, start: int, metric: str, pre: str, unit: str, found: list[FoundMeasure]
) -> str:
    """The name of a measure with the noun that the words before it said."""
    last = found[-1] if found and "。" not in plain[found[-1].end : start] else None
    if len(metric) < 2 and pre:
        if last and last.measure.relative:
            return last.measure.metric  # 数量翻番，达到2000家
        return subject_of(text, plain, start) + re.sub("达到|突破|超过|[为至到]$", "", pre)
    if metric.endswith("年均"):
        metric += ((growing := GROWTH.search(pre)) and growing[0]) or ""
    if re.match("年均|占(?!比)", metric):
        said = last.measure.metric if last else subject_of(text, plain, start)
        return (said if not last or last.measure.kind != "growth" else "") + metric
    if BARE.fullmatch(metric):
        if last and (last.end >= start - 1 or ASIDE_ONLY.fullmatch(plain[last.end : start])):
            return metric + re.sub(f"^(?:{BARE.pattern})+", "", last.measure.metric)
        named = object_before(text, plain, start) if unit in PERSONS else ""
        return metric + (named or counted_as(unit))
    return metric


def _sign(head: str, pre: str, post: str) -> str:
    """The words that say how a number is meant, some way off where none stands beside it."""
    if post or op_of(pre, "") != "=":
        return pre
    away = AWAY.search(head + pre)
    return away["far"] or away["near"] if away else pre


def _carried(found: list[FoundMeasure], start: int) -> str:
    """How the entry before begins in a list, whose verb holds for what follows."""
    return found[-1].measure.metric[:14] if found and found[-1].end >= start - 1 else ""


def _segment_start(plain: str, at: int, found: list[FoundMeasure]) -> int:
    """Where the words about a number begin: after the last stop, or after the last number."""
    stops = [plain.rfind(char, 0, at) + 1 for char in BREAK]
    opened = plain.rfind("（", 0, at) + 1
    start = max(*stops, opened if "）" not in plain[opened:at] else 0)
    if found and start < found[-1].end <= at:
        start = found[-1].end
        while start < at and plain[start] in "、和及，":
            start += 1
    return start


def _right(plain: str, end: int) -> str:
    """What follows a number up to the next stop, or to the next number of a list."""
    if ASIDE.match(plain, end):
        return ""
    piece = re.split("[，；。：！？、\n]", plain[end:], maxsplit=1)[0]
    if re.match(r"\d", piece):
        return ""
    if "）" in piece and "（" not in piece.split("）")[0]:
        piece = piece.split("）")[0]  # the number stands in a bracket
    joint = re.search(r"(?:和|及|以及|并)(?=\d|[新引培建])", piece)
    return piece[: joint.start()] if joint else piece


def _form(
    head: str, pre: str, right: str, match: re.Match[str], found: list[FoundMeasure], start: int
) -> tuple[str, str] | None:
    """Which words are what is counted: those before the number, or those behind it."""
    post = match.groupdict().get("post")
    beside = found and not head and found[-1].end == match.start()
    if found and not right and (LEADING.fullmatch(head) or beside):
        return "", ""
    if right.startswith("的"):
        return head + pre, right
    if not right or TRAILING.match(right):
        if len(re.sub("[^一-鿿A-Za-z&□]", "", head)) >= 2 or pre:
            return head or pre, ""
        return None
    if right.startswith(("规模的", "规模")):
        return head or pre, right
    acts = VERBS.search(SCOPE.sub("", head + pre)) or SERVED.search(head + pre + right)
    goes_on = found and not (head + pre) and found[-1].end >= start - 2
    if acts or goes_on:
        return head + pre, right
    if post and len(head) >= 2 and re.match(r"[，。；]|(?:目标|任务)", right):
        return head, ""
    return None


def _covered(text: str, match: re.Match[str], start: int, state: State) -> FoundMeasure | None:
    first = begin_of(text, start, match.start())
    words = text[first : match.end()]
    where = text[match.start("where") : match.end("where")] if match["where"] else ""
    metric = (text[first : match.start()].strip("、，和及 ") + where).removeprefix("逐步")
    if len(metric) < 2:
        return None
    measure = CatalogueMeasure(
        metric=f"{metric}覆盖率", op=">=", value=Decimal(100), unit="%",
        by_year=state.year, kind="ratio", firm=state.firm, text=words,
    )  # fmt: skip
    return FoundMeasure(measure, first, match.end())


def _multiplied(text: str, match: re.Match[str], start: int, state: State) -> FoundMeasure | None:
    first = begin_of(text, start, match.start())
    metric = subject_words(text[first : match.start()].strip("、，和及 "))
    if len(metric) < 2:
        return None
    word = match["times"] or match["word"]
    measure = CatalogueMeasure(
        metric=metric, op=op_of("", match["post"] or ""), value=None, unit="", by_year=state.year,
        kind="growth", firm=state.firm, text=text[first : match.end()], relative=RELATIVE[word],
    )  # fmt: skip
    return FoundMeasure(measure, first, match.end())
