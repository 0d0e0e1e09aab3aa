"""The file in which people and their roles come in: csv or xlsx, one row a person and role."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from io import BytesIO, StringIO

from documents.untrusted.archives import check_archive
from documents.untrusted.containers import foreign_parser
from i18n import _, mark
from workflow.rules.refusals import Invalid, Problem
from workflow.rules.time.dates import narrow

COLUMNS = {
    "email": ("email", "e-mail", "mail", "邮箱", "电子邮箱", "邮箱地址"),
    "name": ("name", "姓名", "名字"),
    "unit": ("unit", "单位", "单位名称", "所在单位", "部门"),
    "role": ("role", "角色", "身份"),
    "language": ("language", "语言"),
    "phone": ("phone", "telephone", "电话", "联系电话", "手机", "手机号"),
}
NEEDED = ("email", "name", "unit", "role")
ROLE_WORDS = {
    "liaison": ("liaison", "联络员"),
    "deputy_head": ("deputy_head", "deputy head", "分管领导"),
    "head": ("head", "head of unit", "主要领导"),
    "reviewer": ("reviewer", "审核人", "审核人（人才办）", "人才办"),
    "leader": ("leader", "city leader", "市领导", "领导"),
    "administrator": ("administrator", "管理员"),
    "system_administrator": ("system_administrator", "system administrator", "系统管理员"),
    "security_administrator": ("security_administrator", "security administrator", "安全管理员"),
    "auditor": ("auditor", "审计管理员", "审计员"),
}
LANGUAGE_WORDS = {"zh": ("zh", "中文", "chinese"), "en": ("en", "英文", "english")}
MOST_ROWS = 20_000
MOST_COLUMNS = 200
LARGEST = 10_000_000
"""Bytes of a file."""
LONGEST = 200
"""Characters of a cell."""


@dataclass(frozen=True)
class PeopleLine:
    """One row as typed, stripped; `row` is its number in the file, `headings` its own columns."""

    row: int
    email: str
    name: str
    unit: str
    role: str
    language: str
    phone: str
    headings: dict[str, str]

    def problem(self, field: str, message: str, /, **fields: object) -> Problem:
        """What is wrong with one cell of the row."""
        where = _("row {row}, column “{column}”", row=self.row, column=self.headings[field])
        return Problem(where, message, **fields)


def read_lines(content: bytes) -> list[PeopleLine]:
    """The rows of a csv (UTF-8 or GB 18030) or xlsx file that are not empty.

    Raises Invalid where columns are missing or doubled, and Refused for a damaged file. To be run
    apart (documents.untrusted.apart).
    """
    if len(content) > LARGEST:
        raise Invalid(mark("The file is too large."))
    rows = list(_workbook(content) if content.startswith(b"PK") else _text(content))
    if len(rows) > MOST_ROWS:
        raise Invalid(mark("The file has more than {n} rows."), n=MOST_ROWS)
    first, headings = _headings(rows)
    lines = []
    for row, cells in rows[first:]:
        padded = [*cells, *[""] * len(headings)]
        typed = {field: padded[place].strip() for field, (place, _heading) in headings.items()}
        if any(typed.values()):
            names = {field: heading for field, (_place, heading) in headings.items()}
            given = {field: typed.get(field, "") for field in COLUMNS}
            lines.append(PeopleLine(row, headings=names, **given))
    return lines


def code_of(words: Mapping[str, tuple[str, ...]], typed: str) -> str | None:
    """The code that a typed word stands for."""
    plain = typed.strip().lower()
    return next((code for code, known in words.items() if plain in known), None)


def _headings(rows: list[tuple[int, list[str]]]) -> tuple[int, dict[str, tuple[int, str]]]:
    """Where the headings end, and for each known column its place and heading.

    A title may stand above the headings.
    """
    best: dict[str, tuple[int, str]] = {}
    for number, (_row, cells) in enumerate(rows[:10], 1):
        found: dict[str, tuple[int, str]] = {}
        for place, cell in enumerate(cells):
            heading = narrow(cell).strip().strip("*").lower()
            field = code_of(COLUMNS, heading)
            if field in found:
                raise Invalid(mark("The column “{column}” occurs twice."), column=cell.strip())
            if field:
                found[field] = (place, cell.strip())
        if all(field in found for field in NEEDED):
            return number, found
        best = max(best, found, key=len)
    missing = ", ".join(field for field in NEEDED if field not in best)
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
