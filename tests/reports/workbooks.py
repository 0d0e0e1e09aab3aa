"""The Excel return of the little city's labour bureau, filled in by a program."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO

from openpyxl import Workbook, load_workbook

from little_city import City
from workflow.verbs.returns.return_template import return_template

TEXT = "组织培训三期，新增高技能人才。"


def template(city: City, unit: str = "labour") -> bytes:
    with city.acting(f"{unit}.liaison") as c:
        return return_template(c, unit_id=city.units[unit], period="2021Q1").content


def filled(content: bytes, fill: Callable[[Workbook], None]) -> bytes:
    book = load_workbook(BytesIO(content))
    fill(book)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def rows(book: Workbook, sheet: int) -> dict[str, int]:
    """Task code → row."""
    page = book.worksheets[sheet]
    return {str(page.cell(n, 2).value): n for n in range(3, page.max_row + 1)}


def put(book: Workbook, sheet: int, code: str, column: str, value: object) -> None:
    page = book.worksheets[sheet]
    heads = [cell.value for cell in page[1]]
    page.cell(rows(book, sheet)[code], heads.index(column) + 1, value)


def everything(book: Workbook) -> None:
    for code in ("1.1", "1.2"):
        put(book, 0, code, "status", "正常推进")
        put(book, 0, code, "text", TEXT)
    put(book, 1, "1.1", "value", 25.0)
    put(book, 1, "1.1", "firmness", "核定")
    put(book, 2, "1.2", "reached", "2021年3月12日")
    put(book, 2, "1.2", "document", "1号")
