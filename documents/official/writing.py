"""The blocks of a paper as WordprocessingML, in the styles of the layout."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from lxml import etree

from documents.official.layout import (
    ATTACHED,
    CELL,
    FLUSH,
    HEAD_CELL,
    HEADINGS,
    TEXT,
    TITLE,
    WIDTH,
    element,
)
from documents.official.paper import Attachment, Block, Grid, Heading, Paragraph
from i18n import _

Styles = Mapping[str, str]
"""The id of each style in the template, by its name."""


def blocks_xml(blocks: Iterable[Block], styles: Styles) -> str:
    """Headings, paragraphs and tables one after the other."""
    return "".join(_text(part) for block in blocks for part in _parts(block, styles))


def attachments_xml(attachments: Sequence[Attachment], styles: Styles) -> str:
    """What is attached, each from a page of its own, with its number and title."""
    parts: list[Any] = []
    for no, attachment in enumerate(attachments, 1):
        number = str(no) if len(attachments) > 1 else ""
        head = _line(_("Attachment {no}", no=number).strip(), styles[ATTACHED])
        head.pPr.append(element("w:pageBreakBefore"))
        parts += [
            head,
            _line("", styles[FLUSH]),
            _line(attachment.title, styles[TITLE]),
            _line("", styles[FLUSH]),
        ]
        parts += [part for block in attachment.blocks for part in _parts(block, styles)]
    return "".join(map(_text, parts))


def _parts(block: Block, styles: Styles) -> Iterable[Any]:
    if isinstance(block, Heading):
        yield _line(block.text, styles[HEADINGS[block.level]])
    elif isinstance(block, Paragraph):
        yield _line(block.text, styles[FLUSH if block.flush else TEXT])
    else:
        yield _table(block, styles)
        yield _line("", styles[CELL])  # Word wants a paragraph between two tables


def _line(text: str, style: str) -> Any:
    line = element("w:p")
    properties = element("w:pPr")
    properties.append(element("w:pStyle", val=style))
    line.append(properties)
    for no, part in enumerate(text.split("\n")):
        if not part:
            continue
        run = element("w:r")
        if no:
            run.append(element("w:br"))
        said = element("w:t")
        said.text = _printable(part)
        said.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
        run.append(said)
        line.append(run)
    return line


def _printable(text: str) -> str:
    """What people typed without the characters that XML does not know."""
    return "".join(one for one in text if one >= " " or one == "\t")


def _table(grid: Grid, styles: Styles) -> Any:
    table = element("w:tbl")
    whole = round(WIDTH.pt * 20)
    widths = [whole * part // sum(grid.widths) for part in grid.widths]
    look = element("w:tblPr")
    look.append(element("w:tblW", w=sum(widths), type="dxa"))
    look.append(element("w:jc", val="center"))
    borders = element("w:tblBorders")
    for side in ("top", "left", "bottom", "right", "insideH", "insideV"):
        borders.append(element(f"w:{side}", val="single", sz=4, space=0, color="000000"))
    look.append(borders)
    look.append(element("w:tblLayout", type="fixed"))
    table.append(look)
    columns = element("w:tblGrid")
    for width in widths:
        columns.append(element("w:gridCol", w=width))
    table.append(columns)
    table.append(_row(grid.heads, widths, styles[HEAD_CELL], head=True))
    for row in grid.rows:
        table.append(_row(row, widths, styles[CELL], head=False))
    return table


def _row(cells: Sequence[str], widths: Sequence[int], style: str, *, head: bool) -> Any:
    row = element("w:tr")
    kind = element("w:trPr")
    kind.append(element("w:cantSplit"))
    if head:
        kind.append(element("w:tblHeader"))
    row.append(kind)
    across = len(cells) == 1 and len(widths) > 1
    for text, width in zip(cells, [sum(widths)] if across else widths, strict=True):
        cell = element("w:tc")
        look = element("w:tcPr")
        look.append(element("w:tcW", w=width, type="dxa"))
        if across:
            look.append(element("w:gridSpan", val=len(widths)))
        look.append(element("w:vAlign", val="center"))
        cell.append(look)
        for line in text.split("\n"):
            cell.append(_line(line, style))
        row.append(cell)
    return row


def _text(part: Any) -> str:
    return str(etree.tostring(part, encoding="unicode"))
