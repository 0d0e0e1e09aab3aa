"""Checks of how a document is written: its front, leftovers of markup, cells, odd characters."""

from __future__ import annotations

import re
from collections.abc import Iterator

from i18n import _, mark
from tasks_catalog.checking.messages import finding
from tasks_catalog.model import Catalogue, Finding, Indicator, Severity, SourcePlace
from tasks_catalog.reading.document import Document, DocumentTable
from tasks_catalog.reading.formats.text import LEFTOVERS

FIELDS = {
    "title": mark("title"), "issuer": mark("issuing body"),
    "document_number": mark("document number"), "published": mark("date of issue"),
}  # fmt: skip
SIGNS = "*＊※△▲"
MARKED = re.compile(rf"[{SIGNS}]\s*\d+(?:\.\d+)?%?|\d+(?:\.\d+)?%?\s*[{SIGNS}]")


def check_layout(document: Document, catalogue: Catalogue) -> Iterator[Finding]:
    """What the page itself shows, before its words are read."""
    rows = [i for i in catalogue.indicators if i.table is not None and i.scope is None]
    yield from _front(catalogue)
    yield from _layout(document)
    yield from _cells(document, rows)
    yield from _marks(document)


def _front(catalogue: Catalogue) -> Iterator[Finding]:
    missing = [name for name in FIELDS if getattr(catalogue.plan, name) is None]
    if len(missing) >= 2:
        severity: Severity = "warning" if "title" in missing else "note"
        yield finding(
            "front-missing",
            [1],
            severity,
            fields="、".join(_(FIELDS[name]) for name in missing),
            missing=missing,
        )


def _layout(document: Document) -> Iterator[Finding]:
    marks = [
        (n, len(found))
        for n, line in enumerate(document.lines, 1)
        if (found := LEFTOVERS.findall(line))
    ]
    if sum(count for _n, count in marks) >= 5:
        lines = [n for n, _count in marks]
        yield finding(
            "markup", [*lines[:3], lines[len(lines) // 2], lines[-1]], n=sum(c for _n, c in marks)
        )
    for block in document.blocks:
        if isinstance(block, DocumentTable) and block.rows[0].lines:
            first, last = block.rows[0].lines[0], block.rows[-1].source.line_end or 0
            yield finding(
                "cells-by-line",
                [SourcePlace(first, last), *block.rows[0].lines],
                rows=len(block.rows),
            )
    odd: dict[str, int] = {}
    for number, line in enumerate(document.lines, 1):
        for pattern in ("[二〇○]○|○[三二]", "(?<=[一-鿿]),(?=[一-鿿])", "[０-９Ａ-Ｚａ-ｚ]"):
            if match := re.search(pattern, line):
                odd.setdefault(match[0], number)
    if odd:
        yield finding("odd-characters", odd.values(), text=" ".join(odd))


def _cells(document: Document, rows: list[Indicator]) -> Iterator[Finding]:
    """86.1% in a column whose unit is % already."""
    units = {row.source.line: row for row in rows if row.source and row.unit == "%"}
    for block in document.blocks:
        if not isinstance(block, DocumentTable):
            continue
        heads = "".join(block.rows[0].cells)
        if "单位" not in heads:
            continue
        for row in block.rows[1:]:
            known = any((line in units) for line in (row.lines or (row.source.line,)))
            for at, cell in enumerate(row.cells):
                if known and re.fullmatch(r"\d+(?:\.\d+)?[%％]", cell.strip()):
                    yield finding("unit-in-cell", [row.line(at)], text=cell.strip())


def _marks(document: Document) -> Iterator[Finding]:
    """*3690 in a table under which no note says what the star means."""
    for block in document.blocks:
        if not isinstance(block, DocumentTable):
            continue
        cells = [(row.line(at), cell.strip()) for row in block.rows
                 for at, cell in enumerate(row.cells)]  # fmt: skip
        marked = [(line, cell) for line, cell in cells if MARKED.fullmatch(cell)]
        if not marked:
            continue
        signs = "".join({sign for _line, cell in marked for sign in cell if sign in SIGNS})
        sign = re.compile(rf"(?:^|[注：、“”带标])\s*(?<![*])[{re.escape(signs)}](?![\d*])")
        notes = [n for n, line in enumerate(document.lines, 1) if sign.search(line.strip())]
        last = block.rows[-1].source.line or 0
        note = next((n for n in notes if n > last), notes[0] if notes else 0)
        where = [line for line, _cell in marked] + ([note] if note else [])
        shown = "、".join(cell for _line, cell in marked)
        kind = "mark-explained" if note else "mark-unexplained"
        yield finding(kind, where, n=len(marked), text=shown)
