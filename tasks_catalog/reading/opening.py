"""From a file to its catalogue: which kind of file it is, and what is refused."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from documents.untrusted.archives import check_archive
from documents.untrusted.containers import check_size, foreign_parser
from documents.untrusted.words import BROKEN, NO_KIND
from i18n import mark
from tasks_catalog.model import Catalogue
from tasks_catalog.reading.document import Document
from workflow.rules.refusals import Refused

LONGEST = 3_000_000  # characters of text; the longest plans have about 300,000
SECRET = re.compile(
    r"^\s*(?:绝\s*密|机\s*密|秘\s*密)\s*(?:级|件|[★☆*].{0,12}|[（(].{0,10}[）)])?\s*$|(?:绝密|机密|秘密)\s*★"
)
PICTURE = mark(
    "The file is a picture; have it recognised (OCR), install luoshi[ocr], or send the Word file."
)
PICTURES = (b"\xff\xd8\xff", b"\x89PNG", b"GIF8", b"BM", b"II*\x00", b"MM\x00*", b"RIFF")


Reader = Callable[[bytes, str], Document]


def read_with_text(content: bytes, name: str) -> tuple[Catalogue, tuple[str, ...]]:
    """The catalogue of a file's bytes, and the lines that its places count from 1.

    A file that is a catalogue already has no lines. Raises Refused.
    """
    from tasks_catalog.exchange import is_catalogue, load

    check_size(content[:1024], len(content))
    if is_catalogue(content):
        return load(content), ()
    document = open_document(content, name)
    return _read(document), document.lines


def recognise_with_text(content: bytes, name: str) -> tuple[Catalogue, tuple[str, ...]]:
    """What `read_with_text` gives, of a scan or a photograph. Raises Refused."""
    from tasks_catalog.reading.formats.scan import read_scan

    document = _checked(read_scan, content, name)
    return _read(document), document.lines


def read_content(content: bytes, name: str) -> Catalogue:
    """The catalogue of a document given as bytes and its name, as an upload gives it."""
    return _read(open_document(content, name))


def _read(document: Document) -> Catalogue:
    from tasks_catalog.checking.text import check_document
    from tasks_catalog.reading.reader import read_document

    catalogue = read_document(document)
    return replace(catalogue, findings=check_document(document, catalogue))


def open_document(content: bytes, name: str) -> Document:
    """The paragraphs and tables of a file, to be shown beside what was read. Raises Refused."""
    if not content.strip():
        raise Refused(mark("The file is empty."))
    check_size(content[:1024], len(content))
    reader, content = _reader(content, Path(name).suffix.lower())
    return _checked(reader, content, name)


def _checked(reader: Reader, content: bytes, name: str) -> Document:
    """What a reader makes of a file, if that may be read at all."""
    from tasks_catalog.reading.formats.text import without_contents
    from tasks_catalog.reading.tables.flattened import with_flattened_tables
    from tasks_catalog.reading.traditional import with_simplified

    with foreign_parser():
        document = with_simplified(with_flattened_tables(reader(content, name)))
    document = without_contents(document)
    if sum(map(len, document.lines)) > LONGEST:
        raise Refused(mark("The file holds more text than a plan; give its part with the tasks."))
    if any(SECRET.search(line) for line in document.lines):
        raise Refused(
            mark("The file is marked as a state secret; it must not be put into this system.")
        )
    return document


OLE = b"\xd0\xcf\x11\xe0"
STREAMS = tuple(name.encode("utf-16-le") for name in ("WordDocument", "Workbook", "Book"))
"""One of these holds the text of an old office file. Without it the file is cut off or broken, and
LibreOffice would take its bytes for words."""


def _reader(content: bytes, suffix: str) -> tuple[Reader, bytes]:
    """The reader for a file's content; the name decides only between kinds of text."""
    if content.startswith(PICTURES):
        raise Refused(PICTURE)
    if content.startswith(OLE) or content.startswith(b"{\\rtf"):
        return _old(content, suffix)
    if content.startswith(b"PK\x03\x04"):
        return _zipped(content, suffix)
    if b"%PDF-" in content[:1024]:
        from tasks_catalog.reading.formats.pdf.reading import read_pdf

        return read_pdf, content
    return _text(content, suffix), content


def _old(content: bytes, suffix: str) -> tuple[Reader, bytes]:
    from tasks_catalog.reading.formats.office import convert

    if "EncryptedPackage".encode("utf-16-le") in content:
        raise Refused(
            mark("The file is protected by a password; remove the protection and try again.")
        )
    if content.startswith(OLE) and not any(name in content for name in STREAMS):
        raise Refused(BROKEN)
    words, *sheets = STREAMS
    workbook = words not in content and any(name in content for name in sheets)
    if (content.startswith(OLE) and workbook) or suffix == ".ods":
        from tasks_catalog.reading.formats.old_sheet import read_old_sheet

        return read_old_sheet, content
    made, _suffix = convert(content, suffix)
    return _zipped(made, "")


def _zipped(content: bytes, suffix: str) -> tuple[Reader, bytes]:
    names = check_archive(content)
    if "word/document.xml" in names:
        from tasks_catalog.reading.formats.word import read_word

        return read_word, content
    if "xl/workbook.xml" in names:
        from tasks_catalog.reading.formats.spreadsheet import read_workbook

        return read_workbook, content
    if any(name.lower().lstrip("/") == "ofd.xml" for name in names):
        from tasks_catalog.reading.formats.ofd import read_ofd

        return read_ofd, content
    if "mimetype" in names and suffix in (".odt", ".ods"):
        return _old(content, suffix)
    raise Refused(NO_KIND)


def _text(content: bytes, suffix: str) -> Reader:
    begin = content[:2000].lstrip(b"\xef\xbb\xbf \r\n\t").lower()
    if suffix in (".html", ".htm", ".mht") or begin.startswith((b"<!doctype html", b"<html")):
        from tasks_catalog.reading.formats.html import read_html

        return read_html
    if suffix in (".md", ".markdown"):
        from tasks_catalog.reading.formats.markdown import read_markdown

        return read_markdown
    if suffix in (".csv", ".tsv"):
        from tasks_catalog.reading.formats.spreadsheet import read_csv

        return read_csv
    from tasks_catalog.reading.formats.text import read_text

    return read_text
