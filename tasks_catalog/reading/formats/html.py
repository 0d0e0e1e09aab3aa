"""HTML, by lxml: blocks of text, headings, lists with their numbers, tables with merged cells."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import lxml.html

from tasks_catalog.reading.document import Document, DocumentDraft
from tasks_catalog.reading.formats.text import decode

SKIPPED = {
    "script",
    "style",
    "nav",
    "head",
    "noscript",
    "template",
    "iframe",
    "button",
    "select",
    "form",
}
INLINE = {
    "span",
    "a",
    "b",
    "strong",
    "i",
    "em",
    "u",
    "font",
    "sup",
    "sub",
    "small",
    "mark",
    "label",
    "o:p",
    "st1:chsdate",
}
WIDEST = 60  # columns; more are no work list


def read_html(content: bytes, name: str | None = None) -> Document:
    """A web page as a document; every block of text and every row of a table is one line."""
    text = re.sub(r"^\s*<\?xml[^>]*\?>", "", decode(content))
    draft = DocumentDraft()
    root = lxml.html.document_fromstring(text or "<html/>")
    _block(draft, root)
    return draft.document(name)


def _block(draft: DocumentDraft, element: Any) -> None:
    """The texts below an element, one paragraph a block."""
    words: list[str] = []

    def flush() -> None:
        for line in "".join(words).split("\n"):
            draft.paragraph(" ".join(line.split()))
        words.clear()

    words.append(element.text or "")
    for child in element:
        tag = child.tag if isinstance(child.tag, str) else ""
        if tag == "br":
            words.append("\n")
        elif tag in INLINE and not any(_is_block(inner) for inner in child.iter()):
            words.append(_words(child))
        elif tag and tag not in SKIPPED:
            flush()
            _element(draft, child, tag)
        words.append(child.tail or "")
    flush()


def _element(draft: DocumentDraft, child: Any, tag: str) -> None:
    if tag == "table":
        draft.table(list(_rows(child)))
    elif re.fullmatch("h[1-6]", tag):
        draft.paragraph(" ".join(_words(child).split()), level=int(tag[1]))
    elif tag == "li" and child.getparent().tag == "ol":
        start = child.getparent().get("start") or "1"
        number = (int(start) if start.isdigit() else 1) + len(
            list(child.itersiblings("li", preceding=True))
        )
        child.text = f"{number}. {(child.text or '').lstrip()}"
        _block(draft, child)
    else:
        _block(draft, child)


def _is_block(element: Any) -> bool:
    return element.tag in ("table", "p", "div", "ul", "ol", "li") or bool(
        isinstance(element.tag, str) and re.fullmatch("h[1-6]", element.tag)
    )


def _words(element: Any) -> str:
    """The text of an element without its scripts, breaks as such."""
    pieces = [element.text or ""]
    for child in element:
        if isinstance(child.tag, str) and child.tag not in SKIPPED:
            pieces.append("\n" if child.tag in ("br", "p", "div") and pieces != [""] else "")
            pieces.append(_words(child))
        pieces.append(child.tail or "")
    return "".join(pieces)


def _rows(table: Any) -> Iterator[list[str]]:
    """The rows of a table; what spans rows or columns is repeated in each."""
    below: dict[int, tuple[int, str]] = {}
    for row in table.iter("tr"):
        if next(row.iterancestors("table")) is not table:
            continue
        cells: list[str] = []
        for cell in row.iterchildren("td", "th"):
            _from_above(cells, below)
            text = _words(cell).strip()
            wide = min(_span(cell, "colspan"), WIDEST)
            for _copy in range(wide):
                if _span(cell, "rowspan") > 1:
                    below[len(cells)] = (_span(cell, "rowspan") - 1, text)
                cells.append(text)
            if len(cells) > WIDEST:
                break
        _from_above(cells, below)
        yield cells


def _from_above(cells: list[str], below: dict[int, tuple[int, str]]) -> None:
    while len(cells) in below:
        left, text = below.pop(len(cells))
        if left > 1:
            below[len(cells)] = (left - 1, text)
        cells.append(text)


def _span(cell: Any, name: str) -> int:
    value = cell.get(name) or "1"
    return max(1, min(int(value), 1000)) if value.isdigit() else 1
