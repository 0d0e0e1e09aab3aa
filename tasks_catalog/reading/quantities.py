"""Numbers that a task must reach, read out of its words.

A number is a target when it stands where official prose puts targets: behind what is counted
(引进人才100名以上) or between a verb and what is counted (建成6家中心). Names with
digits in quotation marks, past achievements, conditions, subsidies and durations stand elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from tasks_catalog.model import Measure, Op
from tasks_catalog.reading.deadlines import Calendar
from tasks_catalog.reading.naming import begin_of, kind_of, metric_of, op_of, subject_of
from tasks_catalog.reading.quantity_words import (
    ALL,
    BREAK,
    DIGITS,
    FRACTION,
    IN_WORDS,
    NUMBER,
    PRE,
    RELATIVE,
    SCOPE,
    SUBSIDY,
    TIMES,
    TIMES_MORE,
    VERBS,
)
from tasks_catalog.reading.times import State, States
from tasks_catalog.reading.words import chinese_number, masked, number_of


@dataclass(frozen=True)
class Found:
    """A measure and where its words stand in the text."""

    measure: Measure
    start: int
    end: int


def measures(text: str, calendar: Calendar) -> tuple[Measure, ...]:
    """The measures in the words of one task or goal, in order."""
    return tuple(found.measure for found in find(text, calendar))


def find(text: str, calendar: Calendar, *, facts: bool = False) -> list[Found]:
    """The measures with the places of their words; `facts` reads what has been reached, too."""
    plain = masked(text, "“《")
    bare = masked(text, "“《（")
    found: list[Found] = []
    states = States(text, calendar)
    for match in sorted(_numbers(bare), key=lambda m: m.start()):
        if any(f.start <= match.start() < f.end for f in found[-4:]) and match.re is not NUMBER:
            continue
        made = _read(text, plain, match, found, states, facts=facts)
        if made:
            found.append(made)
    return _paired(text, plain, found, states)


def _numbers(bare: str) -> Iterator[re.Match[str]]:
    for pattern in (NUMBER, IN_WORDS, FRACTION, ALL, TIMES_MORE):
        yield from pattern.finditer(bare)


def _read(
    text: str, plain: str, match: re.Match[str], found: list[Found], states: States, *, facts: bool
) -> Found | None:
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
    value = _value(match)
    if value is None or _is_no_target(plain, match, left, right):
        return None
    lead = PRE.search(left)
    pre = lead[0] if lead else ""
    head = left[: len(left) - len(pre)]
    post = match.groupdict().get("post") or ""
    op = op_of(pre + (match.groupdict().get("op") or ""), post)
    if match.re is not NUMBER and not post and op == "=":
        return None
    form = _form(head, pre, right, match, found, start)
    if form is None:
        return None
    metric_left, metric_right = form
    first = begin_of(text, start, match.start())
    end = match.end() + len(metric_right)
    carried = found[-1].measure.metric if found and found[-1].end >= start - 1 else ""
    metric = metric_of(
        text[first : match.start() - len(pre)] if metric_left else "",
        text[match.end() : end],
        carried[:14],
    )
    if len(metric) < 2 and pre:
        metric = subject_of(text, plain, start) + re.sub("达到|[为至到]$", "", pre)
    if len(metric) < 2:
        return None
    low, high, unit = value
    measure = Measure(
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
    return Found(measure, first, end)


def _segment_start(plain: str, at: int, found: list[Found]) -> int:
    """Where the words about a number begin: after the last stop, or after the last number."""
    stops = [plain.rfind(char, 0, at) + 1 for char in BREAK]
    start = max(stops)
    if found and start < found[-1].end <= at:
        start = found[-1].end
        while start < at and plain[start] in "、和及，":
            start += 1
    return start


def _right(plain: str, end: int) -> str:
    """What follows a number up to the next stop, or to the next number of a list."""
    piece = re.split("[，；。：！？、]", plain[end:], maxsplit=1)[0]
    joint = re.search(r"(?:和|及|以及|并)(?=\d|[新引培建])", piece)
    return piece[: joint.start()] if joint else piece


def _value(match: re.Match[str]) -> tuple[Decimal, Decimal | None, str] | None:
    groups = match.groupdict()
    if match.re is FRACTION:
        if groups["half"]:
            return Decimal(50), None, "%"
        if groups["percent"]:
            share = chinese_number(groups["percent"])
            return (Decimal(share), None, "%") if share else None
        above, below = chinese_number(groups["above"]), chinese_number(groups["below"])
        return (Decimal(above or 1) / Decimal(below or 1)).quantize(Decimal("0.0001")), None, "比例"
    if match.re is IN_WORDS:
        value = chinese_number(groups["value"])
        return (Decimal(value), None, groups["unit"]) if value else None
    scale = groups["scale"] or groups["scale1"] or ""
    unit = scale + (groups["unit"] or groups["unit1"] or "")
    if not unit:
        return None
    low = number_of(groups["value"])
    high = number_of(groups["max"]) if groups["max"] else None
    return (low, high, unit) if low is not None else None


def _is_no_target(plain: str, match: re.Match[str], left: str, right: str) -> bool:
    """Conditions, subsidies, durations, ranks and whatever else only looks like a target."""
    unit = match.groupdict().get("unit") or ""
    sentence_start = max(plain.rfind(char, 0, match.start()) for char in "。；") + 1
    sentence = (
        plain[sentence_start : match.end()]
        + re.split("[。；]", plain[match.end() :], maxsplit=1)[0]
    )
    clause_end = re.split("[，；。：]", plain[match.end() :], maxsplit=1)[0]
    if clause_end.endswith("的") or right.startswith("的"):
        return True
    if right.startswith("强") or re.search(r"(?:第|前|排名|世界|中国|全国|全省)$", left):
        return True
    if unit in TIMES.split("|"):
        return (
            not re.search("压缩|缩短|压减|减至|时限|办理时间|办结|时间|提速", left)
            or "每" in left[-4:]
        )
    if ("元" in unit or unit in ("%", "倍")) and SUBSIDY.search(sentence):
        return True
    if re.search(r"每(?:人|名|户|家|项|个|件|次|位|亩)$", left):
        return True
    return bool(re.match(r"[+×:]", plain[match.end() :]) or re.search(r"[+×/]$", left))


def _form(
    head: str, pre: str, right: str, match: re.Match[str], found: list[Found], start: int
) -> tuple[str, str] | None:
    """Which words are what is counted: those before the number, or those behind it."""
    post = match.groupdict().get("post")
    if not right:
        if len(re.sub("[^一-鿿A-Za-z&□]", "", head)) >= 2 or pre:
            return head or pre, ""
        return None
    if right.startswith(("规模的", "规模")):
        return head or pre, right
    acts = VERBS.search(SCOPE.sub("", head + pre)) if head + pre else None
    goes_on = found and not (head + pre) and found[-1].end >= start - 2
    if acts or goes_on:
        return head + pre, right
    if post and len(head) >= 2 and re.match(r"[，。；]|(?:目标|任务)", right):
        return head, ""
    return None


def _covered(text: str, match: re.Match[str], start: int, state: State) -> Found | None:
    first = begin_of(text, start, match.start())
    words = text[first : match.end()]
    where = text[match.start("where") : match.end("where")] if match["where"] else ""
    metric = (text[first : match.start()].strip("、，和及 ") + where).removeprefix("逐步")
    if len(metric) < 2:
        return None
    measure = Measure(
        metric=f"{metric}覆盖率", op=">=", value=Decimal(100), unit="%",
        by_year=state.year, kind="ratio", firm=state.firm, text=words,
    )  # fmt: skip
    return Found(measure, first, match.end())


def _multiplied(text: str, match: re.Match[str], start: int, state: State) -> Found | None:
    first = begin_of(text, start, match.start())
    metric = text[first : match.start()].strip("、，和及 ")
    if len(metric) < 2:
        return None
    measure = Measure(
        metric=metric, op="=", value=None, unit="", by_year=state.year, kind="growth",
        firm=state.firm, text=text[first : match.end()], relative=RELATIVE[match["word"]],
    )  # fmt: skip
    return Found(measure, first, match.end())


def _paired(text: str, plain: str, found: list[Found], states: States) -> list[Found]:
    """甲、乙、丙分别达到1、2、3: every value with its own name."""
    for word in re.finditer("分别", plain):
        start = max(plain.rfind(char, 0, word.start()) for char in BREAK) + 1
        stop = re.search("[，；。：]", plain[word.end() :])
        end = word.end() + stop.start() if stop else len(plain)
        names = [n for n in _names(text[begin_of(text, start, word.start()) : word.start()]) if n]
        values = list(re.finditer(DIGITS, plain[word.end() : end]))
        if len(names) < 2 or len(values) != len(names):
            continue
        inside = [f for f in found if word.end() <= f.end <= end + 1 and f.start < end]
        state = states.at(word.start())
        usual = inside[0].measure if inside else _usual(state)
        op = op_of(plain[word.end() : word.end() + values[0].start()], "")
        found = [f for f in found if f not in inside]
        for name, value in zip(names, values, strict=True):
            at = word.end() + value.start()
            begin = word.start() if value is values[0] else at
            found.append(_named_value(text, plain, name, (begin, at), usual, op))
        found.sort(key=lambda f: f.start)
    return found


def _usual(state: State) -> Measure:
    """What is known of the values of a list in which none has a unit."""
    return Measure("", "=", None, "", state.year, firm=state.firm)


def _named_value(
    text: str, plain: str, name: str, places: tuple[int, int], usual: Measure, op: Op
) -> Found:
    """One value of a list with its name: where its words begin, where its digits stand."""
    begin, at = places
    match = NUMBER.match(plain, at) or re.compile(DIGITS).match(plain, at)
    groups = match.groupdict() if match else {}
    read = _value(match) if match and groups else None
    end = match.end() if match else at
    digits = re.match(DIGITS, plain[at:])
    made = replace(
        usual,
        metric=name,
        op=op_of("", groups["post"]) if groups.get("post") else op,
        value=read[0] if read else Decimal(digits[0]) if digits else None,
        unit=read[2] if read else "",
        text=text[begin:end],
    )
    return Found(made, at, end)


def _names(text: str) -> list[str]:
    names, depth = [""], 0
    for char in text:
        depth += (char in "（(") - (char in "）)")
        if depth == 0 and char in "、和":
            names.append("")
        else:
            names[-1] += char
    return [re.sub("^其中", "", name.strip()) for name in names]
