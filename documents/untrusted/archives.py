"""Zipped documents: what is looked at before a parser may touch them, and what is not taken."""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator
from html import unescape
from io import BytesIO

from documents.untrusted.words import BROKEN
from i18n import mark
from workflow.rules.refusals import Refused

LARGEST_UNPACKED = 300_000_000  # bytes
MOST_MEMBERS = 5_000
HIGHEST_RATIO = 400  # of unpacked to packed size; a table of blanks reaches about 200
SMALL = 20_000_000  # below this no ratio matters
MOST_CELLS = 150_000
"""In all sheets of a workbook that people fill in or that is read as a document."""
LARGEST_RELATIONS = 5_000_000
_PIECE = 1 << 20
_OVERLAP = 2_000  # characters that two pieces share, so that nothing is cut in two

SWOLLEN = mark("The file unpacks to far more than a document holds; it was not opened.")
LOCKED = mark("The file is protected by a password; remove the protection and try again.")
ACTIVE = mark("The file contains a script or macro. Save it without, or as a plain PDF.")
EMBEDDED = mark(
    "Another file or program object is embedded in the document. Take it out, or give it by itself."
)
REMOTE = mark(
    "The document fetches something from another place when it is opened (a template, a picture or "
    "another workbook). Break the link, or save it as a plain PDF."
)
ENTITIES = mark("The document defines names of its own in its XML, as no office program does.")
TOO_MANY_CELLS = mark("The workbook holds more than {n} cells; give only the part that is needed.")

_MACROS = re.compile(r"vbaProject|macrosheets|activeX|\.(js|vbs|exe|bat|ps1)$", re.IGNORECASE)
_PACKED = re.compile(r"\.(zip|rar|7z|gz|xz|docm|xlsm|pptm)$|embeddings/[^/]+\.bin$", re.IGNORECASE)
_XML = re.compile(r"\.(xml|rels|xhtml|vml)$", re.IGNORECASE)
_DEFINES = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_LINKED = re.compile(
    rb"<(?:\w+:)?ddeLink\b"
    # A formula such as =cmd|'/c calc'!A0.
    rb"|<(?:\w+:)?f(?:\s[^>]*)?>[^<]{0,300}?\w\|(?:(?:'|&apos;)[^<]{0,300}?|[\w .:\\/-]{1,100})!"
    rb"|w:instr=[\"']\s*DDE(?:AUTO)?\b",
    re.IGNORECASE,
)
_FIELD = re.compile(rb"<w:instrText[^>]*>([^<]*)")
_DDE = re.compile(rb"DDEAUTO|\bDDE\s", re.IGNORECASE)
_CELL = re.compile(rb"<(?:\w+:)?c[\s>/]")
_RELATION = re.compile(rb"<(?:\w+:)?Relationship\b[^>]*>", re.IGNORECASE)
_ATTRIBUTE = re.compile(rb"(\w+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")
_HERE = re.compile(r"(?:file:/{0,3})?[a-z]:|[^:\\/]*$|\.{0,2}/(?!/)", re.IGNORECASE)
"""A place on the reader's own machine, such as the template that an office keeps."""


def check_archive(content: bytes) -> tuple[str, ...]:
    """The names inside a zipped document.

    Raises Refused for a damaged, locked or swollen one, and for what acts by itself, hides other
    files or fetches from elsewhere.
    """
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            members = archive.infolist()
            _check_sizes(members, len(content))
            for member in members:
                _check_name(member.filename)
                if _XML.search(member.filename):
                    _check_part(archive, member)
    except (zipfile.BadZipFile, zlib.error, ValueError, NotImplementedError, EOFError, OSError,
            RuntimeError) as error:  # fmt: skip
        raise Refused(BROKEN) from error
    return tuple(member.filename for member in members)


def check_cells(content: bytes) -> None:
    """Raises Refused for a workbook with more cells than anybody fills in, before it is opened:
    what a sheet says of its own size is not believed."""
    cells = 0
    with zipfile.ZipFile(BytesIO(content)) as archive:
        for member in archive.infolist():
            if member.filename.startswith("xl/worksheets/") and _XML.search(member.filename):
                cells += sum(len(_CELL.findall(piece)) for piece in _pieces(archive, member))
    if cells > MOST_CELLS:
        raise Refused(TOO_MANY_CELLS, n=MOST_CELLS)


def _check_sizes(members: list[zipfile.ZipInfo], packed: int) -> None:
    unpacked = sum(member.file_size for member in members)
    swollen = unpacked > SMALL and unpacked > HIGHEST_RATIO * packed
    if unpacked > LARGEST_UNPACKED or len(members) > MOST_MEMBERS or swollen:
        raise Refused(SWOLLEN)
    if any(member.flag_bits & 1 for member in members):
        raise Refused(LOCKED)


def _check_name(name: str) -> None:
    if _MACROS.search(name):
        raise Refused(ACTIVE)
    if _PACKED.search(name):
        raise Refused(EMBEDDED)


def _check_part(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> None:
    relations = member.filename.endswith(".rels")
    if relations and member.file_size > LARGEST_RELATIONS:
        raise Refused(SWOLLEN)
    for piece in _pieces(archive, member):
        if _DEFINES.search(piece):
            raise Refused(ENTITIES)
        if relations:
            _check_relations(piece, member.filename)
        elif _LINKED.search(piece) or _DDE.search(b"".join(_FIELD.findall(piece))):
            raise Refused(ACTIVE)


def _pieces(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Iterator[bytes]:
    """A part piece by piece, the tables of relations whole."""
    before = b""
    with archive.open(member) as part:
        size = LARGEST_RELATIONS if member.filename.endswith(".rels") else _PIECE
        while piece := part.read(size):
            # Without its zeros UTF-16 reads like ASCII here.
            before = before[-_OVERLAP:] + piece.replace(b"\0", b"")
            yield before


def _check_relations(part: bytes, name: str) -> None:
    for found in _RELATION.findall(part):
        said = {key.lower(): one or two for key, one, two in _ATTRIBUTE.findall(found)}
        kind = said.get(b"type", b"").rsplit(b"/", 1)[-1].lower()
        outside = said.get(b"targetmode", b"").lower() == b"external"
        if kind == b"oleobject" or (kind == b"package" and "charts/" not in name):
            raise Refused(EMBEDDED)
        if kind.startswith(b"externallink"):
            raise Refused(REMOTE)
        target = unescape(said.get(b"target", b"").decode("utf-8", "replace")).strip()
        if outside and kind != b"hyperlink" and not _HERE.match(target):
            raise Refused(REMOTE)
