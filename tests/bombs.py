"""Small files that are meant to do harm, each with the words of what refuses it."""

from __future__ import annotations

import io
import itertools
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import docx
import openpyxl

from documents.untrusted.archives import ACTIVE, EMBEDDED, ENTITIES, REMOTE, SWOLLEN
from documents.untrusted.words import TOO_DEEP, TOO_LARGE, TOO_SLOW
from reading import paper
from tasks_catalog.exchange import NO_CATALOGUE
from tasks_catalog.worklist.returned import NO_COPY

SHEET = (
    '<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/'
    'main"><sheetData>{}</sheetData></worksheet>'
)
RELATIONS = (
    '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/'
    'relationships"><Relationship Id="rId99" Type="http://schemas.openxmlformats.org/'
    'officeDocument/2006/relationships/{kind}" Target="{target}"{more}/></Relationships>'
)
OUTSIDE = ' TargetMode="External"'
TOO_MANY_CELLS = "The workbook holds more than {n} cells; give only the part that is needed."
HEAD = "schema: luoshi.catalogue/1\n"


@dataclass(frozen=True)
class Bomb:
    """A file by name; `said`: the message of one of the refusals it may meet."""

    name: str
    made: Callable[[], bytes]
    said: tuple[str, ...]

    @cached_property
    def content(self) -> bytes:
        """Made when it is first wanted: hundreds of megabytes are packed for some."""
        return self.made()


def zeros(megabytes: int, layers: int = 1) -> bytes:
    """So many megabytes of blanks, deflated so often."""
    blanks = b" " * (1 << 20)
    packing = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    # Behind a full flush nothing refers back, so that one megabyte stands for each of them.
    block = packing.compress(blanks) + packing.flush(zlib.Z_FULL_FLUSH)
    checksum = 1
    for _megabyte in range(megabytes):
        checksum = zlib.adler32(blanks, checksum)
    out = b"\x78\xda" + block * megabytes + packing.flush() + checksum.to_bytes(4, "big")
    for _layer in range(layers - 1):
        out = zlib.compress(out, 9)
    return out


def pdf(stream: bytes, layers: int) -> bytes:
    """A PDF of one page whose content is a stream deflated so often."""
    filters = b"/FlateDecode " * layers
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] /Contents 4 0 R /Resources << >> >>",
        b"<< /Length %d /Filter [%s] >>\nstream\n%s\nendstream" % (len(stream), filters, stream),
    ]
    out, places = b"%PDF-1.4\n", []
    for no, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (no, body)
    index = b"".join(b"%010d 00000 n \n" % place for place in places)
    end = b"trailer << /Size 5 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % len(out)
    return out + b"xref\n0 5\n0000000000 65535 f \n" + index + end


def archive(content: bytes, **parts: str | bytes) -> bytes:
    """An archive with parts put in or in the place of others; `__` stands for a slash, `_D` for a
    dot."""
    named = {name.replace("__", "/").replace("_D", "."): part for name, part in parts.items()}
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            if name not in named:
                new.writestr(name, old.read(name))
        for name, part in named.items():
            new.writestr(name, part)
    return out.getvalue()


def word(**parts: str | bytes) -> bytes:
    made = docx.Document()
    made.add_paragraph("一、重点任务")
    return archive(paper.saved(made), **parts)


def workbook(sheet: str = "", **parts: str | bytes) -> bytes:
    made = openpyxl.Workbook()
    made.active.append(["email", "name", "unit", "role"])
    if sheet:
        parts["xl__worksheets__sheet1_Dxml"] = sheet
    return archive(paper.saved(made), **parts)


def relation(kind: str, target: str, more: str = OUTSIDE) -> str:
    return RELATIONS.format(kind=kind, target=target, more=more)


