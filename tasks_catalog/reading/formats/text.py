"""Plain text: lines into paragraphs, lines with tabs into tables, leftovers of markup removed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from documents.untrusted.words import NO_TEXT
from tasks_catalog.model import SourcePlace
from tasks_catalog.reading.document import (
    Block,
    Document,
    DocumentTable,
    Paragraph,
    TableRow,
    is_title,
    with_titles,
)
from tasks_catalog.reading.outline.numbering import is_label, numbering
from tasks_catalog.reading.tables.flattened import flattened_table
from tasks_catalog.reading.tables.piped import piped_table
from tasks_catalog.reading.words import ANSWERED, flat
from workflow.rules.refusals import Refused

LEFTOVERS = re.compile(
    r"\[bookmark: [^\]]*\]|</?(?:b|i|u|em|strong|span|font|p|br)\b[^>]*>|\*\*|__"
)
STRONG = re.compile(r"\s*(?:\*\*|__|<b>|<strong>)(?!\s)(.{2,60}?)(?:\*\*|__|</b>|</strong>)")
HASHES = re.compile(r"^(#{1,6})\s+")
CONTENTS = re.compile(r"(?:\.{4,}|…{2,}|·{4,})\s*\d*\s*$|^[^。，]{2,40}\t+\d{1,3}$")
BRACKET_BEHIND = re.compile(r"。（(?:[^（）]|（[^（）]*）)*）$")  # a bracket behind a full stop
INDENT = re.compile(r"\u3000|\xa0{2}| {2}")
LONGEST_HEADING = 42  # characters
DAY = re.compile(r"（?(?:\d{4}|二[〇一二三四五六七八九]{3})年.{1,3}月.{1,3}日）?")
ENDS = "。！？；：:;!?"


def decode(content: bytes) -> str:
    """The text of a file in UTF-8, UTF-16 or GB18030. Raises Refused if it is none of these."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        codings = ["utf-16"]
    else:
        codings = ["utf-8-sig", "gb18030"]
    for coding in codings:
        try:
            text = content.decode(coding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text.replace("\r\n", "\n").replace("\r", "\n")
    raise Refused(NO_TEXT)


def read_text(content: bytes, name: str | None = None) -> Document:
    """A text file as a document; places are its own lines."""
    return read_lines(decode(content).split("\n"), name)


def read_lines(lines: list[str], name: str | None = None) -> Document:
    """The lines of a text as a document."""
    return Document(with_titles(blocks_of(lines)), tuple(lines), name)


HEAD = re.compile("(?:序号|编号|指标|指标名称|一级指标|类别|名称|项目|工作事项|重点任务|任务)\t")


def blocks_of(lines: Sequence[str], first: int = 1) -> list[Block]:
    """Lines as paragraphs and tables; lines broken inside a sentence are joined.

    `first` is the number of the first line.
    """
    clean = [LEFTOVERS.sub("", re.sub(r"[\x00-\x08\x0b-\x1f]", "", line)) for line in lines]
    blocks: list[Block] = []
    at = 0
    width = _set_width(clean)
    numbers = range(first, first + len(clean))
    while at < len(clean):
        found = _table_at(clean, at, numbers)
        if found:
            table, at = found
            blocks.append(table)
            continue
        last = blocks[-1] if blocks else None
        if width and at and isinstance(last, Paragraph) and _wrapped(clean, at, width):
            source = replace(last.source, line_end=numbers[at])
            blocks[-1] = replace(last, text=last.text + clean[at].strip(), source=source)
        elif clean[at].strip() and not CONTENTS.search(clean[at]):
            _add_line(blocks, clean[at], numbers[at], lines[at])
        at += 1
    return blocks


# ---- paragraphs -----------------------------------------------------------------------------


def _set_width(lines: list[str]) -> int | None:
    """How wide the lines are, where a text is set in lines of one width and paragraphs are set in.

    Counted in half characters, as a page does. None where every line is a paragraph of its own.
    """
    texts = [line for line in lines if line.strip() and "\t" not in line]
    width = max(map(_wide, texts), default=0)
    full = [at for at, line in enumerate(texts[:-1]) if _wide(line) >= width - 4]
    following = sum(not INDENT.match(texts[at + 1]) for at in full)
    indented = sum(bool(INDENT.match(line)) for line in texts)
    regular = len(full) >= 3 and following * 2 > len(full) and indented >= 3
    return width if regular and 40 <= width <= 120 else None


def _wide(line: str) -> int:
    return sum(2 if ord(char) > 0x2E7F or char in "“”‘’—…" else 1 for char in line.rstrip())


def _wrapped(lines: list[str], at: int, width: int) -> bool:
    """Whether a line goes on with the full line before it."""
    return (
        bool(lines[at].strip())
        and not INDENT.match(lines[at])
        and _wide(lines[at - 1]) >= width - 4
    )


def _add_line(blocks: list[Block], line: str, number: int, raw: str) -> None:
    hashes = HASHES.match(line)
    text = line[hashes.end() :] if hashes else line
    strong = STRONG.match(raw)
    add_paragraph(
        blocks, text.strip(), SourcePlace(line=number), len(hashes[1]) if hashes else None,
        LEFTOVERS.sub("", strong[1]) if strong else "",
    )  # fmt: skip


def add_paragraph(
    blocks: list[Block], text: str, source: SourcePlace, level: int | None = None, lead: str = ""
) -> None:
    """Add a line as a paragraph, or to the paragraph before where that broke off."""
    made = Paragraph(text, source, level, lead)
    last = blocks[-1] if blocks else None
    if text and isinstance(last, Paragraph) and continues(last, made):
        source = replace(last.source, line_end=source.line)
        blocks[-1] = replace(last, text=last.text + text, source=source)
    elif re.search(r"\w", text):
        blocks.append(made)


def continues(last: Paragraph, new: Paragraph) -> bool:
    """Whether a line goes on where the one before broke off in the middle of a sentence."""
    if last.level is not None or new.level is not None or new.lead or last.text[-1] in ENDS:
        return False
    if numbering(new.text) or is_label(new.text) or is_label(last.text):
        return False
    if (
        ANSWERED.search(flat(last.text))
        or BRACKET_BEHIND.search(flat(last.text))
        or DAY.fullmatch(flat(new.text))
    ):
        return False
    found = numbering(last.text)
    rest = flat(last.text[found.length :] if found else last.text)
    if found and len(rest) <= LONGEST_HEADING:
        return bool(re.search("[。；：]|，.*，", rest))
    return bool(re.search("[，。；、]", rest)) or len(rest) > 60


# ---- tables ---------------------------------------------------------------------------------


def _table_at(
    lines: list[str], at: int, numbers: Sequence[int]
) -> tuple[DocumentTable, int] | None:
    """The table that begins at a line, and the line behind it; None if none does."""
    end = _table_end(lines, at)
    if end > at:
        return _table(lines, at, end, numbers), end
    return piped_table(lines, at, numbers) or flattened_table(lines, at, numbers)


def _table_end(lines: list[str], at: int) -> int:
    """Where the table that begins at this line ends; the line itself if none does."""
    if lines[at].count("\t") >= 2 and not CONTENTS.search(lines[at]):
        step = _wide_row
    elif lines[at].startswith("\t") and lines[at].strip():
        step = _single_cell
    else:
        return at
    end = at
    while end < len(lines):
        following = step(lines, end)
        if following == end:
            break
        end = following
    narrow = step is _single_cell and sum(bool(line.strip()) for line in lines[at:end]) < 6
    return at if narrow else end


def _wide_row(lines: list[str], at: int) -> int:
    """Past one row of tab-separated cells, what was broken off its last cell, and blanks."""
    if lines[at].count("\t") < 2:
        return at
    following = at + 1
    while following < len(lines) and (
        _goes_on(lines, following) or _rest_of_row(lines, at, following)
    ):
        following += 1
    blanks = following
    while blanks < len(lines) and not lines[blanks].strip() and blanks - following < 6:
        blanks += 1
    more = blanks < len(lines) and lines[blanks].count("\t") >= 2
    return blanks if more else following


def _rest_of_row(lines: list[str], at: int, following: int) -> bool:
    """One tab in a line that goes on behind a break in a cell of the row before."""
    return (
        lines[following].count("\t") == 1 and bool(lines[following].split("\t")[0].strip())
        and any(before.count("\t") == lines[at].count("\t") + 1 for before in lines[:at])
    )  # fmt: skip


def _goes_on(lines: list[str], at: int) -> bool:
    """A line without tabs between two rows of a table belongs to the cell before it."""
    line = lines[at]
    if not line.strip() or "\t" in line or numbering(line) or is_label(line):
        return False
    if is_title(line) and at + 1 < len(lines) and HEAD.match(lines[at + 1].strip()):
        return False  # the name of the next table
    return any("\t" in following for following in lines[at + 1 : at + 3])


def _single_cell(lines: list[str], at: int) -> int:
    """Past one cell of a table that is written one cell a line, rows parted by empty lines."""
    line = lines[at]
    if line.startswith("\t") and not is_label(line.strip()):
        return at + 1
    if line == "" and at + 1 < len(lines) and lines[at + 1].startswith("\t"):
        return at + 1 if not is_label(lines[at + 1].strip()) else at
    broken = line.strip() and len(line) < 20 and not numbering(line) and not is_label(line)
    return at + 1 if broken and lines[at - 1].startswith("\t") else at


def _table(lines: list[str], at: int, end: int, numbers: Sequence[int]) -> DocumentTable:
    single = all(line.count("\t") <= 1 for line in lines[at:end])
    rows = (
        _rows_of_cells(lines, at, end, numbers)
        if single
        else _rows_of_lines(lines, at, end, numbers)
    )
    return DocumentTable(tuple(rows))


def _rows_of_lines(
    lines: list[str], at: int, end: int, numbers: Sequence[int]
) -> Iterator[TableRow]:
    cells: list[str] = []
    first = at
    width = lines[at].count("\t") + 1
    for number in range(at, end):
        line = lines[number]
        rest = line.split("\t")
        if cells and 1 < len(rest) < width and len(cells) + len(rest) - 1 == width:
            cells[-1] += "\n" + rest[0].strip()  # the row goes on behind a break in a cell
            cells += [cell.strip() for cell in rest[1:]]
        elif line.count("\t") >= 2:
            if cells:
                yield TableRow(tuple(cells), SourcePlace(line=numbers[first]))
            cells, first = [cell.strip() for cell in line.split("\t")], number
        elif line.strip() and cells:
            cells[-1] += "\n" + line.strip()
    if cells:
        yield TableRow(tuple(cells), SourcePlace(line=numbers[first]))


def _rows_of_cells(
    lines: list[str], at: int, end: int, numbers: Sequence[int]
) -> Iterator[TableRow]:
    cells: list[str] = []
    places: list[int] = []
    for number in range(at, end + 1):
        line = lines[number] if number < end else ""
        if line.startswith("\t"):
            cells.append(line.strip())
            places.append(numbers[number])
        elif line.strip() and cells:
            cells[-1] += line.strip()
        elif cells:
            place = SourcePlace(line=places[0], line_end=places[-1])
            yield TableRow(tuple(cells), place, tuple(places))
            cells, places = [], []
