"""A working copy as an xlsx work list: out with its stamp, and back with the place of every row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from openpyxl import load_workbook

from documents.untrusted.containers import foreign_parser
from i18n import _, mark
from tasks_catalog.exchange import load
from tasks_catalog.model import Catalogue
from tasks_catalog.worklist.reading import is_work_list, read_sheet
from tasks_catalog.worklist.sheets import (
    DEADLINES,
    DELIVERABLES,
    ITEMS,
    MEASURES,
    MOST_ROWS,
    PLAN,
    SHEETS,
    STAMP,
    TASKS,
    UNITS,
    WorkListSheet,
)
from tasks_catalog.worklist.writing import write_workbook
from workflow.rules.refusals import Invalid, Problem

NO_COPY = mark("This is no work list that was exported from a working copy here. Export it anew.")
_NESTED = {sheet.part: sheet for sheet in (MEASURES, DEADLINES, DELIVERABLES)}
_KEYS = {"tasks": "code", "items": "code", "units": "name"}
_KINDS = {"item": ITEMS, "unit": UNITS, "task": TASKS}


@dataclass(frozen=True)
class ReturnedWorkList:
    """What came back: of which copy it is, at which revision it went out.

    `rows`: (part of the catalogue, code or name of the owner) → number of the row.
    """

    catalogue: Catalogue
    copy_id: int
    revision: int
    rows: Mapping[tuple[str, str], int]

    def where(self, kind: str, key: str, field: str) -> str:
        """The place of a task's, item's, unit's or the head's field, as people find it: sheet, row
        and column. Without the row where it is gone."""
        sheet = _NESTED.get(field) or _KINDS.get(kind, PLAN)
        part = sheet.part if kind == "task" or field not in _NESTED else f"item {sheet.part}"
        row = self.rows.get((part, key)) or self.rows.get((_KINDS.get(kind, PLAN).part, key))
        column = _column(sheet, field)
        if row is None or kind not in _KINDS:
            return _("sheet “{sheet}”, column “{column}”", sheet=sheet.name, column=column)
        return _(
            "sheet “{sheet}”, row {row}, column “{column}”",
            sheet=sheet.name,
            row=row,
            column=column,
        )


def _column(sheet: WorkListSheet, field: str) -> str:
    named = "lead" if field == "units" else field
    return next((c.head for c in sheet.columns if c.field == named), sheet.columns[0].head)


def write_copy(catalogue: Catalogue, copy_id: int, revision: int) -> bytes:
    """A working copy's catalogue as a work list that can be taken back."""
    return write_workbook(catalogue, {"copy_id": copy_id, "revision": revision})


def read_copy(content: bytes) -> ReturnedWorkList:
    """A work list that came back. Raises Invalid with sheet, row and column of every problem."""
    if not content.startswith(b"PK") or not is_work_list(content):
        raise Invalid(NO_COPY)
    rows: dict[tuple[str, str], int] = {}
    stamp: dict[str, Any] = {}
    with foreign_parser():
        workbook = load_workbook(BytesIO(content), read_only=True, data_only=True)
        for sheet in (*SHEETS, STAMP):
            if sheet.name not in workbook.sheetnames:
                continue
            cells = workbook[sheet.name].iter_rows(values_only=True, max_row=MOST_ROWS)
            # What is wrong with a cell is said when the catalogue is loaded.
            for row in read_sheet(sheet, cells, []):
                if sheet is STAMP:
                    stamp = stamp or row
                else:
                    rows.setdefault(_owner(sheet, row), row["_row"])
    if not isinstance(stamp.get("copy_id"), int) or not isinstance(stamp.get("revision"), int):
        raise Invalid(NO_COPY, (Problem(STAMP.name, mark("the copy's number is missing")),))
    return ReturnedWorkList(load(content), stamp["copy_id"], stamp["revision"], rows)


def _owner(sheet: WorkListSheet, row: dict[str, Any]) -> tuple[str, str]:
    if sheet.part in _NESTED:
        owner = row.get("task")
        return (sheet.part, str(owner)) if owner else (f"item {sheet.part}", str(row.get("item")))
    return sheet.part, str(row.get(_KEYS.get(sheet.part, ""), ""))
