"""A paper has the layout of GB/T 9704, read back from its XML and, where it is, from a PDF."""

from __future__ import annotations

import shutil
from io import BytesIO
from itertools import pairwise
from typing import Any

import pdfplumber
import pytest
from docx import Document
from docx.oxml.ns import qn

from documents.official.layout import HEADINGS, TEXT, TITLE
from documents.official.paper import Attachment, Grid, Heading, Paper, PaperKind, Paragraph
from documents.official.pdf import as_pdf
from documents.official.template import filled
from i18n import speaking
from workflow.rules.refusals import Refused

FALSE = shutil.which("false")
LINE = "落实各项任务取得成效"
LONG = LINE * 30
"""300 characters: with two set in, eleven lines of 28."""


def paper(pages: int = 1, **more: Any) -> Paper:
    blocks = [Heading("一、总体情况"), Heading("（一）人才", 2), Heading("1．引进", 3)]
    blocks += [Paragraph(LONG)] * 2 * pages
    given = {"issuer": "市委组织部", "mark": "市委组织部文件", "recipients": "各有关单位：", **more}
    return Paper(PaperKind.CIRCULAR, "关于落实情况的通报", 2021, blocks, **given)


def mm(twips: Any) -> float:
    return round(int(twips) / 1440 * 25.4, 1)


def test_the_page_has_the_measures_of_the_standard() -> None:
    section = Document(BytesIO(filled(paper()))).sections[0]
    assert (round(section.page_width.mm), round(section.page_height.mm)) == (210, 297)
    assert (round(section.top_margin.mm), round(section.left_margin.mm)) == (37, 28)
    width = 210 - section.left_margin.mm - section.right_margin.mm
    height = 297 - section.top_margin.mm - section.bottom_margin.mm
    assert (round(width), round(height)) == (156, 225)


def test_the_grid_holds_22_lines_of_28_characters() -> None:
    document = Document(BytesIO(filled(paper())))
    grid = document.sections[0]._sectPr.find(qn("w:docGrid"))
    assert grid.get(qn("w:type")) == "linesAndChars"
    pitch = int(grid.get(qn("w:linePitch"))) / 20
    assert 225 / 25.4 * 72 // pitch == 22
    character = 16 + int(grid.get(qn("w:charSpace"))) / 4096
    assert 156 / 25.4 * 72 // character == 28
    style = document.styles[TEXT]
    assert style.paragraph_format.line_spacing.pt == pytest.approx(pitch, abs=0.05)
    assert style.paragraph_format.line_spacing_rule.name == "EXACTLY"


@pytest.mark.parametrize(
    ("name", "font", "size"),
    [
        (TITLE, "方正小标宋简体", 22), (TEXT, "仿宋_GB2312", 16), (HEADINGS[1], "黑体", 16),
        (HEADINGS[2], "楷体_GB2312", 16), (HEADINGS[3], "仿宋_GB2312", 16),
    ],
)  # fmt: skip
def test_every_part_has_its_font_and_size(name: str, font: str, size: int) -> None:
    style = Document(BytesIO(filled(paper()))).styles[name]
    assert style.element.rPr.rFonts.get(qn("w:eastAsia")) == font
    assert style.font.size.pt == size


def test_the_number_of_the_page_stands_outside_between_dashes() -> None:
    document = Document(BytesIO(filled(paper())))
    assert document.settings.odd_and_even_pages_header_footer
    section = document.sections[0]
    for footer, side in ((section.footer, "right"), (section.even_page_footer, "left")):
        line = footer.paragraphs[0]
        assert line.text.replace("1", "") == "—  —"
        assert "PAGE" in line._p.xml
        assert line.runs[0].font.size.pt == 14
        assert line._p.pPr.ind.get(qn(f"w:{side}Chars")) == "100"


def test_number_and_signer_are_left_open_and_it_is_a_draft() -> None:
    texts = [one.text for one in Document(BytesIO(filled(paper()))).paragraphs]
    assert texts[0] == "代拟稿"
    assert "〔2021〕　　号\t签发人：" in texts[3]
    assert "2021年　　月　　日" in texts
    assert [one for one in texts if "{" in one] == []


def test_a_list_has_no_red_head() -> None:
    texts = [one.text for one in Document(BytesIO(filled(paper(mark="")))).paragraphs]
    assert not [one for one in texts if "文件" in one or "签发人" in one]


