"""OFD files, the national format for fixed pages: zipped XML whose text pieces have places."""

from __future__ import annotations

import posixpath
import re
import zipfile
from dataclasses import replace
from io import BytesIO
from typing import Any

from lxml import etree

from i18n import mark
from tasks_catalog.model import SourcePlace
from tasks_catalog.reading.document import Block, Document, DocumentTable, with_titles
from tasks_catalog.reading.formats.text import blocks_of
from tasks_catalog.reading.words import usual_characters
from workflow.rules.refusals import Refused

PARSER = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)


def read_ofd(content: bytes, name: str | None = None) -> Document:
    """An OFD file as a document; every line of its pages is one line. Raises Refused for a scan."""
    lines: list[str] = []
    pages: list[int] = []
    unread: list[int] = []
    with zipfile.ZipFile(BytesIO(content)) as archive:
        names = {entry.lower().lstrip("/"): entry for entry in archive.namelist()}
        for page, path in enumerate(_pages(archive, names), 1):
            shown = _xml(archive, names, path)
            before = len(lines)
            for text in _lines(shown):
                if re.fullmatch(r"[-—\s]*\d{1,4}[-—\s]*", text):
                    continue
                lines.append(text)
                pages.append(page)
            if len(lines) == before and shown.find(".//{*}ImageObject") is not None:
                unread.append(page)
    if not lines:
        raise Refused(
            mark("The file is a scan without text; have it recognised (OCR) or send the Word file.")
        )
    blocks = with_titles(_on_page(block, pages) for block in blocks_of(lines))
    return Document(blocks, tuple(lines), name, tuple(unread))


def _on_page(block: Block, pages: list[int]) -> Block:
    """A block with the pages of its lines."""
    if isinstance(block, DocumentTable):
        rows = (replace(row, source=_placed(row.source, pages)) for row in block.rows)
        return replace(block, rows=tuple(rows))
    return replace(block, source=_placed(block.source, pages))


def _placed(source: SourcePlace, pages: list[int]) -> SourcePlace:
    return replace(source, page=pages[source.line - 1]) if source.line else source


def _xml(archive: zipfile.ZipFile, names: dict[str, str], path: str) -> Any:
    return etree.fromstring(archive.read(names[path.lower().lstrip("/")]), PARSER)


def _pages(archive: zipfile.ZipFile, names: dict[str, str]) -> list[str]:
    """The paths of the pages in their order, over all documents of the file."""
    out = []
    for root in _xml(archive, names, "OFD.xml").iter("{*}DocRoot"):
        place = (root.text or "").strip().lstrip("/")
        folder = posixpath.dirname(place)
        for page in _xml(archive, names, place).iter("{*}Page"):
            base = page.get("BaseLoc") or ""
            out.append(base.lstrip("/") if base.startswith("/") else posixpath.join(folder, base))
    return out


def _lines(page: Any) -> list[str]:
    """The texts of a page, those at one height put together from left to right."""
    pieces: list[tuple[float, float, float, str]] = []
    for thing in page.iter("{*}TextObject"):
        box = [float(number) for number in (thing.get("Boundary") or "0 0 0 0").split()]
        size = float(thing.get("Size") or 4)
        for code in thing.iter("{*}TextCode"):
            if (code.text or "").strip():
                x, y = float(code.get("X") or 0), float(code.get("Y") or 0)
                pieces.append((box[1] + y, box[0] + x, size, code.text))
    rows: list[list[tuple[float, float, float, str]]] = []
    for piece in sorted(pieces):
        if rows and abs(rows[-1][0][0] - piece[0]) < piece[2] * 0.6:
            rows[-1].append(piece)
        else:
            rows.append([piece])
    ordered = [sorted(row, key=lambda one: one[1]) for row in rows]
    return [usual_characters("".join(piece[3] for piece in row)).strip() for row in ordered]
