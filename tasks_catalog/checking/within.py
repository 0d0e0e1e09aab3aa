"""Checks of one catalogue by itself: its tables, its goals, its tasks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from tasks_catalog.checking.answering import check_answering
from tasks_catalog.checking.claims import claims, comparable, compare
from tasks_catalog.checking.likeness import alike, base, core, is_more
from tasks_catalog.checking.messages import finding
from tasks_catalog.checking.tables import check_row, check_sums, check_tables
from tasks_catalog.model import (
    Catalogue,
    CatalogueMeasure,
    CatalogueTask,
    Finding,
    Indicator,
    Severity,
)

MIXED = ({"人次", "人"}, {"人次", "名"}, {"万人次", "人"}, {"万人次", "名"}, {"人年", "人"})
SHARE = re.compile("占|比[例重]|覆盖[率面]|合格率|普及率|入学率|就业率|达标率|满意")


def check_catalogue(catalogue: Catalogue) -> Iterator[Finding]:
    """Everything that a catalogue shows without its document."""
    tables: dict[str, list[Indicator]] = {}
    for indicator in catalogue.indicators:
        if indicator.table is not None:
            tables.setdefault(indicator.table, []).append(indicator)
    for rows in tables.values():
        for row in rows:
            yield from check_row(row)
        yield from check_sums(rows)
    yield from _targets(catalogue)
    yield from check_tables(tables)
    yield from _increments(catalogue, tables)
    yield from _growth_of_goals(catalogue)
    yield from _jumps(catalogue, tables)
    yield from check_answering(catalogue)
    yield from _impossible(catalogue)
    for task in catalogue.tasks:
        yield from _parts(task)
        years = [m for m in task.measures if m.by_year is None and m.kind != "annual"]
        if years and task.due is None:
            yield finding("no-year", [task.source], n=len(years), name=task.title)
    if catalogue.tasks and not any(task.units for task in catalogue.tasks):
        yield finding("no-units", [], n=len(catalogue.tasks))
    if not catalogue.tasks and not catalogue.indicators:
        yield finding("no-structure", [])


def _impossible(catalogue: Catalogue) -> Iterator[Finding]:
    """A share of more than all."""
    for claim in claims(catalogue):
        share = re.search(
            "占|比[例重]|覆盖[率面]|合格率|普及率|入学率|就业率|达标率|满意", claim.name
        )
        if share and claim.unit == "%" and claim.value > 100 and "增" not in claim.name:
            yield finding("share-impossible", [claim.source], name=claim.name, a=claim.value)


def _targets(catalogue: Catalogue) -> Iterator[Finding]:
    """Goals, tables and tasks against one another: one metric, one number, one wording."""
    scopes = {(i.name, i.target) for i in catalogue.indicators if i.scope}
    told: set[tuple[str, str, str]] = set()
    for one, other in comparable(claims(catalogue), scopes):
        if {(one.name, other.value), (other.name, one.value)} & scopes:
            yield finding(
                "scope-differs",
                [one.source, other.source],
                name=one.name,
                a=one.value,
                b=other.value,
            )
            continue
        for found in compare(one, other):
            key = (found.kind, core(one.name), other.owner or core(other.name))
            if key not in told or found.severity == "error":
                told.add(key)
                yield found


def _increments(catalogue: Catalogue, tables: dict[str, list[Indicator]]) -> Iterator[Finding]:
    """新增 so many, beside a table whose difference is another number."""
    rows = [
        row
        for table in tables.values()
        for row in table
        if row.baseline is not None and row.target is not None
    ]
    goals = [
        i
        for i in catalogue.indicators
        if i.table is None and i.target is not None and is_more(i.name)
    ]
    for goal in goals:
        for row in rows:
            if (
                row.actual is not None
                or alike(goal.name, row.name) < 0.7
                or row.scope
                or goal.unit == "%"
            ):
                continue
            if goal.target is None or row.baseline is None or row.target is None:
                continue
            risen, unit = base(row.target - row.baseline, row.unit)
            promised, other = base(goal.target, goal.unit)
            if unit == other and promised != risen and risen > 0:
                severity: Severity | None = "warning" if promised > risen * Decimal("1.2") else None
                yield finding(
                    "increment-differs",
                    [goal.source, row.source],
                    severity,
                    name=goal.name,
                    a=promised,
                    b=risen,
                )


def _growth_of_goals(catalogue: Catalogue) -> Iterator[Finding]:
    """A goal, its rate of yearly growth right behind it, and the table's starting point."""
    indicators = catalogue.indicators
    for at, rate in enumerate(indicators):
        if (
            rate.table is not None
            or rate.kind != "growth"
            or rate.unit != "%"
            or rate.target is None
        ):
            continue
        if not re.search("年均", (rate.name or "") + (rate.target_text or "")) or at == 0:
            continue
        goal = indicators[at - 1]
        row = next(
            (
                r
                for r in indicators
                if r.table is not None
                and r.baseline is not None
                and r.actual is None
                and not r.scope
                and alike(r.name, goal.name) >= 0.85
            ),
            None,
        )
        if (
            row is None
            or goal.target is None
            or row.baseline is None
            or not row.baseline_year
            or not goal.target_year
        ):
            continue
        years = goal.target_year - row.baseline_year
        end = base(row.baseline, row.unit)[0] * (1 + rate.target / 100) ** years
        aim = base(goal.target, goal.unit)[0]
        if abs(end - aim) > aim * Decimal("0.02"):
            yield finding(
                "growth-differs",
                [rate.source, row.source],
                "warning",
                name=goal.name,
                rate=rate.target,
                a=row.baseline,
                b=goal.target,
                computed=(end / base(Decimal(1), goal.unit)[0]).quantize(Decimal("0.01")),
            )


