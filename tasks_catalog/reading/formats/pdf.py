"""PDF files with a text layer, by pdfplumber: lines into paragraphs, tables, no page feet."""

from __future__ import annotations

import logging
import re
from collections import Counter
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import pdfplumber
from pdfminer.pdfdocument import PDFPasswordIncorrect
from pdfplumber.utils.exceptions import PdfminerException

from i18n import mark
from tasks_catalog.reading.document import Document, DocumentDraft
from tasks_catalog.reading.words import usual_characters
from workflow.rules.refusals import Refused

logging.getLogger("pdfminer").setLevel(logging.ERROR)  # it complains of every odd font
MOST_PAGES = 600
PAGE_NUMBER = re.compile(r"[-—–\s第]*\d{1,4}[-—–\s页]*(?:[/共]\s*\d{1,4}\s*页?)?")
EDGE = 0.09  # of a page's height: where heads and feet stand


@dataclass(frozen=True)
class _Line:
    text: str
    left: float
    right: float
    top: float
    size: float
    height: float  # of the page


def read_pdf(content: bytes, name: str | None = None) -> Document:
    """A PDF file as a document. Raises Refused for a scan, a protected or an endless one."""
    try:
        with pdfplumber.open(BytesIO(content)) as file:
            if len(file.pages) > MOST_PAGES:
                raise Refused(
                    mark("The file has more than {n} pages; give its part with the tasks."),
                    n=MOST_PAGES,
                )
            pages = [_page(page) for page in file.pages]
    except PDFPasswordIncorrect as error:
        raise Refused(
            mark("The file is protected by a password; remove the protection and try again.")
        ) from error
    except PdfminerException as error:
        if isinstance(error.args[0] if error.args else None, PDFPasswordIncorrect):
            raise Refused(
                mark("The file is protected by a password; remove the protection and try again.")
            ) from error
        raise
    if sum(len(line.text) for lines, _tables in pages for line in lines) + 50 * sum(
        len(t) for _l, t in pages
    ) < 15 * len(pages):
        raise Refused(
            mark("The file is a scan without text; have it recognised (OCR) or send the Word file.")
        )
    return _document(pages, name)


def _page(page: Any) -> tuple[list[_Line], list[tuple[float, list[list[str]]]]]:
    """The lines outside tables and the tables with the height at which they begin."""
    tables = [
        table
        for table in page.find_tables()
        if len(table.rows) > 1 and len(table.rows[0].cells) > 1
    ]
    outside = page
    for table in tables:
        x0, top, x1, bottom = table.bbox
        outside = outside.filter(lambda o, b=(x0, top, x1, bottom): not _inside(o, b))
    lines = [
        _Line(usual_characters(" ".join(line["text"].split())), line["x0"], line["x1"], line["top"],
              line["chars"][0]["size"] if line["chars"] else 10, float(page.height))
        for line in outside.extract_text_lines(return_chars=True, y_tolerance=5)
    ]  # fmt: skip
    made = [(table.bbox[1], _cells(table)) for table in tables]
    page.close()
    return lines, made


def _inside(thing: dict[str, Any], box: tuple[float, float, float, float]) -> bool:
    middle = (thing["top"] + thing["bottom"]) / 2
    return bool(
        box[1] <= middle <= box[3] and box[0] - 1 <= thing["x0"] and thing["x1"] <= box[2] + 1
    )


def _cells(table: Any) -> list[list[str]]:
    """The rows of a table; a place without a cell of its own repeats the cell that covers it."""
    texts = table.extract()
    boxes = {
        cell: texts[r][c] or ""
        for r, row in enumerate(table.rows)
        for c, cell in enumerate(row.cells)
        if cell
    }
    columns = sorted({round(cell[0], 1) for cell in boxes})
    rows = []
    for row in table.rows:
        height = (row.bbox[1] + row.bbox[3]) / 2
        cells = []
        for left in columns:
            box = next(
                (b for b in boxes if b[0] <= left + 1 < b[2] and b[1] <= height <= b[3]), None
            )
            cells.append(usual_characters(boxes[box]) if box else "")
        rows.append(cells)
    return rows


def _document(
    pages: list[tuple[list[_Line], list[tuple[float, list[list[str]]]]]], name: str | None
) -> Document:
    repeated = _repeated(pages)
    draft = DocumentDraft()
    held: list[str] = []
    last: _Line | None = None
    place = 1

    def flush() -> None:
        nonlocal last
        draft.paragraph("".join(held), page=place)
        held.clear()
        last = None

    right, left = _edge(pages), _margin(pages)
    for number, (lines, tables) in enumerate(pages, 1):
        waiting = sorted(tables, key=lambda table: table[0])
        for line in sorted(lines, key=lambda one: one.top):
            if line.text in repeated or _foot(line):
                continue
            while waiting and waiting[0][0] < line.top:
                flush()
                draft.table(waiting.pop(0)[1], page=number)
            if last is not None and not _goes_on(last, line, right, left):
                flush()
            if not held:
                place = number
            held.append(line.text)
            last = line
        for _top, rows in waiting:
            flush()
            draft.table(rows, page=number)
    flush()
    return draft.document(name)


def _edge(pages: list[Any]) -> float:
    """Where full lines end: the right side that most of the long lines reach."""
    ends = sorted(line.right for lines, _tables in pages for line in lines if len(line.text) > 20)
    return ends[int(len(ends) * 0.8)] if ends else 0


def _margin(pages: list[Any]) -> float | None:
    """Where the lines of a paragraph begin after its first: the leftmost place of several."""
    places = Counter(round(line.left) for lines, _tables in pages for line in lines)
    return min((left for left, count in places.items() if count > 2), default=None)


def _goes_on(last: _Line, line: _Line, right: float, left: float | None) -> bool:
    """A paragraph goes on where the line before reached the edge and this one is not set in."""
    if left is not None and left + 1.5 * line.size < line.left <= left + 2.5 * line.size:
        return False
    full = last.right >= right - 2.2 * last.size
    flush_left = line.left <= last.left + 0.5 * line.size or line.left < last.left
    return full and flush_left and abs(line.size - last.size) < 1.5


def _foot(line: _Line) -> bool:
    edge = line.top < EDGE * line.height or line.top > (1 - EDGE) * line.height
    return edge and bool(PAGE_NUMBER.fullmatch(line.text))


def _repeated(pages: list[Any]) -> set[str]:
    """Heads and feet: lines at the edge that stand on most pages."""
    if len(pages) < 3:
        return set()
    counted: Counter[str] = Counter()
    for lines, _tables in pages:
        counted.update(
            {
                line.text
                for line in lines
                if line.top < EDGE * line.height or line.top > (1 - EDGE) * line.height
            }
        )
    return {text for text, count in counted.items() if count > len(pages) / 2}
