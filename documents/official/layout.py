"""The layout of GB/T 9704-2012 as a Word document: page, grid, styles, page numbers.

A4; the text block is 156 × 225 mm, 37 mm from the top and 28 mm from the left, and holds 22 lines
of 28 characters of size three (16 points). Sizes of the standard: 2号 22, 3号 16, 4号 14 points.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from docx import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

LINES, CHARACTERS = 22, 28
WIDTH, HEIGHT = Mm(156), Mm(225)
TOP, LEFT = Mm(37), Mm(28)
FOOTER = Mm(25)
"""From the page's edge: so that the dash of the page number is 7 mm below the text block."""
PITCH = int(HEIGHT.pt * 20) // LINES
"""A line of the grid in twentieths of a point."""
SIZE = 16
CHARACTER_PITCH = 15.75
"""Points from one character to the next: 28 of them, the last in its full size, fill the line."""
CHARACTER_SPACE = int((CHARACTER_PITCH - SIZE) * 4096)
"""The same as a grid names it: what it adds to a character, in 4096ths of a point.

The styles leave the grid and keep its measures by themselves, with exact lines and characters set
closer: LibreOffice gives a character two places in a grid that is narrower than it.
"""
CLOSER = -6
"""By how many twentieths of a point characters stand closer, so that 28 fill a line."""
RED = RGBColor(0xFF, 0, 0)

FONTS = {
    "方正小标宋简体": "宋体",
    "仿宋_GB2312": "仿宋",
    "楷体_GB2312": "楷体",
    "黑体": "SimHei",
    "宋体": "SimSun",
}
"""The fonts of the layout, and what a machine may show where it has no such font."""


@dataclass(frozen=True)
class Look:
    """How a style looks: font, size in points, alignment, indents in characters, line height in
    points (the grid's where none is named)."""

    font: str
    size: int = SIZE
    align: WD_ALIGN_PARAGRAPH = WD_ALIGN_PARAGRAPH.JUSTIFY
    first: int = 0
    bold: bool = False
    colour: RGBColor | None = None
    right: int = 0
    line: int = 0


TITLE, TEXT, FLUSH = "公文标题", "公文正文", "公文顶格"
HEADINGS = {1: "公文一级标题", 2: "公文二级标题", 3: "公文三级标题"}
HEAD_CELL, CELL = "公文表头", "公文表格"
MARK, NUMBER, UNDER, SIGNED, ATTACHED = (
    "公文发文机关标志", "公文发文字号", "公文题注", "公文落款", "公文附件",
)  # fmt: skip
DRAFT = "公文代拟稿"
IMPRINT = "公文版记"

_CENTRE, _LEFT, _RIGHT = (
    WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.LEFT, WD_ALIGN_PARAGRAPH.RIGHT,
)  # fmt: skip
LOOKS = {
    DRAFT: Look("黑体", align=_LEFT),
    MARK: Look("方正小标宋简体", 36, _CENTRE, colour=RED, line=48),
    NUMBER: Look("仿宋_GB2312", align=_LEFT),
    TITLE: Look("方正小标宋简体", 22, _CENTRE),
    UNDER: Look("楷体_GB2312", align=_CENTRE),
    TEXT: Look("仿宋_GB2312", first=2),
    FLUSH: Look("仿宋_GB2312"),
    HEADINGS[1]: Look("黑体", first=2),
    HEADINGS[2]: Look("楷体_GB2312", first=2),
    HEADINGS[3]: Look("仿宋_GB2312", first=2, bold=True),
    SIGNED: Look("仿宋_GB2312", align=_RIGHT, right=4),
    ATTACHED: Look("黑体", align=_LEFT),
    IMPRINT: Look("仿宋_GB2312", 14, _LEFT),
    HEAD_CELL: Look("黑体", 11, _CENTRE, line=15),
    CELL: Look("仿宋_GB2312", 11, _LEFT, line=15),
}
"""Every style that a paper is written in, by its name in Word and WPS."""


def blank() -> Any:
    """A document with nothing in it but the layout."""
    document = Document()
    _page(document.sections[0])
    _normal(document)
    for name, look in LOOKS.items():
        _style(document, name, look)
    _fonts(document)
    _page_numbers(document)
    # Odd and even pages have their numbers on the outer side.
    document.settings.odd_and_even_pages_header_footer = True
    document.core_properties.author = ""
    document.core_properties.comments = ""
    return document


def _page(section: Any) -> None:
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.left_margin = TOP, LEFT
    section.right_margin = Mm(210) - LEFT - WIDTH
    section.bottom_margin = Mm(297) - TOP - HEIGHT
    section.footer_distance, section.header_distance = FOOTER, Mm(15)
    for old in section._sectPr.findall(qn("w:docGrid")):
        section._sectPr.remove(old)
    section._sectPr.append(
        element("w:docGrid", type="linesAndChars", linePitch=PITCH, charSpace=CHARACTER_SPACE)
    )


