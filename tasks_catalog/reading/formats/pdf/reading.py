"""PDF files with a text layer, by pdfplumber: lines into paragraphs, tables, no page feet."""

from __future__ import annotations

import logging
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import pdfplumber
from pdfminer.pdfdocument import PDFPasswordIncorrect
from pdfplumber.utils.exceptions import PdfminerException

from i18n import mark
from tasks_catalog.reading.document import Document, DocumentDraft
from tasks_catalog.reading.formats.pdf.grid import Box, Grid, grids
from tasks_catalog.reading.formats.pdf.stitching import stitched
from tasks_catalog.reading.outline.numbering import numbering
from tasks_catalog.reading.words import usual_characters
from workflow.rules.refusals import Refused

logging.getLogger("pdfminer").setLevel(logging.ERROR)  # it complains of every odd font
SCAN = mark(
    "The file is a scan without text; have it recognised (OCR), install luoshi[ocr], or send the "
    "Word file."
)
MOST_PAGES = 600
PAGE_NUMBER = re.compile(r"[-—–\s第]*\d{1,4}[-—–\s页]*(?:[/共]\s*\d{1,4}\s*页?)?")
EDGE = 0.09  # of a page's height: where heads and feet stand


@dataclass(frozen=True)
class Line:
    """A line of a page with its place."""

    text: str
    left: float
    right: float
    top: float
    size: float
    page: int
    paper: tuple[float, float]  # width and height of the page

    @property
    def at_edge(self) -> bool:
        """Whether the line stands where heads and feet do."""
        height = self.paper[1]
        return self.top < EDGE * height or self.top > (1 - EDGE) * height


@dataclass(frozen=True)
class Page:
    """The lines outside tables, the tables, how much is written in which size; whether it is read.

    A page is unread where it holds a picture and but a page number.
    """

    number: int
    lines: list[Line]
    tables: list[Grid]
    sizes: Counter[float]
    unread: bool


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
    if sum(page.sizes.total() for page in pages) < 15 * len(pages):
        raise Refused(SCAN)
    return document_of(pages, name)


def _page(page: Any) -> Page:
    tables = grids(page)
    outside, paper = page, (float(page.width), float(page.height))
    for table in tables:
        outside = outside.filter(lambda o, b=table.box: not _inside(o, b))
    lines = [
        Line(usual_characters(" ".join(line["text"].split())), line["x0"], line["x1"], line["top"],
              line["chars"][0]["size"] if line["chars"] else 10, page.page_number, paper)
        for line in outside.extract_text_lines(return_chars=True, y_tolerance=5)
    ]  # fmt: skip
    sizes = Counter(round(char["size"], 1) for char in page.chars if char["text"].strip())
    made = Page(page.page_number, lines, tables, sizes, bool(page.images) and sizes.total() < 15)
    page.close()
    return made


def _inside(thing: dict[str, Any], box: Box) -> bool:
    """Whether the middle of a thing lies in a box: a bracket at an edge hangs over."""
    across, down = (thing["x0"] + thing["x1"]) / 2, (thing["top"] + thing["bottom"]) / 2
    return bool(box[0] - 1 <= across <= box[2] + 1 and box[1] <= down <= box[3])


def document_of(pages: list[Page], name: str | None) -> Document:
    """The lines and tables of pages as paragraphs and tables."""
    draft = DocumentDraft()
    held: list[Line] = []
    edges, usual = (_edge(pages), _margin(pages)), _usual_size(pages)

    def flush() -> None:
        if held:
            draft.paragraph("".join(line.text for line in held), page=held[0].page)
        held.clear()

    for piece in _pieces(pages):
        if isinstance(piece, Grid):
            flush()
            rows = [[cell.text for cell in row] for row in piece.rows]
            draft.table(rows, piece.pages)
            continue
        if held and not (_goes_on(held[-1], piece, *edges) or _same_title(held[-1], piece, usual)):
            flush()
        held.append(piece)
    flush()
    return draft.document(name, (page.number for page in pages if page.unread))


def _pieces(pages: list[Page]) -> Iterator[Line | Grid]:
    """Lines and tables in their order, heads and feet left out, tables over pages as one."""
    repeated = _repeated(pages)
    last: Grid | None = None
    for page in pages:
        kept = [line for line in page.lines if line.text not in repeated and not _foot(line)]
        both: list[tuple[float, Line | Grid]] = [(line.top, line) for line in kept]
        both += [(table.box[1], table) for table in page.tables]
        for _top, piece in sorted(both, key=lambda pair: pair[0]):
            if isinstance(piece, Grid):
                if last and stitched(last, piece):
                    continue
                if last:
                    yield last
                last = piece
                continue
            if last:
                yield last
                last = None
            yield piece
    if last:
        yield last


def _edge(pages: list[Page]) -> float:
    """Where full lines end: the right side that most of the long lines reach."""
    ends = sorted(line.right for page in pages for line in page.lines if len(line.text) > 20)
    return ends[int(len(ends) * 0.8)] if ends else 0


def _margin(pages: list[Page]) -> float | None:
    """Where the lines of a paragraph begin after its first: the leftmost place of several."""
    places = Counter(round(line.left) for page in pages for line in page.lines)
    return min((left for left, count in places.items() if count > 2), default=None)


def _goes_on(last: Line, line: Line, right: float, left: float | None) -> bool:
    """A paragraph goes on where the line before reached the edge and this one is not set in."""
    if left is not None and left + 1.5 * line.size < line.left <= left + 2.5 * line.size:
        return False
    broken_off = last.text[-1:] not in "。；：！？" and len(last.text) > 20
    full = last.right >= right - (5 if broken_off else 2.2) * last.size
    flush_left = line.left <= last.left + 0.5 * line.size or line.left < last.left
    return full and flush_left and abs(line.size - last.size) < 1.5


def _usual_size(pages: list[Page]) -> float:
    """The size in which most is written."""
    sizes = sum((page.sizes for page in pages), Counter())
    return sizes.most_common(1)[0][0] if sizes else 0


def _same_title(last: Line, line: Line, usual: float) -> bool:
    """Two lines of a title: one below the other in the middle, larger than the text."""
    large = last.size > usual + 1 and abs(last.size - line.size) < 0.5
    close = last.page == line.page and line.top - last.top < 2.5 * line.size
    middle = all(
        abs((one.left + one.right) / 2 - one.paper[0] / 2) < 1.5 * one.size for one in (last, line)
    )
    return large and close and middle and not numbering(line.text)


def _foot(line: Line) -> bool:
    return line.at_edge and bool(PAGE_NUMBER.fullmatch(line.text))


def _repeated(pages: list[Page]) -> set[str]:
    """Heads and feet: lines at the edge that stand on most pages."""
    if len(pages) < 3:
        return set()
    counted: Counter[str] = Counter()
    for page in pages:
        counted.update({line.text for line in page.lines if line.at_edge})
    return {text for text, count in counted.items() if count > len(pages) / 2}
