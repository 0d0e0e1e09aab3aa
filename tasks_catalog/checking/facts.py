"""What the text says has been reached, against the tables and against itself."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from tasks_catalog.checking.likeness import LikeNames, alike, base, core
from tasks_catalog.checking.messages import finding
from tasks_catalog.checking.tables import FALLING
from tasks_catalog.model import CatalogueMeasure, Finding, Indicator, Severity, SourcePlace
from tasks_catalog.reading.dates.plan_years import PlanYears
from tasks_catalog.reading.outline.tree import Passage
from tasks_catalog.reading.quantities.measures import find
from tasks_catalog.reading.words import flat

SHARE = re.compile(
    r"(?P<part>\d{1,15}(?:\.\d{1,15})?)(?P<scale>[万亿]?)(?P<unit>人|名|个|家|件)，占(?P<whole>[^，。；\d]{2,16}?)的(?P<stated>\d{1,15}(?:\.\d{1,15})?)%"
)


GREW = re.compile(
    r"(?P<value>\d{1,15}(?:\.\d{1,15})?)(?P<unit>[万亿]?[人名个家件次年]{1,2})，比(?P<year>20\d\d)年(?:底|末)?增长(?P<rate>\d{1,15}(?:\.\d{1,15})?)%"
)


PARTITION = re.compile(r"(?P<a>[^占，。；]{2,20})占(?P<b>[^占，。；]{2,20}?)(?:的)?(?:比例|比重)$")


PARTITIVE = re.compile(r"(?P<b>[^的，。；]{2,12}?人才)的?(?P<a>[^的，。；]{2,10})比例$")

REACHED = re.compile(r"(?:预计)?(?:已)?(?:达到|达|为|突破|超过)?(?:了)?$")
ROSE = re.compile(
    r"(?P<name>[^，。；：]{3,40}?)[由从](?P<a>\d{1,15}(?:\.\d{1,15})?)(?P<unit>%|[万亿]?[人件名家个元]{0,2})"
    r"[^，。；\d]{0,3}(?:增长|提升|提高|上升|增加|增|升|扩大|发展|下降|降)[到至为]\d"
)
LIKE = 0.85
MOST_YEARS = 10


@dataclass(frozen=True)
class Fact:
    """What the document says has been reached."""

    measure: CatalogueMeasure
    source: SourcePlace


def _shares(root: Passage, facts: list[Fact], rows: list[Indicator]) -> Iterator[Finding]:
    """3.05万人，占人才总量的22.6%: the share against the whole that the document gives."""
    for node in root.walk():
        for match in SHARE.finditer(flat(node.text)):
            part = base(Decimal(match["part"]), match["scale"] + match["unit"])[0]
            wholes = [
                base(f.measure.value, f.measure.unit)
                for f in facts
                if f.measure.value is not None and _same_whole(f.measure.metric, match["whole"])
            ]
            wholes += [
                base(r.baseline, r.unit)
                for r in rows
                if r.baseline is not None and _same_whole(r.name, match["whole"])
            ]
            for total, _unit in wholes:
                computed = (part / total * 100).quantize(Decimal("0.1")) if total else Decimal(0)
                if total > part and abs(computed - Decimal(match["stated"])) > Decimal("0.6"):
                    yield finding(
                        "share-differs",
                        [node.source],
                        name=match["whole"],
                        part=part,
                        total=total,
                        computed=computed,
                        stated=Decimal(match["stated"]),
                    )
                    break


def _same_whole(metric: str, whole: str) -> bool:
    return core(metric) == core(whole)


def _growth(root: Passage, rows: list[Indicator]) -> Iterator[Finding]:
    """X，比2015年增长48.4%: against the value of that year, or noted where there is none."""
    for node in root.walk():
        text = flat(node.text)
        for match in GREW.finditer(text):
            before = re.split("[，。；]", text[: match.start("value")])[-1]
            before = REACHED.sub("", before)
            value, rate = Decimal(match["value"]), Decimal(match["rate"])
            start = (value / (1 + rate / 100)).quantize(Decimal("0.01"))
            row = next(
                (
                    r
                    for r in rows
                    if r.baseline_year == int(match["year"]) and alike(r.name, before) >= 0.6
                ),
                None,
            )
            if row is None or row.baseline is None:
                yield finding(
                    "growth-without-base",
                    [node.source],
                    rate=rate,
                    year=int(match["year"]),
                    computed=start,
                )
            elif abs(row.baseline - start) > row.baseline * Decimal("0.01"):
                stated = ((value / row.baseline - 1) * 100).quantize(Decimal("0.1"))
                yield finding(
                    "growth-differs",
                    [node.source, row.source],
                    name=row.name,
                    rate=rate,
                    a=row.baseline,
                    b=value,
                    computed=(row.baseline * (1 + rate / 100)).quantize(Decimal("0.01")),
                    real=stated,
                )


def _risen(root: Passage, rows: list[Indicator]) -> Iterator[Finding]:
    """从45%增长到64.8%: the number from which it rose against the first year of the table."""
    first = [row for row in rows if row.baseline is not None and row.actual is not None]
    for node in root.walk():
        if not node.background or node.goal:
            continue
        for match in ROSE.finditer(re.sub(r"\s", "", flat(node.text))):
            name = re.sub("^.*(?:五年来|[期间年]，)", "", match["name"])
            row = next((r for r in first if alike(r.name, name) >= LIKE), None)
            said = Decimal(match["a"])
            if row is None or row.baseline is None or base(Decimal(1), row.unit)[1] == "":
                continue
            if base(said, match["unit"]) != base(row.baseline, row.unit):
                yield finding(
                    "baseline-differs", [node.source, row.source], name=row.name, a=said,
                    b=row.baseline, unit_a=match["unit"], unit=row.unit or "",
                )  # fmt: skip


def _facts_against_rows(facts: list[Fact], rows: list[Indicator]) -> Iterator[Finding]:
    """What the text says was reached against where the table starts."""
    names = LikeNames([row.name for row in rows], 0.5)
    for fact in facts:
        metric, value = fact.measure.metric, fact.measure.value
        metric = re.sub(r"[的]?从\d.*$", "", metric)
        if (
            value is None
            or fact.measure.kind == "growth"
            or metric.startswith("占")
            or len(core(metric)) < 3
        ):
            continue
        a, unit = base(value, fact.measure.unit)
        for row in (rows[at] for at in sorted(names.like(metric))):
            start, year = (
                (row.actual, row.actual_year)
                if row.actual is not None
                else (row.baseline, row.baseline_year)
            )
            if start is None or (fact.measure.by_year and fact.measure.by_year != year):
                continue
            likeness = alike(metric, row.name)
            yield from _below(fact, row, likeness)
            for b, other in {base(start, row.unit), base(start, f"万{row.unit}")}:
                near = b and Decimal("0.7") < a / b < Decimal("1.4")
                if (
                    other == unit
                    and a == b
                    and 0.6 <= likeness < 1
                    and core(metric) != core(row.name)
                ):
                    ratio = re.search("占|每[万千]|比例", row.name) and not _contained(
                        metric, row.name
                    )
                    yield finding(
                        "definition-changes" if ratio else "two-names",
                        [fact.source, row.source],
                        "note",
                        a=metric,
                        b=row.name,
                        value=value,
                    )
                elif (
                    other == unit
                    and near
                    and a != b
                    and likeness >= 0.5
                    and not _holds(fact.measure, a, b)
                ):
                    severity: Severity = "warning" if likeness >= 0.85 else "note"
                    yield finding(
                        "baseline-differs",
                        [fact.source, row.source],
                        severity,
                        name=row.name,
                        a=value,
                        b=start,
                        unit_a=fact.measure.unit,
                        unit=row.unit or "",
                        written=metric,
                    )


def _below(fact: Fact, row: Indicator, likeness: float) -> Iterator[Finding]:
    """An aim that lies below what the text says was reached."""
    reached, aim = fact.measure.value, row.target
    if likeness < LIKE or reached is None or aim is None or row.actual is not None:
        return
    (a, unit_a), (b, unit_b) = base(reached, fact.measure.unit), base(aim, row.unit)
    if unit_a == unit_b and b < a and row.op not in ("<=", "<") and not FALLING.search(row.name):
        yield finding("below-reached", [fact.source, row.source], name=row.name, a=reached,
                      unit_a=fact.measure.unit, b=aim, unit_b=row.unit or "")  # fmt: skip


def _holds(measure: CatalogueMeasure, a: Decimal, b: Decimal) -> bool:
    """突破123万 is true of 123.4万."""
    return measure.op in (">", ">=") and a <= b <= a * Decimal("1.02")


def _contained(one: str, other: str) -> bool:
    return core(one) in core(other) or core(other) in core(one)


def _ratios(facts: list[Fact], rows: list[Indicator]) -> Iterator[Finding]:
    """A ratio in the table against the two numbers that the document gives for its parts."""
    for row in rows:
        match = PARTITION.match(row.name) or PARTITIVE.match(row.name)
        if row.unit != "%" or not row.baseline or match is None:
            continue
        part = next(
            (f for f in facts if f.measure.value and alike(f.measure.metric, match["a"]) >= 0.6),
            None,
        )
        whole = next((r for r in rows if r.baseline and core(r.name) == core(match["b"])), None)
        if part is None or whole is None or part.measure.value is None or whole.baseline is None:
            continue
        (a, unit_a), (b, unit_b) = (
            base(part.measure.value, part.measure.unit),
            base(whole.baseline, whole.unit),
        )
        if unit_a != unit_b or not b:
            continue
        computed = (a / b * 100).quantize(Decimal("0.01"))
        if abs(computed - row.baseline) > Decimal("0.1"):
            yield finding(
                "ratio-differs",
                [part.source, row.source],
                "note" if abs(computed - row.baseline) < 1 else None,
                name=row.name,
                stated=row.baseline,
                part=a,
                total=b,
                computed=computed,
            )


def _growth_of_goals(
    facts: list[Fact], rows: list[Indicator], goals: list[Indicator]
) -> Iterator[Finding]:
    """A goal and its yearly growth against what the text says was reached, if no table says it."""
    for goal, rate in pairwise(goals):
        told = re.search("年均", rate.name + (rate.target_text or ""))
        if not told or rate.kind != "growth" or rate.unit != "%" or not goal.target_year:
            continue
        if rate.target is None or goal.target is None:
            continue
        if any(alike(row.name, goal.name) >= LIKE and row.baseline is not None for row in rows):
            continue
        aim, unit = base(goal.target, goal.unit)
        for fact in facts:
            year, value = fact.measure.by_year, fact.measure.value
            same = alike(fact.measure.metric, goal.name) >= LIKE
            if not same or not year or not value or not 0 < goal.target_year - year <= MOST_YEARS:
                continue
            start, counted = base(value, fact.measure.unit)
            end = start * (1 + rate.target / 100) ** (goal.target_year - year)
            if counted == unit and abs(end - aim) > aim * Decimal("0.03"):
                yield finding(
                    "growth-differs", [rate.source, fact.source], "warning", name=goal.name,
                    rate=rate.target, a=value, b=goal.target,
                    computed=(end / base(Decimal(1), goal.unit)[0]).quantize(Decimal("0.01")),
                )  # fmt: skip
            break


def facts_of(root: Passage) -> list[Fact]:
    """What the background says has been reached."""
    return [
        Fact(found.measure, node.source)
        for node in root.walk()
        if node.background and not node.goal and node.text
        for found in find(node.text, PlanYears(), facts=True)
    ]


def check_facts(
    root: Passage, facts: list[Fact], rows: list[Indicator], goals: list[Indicator]
) -> Iterator[Finding]:
    """Shares, rates of growth, starting points and ratios of the background."""
    yield from _shares(root, facts, rows)
    yield from _growth(root, rows)
    yield from _risen(root, rows)
    yield from _facts_against_rows(facts, rows)
    yield from _ratios(facts, rows)
    yield from _growth_of_goals(facts, rows, goals)