def _jumps(catalogue: Catalogue, tables: dict[str, list[Indicator]]) -> Iterator[Finding]:
    """A row that more than doubles and of which nothing in the text speaks."""
    told = [c for c in claims(catalogue) if c.place != "table"]
    for rows in tables.values():
        for row in rows:
            if (
                not row.baseline
                or row.target is None
                or row.actual is not None
                or row.target < row.baseline * Decimal("2.5")
            ):
                continue
            if not any(alike(row.name, c.name) >= 0.6 for c in told):
                times = (row.target / row.baseline).quantize(Decimal("0.1"))
                yield finding(
                    "jump", [row.source], name=row.name, a=row.baseline, b=row.target, times=times
                )


def _parts(task: CatalogueTask) -> Iterator[Finding]:
    """其中: parts against the whole before them, one sentence at a time."""
    for whole, parts in _wholes(task):
        total, unit = base(whole.value or Decimal(0), whole.unit)
        same = [(base(p.value or Decimal(0), p.unit), p) for p in parts]
        counted = [(value, part) for (value, of), part in same if of == unit]
        summed = sum((value for value, _part in counted), Decimal(0))
        mixed = next((p for p in parts if {p.unit, whole.unit} in MIXED), None)
        if mixed is not None:
            yield finding(
                "part-unit-differs", [task.source], name=whole.metric, part=mixed.metric,
                unit_a=whole.unit, unit_b=mixed.unit,
            )  # fmt: skip
        over = next((part for value, part in counted if value > total), None)
        if over is not None:
            yield finding(
                "part-exceeds-whole", [task.source], name=whole.metric, part=over.metric,
                a=whole.value, b=over.value,
            )  # fmt: skip
        elif counted and summed < total / 2:
            yield finding(
                "parts-far-from-whole", [task.source], name=whole.metric, sum=summed, total=total
            )


def _wholes(task: CatalogueTask) -> Iterator[tuple[CatalogueMeasure, list[CatalogueMeasure]]]:
    """Every number before 其中 with the numbers behind it in the same sentence."""
    text = task.text or "".join(measure.text for measure in task.measures)
    places = [(text.find(measure.text), measure) for measure in task.measures if measure.text]
    for match in re.finditer("其中", text):
        stop = text.find("。", match.start())
        begin = text.rfind("。", 0, match.start())
        before = [m for at, m in places if begin < at < match.start()]
        parts = [m for at, m in places if match.start() <= at < (stop if stop > 0 else len(text))]
        if before and parts:
            yield before[-1], parts
