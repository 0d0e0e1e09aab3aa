"""A document as the reader sees it: paragraphs and tables in order, each with its place."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import zip_longest

from tasks_catalog.model import SourcePlace


@dataclass(frozen=True)
class Paragraph:
    """One logical paragraph, markup and breaks inside lines removed.

    `level` is the rank that the file itself gives a heading (1 highest), None for plain text;
    `lead` are the words with which it opens in other type than the rest.
    """

    text: str
    source: SourcePlace
    level: int | None = None
    lead: str = ""


@dataclass(frozen=True)
class TableRow:
    """One row of a table; cells that a file merges repeat what they hold.

    `lines` has the line of every cell where a text writes them below one another.
    """

    cells: tuple[str, ...]
    source: SourcePlace
    lines: tuple[int, ...] = ()

    def line(self, cell: int) -> int | None:
        """The line in which a cell stands."""
        return self.lines[cell] if -len(self.lines) <= cell < len(self.lines) else self.source.line


@dataclass(frozen=True)
class DocumentTable:
    """Rows as they stand, heads and repeated heads included; `title` is the line above."""

    rows: tuple[TableRow, ...]
    title: str | None = None
    notes: tuple[str, ...] = ()


Block = Paragraph | DocumentTable


@dataclass(frozen=True)
class Document:
    """A whole document. `lines` are the lines that every Source counts, from 1.

    `unread_pages` are the pages that hold a picture and no text, `pictures` counts the large ones
    that stand in the text of a file without pages. `traditional` says that it is written in
    traditional characters and was turned into simplified ones, `recognised` that a machine read it.
    """

    blocks: tuple[Block, ...]
    lines: tuple[str, ...]
    name: str | None = None
    unread_pages: tuple[int, ...] = ()
    pictures: int = 0
    traditional: bool = False
    recognised: Recognised | None = None


@dataclass(frozen=True)
class Recognised:
    """What a machine read off pictures of pages: how many, and the words it was not sure of."""

    pages: int
    doubtful: tuple[tuple[str, int | None], ...] = ()  # words and the line where they stand


TITLE = re.compile(
    r"(?:附?表\s*\d*.*|.*(?:表|清单|指标|情况|一览|台账|目录|分工|任务|计划|方案|目标))$"
)


def with_titles(blocks: Iterable[Block]) -> tuple[Block, ...]:
    """Tables broken by pages put together; the line above a table becomes its title."""
    out: list[Block] = []
    for block in blocks:
        last = out[-1] if out else None
        if (
            isinstance(block, DocumentTable)
            and isinstance(last, DocumentTable)
            and block.title is None
        ):
            out[-1] = replace(last, rows=last.rows + block.rows)
        elif (
            isinstance(block, DocumentTable) and isinstance(last, Paragraph) and is_title(last.text)
        ):
            out[-1] = replace(block, title=" ".join(last.text.split()))
        else:
            out.append(block)
    return tuple(out)


def is_title(text: str) -> bool:
    """Whether a line may be the name of a table."""
    words = re.sub(r"\s", "", text)
    return len(words) <= 50 and not re.search("[。；]", words) and bool(TITLE.match(words))


@dataclass
class DocumentDraft:
    """A document being put together by the reader of a format that has no lines of its own."""

    blocks: list[Block] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)

    def paragraph(
        self, text: str, level: int | None = None, page: int | None = None, lead: str = ""
    ) -> None:
        """Add a paragraph if there is anything in it."""
        if text.strip():
            made = Paragraph(text.strip(), self._place(text, page), level, lead.strip())
            self.blocks.append(made)

    def table(
        self, rows: list[list[str]], pages: Sequence[int] = (), sheet: str | None = None
    ) -> None:
        """Add a table of the rows in which anything stands; `pages` has the page of each row."""
        made = [
            TableRow(
                tuple(cell.strip() for cell in cells), self._place("\t".join(cells), page, sheet)
            )
            for cells, page in zip_longest(rows, pages)
            if any(cell.strip() for cell in cells)
        ]
        if made:
            self.blocks.append(DocumentTable(tuple(made)))

    def document(
        self, name: str | None, unread_pages: Iterable[int] = (), pictures: int = 0
    ) -> Document:
        """What has been put together."""
        made = with_titles(self.blocks)
        return Document(made, tuple(self.lines), name, tuple(unread_pages), pictures)

    def _place(self, text: str, page: int | None, sheet: str | None = None) -> SourcePlace:
        self.lines.append(" ".join(text.split("\n")))
        return SourcePlace(line=len(self.lines), page=page, sheet=sheet)
