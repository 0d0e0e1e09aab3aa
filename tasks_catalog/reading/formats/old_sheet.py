"""Old and open sheets (xls, et, ods), by calamine; no other program is needed."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any

from python_calamine import CalamineSheet, CalamineWorkbook, PasswordError, SheetVisibleEnum

from i18n import mark
from tasks_catalog.reading.document import Document, DocumentDraft
from tasks_catalog.reading.formats.office import convert
from tasks_catalog.reading.formats.spreadsheet import MOST_CELLS, add_table, read_workbook
from workflow.rules.refusals import Refused


class _Share(Exception):
    """A number below one may be a share in per cent: its format says so, and is not read here."""


def read_old_sheet(content: bytes, name: str) -> Document:
    """A sheet as a document, every visible sheet, every row one line.

    Where a number may be a share, LibreOffice reads the file. Raises Refused where it is not.
    """
    try:
        return _read(content, name)
    except _Share:
        made, _suffix = convert(content, Path(name).suffix.lower() or ".xls")
        return read_workbook(made, name)


def _read(content: bytes, name: str) -> Document:
    try:
        workbook = CalamineWorkbook.from_filelike(BytesIO(content))
    except PasswordError as error:
        raise Refused(
            mark("The file is protected by a password; remove the protection and try again.")
        ) from error
    draft = DocumentDraft()
    for told in workbook.sheets_metadata:
        if told.visible is SheetVisibleEnum.Visible:
            sheet = workbook.get_sheet_by_name(told.name)
            if sheet.total_height * sheet.total_width > MOST_CELLS:
                raise Refused(
                    mark("The sheet “{sheet}” is too large for a work list."), sheet=told.name
                )
            add_table(draft, _rows(sheet), told.name)
    return draft.document(name)


def _rows(sheet: CalamineSheet) -> list[list[str]]:
    rows = [[_text(value) for value in row] for row in sheet.to_python(skip_empty_area=False)]
    for (top, left), (bottom, right) in sheet.merged_cell_ranges or ():
        for row in rows[top : bottom + 1]:
            for at in range(left, min(right + 1, len(row))):
                row[at] = rows[top][left]
    return rows


def _text(value: Any) -> str:
    """What a cell shows."""
    if isinstance(value, float):
        if 0 < abs(value) < 1:
            raise _Share
        return format(Decimal(repr(value)), "f").removesuffix(".0")
    if isinstance(value, datetime):
        return value.date().isoformat()
    return value.isoformat() if isinstance(value, date) else str(value).strip()
