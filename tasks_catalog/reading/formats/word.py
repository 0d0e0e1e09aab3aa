"""Word documents, by python-docx: headings, automatic numbers, tables, text boxes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import docx
from docx.oxml.ns import qn
from docx.table import Table
from docx.text.paragraph import Paragraph

from tasks_catalog.reading.document import Document, DocumentDraft

CHINESE_FORMATS = {
    "chineseCounting", "chineseCountingThousand", "ideographDigital", "japaneseCounting",
    "taiwaneseCounting", "taiwaneseCountingThousand", "chineseLegalSimplified",
}  # fmt: skip
LARGE = 4 * 360_000  # of a picture: four centimetres
CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"


def read_word(content: bytes, name: str | None = None) -> Document:
    """A .docx file as a document; every paragraph and every row of a table is one line."""
    file = docx.Document(BytesIO(content))
    numbers = _Numbers(file)
    draft = DocumentDraft()
    for header in _headers(file):
        draft.paragraph(header)
    for block in file.iter_inner_content():
        if isinstance(block, Paragraph):
            words = _words(block._p)
            label = numbers.label(block) if words.strip() else ""
            draft.paragraph(label + words, _level(block), lead="" if label else _lead(block))
            for inner in _boxes(block._p):
                draft.paragraph(inner)
        else:
            draft.table(list(_rows(block)))
    return draft.document(name, pictures=_pictures(file))


def _pictures(file: Any) -> int:
    """How many pictures are large enough to hold a table or a page."""
    sizes = [
        (int(extent.get("cx") or 0), int(extent.get("cy") or 0))
        for extent in file.element.body.iter(qn("wp:extent"))
        if any(True for _picture in extent.getparent().iter(qn("a:blip")))
    ]
    return sum(min(size) > LARGE for size in sizes)


def _headers(file: Any) -> Iterator[str]:
    """Marks like 机密★ stand in the header of the first page."""
    for section in file.sections[:1]:
        for part in (section.first_page_header, section.header):
            for paragraph in part.paragraphs:
                text = _words(paragraph._p)
                if "密" in text and len(text) < 20:
                    yield text


def _words(element: Any) -> str:
    """The text of a paragraph as it reads when all changes are accepted, text boxes left out."""
    pieces = []
    for node in element.iter(qn("w:t"), qn("w:tab"), qn("w:br"), qn("w:noBreakHyphen")):
        if any(above.tag == qn("w:txbxContent") for above in _between(node, element)):
            continue
        if node.tag == qn("w:t"):
            pieces.append(node.text or "")
        elif node.tag != qn("w:tab") or node.getparent().tag == qn("w:r"):
            pieces.append("-" if node.tag == qn("w:noBreakHyphen") else " ")
    return "".join(pieces)


def _between(node: Any, top: Any) -> Iterator[Any]:
    for above in node.iterancestors():
        if above is top:
            return
        yield above


def _boxes(element: Any) -> Iterator[str]:
    """The paragraphs in text boxes; the copy kept for old programs is passed over."""
    for box in element.iter(qn("w:txbxContent")):
        if not any(above.tag.endswith("}Fallback") for above in box.iterancestors()):
            for paragraph in box.iter(qn("w:p")):
                yield _words(paragraph)


def _lead(paragraph: Paragraph) -> str:
    """The words with which a paragraph opens in bold, or in another fount than it ends with."""
    runs = [run for run in paragraph.runs if run.text.strip()]
    if not runs:
        return ""
    usual = (False, _fount(runs[-1]))
    whole = all(run.bold for run in runs)
    words = ""
    for run in runs:
        if (bool(run.bold), _fount(run)) == usual and not whole:
            return words
        words += run.text
    return words if whole else ""


def _fount(run: Any) -> str | None:
    properties = run._r.rPr
    founts = properties.find(qn("w:rFonts")) if properties is not None else None
    fount: str | None = founts.get(qn("w:eastAsia")) if founts is not None else None
    return fount


def _level(paragraph: Paragraph) -> int | None:
    """The level of a heading: by its style's name or its outline level."""
    for properties in (paragraph._p.pPr, *_styles(paragraph)):
        outline = properties.find(qn("w:outlineLvl")) if properties is not None else None
        if outline is not None and (value := outline.get(qn("w:val"))) and value.isdigit():
            return int(value) + 1 if int(value) < 9 else None
    style = paragraph.style.name if paragraph.style is not None else ""
    for word in ("Heading ", "heading ", "标题 "):
        if style and style.startswith(word) and style[len(word) :].isdigit():
            return int(style[len(word) :])
    return None


