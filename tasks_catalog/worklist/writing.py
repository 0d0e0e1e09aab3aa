"""The xlsx work list, out: how a catalogue travels to people who fill it in outside."""

from __future__ import annotations

from decimal import Decimal
from io import BytesIO
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from documents.timeless import timeless
from i18n import mark
from tasks_catalog.model import SCHEMA, Catalogue
from tasks_catalog.plain import json_text, to_plain
from tasks_catalog.worklist.cells import join_names
from tasks_catalog.worklist.sheets import (
    DEADLINES,
    DELIVERABLES,
    MEASURES,
    MOST_ROWS,
    SHEETS,
    STAMP,
    Row,
    WorkListColumn,
    WorkListSheet,
)  # fmt: skip
from workflow.rules.assignments import AssignmentRole
from workflow.rules.refusals import Refused

LONGEST_CELL = 32_767  # characters, Excel's own limit
NESTED = (MEASURES.part, DEADLINES.part, DELIVERABLES.part)


def write_workbook(catalogue: Catalogue, stamp: Row | None = None) -> bytes:
    """The catalogue as a work list; the same catalogue gives the same bytes.

    `stamp` says of which working copy it is (see `sheets.STAMP`).
    """
    plain = to_plain(catalogue)
    rows: dict[str, list[Row]] = {sheet.part: [] for sheet in SHEETS}
    rows["plan"] = [{"schema": SCHEMA, **plain["plan"]}]
    rows["units"] = _units_used(plain)
    for part in ("items", "indicators", "findings", "tasks"):
        rows[part] = [_flat(entry) for entry in plain[part]]
    for owner, entries in (("item", plain["items"]), ("task", plain["tasks"])):
        for entry in entries:
            for part in NESTED:
                rows[part] += [{owner: entry["code"], **row} for row in entry.get(part, ())]
    workbook = Workbook()
    for empty in workbook.worksheets:
        workbook.remove(empty)
    for sheet in SHEETS:
        _write_sheet(workbook.create_sheet(sheet.name), sheet, rows[sheet.part])
    if stamp is not None:
        _write_sheet(workbook.create_sheet(STAMP.name), STAMP, [stamp])
    written = BytesIO()
    workbook.save(written)
    return timeless(written.getvalue())


def _flat(entry: Row) -> Row:
    """One row of cells: a unit's role becomes its column, a place its own columns."""
    flat = dict(entry)
    for name, value in (entry.get("source") or {}).items():
        flat[f"source.{name}"] = value
    for role in AssignmentRole:
        flat[role] = [u["written"] for u in entry.get("units", ()) if u["role"] == role]
    return flat


def _units_used(plain: Row) -> list[Row]:
    """The catalogue's units with every unit and every spelling that its tasks use."""
    units = {unit["name"]: {**unit, "aliases": list(unit["aliases"])} for unit in plain["units"]}
    for used in (unit for task in plain["tasks"] for unit in task["units"]):
        unit = units.setdefault(
            used["name"], {"name": used["name"], "aliases": [], "group": used["group"]}
        )
        if used["written"] != used["name"] and used["written"] not in unit["aliases"]:
            unit["aliases"].append(used["written"])
    return list(units.values())


def _write_sheet(page: Any, sheet: WorkListSheet, rows: list[Row]) -> None:
    for place, column in enumerate(sheet.columns, 1):
        head = page.cell(1, place, column.head)
        head.font = Font(bold=True)
        head.fill = PatternFill("solid", fgColor="E8EEF6")
        page.column_dimensions[get_column_letter(place)].width = column.width
        if column.words:
            choice = DataValidation(
                "list", formula1=f'"{",".join(column.words)}"', allow_blank=True
            )
            choice.add(f"{get_column_letter(place)}2:{get_column_letter(place)}{MOST_ROWS}")
            page.add_data_validation(choice)
    for number_, row in enumerate(rows, 2):
        for place, column in enumerate(sheet.columns, 1):
            _write_cell(page.cell(number_, place), column, row.get(column.field))
    page.freeze_panes = "A2"
    page.auto_filter.ref = f"A1:{get_column_letter(len(sheet.columns))}{len(rows) + 1}"


def _write_cell(cell: Any, column: WorkListColumn, value: Any) -> None:
    cell.alignment = Alignment(vertical="top", wrap_text=True)
    if column.form in ("number", "whole", "date"):
        cell.value = _exact(value) if isinstance(value, Decimal) else value
        if column.form == "date":
            cell.number_format = "yyyy-mm-dd"
        return
    text = _cell_text(column, value)
    if len(text) > LONGEST_CELL:
        raise Refused(mark("A text is too long for a cell of Excel; export YAML instead."))
    cell.number_format = "@"
    if text:
        cell.value = text
        cell.data_type = "s"  # never a formula, whatever the text begins with


def _exact(value: Decimal) -> int | float | str:
    """A number where Excel keeps it digit by digit, else its text."""
    text = format(value, "f")
    if len(value.as_tuple().digits) > 15:
        return text
    kept = int(text) if text.lstrip("-").isdigit() else float(text)
    return kept if repr(kept) == text else text


def _cell_text(column: WorkListColumn, value: Any) -> str:
    if column.words:
        return next((word for word, code in column.words.items() if code == value), "")
    if not value:
        return ""
    match column.form:
        case "names":
            return join_names(value)
        case "lines":
            return "\n".join(value)
        case "values":
            return json_text(value)
        case "actuals":
            return "；".join(f"{_shown(a['year'])}={_shown(a['value'])}" for a in value)
    return str(value).strip()


def _shown(value: Any) -> str:
    return "" if value is None else format(value, "f") if isinstance(value, Decimal) else str(value)
