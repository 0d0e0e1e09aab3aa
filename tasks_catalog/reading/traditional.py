"""Documents in traditional characters, turned into the simplified ones that the rules know."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from tasks_catalog.reading.document import Block, Document, Paragraph

USUAL = frozenset("們國發會實業務與術為開關個動際員產學機構責單總設體應點項組織強進導場長")
"""Traditional characters of which every official text has some."""
SHARE = 0.02  # of the characters; a quoted name in a simplified text has fewer


def with_simplified(document: Document) -> Document:
    """The document in simplified characters, marked; itself where it is written so already."""
    text = "".join(document.lines)
    if sum(char in USUAL for char in text) < SHARE * len(text):
        return document
    from opencc import OpenCC

    simplified: Callable[[str], str] = OpenCC("t2s").convert
    return replace(
        document, lines=tuple(map(simplified, document.lines)), traditional=True,
        blocks=tuple(_block(block, simplified) for block in document.blocks),
    )  # fmt: skip


def _block(block: Block, simplified: Callable[[str], str]) -> Block:
    if isinstance(block, Paragraph):
        return replace(block, text=simplified(block.text), lead=simplified(block.lead))
    return replace(
        block, title=block.title and simplified(block.title),
        notes=tuple(map(simplified, block.notes)),
        rows=tuple(replace(row, cells=tuple(map(simplified, row.cells))) for row in block.rows),
    )  # fmt: skip
