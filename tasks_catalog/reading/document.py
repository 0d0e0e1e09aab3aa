"""A document as the reader sees it: paragraphs and tables in order, each with its place."""

from __future__ import annotations

from dataclasses import dataclass, field

from tasks_catalog.model import Source


@dataclass(frozen=True)
class Paragraph:
    """One logical paragraph, markup and breaks inside lines removed.

    `level` is the rank that the file itself gives a heading (1 highest), None for plain text.
    """

    text: str
    source: Source
    level: int | None = None


@dataclass(frozen=True)
class Row:
    """One row of a table; cells merged over several rows or columns stand in the first alone."""

    cells: tuple[str, ...]
    source: Source


@dataclass(frozen=True)
class Table:
    """Rows as they stand, heads and repeated heads included; `title` is the line above."""

    rows: tuple[Row, ...]
    title: str | None = None
    notes: tuple[str, ...] = ()


Block = Paragraph | Table


@dataclass(frozen=True)
class Document:
    """A whole document. `lines` are the lines that every Source counts, from 1."""

    blocks: tuple[Block, ...]
    lines: tuple[str, ...]
    name: str | None = None


@dataclass
class Draft:
    """A document being put together by the reader of a format that has no lines of its own."""

    blocks: list[Block] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)

    def paragraph(self, text: str, level: int | None = None, page: int | None = None) -> None:
        """Add a paragraph if there is anything in it."""
        if text.strip():
            self.blocks.append(Paragraph(text.strip(), self._place(text, page), level))

    def table(
        self, rows: list[list[str]], page: int | None = None, sheet: str | None = None
    ) -> None:
        """Add a table of the rows in which anything stands."""
        made = [
            Row(tuple(cell.strip() for cell in cells), self._place("\t".join(cells), page, sheet))
            for cells in rows
            if any(cell.strip() for cell in cells)
        ]
        if made:
            self.blocks.append(Table(tuple(made)))

    def document(self, name: str | None) -> Document:
        """What has been put together."""
        return Document(tuple(self.blocks), tuple(self.lines), name)

    def _place(self, text: str, page: int | None, sheet: str | None = None) -> Source:
        self.lines.append(" ".join(text.split("\n")))
        return Source(line=len(self.lines), page=page, sheet=sheet)
