"""Tables of indicators: how the last plan went, what this one promises; and goals in the prose."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from tasks_catalog.model import Actual, Indicator, SourcePlace
from tasks_catalog.reading.dates.plan_years import FIVE_YEARS, PlanYears
from tasks_catalog.reading.document import DocumentTable, TableRow
from tasks_catalog.reading.outline.tree import Passage
from tasks_catalog.reading.quantities.measures import find
from tasks_catalog.reading.quantities.quantity_words import COUNTED
from tasks_catalog.reading.tables.values import read_value
from tasks_catalog.reading.words import flat, tidy

NAME = re.compile(r"(?:主要|二级|三级|具体|核心)?指标(?:名称|内容)?|名称|项目")
CATEGORY = re.compile(r"(?:一级指标|类别|类型|分类|领域|维度|指标类别)")
UNIT = re.compile(r"(?:计量)?单位")
NUMBER_HEAD = re.compile(r"序号|编号")
TARGET = re.compile(r"目标|规划|预期值|要求|力争")
DEGREE = re.compile(
    r"完成度|完成率|完成比例|达成率|是否|进度|年均|增长|属性|性质|责任|牵头|数据来源|备注"
)
VALUE_HEAD = re.compile(r"20\d\d|目标|基数|基期|完成|现状|实际|预计|情况|“?十[二三四五六]五")
YEAR = re.compile(r"20\d\d")
UNIT_IN_NAME = re.compile(
    rf"^(?P<name>.+?)[（(](?P<unit>(?:[十百千]?[万亿]{{0,2}}(?:{COUNTED})|%|‰|(?:[万亿]{{1,2}})?元)"
    rf"(?:/.{{1,6}})?|万套|人年/万人|万元/人)[）)]$"
)


@dataclass(frozen=True)
class _IndicatorLayout:
    """Which column holds what; years by column."""

    name: int
    unit: int | None
    number: int | None
    category: int | None
    baseline: int | None
    target: int | None
    actuals: tuple[int, ...]
    degree: int | None
    years: dict[int, int | None]
    width: int
    begin: int


def is_indicator_table(table: DocumentTable) -> bool:
    """Whether a table lists indicators with values of years."""
    return _layout(table, PlanYears()) is not None


def read_table(table: DocumentTable, calendar: PlanYears) -> Iterator[Indicator]:
    """The rows of a table of indicators, in order; a second scope in a cell is a row of its own."""
    layout = _layout(table, calendar)
    if layout is None:
        return
    heads = {_key(row.cells) for row in table.rows[: layout.begin]}
    category: str | None = None
    notes = tuple(table.notes)
    for row in table.rows[layout.begin :]:
        if _key(row.cells) in heads or re.match(r"\s*(?:注|备注)[：:]", flat(row.cells[0])):
            continue
        cells = [""] * (layout.width - len(row.cells)) + list(row.cells)
        shift = len(cells) - len(row.cells)
        category = _category(cells, layout) or category
        made = _indicator(table, row, cells, layout, category, shift, notes)
        if made:
            yield made[0]
            yield from made[1:]


def _key(cells: tuple[str, ...]) -> str:
    return "|".join(filter(None, (re.sub(r"\s", "", cell) for cell in cells)))


def _heads(table: DocumentTable, width: int) -> tuple[list[str], int] | None:
    """One head a column, heads of two rows put together; and the first row below them."""
    first = [re.sub(r"\s", "", flat(cell)) for cell in table.rows[0].cells]
    begin = 1
    second: list[str] = []
    if len(table.rows) > 1:
        second = [re.sub(r"\s", "", flat(cell)) for cell in table.rows[1].cells]
    sub = len(second) == len(first) and not any(
        re.fullmatch(r"[*<>≥≤]?-?\d+(?:\.\d+)?%?", cell) and not YEAR.fullmatch(cell)
        for cell in second
    )
    if sub and sum(bool(VALUE_HEAD.search(cell)) for cell in second) >= 2:
        begin, joined, above = 2, [], ""
        for high, low in zip(first, second, strict=True):
            above = high or (above if low else "")
            joined.append(above if low in ("", above) else above + low)
        first = joined
    while len(first) < width or (not first[-1] and _wider(table, begin, len(first))):
        if not first[-1]:
            first.pop()
        first.insert(0, "")
        if len(first) >= width and first[-1]:
            break
    return first, begin


def _wider(table: DocumentTable, begin: int, width: int) -> bool:
    """Whether the rows below fill a column that has no head: the heads are set too far left."""
    filled = [
        row for row in table.rows[begin:] if len(row.cells) == width and row.cells[-1].strip()
    ]
    return len(filled) * 2 > len(table.rows) - begin


def _layout(table: DocumentTable, calendar: PlanYears) -> _IndicatorLayout | None:
    if len(table.rows) < 2:
        return None
    width = max(len(row.cells) for row in table.rows)
    found = _heads(table, width)
    if found is None:
        return None
    heads, begin = found
    names = [at for at, head in enumerate(heads) if NAME.fullmatch(head)]
    values = [
        at
        for at, head in enumerate(heads)
        if VALUE_HEAD.search(head) and not DEGREE.search(head) and at not in names
    ]
    if not names or not values or not any("指标" in head for head in [*heads, table.title or ""]):
        return None
    years = {at: _year_of(heads[at]) for at in values}
    targets = [at for at in values if TARGET.search(heads[at])] or [
        at
        for at in values
        if years[at] and years[at] == max(filter(None, years.values()), default=0)
    ][:1]
    target = max(targets, key=lambda at: years[at] or 0) if targets else None
    if target is not None and years[target] is None:
        years[target] = _year_of_title(table, calendar)
    others = sorted((at for at in values if at not in targets), key=lambda at: years[at] or 9999)
    for at in others:
        if years[at] is None:
            years[at] = years.get(target) if target is not None else None
    one = {
        name: next((at for at, head in enumerate(heads) if pattern.fullmatch(head)), None)
        for name, pattern in (("unit", UNIT), ("number", NUMBER_HEAD), ("category", CATEGORY))
    }
    return _IndicatorLayout(
        name=names[-1], baseline=others[0] if others else None, target=target,
        actuals=tuple(others[1:]), years=years, width=len(heads), begin=begin, **one,
        degree=next((at for at, head in enumerate(heads) if re.search("完成[度率]", head)), None),
    )  # fmt: skip


def _year_of(head: str) -> int | None:
    found = YEAR.findall(head)
    if found:
        return int(found[-1])
    plan = re.search("十[二三四五六]五", head)
    return FIVE_YEARS[plan[0]] if plan and re.search("目标|末|规划", head) else None


def _year_of_title(table: DocumentTable, calendar: PlanYears) -> int | None:
    plan = re.search("十[二三四五六]五", table.title or "")
    return FIVE_YEARS[plan[0]] if plan else calendar.last_year


def _category(cells: list[str], layout: _IndicatorLayout) -> str | None:
    """The heading to the left of a group of rows."""
    columns = [layout.category] if layout.category is not None else list(range(layout.name))
    for at in columns:
        words = tidy(cells[at]) if at is not None and at < len(cells) else ""
        if words and not re.fullmatch(r"[\d.（）()]+", words):
            return words
    return None


def _indicator(
    table: DocumentTable,
    row: TableRow,
    cells: list[str],
    layout: _IndicatorLayout,
    category: str | None,
    shift: int,
    notes: tuple[str, ...],
) -> list[Indicator]:
    words = tidy(cells[layout.name])
    target_cell = cells[layout.target] if layout.target is not None else ""
    target = read_value(target_cell)
    values = {
        at: read_value(cells[at]) for at in (layout.baseline, *layout.actuals) if at is not None
    }
    if not words or (target.value is None and not any(v.value is not None for v in values.values())
                     and not tidy(target_cell)):  # fmt: skip
        return []
    number, name, unit = _name(words, cells, layout)
    base = values.get(layout.baseline) if layout.baseline is not None else None
    actuals = tuple(
        Actual(layout.years[at], values[at].value)
        for at in layout.actuals
        if values[at].value is not None
    )
    marked = any(v.preliminary for v in (target, *values.values()))
    made = Indicator(
        name=name,
        table=table.title or "",
        no=number,
        category=category,
        unit=unit,
        baseline_year=layout.years[layout.baseline] if layout.baseline is not None else None,
        baseline=base.value if base else None,
        target_year=layout.years[layout.target] if layout.target is not None else None,
        target=target.value,
        target_max=target.high,
        op=target.op or ("=" if target.value is not None else None),
        actual_year=actuals[-1].year if actuals else None,
        actual=actuals[-1].value if actuals else None,
        actuals=actuals,
        target_text=tidy(target_cell) or None,
        notes=(*_own_notes(cells, layout, marked=marked), *notes),
        source=replace(row.source, line=row.line(layout.name - shift)) if row.lines else row.source,
    )
    if not target.second:
        return [made]
    second = replace(
        made,
        scope=target.scope or "",
        target=target.second,
        baseline=base.second if base else None,
        actual=None,
        actuals=(),
        actual_year=None,
    )
    seconds = [values[at].second for at in layout.actuals]
    if seconds and seconds[-1] is not None:
        last = layout.years[layout.actuals[-1]]
        second = replace(
            second, actual=seconds[-1], actual_year=last, actuals=(Actual(last, seconds[-1]),)
        )
    return [made, second]


def _own_notes(cells: list[str], layout: _IndicatorLayout, *, marked: bool) -> Iterator[str]:
    """A mark for preliminary values and the rate of completion, where the row has them."""
    if marked:
        yield "*"
    if layout.degree is not None and tidy(cells[layout.degree]):
        yield f"完成度：{flat(tidy(cells[layout.degree]))}"


def _name(
    words: str, cells: list[str], layout: _IndicatorLayout
) -> tuple[int | None, str, str | None]:
    """Number, name and unit, which may all stand in one cell: 3 经营管理人才（万人）."""
    raw = cells[layout.name].strip()
    number = None
    if layout.number is not None and re.fullmatch(r"\d{1,3}", tidy(cells[layout.number])):
        number = int(tidy(cells[layout.number]))
    elif match := re.match(r"(\d{1,3})[\s.、]+(?=\D)", raw):
        number, words = int(match[1]), tidy(raw[match.end() :])
    unit = tidy(cells[layout.unit]) if layout.unit is not None else ""
    inside = UNIT_IN_NAME.match(words)
    if inside and not unit:
        words, unit = inside["name"].strip(), inside["unit"]
    return number, words, unit or None


def goals(nodes: list[Passage], calendar: PlanYears) -> Iterator[Indicator]:
    """The numbers that the goals in the prose promise for the whole plan."""
    for node in nodes:
        for found in find(node.text or node.title, calendar):
            measure = found.measure
            yield Indicator(
                name=measure.metric,
                unit=measure.unit or None,
                target_year=measure.by_year,
                target=measure.value,
                target_max=measure.value_max,
                op=measure.op,
                relative=measure.relative,
                kind=measure.kind,
                firm=measure.firm,
                target_text=measure.text,
                source=SourcePlace(node.source.line, node.source.line_end, node.source.page),
            )