def _normal(document: Any) -> None:
    """The grid counts in the size of the normal style."""
    style = document.styles["Normal"]
    _letters(style, "仿宋_GB2312", SIZE)
    style.paragraph_format.space_after = style.paragraph_format.space_before = Pt(0)
    for name in ("w:autoSpaceDE", "w:autoSpaceDN"):  # digits are no reason to leave the grid
        style.element.get_or_add_pPr().insert_element_before(
            element(name, val=0), "w:snapToGrid", "w:spacing", "w:ind", "w:jc"
        )


def _style(document: Any, name: str, look: Look) -> None:
    style = document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
    style.base_style, style.quick_style = document.styles["Normal"], True
    _letters(style, look.font, look.size)
    style.font.bold = look.bold
    if look.colour is not None:
        style.font.color.rgb = look.colour
    shape = style.paragraph_format
    shape.alignment = look.align
    shape.space_after = shape.space_before = Pt(0)
    # One height for all lines: with other fonts a line would take two of the grid.
    shape.line_spacing_rule = WD_LINE_SPACING.EXACTLY
    shape.line_spacing = Pt(look.line) if look.line else Pt(PITCH / 20)
    shape.widow_control = False
    if name in HEADINGS.values():
        shape.keep_with_next = True
    closer = CLOSER if look.size == SIZE else 0
    if closer:
        style.element.rPr.insert_element_before(element("w:spacing", val=closer), "w:sz", "w:szCs")
    pitch = look.size * 20 + closer
    if look.first or look.right:
        place = style.element.get_or_add_pPr().get_or_add_ind()
        for side, characters in (("firstLine", look.first), ("right", look.right)):
            if characters:
                place.set(qn(f"w:{side}Chars"), str(characters * 100))
                place.set(qn(f"w:{side}"), str(characters * pitch))
    _off_grid(style.element.get_or_add_pPr())


def _off_grid(properties: Any) -> None:
    properties.insert_element_before(
        element("w:snapToGrid", val=0), "w:spacing", "w:ind", "w:jc", "w:outlineLvl"
    )


def _letters(style: Any, font: str, size: int) -> None:
    style.font.name, style.font.size = "Times New Roman", Pt(size)
    fonts = style.element.rPr.rFonts
    for name in list(fonts.attrib):
        if name.endswith("Theme"):
            del fonts.attrib[name]
    fonts.set(qn("w:eastAsia"), font)
    fonts.set(qn("w:hint"), "eastAsia")


def _fonts(document: Any) -> None:
    """What stands in for a font that a machine does not have."""
    from docx.opc.constants import RELATIONSHIP_TYPE
    from lxml import etree

    part = document.part.part_related_by(RELATIONSHIP_TYPE.FONT_TABLE)
    table = etree.fromstring(part.blob)
    for name, other in FONTS.items():
        font = etree.SubElement(table, qn("w:font"), {qn("w:name"): name})
        etree.SubElement(font, qn("w:altName"), {qn("w:val"): other})
        etree.SubElement(font, qn("w:charset"), {qn("w:val"): "86"})
    part._blob = etree.tostring(table, xml_declaration=True, encoding="UTF-8", standalone=True)


def _page_numbers(document: Any) -> None:
    """— 1 — in four's size, a character from the outer edge."""
    section = document.sections[0]
    for footer, align in ((section.footer, _RIGHT), (section.even_page_footer, _LEFT)):
        footer.is_linked_to_previous = False
        line = footer.paragraphs[0]
        line.alignment = align
        place = line._p.get_or_add_pPr().get_or_add_ind()
        side = "right" if align == _RIGHT else "left"
        place.set(qn(f"w:{side}Chars"), "100")
        place.set(qn(f"w:{side}"), "280")
        _off_grid(line._p.get_or_add_pPr())
        for text in ("— ", None, " —"):
            run = line.add_run(text or "")
            run.font.size, run.font.name = Pt(14), "宋体"
            run._r.get_or_add_rPr().rFonts.set(qn("w:eastAsia"), "宋体")
            if text is None:
                _field(run, "PAGE")


def _field(run: Any, code: str) -> None:
    run._r.append(element("w:fldChar", fldCharType="begin"))
    asked = element("w:instrText")
    asked.text = code
    run._r.append(asked)
    run._r.append(element("w:fldChar", fldCharType="separate"))
    shown = element("w:t")
    shown.text = "1"
    run._r.append(shown)
    run._r.append(element("w:fldChar", fldCharType="end"))


def element(name: str, **attributes: object) -> Any:
    """An element of WordprocessingML with its attributes."""
    made = OxmlElement(name)
    for key, value in attributes.items():
        made.set(qn(f"w:{key}"), str(value))
    return made
