"""The Excel return as sheets: drawn for a unit, and read back cell by cell. No database here.

Three sheets: reports (a row each), numbers (a row for each report and measure), milestones. The
first row of each is hidden and holds the codes of the columns, so that a return is read in whatever
language its heads are; behind them, on the first sheet, the token of whoever took it along. Only
what is to be filled in is unlocked, and Excel says at once what a cell takes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from io import BytesIO
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.styles import Alignment, Font, PatternFill, Protection
from openpyxl.utils import get_column_letter
from openpyxl.workbook.protection import WorkbookProtection
from openpyxl.worksheet.worksheet import Worksheet

from documents.returns.return_checks import checks_of
from documents.untrusted.archives import check_cells
from documents.untrusted.containers import foreign_parser
from i18n import LANGUAGES, _, mark, speaking
from workflow.rules.refusals import Invalid, Problem
from workflow.rules.reporting.content import FIRMNESS, STATUSES
from workflow.rules.reporting.report_content import TEXTS

MOST_ROWS = 5_000
MOST_COLUMNS = 200
LONGEST_TOKEN = 500
SIGN = "luoshi:"
"""What stands before the token, in its cell."""
ARCHIVE = b"PK\x03\x04"
"""How every xlsx file begins."""


@dataclass(frozen=True)
class ReturnColumn:
    """A column: its code, its head, whether people fill it in, its width, its list of words."""

    code: str
    head: str
    open: bool = False
    width: int = 14
    words: Mapping[str, str] = field(default_factory=dict)


NIL = {"1": mark("yes")}
KEY = ReturnColumn("key", mark("Report number"))
SHEETS: tuple[tuple[str, tuple[ReturnColumn, ...]], ...] = (
    (
        mark("Reports"),
        (
            KEY,
            ReturnColumn("code", mark("Task number"), width=10),
            ReturnColumn("title", mark("Task"), width=36),
            ReturnColumn("status", mark("How the work stands"), True, words=STATUSES),
            ReturnColumn("nil", mark("Nil return"), True, 10, NIL),
            *(ReturnColumn(name, text.label, True, text.width) for name, text in TEXTS.items()),
        ),
    ),
    (
        mark("Numbers"),
        (
            KEY,
            ReturnColumn("code", mark("Task number"), width=10),
            ReturnColumn("measure", mark("Number"), width=8),
            ReturnColumn("metric", mark("Measure"), width=36),
            ReturnColumn("unit", mark("Counted in"), width=10),
            ReturnColumn("target", mark("Target of the year")),
            ReturnColumn("last", mark("Last reported")),
            ReturnColumn("value", mark("Reached"), True),
            ReturnColumn("firmness", mark("How firm"), True, 12, FIRMNESS),
        ),
    ),
    (
        mark("Milestones"),
        (
            KEY,
            ReturnColumn("code", mark("Task number"), width=10),
            ReturnColumn("milestone", mark("Number"), width=8),
            ReturnColumn("title", mark("Milestone or deliverable"), width=40),
            ReturnColumn("due", mark("Due")),
            ReturnColumn("reached", mark("Reached on"), True),
            ReturnColumn("document", mark("Document number"), True, 24),
        ),
    ),
)

_HEAD = PatternFill("solid", fgColor="DCE6F1")
_OPEN = PatternFill("solid", fgColor="FFFDE7")


def draw(rows: Iterable[list[dict[str, str]]], token: str = "") -> bytes:
    """The workbook with these rows on its three sheets; a row is column code → text."""
    book = Workbook()
    book.security = WorkbookProtection(lockStructure=True)
    first: Worksheet | None = book.active
    for (title, columns), content in zip(SHEETS, rows, strict=True):
        sheet = first or book.create_sheet()
        first = None
        sheet.title = _(title)
        _draw_heads(sheet, columns)
        for number, row in enumerate(content, 3):
            for place, column in enumerate(columns, 1):
                cell = sheet.cell(number, place)
                _write(cell, _shown(column, row.get(column.code, "")))
                cell.alignment = Alignment(wrap_text=True, vertical="top")
                if column.open:
                    cell.protection = Protection(locked=False)
                    cell.fill = _OPEN
                    cell.number_format = "@"
        for check in checks_of(columns, len(content) + 2):
            sheet.add_data_validation(check)
        sheet.protection.sheet = True
        sheet.freeze_panes = "D3"
    if token:
        book.worksheets[0].cell(1, len(SHEETS[0][1]) + 1, SIGN + token)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def _draw_heads(sheet: Worksheet, columns: tuple[ReturnColumn, ...]) -> None:
    for place, column in enumerate(columns, 1):
        sheet.cell(1, place, column.code)
        head = sheet.cell(2, place, _(column.head))
        head.font, head.fill = Font(bold=True), _HEAD
        head.alignment = Alignment(wrap_text=True, vertical="center")
        sheet.column_dimensions[get_column_letter(place)].width = column.width
    sheet.row_dimensions[1].hidden = True


def _write(cell: Any, text: str) -> None:
    cell.value = text or None
    if text.startswith("="):
        # Words of a plan, never a formula.
        cell.data_type = "s"


def _shown(column: ReturnColumn, text: str) -> str:
    return _(column.words[text]) if text in column.words else text


@dataclass(frozen=True)
class SheetCell:
    """What stands in one cell, and where: sheet, row and column in words."""

    text: str
    where: str


Row = Mapping[str, SheetCell]


def read(content: bytes) -> tuple[str, list[Row], list[Row], list[Row]]:
    """The token or "", and the rows of the three sheets that are not empty, words as their codes.

    Raises Invalid where this is no such workbook, with a Problem for each word that is not one of
    the list.
    """
    problems: list[Problem] = []
    with foreign_parser():
        check_cells(content)
        book = load_workbook(BytesIO(content), data_only=True)
        found = [_sheet(book.worksheets, columns, problems) for _title, columns in SHEETS]
        token = _token(book.worksheets)
    if problems:
        raise Invalid(mark("{n} cells are to be put right."), tuple(problems), n=len(problems))
    return token, found[0], found[1], found[2]


def _token(sheets: Iterable[Any]) -> str:
    for sheet in sheets:
        for cell in sheet[1]:
            if isinstance(cell.value, str) and cell.value.startswith(SIGN):
                return cell.value.removeprefix(SIGN)[:LONGEST_TOKEN]
    return ""


NOT_ONE = mark("This is no return of this system. Download the form again and fill it in.")


def _sheet(
    sheets: Iterable[Any], columns: tuple[ReturnColumn, ...], problems: list[Problem]
) -> list[Row]:
    codes = [column.code for column in columns]
    for sheet in sheets:
        if sheet.max_row > MOST_ROWS or sheet.max_column > MOST_COLUMNS:
            raise Invalid(
                mark("The sheet “{sheet}” has too many rows or columns."), sheet=sheet.title
            )
        first = [cell.value for cell in sheet[1]] if sheet.max_row else []
        if set(codes) <= set(first):
            break
    else:
        raise Invalid(NOT_ONE)
    rows: list[Row] = []
    for cells in sheet.iter_rows(min_row=3):
        row: dict[str, SheetCell] = {}
        for column in columns:
            cell = cells[first.index(column.code)]
            where = _(
                "{sheet}, row {row}, “{head}” ({cell})",
                sheet=sheet.title, row=cell.row, head=_(column.head), cell=cell.coordinate,
            )  # fmt: skip
            row[column.code] = SheetCell(_code(column, _text(cell.value), where, problems), where)
        if any(cell.text for cell in row.values()):
            rows.append(row)
    return rows


def _text(value: Any) -> str:
    """A cell as text: what Excel made a number or a date is written out exactly."""
    if value is None:
        return ""
    if isinstance(value, datetime | date):
        return value.isoformat()[:10]
    if isinstance(value, float):
        return repr(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    return str(value).strip()


def _code(column: ReturnColumn, text: str, where: str, problems: list[Problem]) -> str:
    if not column.words or not text:
        return text
    for language in LANGUAGES:
        with speaking(language):
            for code, word in column.words.items():
                if text in (code, _(word)):
                    return code
    allowed = "、".join(_(word) for word in column.words.values())
    problems.append(
        Problem(where, mark("“{text}” is not one of: {allowed}"), text=text, allowed=allowed)
    )
    return ""
