"""What an uploaded file really is, and whether it may come in: judged by content, not by name."""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator
from io import BytesIO
from pathlib import PurePath
from typing import Any

from lxml import etree

from documents.untrusted.archives import check_archive
from i18n import mark
from workflow.rules.refusals import Invalid
from workflow.rules.reporting.confidentiality import secrecy

PDF = "application/pdf"
OOXML = "application/vnd.openxmlformats-officedocument."
TYPES = {
    "pdf": PDF,
    "docx": f"{OOXML}wordprocessingml.document",
    "xlsx": f"{OOXML}spreadsheetml.sheet",
    "pptx": f"{OOXML}presentationml.presentation",
    "ofd": "application/ofd",
    "jpg": "image/jpeg",
    "png": "image/png",
    "txt": "text/plain",
}
"""What may be attached, by the ending of its name. A zip may not: nobody sees what is in it."""

_ENDINGS = {"jpeg": "jpg"}
_PARTS = {
    "docx": ("word/document.xml", r"word/(document|header\d*)\.xml"),
    "xlsx": ("xl/workbook.xml", r"xl/(sharedStrings|worksheets/sheet1)\.xml"),
    "pptx": ("ppt/presentation.xml", r"ppt/slides/slide[1-3]\.xml"),
    "ofd": ("OFD.xml", r"Doc_\d+/Pages/[^/]+/Content\.xml"),
}
NOT_TAKEN = mark(
    "“{name}” is not taken. Attach PDF, Word, Excel, PowerPoint, OFD, pictures or text."
)
ANOTHER_KIND = mark("“{name}” is not what its ending says: it is a {kind} file.")
SCRIPTED = mark("“{name}” contains a script or macro. Save it without, or as a plain PDF.")

_BLOCKS = frozenset({"p", "si", "is", "TextObject"})
_MARKED_UP = re.compile(r"\.(html?|svg)$", re.IGNORECASE)
_MARKUP = re.compile(rb"<\s*(script|html|svg|iframe|!doctype)", re.IGNORECASE)
LARGEST = 20 * 1024 * 1024
"""Bytes of one file, and of one part of it."""
_MOST_OBJECTS = 200_000
_ACTS = frozenset({"JavaScript", "Launch", "SubmitForm", "ImportData", "RichMediaExecute"})
_SCRIPTS = frozenset({"JS", "JavaScript", "XFA"})


def media_type_of(content: bytes, name: str) -> str:
    """The media type of a file that may come in. To be run apart (documents.untrusted.apart).

    Raises Invalid for a type that is not taken, a name that says something else than the content,
    a script or macro inside, a lock, a broken file, and a mark of secrecy at its head.
    """
    ending = PurePath(name.lower()).suffix.lstrip(".")
    ending = _ENDINGS.get(ending, ending)
    found = _kind(content, ending)
    if found is None:
        raise Invalid(NOT_TAKEN, name=name)
    if found != ending:
        raise Invalid(ANOTHER_KIND, name=name, kind=found)
    for text in _texts(content, found, name):
        marked = secrecy(text)
        if marked:
            raise Invalid(
                mark(
                    "“{name}” bears the mark “{level}”. Papers with a mark of secrecy must not be "
                    "put into this system."
                ),
                name=name,
                level=marked.level,
            )
    return TYPES[found]


def _kind(content: bytes, ending: str) -> str | None:
    head = content[:1024]
    if b"%PDF-" in head:
        return "pdf"
    if head.startswith(b"\xff\xd8\xff"):
        return "jpg"
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if head.startswith(b"PK\x03\x04"):
        try:
            with zipfile.ZipFile(BytesIO(content)) as packed:
                names = set(packed.namelist())
        except (zipfile.BadZipFile, ValueError, NotImplementedError):
            return None
        return next((kind for kind, (sign, _) in _PARTS.items() if sign in names), None)
    if ending == "txt" and b"\0" not in head and not _MARKUP.search(head):
        return "txt"
    return None


