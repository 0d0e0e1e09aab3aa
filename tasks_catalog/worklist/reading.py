"""The xlsx work list, in: what people filled in outside, checked cell by cell.

Columns may stand in any order, below a title or not. Whatever cannot be taken is named with sheet,
row and column, all of it at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from io import BytesIO
from typing import Any

from openpyxl import load_workbook

from documents.untrusted.archives import check_archive
from documents.untrusted.containers import foreign_parser
from i18n import _, mark
from tasks_catalog.worklist.cells import UnreadableCell, read_cell
from tasks_catalog.worklist.sheets import (
    DEADLINES,
    DELIVERABLES,
    ITEMS,
    MEASURES,
    MOST_ROWS,
    PLAN,
    REMARK,
    SHEETS,
    TASKS,
    UNITS,
    Row,
    WorkListColumn,
    WorkListSheet,
)  # fmt: skip
from workflow.rules.assignments import AssignmentRole
from workflow.rules.refusals import Invalid, Problem


def is_work_list(content: bytes) -> bool:
    """Whether a zipped file is a workbook with the sheets of a work list."""
    if "xl/workbook.xml" not in check_archive(content):
        return False
    with foreign_parser():
        names = load_workbook(BytesIO(content), read_only=True).sheetnames
    return PLAN.name in names and TASKS.name in names


def read_workbook(content: bytes) -> Row | None:
    """The plain catalogue in a work list; None if the workbook is none. Raises Invalid."""
    if not is_work_list(content):
        return None
    problems: list[Problem] = []
    rows: dict[str, list[Row]] = {}
    with foreign_parser():
        workbook = load_workbook(BytesIO(content), read_only=True, data_only=True)
        for sheet in SHEETS:
            cells: Iterable[tuple[Any, ...]] = ()
            if sheet.name in workbook.sheetnames:
                cells = workbook[sheet.name].iter_rows(values_only=True, max_row=MOST_ROWS)
            rows[sheet.part] = list(read_sheet(sheet, cells, problems))
    plain = _assemble(rows, problems)
    if problems:
        raise Invalid(mark("The work list cannot be taken."), tuple(problems))
    return plain


def read_sheet(
    sheet: WorkListSheet, cells: Iterable[tuple[Any, ...]], problems: list[Problem]
) -> Iterator[Row]:
    """The rows of a sheet below its heads, each with its number as `_row`."""
    known = {column.head: column for column in sheet.columns}
    columns: list[tuple[int, WorkListColumn]] = []
    for row_number, cells_of_row in enumerate(cells, 1):
        words = [str(cell).strip() if cell is not None else "" for cell in cells_of_row]
        if not columns:
            if sum(word in known for word in words) >= 2 or row_number == 5:
                columns = [(at, known[word]) for at, word in enumerate(words) if word in known]
                problems += _head_problems(sheet, words, row_number)
            continue
        if not any(words):
            continue
        row: Row = {"_row": row_number}
        for at, column in columns:
            cell = cells_of_row[at] if at < len(cells_of_row) else None
            try:
                row[column.field] = read_cell(column, cell)
            except UnreadableCell as error:
                problems.append(
                    _problem(sheet, row_number, column.head, error.message, **error.fields)
                )
        for _at, column in columns:
            if (
                column.needed
                and row.get(column.field, 0) in (None, "")
                and not _may_lack(row, column)
            ):
                problems.append(
                    _problem(sheet, row_number, column.head, mark("this must not be empty"))
                )
        yield row


def _may_lack(row: Row, column: WorkListColumn) -> bool:
    return column.field == "value" and bool(row.get("relative"))


def _head_problems(sheet: WorkListSheet, words: list[str], row_number: int) -> Iterator[Problem]:
    heads = [column.head for column in sheet.columns]
    for column in sheet.columns:
        if column.needed and column.head not in words:
            yield _problem(sheet, row_number, column.head, mark("this column is missing"))
    for word in words:
        if word and word not in heads and word != REMARK:
            message = mark("this column is not known; rename it to “{remark}” or remove it")
            yield Problem(_where(sheet, row_number, word), message, remark=REMARK)
        if word and words.count(word) > 1:
            yield _problem(sheet, row_number, word, mark("this column occurs twice"))


def _where(sheet: WorkListSheet, row: int, column: str) -> str:
    return _(
        "sheet “{sheet}”, row {row}, column “{column}”", sheet=sheet.name, row=row, column=column
    )


def _problem(
    sheet: WorkListSheet, row: int, column: str, message: str, **fields: object
) -> Problem:
    return Problem(_where(sheet, row, column), message, **fields)


# ---- from rows to the catalogue -------------------------------------------------------------


def _assemble(rows: dict[str, list[Row]], problems: list[Problem]) -> Row:
    units = [_kept(row) for row in rows["units"]]
    names = {alias: unit for unit in units for alias in unit.get("aliases") or ()}
    names |= {unit["name"]: unit for unit in units if unit.get("name")}
    owners: dict[str, dict[str, Row]] = {"item": {}, "task": {}}
    for owner, part in (("item", "items"), ("task", "tasks")):
        for row in rows[part]:
            owners[owner].setdefault(str(row.get("code")), row)
    for sheet in (MEASURES, DEADLINES, DELIVERABLES):
        for row in rows[sheet.part]:
            owner = "task" if row.get("task") else "item"
            above = owners[owner].get(str(row.get(owner)))
            if above is None:
                head = TASKS.columns[0].head if owner == "task" else ITEMS.columns[0].head
                problems.append(_no_such(sheet, row, head, row.get(owner)))
            else:
                above.setdefault(sheet.part, []).append(_kept(row, without=("task", "item")))
    for row in rows["tasks"]:
        row["units"] = list(_units_of(row, names, problems))
    plan = _kept(rows["plan"][0]) if rows["plan"] else {}
    return {
        "schema": plan.pop("schema", None), "plan": plan, "units": units,
        **{part: [_kept(row, tuple(AssignmentRole)) for row in rows[part]]
           for part in ("items", "tasks", "indicators", "findings")},
    }  # fmt: skip


def _no_such(sheet: WorkListSheet, row: Row, head: str, code: Any) -> Problem:
    return _problem(sheet, row["_row"], head, mark("there is no “{text}”"), text=code or "")


def _units_of(row: Row, names: dict[str, Row], problems: list[Problem]) -> Iterator[Row]:
    heads = {column.field: column.head for column in TASKS.columns}
    for role in AssignmentRole:
        for written in row.get(role) or ():
            unit = names.get(written)
            if unit is None:
                message = mark("the sheet “{units}” does not know “{text}”; correct it or add it")
                where = (TASKS, row["_row"], heads[role])
                problems.append(_problem(*where, message, text=written, units=UNITS.name))
                continue
            group = bool(unit.get("group"))
            yield {"name": unit["name"], "written": written, "role": role, "group": group}


def _kept(row: Row, without: tuple[str, ...] = ()) -> Row:
    """The fields that have a value, the place put together again."""
    kept = {
        name: value for name, value in row.items()
        if value is not None and name != "_row" and name not in without and "." not in name
    }  # fmt: skip
    place = {name[7:]: value for name, value in row.items() if name.startswith("source.")}
    place = {name: value for name, value in place.items() if value is not None}
    if place:
        kept["source"] = place
    if "metric" in row:
        kept.setdefault("value", None)
    return kept
