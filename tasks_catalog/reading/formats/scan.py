"""Scans and photographs of pages, read by rapidocr where the extra `luoshi[ocr]` is installed.

What a machine reads is marked as such: the document carries how many pages it read and which
characters it was not sure of.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from importlib.util import find_spec
from io import BytesIO
from statistics import median
from typing import Any

from i18n import mark
from tasks_catalog.reading.document import Document, Recognised
from tasks_catalog.reading.formats.pdf.reading import Line, Page, document_of
from tasks_catalog.reading.words import usual_characters
from workflow.rules.refusals import Refused

MOST_PAGES = 30
DOTS = 200  # an inch; finer is slower and reads no better
LONGEST_SIDE = 3600  # dots; a photograph is made smaller
SURE = 0.75
"""How sure the reader must be of a character that is not shown as doubtful."""
SAME_SIZE = 0.72
BESIDE = 4  # characters that are shown with a doubtful one
THREADS = 2


@dataclass(frozen=True)
class _Doubt:
    page: int
    words: str


def installed() -> bool:
    """Whether the extra is here."""
    return find_spec("rapidocr") is not None


def read_scan(content: bytes, name: str) -> Document:
    """A PDF of pictures, or one picture, as a document. Raises Refused for too many pages."""
    for blocked in ("numpy", "pandas"):
        if sys.modules.get(blocked, sys) is None:  # as the process for files has them
            del sys.modules[blocked]
    from rapidocr import RapidOCR

    engine = RapidOCR(params={
        "Global.log_level": "critical",
        "EngineConfig.onnxruntime.intra_op_num_threads": THREADS,
        "EngineConfig.onnxruntime.inter_op_num_threads": 1,
    })  # fmt: skip
    pages: list[Page] = []
    doubts: list[_Doubt] = []
    for number, picture in enumerate(_pictures(content), 1):
        lines, unsure = _lines(engine(picture, return_word_box=True), number, picture)
        sizes = Counter({round(line.size, 1): len(line.text) for line in lines})
        pages.append(Page(number, lines, [], sizes, unread=not lines))
        doubts += unsure
    document = document_of(pages, name)
    return replace(document, recognised=Recognised(len(pages), tuple(_placed(document, doubts))))


def _pictures(content: bytes) -> Iterator[Any]:
    """Every page as an array of dots."""
    import numpy
    from PIL import Image, ImageOps

    if not content.startswith(b"%PDF-"):
        with Image.open(BytesIO(content)) as opened:
            picture = ImageOps.exif_transpose(opened).convert("RGB")
        picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
        yield numpy.asarray(picture)
        return
    from pypdfium2 import PdfDocument

    file = PdfDocument(content)
    if len(file) > MOST_PAGES:
        raise Refused(
            mark("The scan has more than {n} pages; give its part with the tasks."), n=MOST_PAGES
        )
    for page in file:
        longest = max(page.get_size()) / 72 * DOTS
        scale = min(1.0, LONGEST_SIDE / longest) * DOTS / 72
        yield numpy.asarray(page.render(scale=scale).to_pil().convert("RGB"))


def _lines(found: Any, page: int, picture: Any) -> tuple[list[Line], list[_Doubt]]:
    """The lines of a page from top to bottom, and the words around doubtful characters.

    Lines are set straight by the slope that most of them have, and the heights of boxes, which
    wander with the letters, are made one.
    """
    if found.boxes is None:
        return [], []
    paper = (float(picture.shape[1]), float(picture.shape[0]))
    slope = median((box[1][1] - box[0][1]) / max(1, box[1][0] - box[0][0]) for box in found.boxes)
    usual = median(box[3][1] - box[0][1] for box in found.boxes)
    lines, doubts = [], []
    words = found.word_results or [()] * len(found.txts)
    for box, text, parts in zip(found.boxes, found.txts, words, strict=True):
        (left, top), (right, _top), _corner, (_left, bottom) = box
        size = bottom - top
        if SAME_SIZE < size / usual < 1 / SAME_SIZE:
            size = usual
        lines.append(Line(
            usual_characters(" ".join(text.split())), float(left + slope * top),
            float(right + slope * top), float(top - slope * left), float(size), page, paper,
        ))  # fmt: skip
        doubts += [_Doubt(page, shown) for shown in _unsure(parts)]
    return sorted(lines, key=lambda line: (line.top, line.left)), doubts


def _unsure(parts: Any) -> Iterator[str]:
    """Each doubtful character with what stands beside it."""
    letters = [str(part[0]) for part in parts]
    for at, part in enumerate(parts):
        if part[1] < SURE and letters[at].isalnum():
            yield "".join(letters[max(0, at - BESIDE) : at + BESIDE + 1])


def _placed(document: Document, doubts: list[_Doubt]) -> Iterator[tuple[str, int | None]]:
    """The doubts with the lines in which they stand, where a line has the very words."""
    for doubt in doubts:
        words = doubt.words.strip()
        line = next((n for n, text in enumerate(document.lines, 1) if words in text), None)
        yield words, line