def _texts(content: bytes, kind: str, name: str) -> Iterator[str]:
    """The texts at the beginnings of the file's parts, after a look for scripts."""
    if kind == "pdf":
        yield _pdf(content, name)
    elif kind == "txt":
        begin = content[: 64 * 1024]
        try:
            yield begin.decode("utf-8-sig")
        except UnicodeDecodeError:
            yield begin.decode("gb18030", "replace")
    elif kind in _PARTS:
        yield from _packed(content, kind, name)


def _packed(content: bytes, kind: str, name: str) -> Iterator[str]:
    if any(map(_MARKED_UP.search, check_archive(content))):
        raise _active(name)
    try:
        with zipfile.ZipFile(BytesIO(content)) as packed:
            for entry in packed.infolist():
                if re.fullmatch(_PARTS[kind][1], entry.filename):
                    with packed.open(entry) as part:
                        yield _lines(part.read(LARGEST))
    except (zipfile.BadZipFile, zlib.error, etree.XMLSyntaxError, RuntimeError, EOFError) as error:
        raise _broken(name) from error


def _lines(xml: bytes) -> str:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    root = etree.fromstring(xml, parser)
    lines = []
    for block in root.iter():
        if isinstance(block.tag, str) and etree.QName(block).localname in _BLOCKS:
            words = (
                leaf.text or ""
                for leaf in block.iter()
                if isinstance(leaf.tag, str) and etree.QName(leaf).localname in ("t", "TextCode")
            )
            lines.append("".join(words))
            if len(lines) > 200:
                break
    return "\n".join(lines)


def _pdf(content: bytes, name: str) -> str:
    from pdfminer.high_level import extract_text
    from pdfminer.pdfdocument import PDFDocument, PDFPasswordIncorrect
    from pdfminer.pdfexceptions import PDFException
    from pdfminer.pdfparser import PDFParser
    from pdfminer.psexceptions import PSException

    # What a parser raises on a broken file is not told apart: none of it is readable.
    unreadable = (
        PDFException, PSException, zlib.error, ValueError, TypeError, KeyError, IndexError,
        AttributeError, AssertionError, OverflowError, RecursionError,
    )  # fmt: skip
    # Readers mend broken files and find what no index names.
    if re.search(rb"/JavaScript|/Launch\b", content):
        raise _active(name)
    file = BytesIO(content)
    try:
        document = PDFDocument(PDFParser(file))
        ids = {key for xref in document.xrefs for key in xref.get_objids()}
        if len(ids) > _MOST_OBJECTS:
            raise _broken(name)
        active = any(_acts(document.getobj(key)) for key in ids if key) or _acts(document.catalog)
        text = "" if active else extract_text(file, maxpages=2)
    except PDFPasswordIncorrect as error:
        raise Invalid(
            mark("“{name}” is locked with a password. Attach it without one."), name=name
        ) from error
    except unreadable as error:
        raise _broken(name) from error
    if active:
        raise _active(name)
    return str(text)


def _acts(value: Any, depth: int = 0) -> bool:
    """Whether an object of a PDF runs something: a script, a program, a form that sends itself.

    An /OpenAction that only says which page to show is harmless, and common.
    """
    value = getattr(value, "attrs", value)
    if depth > 20:
        return True
    if isinstance(value, dict):
        action = getattr(value.get("S"), "name", None)
        if action in _ACTS or not _SCRIPTS.isdisjoint(value):
            return True
        return any(_acts(part, depth + 1) for part in value.values())
    if isinstance(value, list):
        return any(_acts(part, depth + 1) for part in value)
    return False


def _active(name: str) -> Invalid:
    return Invalid(SCRIPTED, name=name)


def _broken(name: str) -> Invalid:
    return Invalid(mark("“{name}” cannot be read: the file is damaged or locked."), name=name)