def test_tables_fill_the_text_block_and_repeat_their_heads() -> None:
    grid = Grid(["单位", "数"], [["市级"], ["柯城区", "1\n2"]], [3, 1])
    made = paper(attachments=[Attachment("一览表", [grid]), Attachment("另表", [grid])])
    document = Document(BytesIO(filled(made)))
    table = document.tables[0]
    assert sum(mm(one.get(qn("w:w"))) for one in table._tbl.tblGrid) == pytest.approx(156, abs=0.2)
    assert table.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None
    assert len({cell._tc for cell in table.rows[1].cells}) == 1
    assert [one.text for one in document.paragraphs if one.text.startswith("附件")] == [
        "附件1", "附件2",
    ]  # fmt: skip


def test_what_people_typed_stays_text() -> None:
    typed = "a<b & {{ title }} {% if %} \x0b末"
    texts = [
        one.text
        for one in Document(
            BytesIO(filled(Paper(PaperKind.CIRCULAR, typed, 2021, [Paragraph(typed)])))
        ).paragraphs
    ]
    assert "a<b & {{ title }} {% if %} 末" in texts


def test_properties_of_a_style_are_in_the_order_that_word_wants() -> None:
    wanted = ["keepNext", "widowControl", "pBdr", "tabs", "autoSpaceDE", "autoSpaceDN",
              "snapToGrid", "spacing", "ind", "jc"]  # fmt: skip
    document = Document(BytesIO(filled(paper())))
    found = [one.element.pPr for one in document.styles if one.element.pPr is not None]
    found += [one._p.pPr for one in document.paragraphs if one._p.pPr is not None]
    for properties in found:
        names = [child.tag.rpartition("}")[2] for child in properties]
        places = [wanted.index(name) for name in names if name in wanted]
        assert all(a < b for a, b in pairwise(places)), names


def test_the_same_paper_is_the_same_bytes_in_either_language() -> None:
    for language in ("zh", "en"):
        with speaking(language):
            assert filled(paper()) == filled(paper())


def test_without_libreoffice_one_is_told_to_take_the_docx(monkeypatch: Any) -> None:
    monkeypatch.setattr("documents.libreoffice.shutil.which", lambda _name: None)
    with pytest.raises(Refused, match="docx"):
        as_pdf(b"")


def test_a_program_that_fails_lets_the_next_one_in(monkeypatch: Any) -> None:
    monkeypatch.setattr("documents.libreoffice.shutil.which", lambda _name: FALSE)
    for _time in range(2):
        with pytest.raises(Refused, match="未能生成"):
            as_pdf(b"")


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not here")
def test_a_paper_of_twenty_pages_opens_as_it_was_made() -> None:
    with pdfplumber.open(BytesIO(as_pdf(filled(paper(pages=20))))) as made:
        assert len(made.pages) in (20, 21)
        for no, page in enumerate(made.pages[1:-1], 2):
            *lines, number = page.extract_text_lines()
            assert number["text"].replace(" ", "") == f"—{no}—"
            outer = number["x0"] > page.width / 2
            assert outer == bool(no % 2)
            assert len(lines) == 22
            full = [line["text"] for line in lines if line["text"] in LONG]
            assert len(full) > 15
            assert {len(text) for text in full if not LONG.endswith(text)} <= {26, 28}
            assert min(line["x0"] for line in lines) == pytest.approx(28 / 25.4 * 72, abs=1.5)
            assert max(line["x1"] for line in lines) <= (28 + 156) / 25.4 * 72 + 1


def test_a_document_ends_with_its_imprint_at_the_foot_of_the_last_page() -> None:
    with speaking("zh"):
        document = Document(BytesIO(filled(paper())))
        sheet = Document(BytesIO(filled(paper(mark=""))))
    (table,) = document.tables
    lines = [cell.paragraphs[0] for cell in table.column_cells(0)]
    assert [one.text for one in lines] == ["抄送：", "市委组织部\t2021年\u3000月\u3000日印发"]
    assert {one.style.font.size.pt for one in lines} == {14}
    look = table._tbl.tblPr
    place = look.find(qn("w:tblpPr"))
    assert (place.get(qn("w:vertAnchor")), place.get(qn("w:tblpYSpec"))) == ("margin", "bottom")
    assert mm(look.find(qn("w:tblW")).get(qn("w:w"))) == pytest.approx(156, abs=0.1)
    drawn = {side.tag.rpartition("}")[2] for side in look.find(qn("w:tblBorders"))}
    assert drawn == {"top", "bottom", "insideH"}
    assert sheet.tables == []
