"""Small made-up evidence files: a letter (docx), a list (pdf), a signed sheet (png).

The same words give the same bytes, so that a simulated year can be simulated again.
"""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass
from random import Random

_FIXED = (2021, 1, 1, 0, 0, 0)


@dataclass(frozen=True)
class DemoPaper:
    """A file as somebody would upload it."""

    name: str
    content: bytes
    media_type: str


def letter(name: str, title: str, paragraphs: list[str]) -> DemoPaper:
    """A Word document with a title and paragraphs."""
    from docx import Document

    document = Document()
    document.core_properties.author = ""
    document.add_heading(title, 1)
    for paragraph in paragraphs:
        document.add_paragraph(paragraph)
    buffer = io.BytesIO()
    document.save(buffer)
    kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    return DemoPaper(f"{name}.docx", _same_each_time(buffer.getvalue()), kind)


def _same_each_time(archive: bytes) -> bytes:
    """The archive with a fixed time on every part."""
    buffer = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(archive)) as old,
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for info in old.infolist():
            content = old.read(info)
            if info.filename == "docProps/core.xml":
                content = content.replace(b"2013-12-23T23:15:00Z", b"2021-01-01T00:00:00Z")
            new.writestr(zipfile.ZipInfo(info.filename, _FIXED), content, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def listing(name: str, title: str, lines: list[str]) -> DemoPaper:
    """A one-page PDF. Its Chinese is set in a font that every viewer has and none embeds."""
    text = ["BT /F1 16 Tf 60 770 Td", f"<{_hex(title)}> Tj", "/F1 11 Tf 0 -34 Td"]
    for line in lines:
        text += [f"<{_hex(line)}> Tj", "0 -20 Td"]
    stream = "\n".join([*text, "ET"]).encode()
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
        b"/Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%b\nendstream" % (len(stream), stream),
        b"<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /UniGB-UCS2-H "
        b"/DescendantFonts [6 0 R] >>",
        b"<< /Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light /CIDSystemInfo "
        b"<< /Registry (Adobe) /Ordering (GB1) /Supplement 2 >> /DW 1000 /FontDescriptor 7 0 R >>",
        b"<< /Type /FontDescriptor /FontName /STSong-Light /Flags 6 /ItalicAngle 0 /Ascent 880 "
        b"/Descent -120 /CapHeight 700 /StemV 80 /FontBBox [-25 -254 1000 880] >>",
    ]
    body, places = b"%PDF-1.4\n", []
    for number, one in enumerate(objects, 1):
        places.append(len(body))
        body += b"%d 0 obj\n%b\nendobj\n" % (number, one)
    start = len(body)
    body += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    body += b"".join(b"%010d 00000 n \n" % place for place in places)
    body += b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (
        len(objects) + 1,
        start,
    )
    return DemoPaper(f"{name}.pdf", body, "application/pdf")


def _hex(text: str) -> str:
    return text.encode("utf-16-be").hex()


def signed_sheet(name: str, dice: Random) -> DemoPaper:
    """A picture of a sheet that somebody signed: lines of type, a stroke of the pen, a seal."""
    from PIL import Image, ImageDraw

    sheet = Image.new("RGB", (420, 594), "#fdfdfb")
    pen = ImageDraw.Draw(sheet)
    pen.rectangle((130, 40, 290, 56), fill="#c8372d")
    for row in range(14):
        pen.rectangle((50, 100 + row * 24, 370 - dice.randrange(90), 106 + row * 24), "#9aa3ad")
    x, y = 210, 490
    stroke = [(x, y)]
    for _ in range(14):
        x, y = x + dice.randrange(2, 12), 490 + dice.randrange(-16, 16)
        stroke.append((x, y))
    pen.line(stroke, fill="#20314f", width=3, joint="curve")
    pen.ellipse((270, 440, 360, 530), outline="#c8372d", width=4)
    pen.regular_polygon((315, 485, 18), 5, fill="#c8372d")
    buffer = io.BytesIO()
    sheet.save(buffer, "PNG")
    return DemoPaper(f"{name}.png", buffer.getvalue(), "image/png")
