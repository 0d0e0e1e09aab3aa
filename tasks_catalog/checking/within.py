"""Checks of one catalogue by itself: its tables, its goals, its tasks."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations

from tasks_catalog.checking.likeness import alike, base, core, is_more, same_form, same_metric
from tasks_catalog.checking.messages import finding
from tasks_catalog.model import Catalogue, Finding, Indicator, Measure, Op, Severity, Source
from tasks_catalog.reading.words import flat

FALLING = re.compile(
    "能耗|排放|死亡|发病|失业|降低|下降|减少|流失|事故|负担|贫困|时间|时限|PM|死|伤|空置|逾期|不良|抚养比"
)
FLOOR: dict[Op, str] = {"=": ">=", ">=": ">=", ">": ">", "approx": "approx", "<=": "<=", "<": "<"}


@dataclass(frozen=True)
class Claim:
    """One number that the document states or promises, wherever it stands."""

    name: str
    value: Decimal
    unit: str
    op: Op
    year: int | None
    source: Source | None
    place: str  # table | goal | task | item
    owner: str = ""
    firm: bool = True


def claims(catalogue: Catalogue) -> list[Claim]:
    """All targets of a catalogue in one list."""
    out = [
        Claim(i.name, i.target, i.unit or "", i.op or "=", i.target_year, i.source,
              "goal" if i.table is None else "table", i.table or "", i.firm)
        for i in catalogue.indicators if i.target is not None and i.scope is None
    ]  # fmt: skip
    for place, owners in (("item", catalogue.items), ("task", catalogue.tasks)):
        for owner in owners:
            out += [
                _claim(m, place, owner.code, owner.source)
                for m in owner.measures
                if m.value is not None
            ]
    return out


def _claim(measure: Measure, place: str, code: str, source: Source | None) -> Claim:
    assert measure.value is not None
    return Claim(measure.metric, measure.value, measure.unit, measure.op, measure.by_year, source,
                 place, code, measure.firm)  # fmt: skip


def check_catalogue(catalogue: Catalogue) -> Iterator[Finding]:
    """Everything that a catalogue shows without its document."""
    tables: dict[str, list[Indicator]] = {}
    for indicator in catalogue.indicators:
        if indicator.table is not None:
            tables.setdefault(indicator.table, []).append(indicator)
    for rows in tables.values():
        for row in rows:
            yield from _row(row)
        yield from _sums(rows)
    yield from _targets(catalogue)
    yield from _tables_apart(tables)
    yield from _increments(catalogue, tables)
    yield from _growth_of_goals(catalogue)
    yield from _jumps(catalogue, tables)
    for task in catalogue.tasks:
        yield from _parts(task.measures, task.source)
        years = [m for m in task.measures if m.by_year is None and m.kind != "annual"]
        if years and task.due is None:
            yield finding("no-year", [task.source], n=len(years), name=task.title)
    if catalogue.tasks and not any(task.units for task in catalogue.tasks):
        yield finding("no-units", [], n=len(catalogue.tasks))
    if not catalogue.tasks and not catalogue.indicators:
        yield finding("no-structure", [])


# ---- rows of tables -------------------------------------------------------------------------


def _row(row: Indicator) -> Iterator[Finding]:
    where = [row.source]
    start, end = row.baseline, row.target
    unit = row.unit or ""
    text = flat(row.target_text or "")
    if not unit and end is not None and not re.search("%", text):
        yield finding("unit-missing", where, name=row.name)
    counted = unit in ("人", "个", "家", "名", "件", "项", "所", "位")
    broken = [v for v in (start, end) if v is not None and v != v.to_integral_value()]
    if counted and broken and not re.search("每|人均|千|万", row.name) and max(broken) < 1000:
        yield finding(
            "unit-scale", where, name=row.name, a=start, b=end, unit=unit, likely=f"万{unit}"
        )
    if re.match("[<>≥≤]|超过|不少于", text):
        yield finding("op-in-cell", [_end(row)], text=row.target_text, op=row.op)
    if start is not None and end is not None and row.actual is None:
        if end == start:
            yield finding("hold", where, name=row.name, a=start, b=end)
        elif start == 0:
            yield finding("zero-baseline", where, name=row.name, a=start, b=end)
        elif end < start and row.op not in ("<=", "<") and not FALLING.search(row.name):
            yield finding("below-baseline", where, name=row.name, a=start, b=end)
    if (unit == "%" and re.search("[和、]", row.name) and not re.search("占", row.name)) or (
        "、" in row.name and re.search("总量|总数|合计", row.name)
    ):
        yield finding("two-in-one", where, name=row.name)
    yield from _rate(row)


def _end(row: Indicator) -> Source | None:
    """The last cell of a row, where its target stands."""
    if row.source and row.source.line_end:
        return Source(row.source.line_end)
    return row.source


def _rate(row: Indicator) -> Iterator[Finding]:
    """A completion rate beside actual and target: 44.38 of 47.2 is 94.03%."""
    stated = next((n.split("：", 1)[1] for n in row.notes if re.match("完成(?:度|率)：", n)), None)
    if stated is None or row.target in (None, Decimal(0)):
        return
    assert row.target is not None
    reached = [a.value / row.target * 100 for a in row.actuals if a.value is not None]
    if not reached:
        if stated not in ("-", "/", ""):
            yield finding(
                "rate-differs",
                [row.source],
                "note",
                name=row.name,
                a="-",
                b=row.target,
                computed="-",
                stated=stated,
            )
        return
    number = re.match(r"(\d+(?:\.\d+)?)%", stated)
    if number:
        wrong = all(abs(Decimal(number[1]) - share) > Decimal("0.3") for share in reached)
    else:
        wrong = (re.match("完成|达成|是", stated) is not None) != (reached[-1] >= 100) and bool(
            stated.strip("-/")
        )
    if wrong:
        yield finding("rate-differs", [row.source], name=row.name, a=row.actual, b=row.target,
                      computed=reached[-1].quantize(Decimal("0.01")), stated=stated)  # fmt: skip


def _sums(rows: list[Indicator]) -> Iterator[Finding]:
    """The teams below a total in the same unit: what they add up to, year by year."""
    for at, total in enumerate(rows):
        if not re.search("总量|总数|合计|总计", total.name) or total.scope:
            continue
        parts = []
        for row in rows[at + 1 :]:
            same = base(Decimal(1), row.unit)[1] == base(Decimal(1), total.unit)[1]
            if (
                not same
                or re.search("每|占|比", row.name)
                or row.scope
                or re.search("总量|总数", row.name)
            ):
                break
            parts.append(row)
        note = next((n for n in total.notes if re.search("之和|重复|交叉|相加", n)), None)
        if len(parts) >= 3:
            yield from _sum(total, parts, note)


def _sum(total: Indicator, parts: list[Indicator], note: str | None) -> Iterator[Finding]:
    """One finding a table: in which years the parts miss the whole, or belie the note."""
    fields = (
        ("baseline", total.baseline_year),
        ("target", total.target_year),
        ("actual", total.actual_year),
    )
    unit = base(Decimal(1), total.unit)[0]
    apart: dict[str, tuple[Decimal, Decimal]] = {}
    equal: dict[str, tuple[Decimal, Decimal]] = {}
    for name, year in fields:
        whole = getattr(total, name)
        values = [(getattr(part, name), part.unit) for part in parts]
        if whole is None or any(value is None for value, _unit in values):
            continue
        summed = sum((base(value, u)[0] for value, u in values), Decimal(0)) / unit
        (equal if summed == whole else apart)[f"{year} {name}"] = (summed, whole)
    where = [total.source, parts[-1].source]
    if note and equal and re.search("高于|大于|超过|不等于", note):
        told = {key: both[0] for key, both in equal.items()}
        yield finding("note-contradicted", where, name=total.name, years=_years(equal), sums=told)
    if apart:
        pairs = {key: list(both) for key, both in apart.items()}
        shown = "；".join(f"{s.normalize():f}≠{w.normalize():f}" for s, w in apart.values())
        kind = "sum-explained" if note else "sum-differs"
        yield finding(kind, where, name=total.name, years=_years(apart), shown=shown, sums=pairs)


def _years(found: Mapping[str, object]) -> str:
    return "、".join(dict.fromkeys(key.split()[0] for key in found))


# ---- the same thing in several places -------------------------------------------------------


def _targets(catalogue: Catalogue) -> Iterator[Finding]:
    """Goals, tables and tasks against one another: one metric, one number, one wording."""
    scopes = {(i.name, i.target) for i in catalogue.indicators if i.scope}
    told: set[tuple[str, str, str]] = set()
    for one, other in combinations(claims(catalogue), 2):
        if one.place == other.place and (
            one.place in ("table", "goal") or one.owner == other.owner
        ):
            continue
        if one.year and other.year and one.year != other.year:
            continue
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


def compare(one: Claim, other: Claim) -> Iterator[Finding]:
    """Two claims: the same, the same under two names, or contradicting each other."""
    (a, unit_a), (b, unit_b) = base(one.value, one.unit), base(other.value, other.unit)
    where = [one.source, other.source]
    likeness = alike(one.name, other.name)
    if same_metric(one.name, other.name):
        if unit_a != unit_b and unit_a and unit_b:
            if a != b:
                yield finding(
                    "value-differs",
                    where,
                    name=one.name,
                    a=one.value,
                    b=other.value,
                    unit=f"{one.unit}/{other.unit}".strip("/"),
                )
            elif {unit_a, unit_b} <= {"件", "人年", "人次"}:
                yield finding(
                    "unit-changes",
                    where,
                    name=one.name,
                    unit_a=one.unit,
                    unit_b=other.unit,
                    a=one.value,
                )
        elif a != b:
            yield from _different(one, other, a, b)
        else:
            yield from _same(one, other)
    elif a == b and unit_a == unit_b and likeness >= 0.5 and _wordy(one, other):
        yield from _renamed(one, other, likeness)


def _wordy(one: Claim, other: Claim) -> bool:
    """Numbers that are no mere coincidence: not the round small ones that occur everywhere."""
    return min(len(core(one.name)), len(core(other.name))) >= 3


def _different(one: Claim, other: Claim, a: Decimal, b: Decimal) -> Iterator[Finding]:
    exact = core(one.name) == core(other.name)
    both_plan = "task" not in (one.place, other.place) and "item" not in (one.place, other.place)
    if not both_plan and not (exact and len(core(one.name)) >= 6):
        return
    where = [one.source, other.source]
    if b and is_more(one.name) and not (both_plan and exact):
        return
    yield finding(
        "value-differs",
        where,
        None if both_plan else "warning",
        name=one.name,
        a=one.value,
        b=other.value,
        unit=one.unit if one.unit == other.unit else f"{one.unit}/{other.unit}",
    )


def _same(one: Claim, other: Claim) -> Iterator[Finding]:
    where = [one.source, other.source]
    apart = {FLOOR[one.op], FLOOR[other.op]}
    if (
        "approx" in apart
        and len(apart) == 2
        and not (one.place == "goal" and other.place == "table")
    ):
        yield finding(
            "firmness-differs",
            where,
            "note",
            name=one.name,
            a=one.value,
            op_a=one.op,
            op_b=other.op,
        )
    elif len(apart) == 2:
        yield finding("op-differs", where, name=one.name, a=one.value, op_a=one.op, op_b=other.op)
    elif {one.place, other.place} & {"task", "item"}:
        yield finding(
            "stated-twice", where, name=one.name, a=one.value, unit=one.unit, other=other.name
        )
    if (
        one.unit
        and other.unit
        and one.unit != other.unit
        and base(one.value, one.unit)[0] != one.value
    ):
        yield finding(
            "unit-differs",
            where,
            name=one.name,
            unit_a=one.unit,
            unit_b=other.unit,
            a=one.value,
            b=other.value,
        )


def _renamed(one: Claim, other: Claim, likeness: float) -> Iterator[Finding]:
    if {one.place, other.place} == {"task"} and likeness < 0.7:
        return
    if is_more(one.name) != is_more(other.name) and one.place != "task" and other.place != "task":
        return
    kind = "two-names"
    ratio = re.search("占|每[万千]|比例", one.name) and re.search(
        "占|每[万千]|比例|万名", other.name
    )
    where = [one.source, other.source]
    if ratio and likeness < 0.95:
        kind = "definition-changes"
    yield finding(
        kind,
        where,
        "note" if kind == "two-names" else None,
        a=one.name,
        b=other.name,
        value=one.value,
    )
    if {FLOOR[one.op], FLOOR[other.op]} == {"approx", ">="}:
        yield finding(
            "firmness-differs",
            where,
            "note",
            name=one.name,
            a=one.value,
            op_a=one.op,
            op_b=other.op,
        )


def _tables_apart(tables: dict[str, list[Indicator]]) -> Iterator[Finding]:
    """What one table gives as reached in a year and the next one as its starting point."""
    for (_t1, first), (_t2, second) in combinations(tables.items(), 2):
        for one in first:
            for other in second:
                if one.scope or other.scope or other.baseline is None:
                    continue
                reached = next((a for a in one.actuals if a.year == other.baseline_year), None)
                last = one.actuals[-1] if one.actuals else None
                pair = (core(one.name) == core(other.name)) or alike(one.name, other.name) >= 0.75
                value = reached or last
                if (
                    not pair
                    or not same_form(one.name, other.name)
                    or value is None
                    or value.value is None
                ):
                    continue
                a, unit_a = base(value.value, one.unit)
                b, unit_b = base(other.baseline, other.unit)
                if unit_a == unit_b and a != b:
                    yield finding(
                        "baseline-differs",
                        [one.source, other.source],
                        None if reached else "note",
                        name=other.name,
                        a=value.value,
                        b=other.baseline,
                        unit_a=one.unit or "",
                        unit=other.unit or "",
                        other=one.name,
                    )
                elif a == b and core(one.name) != core(other.name):
                    yield finding(
                        "two-names",
                        [one.source, other.source],
                        a=one.name,
                        b=other.name,
                        value=other.baseline,
                    )


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
        assert goal.target is not None
        for row in rows:
            if (
                row.actual is not None
                or alike(goal.name, row.name) < 0.7
                or row.scope
                or goal.unit == "%"
            ):
                continue
            assert row.baseline is not None and row.target is not None
            risen, unit = base(row.target - row.baseline, row.unit)
            promised, other = base(goal.target, goal.unit)
            if unit == other and promised != risen and risen > 0:
                severity: Severity | None = "warning" if promised > risen * Decimal("1.2") else None
                yield finding("increment-differs", [goal.source, row.source], severity, name=goal.name,
                              a=promised, b=risen)  # fmt: skip


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
        row = next((r for r in indicators if r.table is not None and r.baseline is not None and r.actual is None
                    and not r.scope and alike(r.name, goal.name) >= 0.85), None)  # fmt: skip
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


def _parts(measures: tuple[Measure, ...], source: Source | None) -> Iterator[Finding]:
    """其中: parts against the whole before them."""
    for at, whole in enumerate(measures):
        parts: list[Measure] = []
        for part in measures[at + 1 :]:
            if not part.text.startswith("其中") and not parts and not re.search("其中", part.text):
                break
            parts.append(part)
        if not parts or whole.value is None:
            continue
        total, unit = base(whole.value, whole.unit)
        same = [
            base(p.value, p.unit)[0]
            for p in parts
            if p.value is not None and base(p.value, p.unit)[1] == unit
        ]
        if any(value > total for value in same):
            worst = max(parts, key=lambda p: base(p.value or Decimal(0), p.unit)[0])
            yield finding(
                "part-exceeds-whole",
                [source],
                name=whole.metric,
                part=worst.metric,
                a=whole.value,
                b=worst.value,
            )
        elif same and sum(same) < total / 2:
            yield finding(
                "parts-far-from-whole",
                [source],
                name=whole.metric,
                sum=sum(same, Decimal(0)),
                total=total,
            )
        return
