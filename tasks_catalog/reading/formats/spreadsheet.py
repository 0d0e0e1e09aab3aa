"""Workbooks and comma separated files: work lists, wherever on the sheet they begin."""

from __future__ import annotations

import csv
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO, StringIO
from typing import Any

from openpyxl import load_workbook

from documents.untrusted.archives import check_cells
from i18n import mark
from tasks_catalog.reading.document import Document, DocumentDraft
from tasks_catalog.reading.formats.text import decode
from workflow.rules.refusals import Refused

MOST_CELLS = 1_000_000


def read_workbook(content: bytes, name: str | None = None) -> Document:
    """An .xlsx file as a document: every sheet that is not hidden, every row one line."""
    check_cells(content)
    workbook = load_workbook(BytesIO(content), data_only=True)
    draft = DocumentDraft()
    for page in workbook.worksheets:
        if page.sheet_state != "visible":
            continue
        if page.max_row * page.max_column > MOST_CELLS:
            raise Refused(
                mark("The sheet “{sheet}” is too large for a work list."), sheet=page.title
            )
        rows = [[_text(cell) for cell in row] for row in page.iter_rows()]
        for area in page.merged_cells.ranges:
            top, left = area.min_row - 1, area.min_col - 1
            for row in rows[top : area.max_row]:
                for at in range(left, min(area.max_col, len(row))):
                    row[at] = rows[top][left]
        add_table(draft, rows, page.title)
    return draft.document(name)


def read_csv(content: bytes, name: str | None = None) -> Document:
    """A .csv file as a document; commas, semicolons or tabs."""
    text = decode(content)
    first = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=first.count)
    draft = DocumentDraft()
    rows = csv.reader(StringIO(text), delimiter=delimiter)
    add_table(draft, [[cell.strip() for cell in row] for row in rows], None)
    return draft.document(name)


def add_table(draft: DocumentDraft, rows: list[list[str]], sheet: str | None) -> None:
    """Add the rows of a sheet.

    Lines that fill one cell or go across all of them above the table are its title.
    """
    begin = 0
    for row in rows:
        filled = {cell for cell in row if cell}
        if len(filled) > 1:
            break
        for words in filled:
            draft.paragraph(words)
        begin += 1
    width = max((at + 1 for row in rows[begin:] for at, cell in enumerate(row) if cell), default=0)
    table = [row[:width] + [""] * (width - len(row)) for row in rows[begin:]]
    draft.table(table, sheet=sheet)


def _text(cell: Any) -> str:
    """What a cell shows."""
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bool):
        return str(value)
    if isinstance(value, int | float):
        number = Decimal(repr(value))
        if "%" in (cell.number_format or ""):
            return f"{(number * 100).normalize():f}%"
        text = format(number, "f")
        return text.removesuffix(".0")
    return str(value).strip()
