"""Markdown, by markdown-it: headings, paragraphs, numbered points, tables."""

from __future__ import annotations

from collections.abc import Sequence

from markdown_it import MarkdownIt
from markdown_it.token import Token

from tasks_catalog.model import SourcePlace
from tasks_catalog.reading.document import Block, Document, DocumentTable, TableRow, with_titles
from tasks_catalog.reading.formats.text import LEFTOVERS, add_paragraph, blocks_of, decode
from tasks_catalog.reading.tables.flattened import taken_out
from tasks_catalog.reading.tables.piped import BREAK


def read_markdown(content: bytes, name: str | None = None) -> Document:
    """A Markdown file as a document; places are its own lines."""
    text = decode(content)
    blocks: list[Block] = []
    numbers: list[str] = []
    level: int | None = None
    rows: list[TableRow] = []
    rest, flattened = taken_out(text.split("\n"))
    for token in MarkdownIt("commonmark").enable("table").parse("\n".join(rest)):
        line = token.map[0] + 1 if token.map else None
        match token.type:
            case "heading_open":
                level = int(token.tag[1:])
            case "heading_close":
                level = None
            case "list_item_open":
                numbers.append(f"{token.info}. " if token.info else "")
            case "list_item_close":
                numbers = numbers[:-1]
            case "tr_open":
                rows.append(TableRow((), SourcePlace(line=line)))
            case "table_close":
                blocks.append(DocumentTable(tuple(rows)))
                rows = []
            case "inline" if rows:
                rows[-1] = TableRow((*rows[-1].cells, _text(token.children or ())), rows[-1].source)
            case "inline" if token.content.count("\n") > 1 and not (numbers or level):
                blocks += blocks_of(_text(token.children or ()).split("\n"), line or 1)
            case "inline":
                for at, piece in enumerate(_text(token.children or ()).split("\n")):
                    number = numbers.pop() if numbers and numbers[-1] and at == 0 else ""
                    numbers += [""] if number else []
                    place = SourcePlace(line=(line or 1) + at)
                    opens = at == 0 and not number and not level
                    strong = _strong(token.children or ()) if opens else ""
                    add_paragraph(blocks, number + piece.strip(), place, level, strong)
            case "code_block" | "fence":
                for at, piece in enumerate(token.content.split("\n")):
                    add_paragraph(blocks, piece.strip(), SourcePlace(line=(line or 1) + at))
    blocks = sorted([*blocks, *flattened], key=_line)
    return Document(with_titles(blocks), tuple(text.split("\n")), name)


def _line(block: Block) -> int:
    return (block.rows[0].source if isinstance(block, DocumentTable) else block.source).line or 0


def _strong(children: Sequence[Token]) -> str:
    """The words in bold with which a line opens."""
    told = [child for child in children if child.type != "text" or child.content]
    if not told or told[0].type != "strong_open":
        return ""
    end = next(at for at, child in enumerate(told) if child.type == "strong_close")
    return _text(told[:end])


def _text(children: Sequence[Token]) -> str:
    """The words of a line without its markup."""
    pieces = [
        "\n" if child.type in ("softbreak", "hardbreak", "html_inline") else child.content
        for child in children
        if child.type in ("text", "code_inline", "softbreak", "hardbreak")
        or BREAK.fullmatch(child.content)
    ]
    return LEFTOVERS.sub("", "".join(pieces))