def nested() -> bytes:
    """An archive in which another one lies."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as new:
        new.writestr("again.zip", zeros(30))
    return out.getvalue()


def laughs() -> str:
    """XML whose entities grow tenfold, nine times."""
    names = "abcdefghi"
    defined = '<!ENTITY a "haha">' + "".join(
        f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in itertools.pairwise(names)
    )
    return f'<?xml version="1.0"?><!DOCTYPE x [{defined}]><x>&i;</x>'


def deep(head: str) -> bytes:
    """Lists within lists, more than any reader can follow."""
    return (head + "[" * 50_000).encode()


def aliases() -> bytes:
    """YAML whose lists name one another, each nine times."""
    grown = "".join(
        f"{b}: &{b} [{','.join(['*' + a] * 9)}]\n" for a, b in itertools.pairwise("abcdefghi")
    )
    return (HEAD + "a: &a [x,x,x,x]\n" + grown).encode()


def bombs() -> list[Bomb]:
    """The corpus."""
    formula = '<row r="1"><c r="A1"><f>{}</f><v>0</v></c></row>'
    field = "<w:p><w:r><w:instrText>DDEAUTO c:\\\\cmd.exe</w:instrText></w:r></w:p>"
    body = '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">{}'
    template = "word___rels__settings_Dxml_Drels"
    links = "word___rels__document_Dxml_Drels"
    return [
        Bomb("streams.pdf", lambda: pdf(zeros(800, 3), 3), (TOO_LARGE, TOO_SLOW)),
        Bomb("stream.pdf", lambda: pdf(zeros(800), 1), (TOO_LARGE, TOO_SLOW)),
        Bomb("ratio.docx", lambda: word(word__media__x_Dxml=" " * 200_000_000), (SWOLLEN,)),
        Bomb("ratio.xlsx", lambda: workbook(SHEET.format(" " * 150_000_000)), (SWOLLEN,)),
        Bomb("nested.docx", lambda: word(word__embeddings__x_Dzip=nested()), (EMBEDDED,)),
        Bomb("entities.docx", lambda: word(word__document_Dxml=laughs()), (ENTITIES,)),
        Bomb("entities.xlsx", lambda: workbook(laughs()), (ENTITIES,)),
        Bomb("utf16.xlsx", lambda: workbook(xl__x_Dxml=laughs().encode("utf-16")), (ENTITIES,)),
        Bomb(
            "object.docx",
            lambda: word(word__embeddings__oleObject1_Dbin=b"\xd0\xcf\x11\xe0"),
            (EMBEDDED,),
        ),
        Bomb(
            "linked.docx",
            lambda: word(**{links: relation("oleObject", "file:///c:/x.doc")}),
            (EMBEDDED,),
        ),
        Bomb(
            "template.docx",
            lambda: word(**{template: relation("attachedTemplate", "http://x/t.dotm")}),
            (REMOTE,),
        ),
        Bomb(
            "escaped.docx",
            lambda: word(
                **{template: relation("attachedTemplate", "&#104;ttp&#58;&#47;&#47;x/t.dotm")}
            ),
            (REMOTE,),
        ),
        Bomb(
            "share.docx",
            lambda: word(**{template: relation("attachedTemplate", r"\\host\t.dotm")}),
            (REMOTE,),
        ),
        Bomb(
            "picture.docx", lambda: word(**{links: relation("image", "https://x/1.png")}), (REMOTE,)
        ),
        Bomb("field.docx", lambda: word(word__document_Dxml=body.format(field)), (ACTIVE,)),
        Bomb("macro.docx", lambda: word(word__vbaProject_Dbin=b"x"), (ACTIVE,)),
        Bomb("macro.xlsx", lambda: workbook(xl__vbaProject_Dbin=b"x"), (ACTIVE,)),
        Bomb(
            "dde.xlsx",
            lambda: workbook(SHEET.format(formula.format("cmd|'/c calc'!A0"))),
            (ACTIVE,),
        ),
        Bomb(
            "ddelink.xlsx",
            lambda: workbook(xl__externalLinks__externalLink1_Dxml="<ddeLink/>"),
            (ACTIVE,),
        ),
        Bomb(
            "external.xlsx",
            lambda: workbook(
                **{
                    "xl__externalLinks___rels__externalLink1_Dxml_Drels": relation(
                        "externalLinkPath", "other.xlsx"
                    )
                }
            ),
            (REMOTE,),
        ),
        Bomb("deep.yaml", lambda: deep(HEAD + "plan: "), (TOO_DEEP, NO_CATALOGUE)),
        Bomb(
            "deep.json",
            lambda: deep('{"schema": "luoshi.catalogue/1", "plan": '),
            (TOO_DEEP, NO_CATALOGUE),
        ),
        Bomb("aliases.yaml", aliases, (NO_CATALOGUE,)),
    ]


def wide_and_deep() -> list[Bomb]:
    """Sheets of as many rows or columns as there can be; the words are those of any reader."""
    said = (TOO_MANY_CELLS, "The sheet “{sheet}” is too large for a work list.",
            "The sheet “{sheet}” has too many rows or columns.",
            "The file has more than {n} rows.", "The file has more than {n} columns.",
            NO_COPY)  # fmt: skip
    far = '<row r="1048576"><c r="XFD1048576" t="n"><v>1</v></c></row>'
    named = '<row r="1"><c r="A1" t="inlineStr"><is><t>email</t></is></c></row>'
    return [
        Bomb("far.xlsx", lambda: workbook(SHEET.format(named + far)), said),
        Bomb(
            "deep.xlsx",
            lambda: workbook(
                SHEET.format(
                    "".join(
                        f'<row r="{n}"><c r="A{n}"><v>{n}</v></c></row>' for n in range(1, 200_000)
                    )
                )
            ),
            said,
        ),
        Bomb(
            "wide.xlsx",
            lambda: workbook(
                SHEET.format(
                    "".join(
                        f'<row r="{n}">{"<c><v>1</v></c>" * 16_384}</row>' for n in range(1, 30)
                    )
                )
            ),
            said,
        ),
    ]
