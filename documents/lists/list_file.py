"""A list of people or things that comes in as a file: csv or xlsx, the first row naming columns."""

from __future__ import annotations

import csv
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from io import BytesIO, StringIO

from documents.untrusted.archives import check_archive
from documents.untrusted.containers import foreign_parser
from i18n import _, mark
from workflow.rules.refusals import Invalid, Problem
from workflow.rules.time.dates import narrow

MOST_ROWS = 20_000
MOST_COLUMNS = 200
LARGEST = 10_000_000
"""Bytes of a file."""
LONGEST = 200
"""Characters of a cell."""
Words = Mapping[str, tuple[str, ...]]
"""What people write for each code."""


@dataclass(frozen=True)
class ListLine:
    """One row as typed, stripped, by field; `row` is its number in the file, `headings` its own
    columns."""

    row: int
    typed: dict[str, str]
    headings: dict[str, str]

    def __getitem__(self, field: str) -> str:
        return self.typed[field]

    def problem(self, field: str, message: str, /, **fields: object) -> Problem:
        """What is wrong with one cell of the row."""
        where = _("row {row}, column “{column}”", row=self.row, column=self.headings[field])
        return Problem(where, message, **fields)


def read_list(content: bytes, columns: Words, needed: Collection[str]) -> list[ListLine]:
    """The rows of a csv (UTF-8 or GB 18030) or xlsx file that are not empty.

    Raises Invalid where columns are missing or doubled, and Refused for a damaged file. To be run
    apart (documents.untrusted.apart).
    """
    if len(content) > LARGEST:
        raise Invalid(mark("The file is too large."))
    rows = list(_workbook(content) if content.startswith(b"PK") else _text(content))
    if len(rows) > MOST_ROWS:
        raise Invalid(mark("The file has more than {n} rows."), n=MOST_ROWS)
    first, headings = _headings(rows, columns, needed)
    names = {field: heading for field, (_place, heading) in headings.items()}
    lines = []
    for row, cells in rows[first:]:
        padded = [*cells, *[""] * len(headings)]
        typed = {field: padded[place].strip() for field, (place, _heading) in headings.items()}
        if any(typed.values()):
            lines.append(ListLine(row, {field: typed.get(field, "") for field in columns}, names))
    return lines


def code_of(words: Words, typed: str) -> str | None:
    """The code that a typed word stands for."""
    plain = typed.strip().lower()
    return next((code for code, known in words.items() if plain in known), None)


def _headings(
    rows: list[tuple[int, list[str]]], columns: Words, needed: Collection[str]
) -> tuple[int, dict[str, tuple[int, str]]]:
    """Where the headings end, and for each known column its place and heading.

    A title may stand above the headings.
    """
    best: dict[str, tuple[int, str]] = {}
    for number, (_row, cells) in enumerate(rows[:10], 1):
        found: dict[str, tuple[int, str]] = {}
        for place, cell in enumerate(cells):
            heading = narrow(cell).strip().strip("*").lower()
            field = code_of(columns, heading)
            if field in found:
                raise Invalid(mark("The column “{column}” occurs twice."), column=cell.strip())
            if field:
                found[field] = (place, cell.strip())
        if all(field in found for field in needed):
            return number, found
        best = max(best, found, key=len)
    missing = ", ".join(field for field in needed if field not in best)
    raise Invalid(
        mark("These columns are missing: {missing}. The first row names the columns."),
        missing=missing,
    )


def _text(content: bytes) -> Iterator[tuple[int, list[str]]]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        try:
            text = content.decode("gb18030")
        except UnicodeDecodeError:
            raise Invalid(mark("The file is neither an xlsx workbook nor a text file.")) from None
    reader = csv.reader(StringIO(text, newline=""), strict=True)
    try:
        yield from ((reader.line_num, row) for row in reader)
    except csv.Error as error:
        problem = Problem(_("row {row}", row=reader.line_num), "{why}", why=error)
        raise Invalid(mark("The file is no well-formed csv."), (problem,)) from None


def _workbook(content: bytes) -> Iterator[tuple[int, list[str]]]:
    from openpyxl import load_workbook

    check_archive(content)
    with foreign_parser():
        sheet = load_workbook(BytesIO(content), read_only=True, data_only=True).worksheets[0]
        sheet.reset_dimensions()  # what a file says of its own size is not believed
        for number, row in enumerate(sheet.iter_rows(values_only=True), 1):
            if number > MOST_ROWS + 10:
                return
            if len(row) > MOST_COLUMNS:
                raise Invalid(mark("The file has more than {n} columns."), n=MOST_COLUMNS)
            yield number, ["" if cell is None else str(cell) for cell in row]
