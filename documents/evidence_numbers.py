"""Evidence as it comes in: what kind of file it is, and which numbers stand where in it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from io import BytesIO
from itertools import islice

from documents.uploads import media_type_of
from i18n import mark
from workflow.rules.progress.mentions import Mention, mentions
from workflow.rules.reporting.comparing import EvidenceNumber

PAGES = 40
CELLS = 20_000
MOST_NUMBERS = 3_000
LONGEST_LINE = 2_000
PAGE = mark("page {n}")


@dataclass(frozen=True)
class EvidenceLooked:
    """A file that may come in: its media type and its numbers, as JSON; empty where none can be
    read of it, as of a picture."""

    media_type: str
    numbers: str


def look_at(content: bytes, name: str) -> EvidenceLooked:
    """The kind of a file and its numbers. To be run apart (documents.untrusted.apart).

    Raises Invalid for what may not come in, as `media_type_of` says.
    """
    media_type = media_type_of(content, name)
    try:
        found = list(islice(_numbers(content, media_type), MOST_NUMBERS))
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 (a file may come in whose text no parser gets out)
        found = []
    return EvidenceLooked(media_type, json.dumps(found, ensure_ascii=False) if found else "")


def from_json(stored: str) -> tuple[EvidenceNumber, ...]:
    """The numbers that `look_at` found."""
    return tuple(
        EvidenceNumber(place, Mention(0, 0, Decimal(value), Decimal(step), unit, scaled))
        for place, value, step, unit, scaled in json.loads(stored)
    )


def _numbers(content: bytes, media_type: str) -> Iterator[list[object]]:
    for place, line in _lines(content, media_type):
        for one in mentions(line[:LONGEST_LINE]):
            yield [place, f"{one.value:f}", f"{one.step:f}", one.unit, one.scaled]


def _lines(content: bytes, media_type: str) -> Iterator[tuple[str, str]]:
    """The lines of a file, each with its place: the number of a page, or sheet and cell."""
    if media_type == "application/pdf":
        yield from _pdf(content)
    elif media_type.endswith("wordprocessingml.document"):
        yield from _word(content)
    elif media_type.endswith("spreadsheetml.sheet"):
        yield from _sheets(content)
    elif media_type == "text/plain":
        yield from (("", line) for line in content.decode("utf-8-sig", "replace").splitlines())


def _pdf(content: bytes) -> Iterator[tuple[str, str]]:
    from pdfminer.high_level import extract_pages
    from pdfminer.layout import LTTextContainer

    for no, page in enumerate(extract_pages(BytesIO(content), maxpages=PAGES), 1):
        for box in page:
            if isinstance(box, LTTextContainer):
                for line in box.get_text().splitlines():
                    yield str(no), line


def _word(content: bytes) -> Iterator[tuple[str, str]]:
    from docx import Document

    document = Document(BytesIO(content))
    for paragraph in document.paragraphs:
        yield "", paragraph.text
    for table in document.tables:
        for row in table.rows:
            yield from (("", cell.text) for cell in row.cells)


def _sheets(content: bytes) -> Iterator[tuple[str, str]]:
    from openpyxl import load_workbook

    book = load_workbook(BytesIO(content), read_only=True, data_only=True)
    cells = (
        (f"{sheet.title}!{cell.coordinate}", str(cell.value))
        for sheet in book.worksheets
        for row in sheet.iter_rows()
        for cell in row
        if cell.value is not None
    )
    yield from islice(cells, CELLS)
