"""Lists of values: 甲、乙、丙分别达到1、2、3; and what a number is once its words are known."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import Decimal

from tasks_catalog.model import CatalogueMeasure, Op
from tasks_catalog.reading.quantities.naming import begin_of, op_of
from tasks_catalog.reading.quantities.not_targets import is_given
from tasks_catalog.reading.quantities.quantity_words import (
    BREAK,
    DIGITS,
    FRACTION,
    IN_WORDS,
    NUMBER,
    SIGNED,
)
from tasks_catalog.reading.quantities.shared_words import whole_names, with_units, with_verb
from tasks_catalog.reading.quantities.times import State, States
from tasks_catalog.reading.words import chinese_number, number_of

EACH = re.compile(r"各(?:达到?|新[增建]|不少于|不低于)?\d")
PEOPLE = re.compile(
    "[一-鿿]{0,4}?(?:人口|人员|职工|农民|居民|市民|学生|毕业生|劳动力|群众|老人|老年人|党员|干部|师生|工人|青年|妇女)"
)


@dataclass(frozen=True)
class FoundMeasure:
    """A measure and where its words stand in the text."""

    measure: CatalogueMeasure
    start: int
    end: int


def value_of(match: re.Match[str]) -> tuple[Decimal, Decimal | None, str] | None:
    """The number, the upper end of a range, and the unit; None where it is no quantity."""
    groups = match.groupdict()
    if match.re is FRACTION:
        if groups["half"]:
            return Decimal(50), None, "%"
        if groups["percent"]:
            share = chinese_number(groups["percent"])
            return (Decimal(share), None, "%") if share else None
        above, below = chinese_number(groups["above"]), chinese_number(groups["below"])
        return (Decimal(above or 1) / Decimal(below or 1)).quantize(Decimal("0.0001")), None, "比例"
    if match.re is SIGNED:
        unit = (groups["scale"] or "") + (groups["unit"] or "")
        return number_of(groups["value"]) or Decimal(0), None, unit
    if match.re is IN_WORDS:
        value = chinese_number(groups["value"])
        return (Decimal(value), None, groups["unit"]) if value else None
    scale = groups["scale"] or groups["scale1"] or ""
    unit = scale + (groups["unit"] or groups["unit1"] or "")
    if unit == scale and scale and PEOPLE.match(match.string[match.end() :]):
        unit += "人"  # 1.2万贫困人口
    if not unit:
        return None
    low = number_of(groups["value"])
    high = number_of(groups["max"]) if groups["max"] else None
    return (low, high, unit) if low is not None else None


def paired(text: str, plain: str, found: list[FoundMeasure], states: States) -> list[FoundMeasure]:
    """甲、乙、丙分别达到1、2、3: every value with its own name."""
    for word in re.finditer("分别", plain):
        start = max(plain.rfind(char, 0, word.start()) for char in BREAK) + 1
        stop = re.search("[，；。：]", plain[word.end() :])
        end = word.end() + stop.start() if stop else len(plain)
        names = [n for n in _names(text[begin_of(text, start, word.start()) : word.start()]) if n]
        values = list(re.finditer(DIGITS, plain[word.end() : end]))
        years = _years(plain, start, word.start(), len(values))
        if is_given(plain, word.start(), end):
            continue
        before = [f.measure.metric for f in found if f.end <= start]
        if not names and len(years) == len(values) and before:
            names = before[-1:] * len(years)  # 2024年、2025年分别不少于8000套、1万套
        elif len(names) == 1 and len(values) > 1:
            names *= len(values)
        if len(names) < 2 or len(values) != len(names):
            continue
        names = whole_names(names)
        inside = [f for f in found if word.end() <= f.end <= end + 1 and f.start < end]
        state = states.at(word.start())
        usual = inside[0].measure if inside else _usual(state)
        op = op_of(plain[word.end() : word.end() + values[0].start()], "")
        found = [f for f in found if f not in inside]
        new = []
        for name, value in zip(names, values, strict=True):
            at = word.end() + value.start()
            begin = word.start() if value is values[0] else at
            new.append(_named_value(text, plain, name, (begin, at), usual, op))
        shared = with_units([f.measure for f in new])
        found += [replace(f, measure=m) for f, m in zip(new, shared, strict=True)]
        if len(years) == len(values):
            new = found[-len(years) :]
            found[-len(years) :] = [
                replace(f, measure=replace(f.measure, by_year=y))
                for f, y in zip(new, years, strict=True)
            ]
        found.sort(key=lambda f: f.start)
    return found


def _years(plain: str, start: int, end: int, count: int) -> list[int]:
    """The years before 分别: in its own clause, or in its sentence one for each value."""
    sentence = max(plain.rfind(char, 0, start) for char in "。；\n") + 1
    for begin in (start, sentence):
        years = [int(year) for year in re.findall(r"(20\d\d)年", plain[begin:end])]
        if begin == start and years:
            return years
    return years if len(years) == count else []


def each_of(found: list[FoundMeasure]) -> list[FoundMeasure]:
    """甲、乙各100家 is a measure for each."""
    out: list[FoundMeasure] = []
    for one in found:
        names = _names(one.measure.metric)
        if len(names) < 2 or not EACH.search(one.measure.text) or not all(map(_telling, names)):
            out.append(one)
            continue
        for name in with_verb(whole_names(names)):
            out.append(replace(one, measure=replace(one.measure, metric=name)))
    return out


def _telling(name: str) -> bool:
    return len(name) >= 2


def _usual(state: State) -> CatalogueMeasure:
    """What is known of the values of a list in which none has a unit."""
    return CatalogueMeasure("", "=", None, "", state.year, firm=state.firm)


def _named_value(
    text: str, plain: str, name: str, places: tuple[int, int], usual: CatalogueMeasure, op: Op
) -> FoundMeasure:
    """One value of a list with its name: where its words begin, where its digits stand."""
    begin, at = places
    match = NUMBER.match(plain, at) or re.compile(DIGITS).match(plain, at)
    groups = match.groupdict() if match else {}
    read = value_of(match) if match and groups else None
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
    return FoundMeasure(made, at, end)


def _names(text: str) -> list[str]:
    names, depth = [""], 0
    for char in text:
        depth += (char in "（(") - (char in "）)")
        if depth == 0 and char in "、和":
            names.append("")
        else:
            names[-1] += char
    return [re.sub("^其中", "", name.strip()) for name in names]