def _styles(paragraph: Paragraph) -> Iterator[Any]:
    """The paragraph properties of a style and of those it builds on."""
    style = paragraph.style
    for _step in range(10):
        if style is None:
            return
        if style.element.pPr is not None:
            yield style.element.pPr
        style = style.base_style


def _rows(table: Table) -> Iterator[list[str]]:
    """Rows of cells; python-docx repeats a merged cell in every place it covers."""
    for row in table.rows:
        cells = [_cell(cell) for cell in row.cells]
        yield [""] * row.grid_cols_before + cells


def _cell(cell: Any) -> str:
    return "\n".join(_words(paragraph._p) for paragraph in cell.paragraphs).strip()


class _Numbers:
    """The labels that Word counts by itself: 一、（一）1. and so on."""

    def __init__(self, file: Any) -> None:
        self._levels: dict[str, dict[int, tuple[str, str, int]]] = {}
        self._counts: dict[str, dict[int, int]] = defaultdict(dict)
        self._abstract: dict[str, str] = {}
        try:
            root = file.part.numbering_part.element
        except (KeyError, NotImplementedError, AttributeError):
            return
        for abstract in root.iter(qn("w:abstractNum")):
            known = {}
            for level in abstract.iter(qn("w:lvl")):
                known[int(level.get(qn("w:ilvl")) or 0)] = (
                    _value(level, "w:numFmt", "decimal"), _value(level, "w:lvlText", ""),
                    int(_value(level, "w:start", "1") or 1),
                )  # fmt: skip
            self._levels[abstract.get(qn("w:abstractNumId"))] = known
        for num in root.iter(qn("w:num")):
            link = num.find(qn("w:abstractNumId"))
            if link is not None:
                self._abstract[num.get(qn("w:numId"))] = link.get(qn("w:val"))

    def label(self, paragraph: Paragraph) -> str:
        """The label before a paragraph, counted on; empty where there is none."""
        number, level = self._of(paragraph)
        levels = self._levels.get(self._abstract.get(number or "", ""), {})
        if number is None or level not in levels:
            return ""
        counts = self._counts[self._abstract[number]]
        counts[level] = counts.get(level, levels[level][2] - 1) + 1
        for deeper in [at for at in counts if at > level]:
            del counts[deeper]
        form, text, _start = levels[level]
        if form in ("bullet", "none"):
            return ""
        for at in range(level + 1):
            kind = levels.get(at, ("decimal", "", 1))
            text = text.replace(f"%{at + 1}", _numeral(counts.get(at, kind[2]), kind[0]))
        return text

    def _of(self, paragraph: Paragraph) -> tuple[str | None, int]:
        for properties in (paragraph._p.pPr, *_styles(paragraph)):
            found = properties.find(qn("w:numPr")) if properties is not None else None
            if found is not None:
                number = _value(found, "w:numId", "")
                return (None if number in ("", "0") else number), int(
                    _value(found, "w:ilvl", "0") or 0
                )
        return None, 0


def _value(element: Any, name: str, usual: str) -> str:
    found = element.find(qn(name))
    value = found.get(qn("w:val")) if found is not None else None
    return usual if value is None else value


def _numeral(number: int, form: str) -> str:
    if form in CHINESE_FORMATS:
        return _chinese(number)
    if form.startswith("decimalEnclosedCircle") and number <= len(CIRCLED):
        return CIRCLED[number - 1]
    if form in ("upperLetter", "lowerLetter"):
        return chr((65 if form == "upperLetter" else 97) + (number - 1) % 26)
    return str(number)


def _chinese(number: int) -> str:
    digits = "〇一二三四五六七八九"
    if number < 10:
        return digits[number]
    tens, ones = divmod(number, 10)
    if tens < 10:
        return ("" if tens == 1 else digits[tens]) + "十" + (digits[ones] if ones else "")
    return "".join(digits[int(digit)] for digit in str(number))
