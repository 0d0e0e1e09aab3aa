"""Checks of tables of indicators: rows by themselves, parts and wholes, one table and the next."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal

from tasks_catalog.checking.likeness import LikeNames, alike, base, core, same_form
from tasks_catalog.checking.messages import finding
from tasks_catalog.model import Finding, Indicator, SourcePlace
from tasks_catalog.reading.words import flat

FALLING = re.compile(
    "能耗|排放|死亡|发病|失业|降低|下降|减少|流失|事故|负担|贫困|时间|时限|PM|死|伤|空置|逾期|不良|抚养比"
)

NEAR, DOUBTFUL = 0.5, 0.58
LIKE = 0.75
"""How much the names of a row and of the one that goes on with it share, at least."""


def check_row(row: Indicator) -> Iterator[Finding]:
    """What one row shows by itself."""
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
    if row.scope:
        yield finding("two-scopes", where, name=row.name, text=row.scope)
    yield from _rate(row)


def _end(row: Indicator) -> SourcePlace | None:
    """The last cell of a row, where its target stands."""
    if row.source and row.source.line_end:
        return SourcePlace(row.source.line_end)
    return row.source


def _rate(row: Indicator) -> Iterator[Finding]:
    """A completion rate beside actual and target: 44.38 of 47.2 is 94.03%."""
    stated = next((n.split("：", 1)[1] for n in row.notes if re.match("完成(?:度|率)：", n)), None)
    if stated is None or not row.target:
        return
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


def check_sums(rows: list[Indicator]) -> Iterator[Finding]:
    """The teams below a total in the same unit: what they add up to, year by year."""
    for at, total in enumerate(rows):
        if not re.search("总量|总数|合计|总计", total.name) or total.scope:
            continue
        parts = []
        for row in rows[at + 1 :]:
            same = base(Decimal(1), row.unit)[1] == base(Decimal(1), total.unit)[1]
            if row.scope:
                continue
            if not same or re.search("每|占|比|总量|总数", row.name):
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


def check_tables(tables: dict[str, list[Indicator]]) -> Iterator[Finding]:
    """What one table gives as reached in a year and the next one as its starting point."""
    for one, other in _continued(list(tables.values())):
        reached = next((a for a in one.actuals if a.year == other.baseline_year), None)
        value = reached or (one.actuals[-1] if one.actuals else None)
        if value is None or value.value is None or other.baseline is None:
            continue
        a, unit_a = base(value.value, one.unit)
        b, unit_b = base(other.baseline, other.unit)
        likeness = alike(one.name, other.name)
        if likeness < LIKE:
            yield from _perhaps_one(one, value.value, other, likeness)
            continue
        yield from _below(one, value.value, other)
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


def _below(one: Indicator, reached: Decimal, other: Indicator) -> Iterator[Finding]:
    """The aim of the new table against what the old one says was reached."""
    if other.target is None or other.op in ("<=", "<") or FALLING.search(other.name):
        return
    (a, unit_a), (b, unit_b) = base(reached, one.unit), base(other.target, other.unit)
    if unit_a == unit_b and b < a and other.baseline is not None and other.target > other.baseline:
        yield finding("below-reached", [one.source, other.source], name=other.name, a=reached,
                      unit_a=one.unit or "", b=other.target, unit_b=other.unit or "")  # fmt: skip


def _perhaps_one(
    one: Indicator, reached: Decimal, other: Indicator, likeness: float
) -> Iterator[Finding]:
    """Names that share half their letters: one thing where the numbers say so."""
    start = other.baseline or Decimal(0)
    (a, unit_a), (b, unit_b) = base(reached, one.unit), base(start, other.unit)
    where = [one.source, other.source]
    if unit_a != unit_b or not telling(b, other.unit):
        return
    if a == b:
        yield finding("two-names", where, a=one.name, b=other.name, value=start)
    elif likeness >= DOUBTFUL:
        yield finding("baseline-differs", where, "note", name=other.name, a=reached, b=start,
                      unit_a=one.unit or "", unit=other.unit or "", other=one.name)  # fmt: skip


def telling(value: Decimal, unit: str | None) -> bool:
    """Whether a number hardly occurs twice by chance: several digits, and no few pieces."""
    return unit != "%" and (len(format(value.normalize(), "f").replace(".", "").strip("0")) >= 2)


def _continued(tables: list[list[Indicator]]) -> Iterator[tuple[Indicator, Indicator]]:
    """Rows of one table and of a later one with a like name, in the order of the tables."""
    places = [(table, row) for table, rows in enumerate(tables) for row in range(len(rows))]
    names = LikeNames([tables[table][row].name for table, row in places], NEAR)
    pairs = sorted(
        (first, second, one, other)
        for first, one in places
        for second, other in map(places.__getitem__, names.like(tables[first][one].name))
        if first < second
    )
    for first, second, at, place in pairs:
        one, other = tables[first][at], tables[second][place]
        like = alike(one.name, other.name) >= NEAR and same_form(one.name, other.name)
        if like and not one.scope and not other.scope:
            yield one, other
