"""Small files of every kind for the tests, written byte by byte where no library writes them."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence

import docx
from docx.oxml import OxmlElement
from docx.oxml.ns import qn


def pdf(
    pages: list[list[tuple[float, float, str]]], size: int = 12, pictures: Sequence[int] = ()
) -> bytes:
    """A PDF with Chinese text at (left, top) places of A4 pages, in one built-in font.

    `pictures` are the pages that a picture fills, as in a scan.
    """
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"",
        b"<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /UniGB-UCS2-H"
        b" /DescendantFonts [4 0 R] >>",
        b"<< /Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light /DW 1000 /CIDSystemInfo"
        b" << /Registry (Adobe) /Ordering (GB1) /Supplement 2 >> /FontDescriptor 5 0 R >>",
        b"<< /Type /FontDescriptor /FontName /STSong-Light /Flags 6 /Ascent 880 /Descent -120"
        b" /FontBBox [0 -120 1000 880] /ItalicAngle 0 /CapHeight 880 /StemV 80 >>",
    ]
    kids = []
    for page, lines in enumerate(pages, 1):
        content = b"".join(
            b"BT /F1 %d Tf %f %f Td <%s> Tj ET\n"
            % (size, left, 842 - top, text.encode("utf-16-be").hex().encode())
            for left, top, text in lines
        )
        if page in pictures:
            content += b"q 595 0 0 842 0 0 cm BI /W 1 /H 1 /CS /G /BPC 8 ID \xff EI Q\n"
        kids.append(b"%d 0 R" % (len(objects) + 1))
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents %d 0 R"
            b" /Resources << /Font << /F1 3 0 R >> >> >>" % (len(objects) + 2)
        )
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content))
    objects[1] = b"<< /Type /Pages /Count %d /Kids [%s] >>" % (len(kids), b" ".join(kids))
    out, places = io.BytesIO(), []
    out.write(b"%PDF-1.4\n")
    for number, body in enumerate(objects, 1):
        places.append(out.tell())
        out.write(b"%d 0 obj\n%s\nendobj\n" % (number, body))
    start = out.tell()
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1))
    out.write(b"".join(b"%010d 00000 n \n" % place for place in places))
    out.write(
        b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF" % (len(objects) + 1, start)
    )
    return out.getvalue()


def paragraphs_as_pages(paragraphs: list[str], width: int = 34, lines: int = 40) -> bytes:
    """A PDF of paragraphs, set in by two characters, broken into lines and pages with numbers."""
    broken: list[tuple[float, str]] = []
    for paragraph in paragraphs:
        first = width - 2
        broken.append((90, paragraph[:first]))
        rest = paragraph[first:]
        broken += [(66, rest[at : at + width]) for at in range(0, len(rest), width)]
    pages = []
    for number, begin in enumerate(range(0, len(broken), lines), 1):
        here = [
            (left, 80 + 17.0 * row, text)
            for row, (left, text) in enumerate(broken[begin : begin + lines])
        ]
        pages.append([*here, (290, 815, f"- {number} -")])
    return pdf(pages)


def ofd(lines: list[str]) -> bytes:
    """An OFD of one page with one text object a line."""
    space = 'xmlns:ofd="http://www.ofdspec.org/2016"'
    texts = "".join(
        f'<ofd:TextObject ID="{n}" Boundary="20 {10 * n} 170 5" Size="4"><ofd:TextCode X="0" Y="4">'
        f"{line}</ofd:TextCode></ofd:TextObject>" for n, line in enumerate(lines, 2)
    )  # fmt: skip
    files = {
        "OFD.xml": f"<ofd:OFD {space}><ofd:DocBody><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot>"
                   "</ofd:DocBody></ofd:OFD>",
        "Doc_0/Document.xml": f'<ofd:Document {space}><ofd:Pages><ofd:Page ID="1" '
                              'BaseLoc="Pages/Page_0/Content.xml"/></ofd:Pages></ofd:Document>',
        "Doc_0/Pages/Page_0/Content.xml": f'<ofd:Page {space}><ofd:Content><ofd:Layer>{texts}'
                                          "</ofd:Layer></ofd:Content></ofd:Page>",
    }  # fmt: skip
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, f'<?xml version="1.0" encoding="UTF-8"?>{text}')
    return out.getvalue()


def saved(document) -> bytes:
    """The bytes of a document of python-docx or openpyxl."""
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def numbered_word(entries: list[tuple[int | None, str]]) -> bytes:
    """A Word file whose 一、（一）1. are counted by Word itself: (level or None, text) each."""
    document = docx.Document()
    numbering = document.part.numbering_part.element
    abstract = OxmlElement("w:abstractNum")
    abstract.set(qn("w:abstractNumId"), "77")
    forms = (("chineseCounting", "%1、"), ("chineseCounting", "（%2）"), ("decimal", "%3."))
    for level, (form, text) in enumerate(forms):
        entry = OxmlElement("w:lvl")
        entry.set(qn("w:ilvl"), str(level))
        for name, value in (("w:start", "1"), ("w:numFmt", form), ("w:lvlText", text)):
            entry.append(_element(name, value))
        abstract.append(entry)
    numbering.insert(0, abstract)
    link = OxmlElement("w:num")
    link.set(qn("w:numId"), "77")
    link.append(_element("w:abstractNumId", "77"))
    numbering.append(link)
    for level, text in entries:
        paragraph = document.add_paragraph(text)
        if level is not None:
            properties = OxmlElement("w:numPr")
            properties.append(_element("w:ilvl", str(level)))
            properties.append(_element("w:numId", "77"))
            paragraph._p.get_or_add_pPr().append(properties)
    return saved(document)


def _element(name: str, value: str):
    element = OxmlElement(name)
    element.set(qn("w:val"), value)
    return element
