"""Tables drawn with upright strokes: Markdown's without its rule, and those of plain text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import zip_longest

from tasks_catalog.model import SourcePlace
from tasks_catalog.reading.document import DocumentTable, TableRow
from tasks_catalog.reading.units.wrapped import WrappedLine, unwrapped

STROKE = re.compile(r"(?<!\\)[|｜│┃║]")
BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
RULE = re.compile(r"[-+=:─━═┄┈┌┐└┘├┤┬┴┼╔╗╚╝╠╣╦╩╬┏┓┗┛┣┫┳┻╋|｜│┃║\s]+")


def piped_table(
    lines: Sequence[str], at: int, numbers: Sequence[int]
) -> tuple[DocumentTable, int] | None:
    """The table that begins at a line, and the line behind it; None if none does.

    `numbers` are the numbers of the lines in the document. Where rules part the rows, all lines
    between two rules are one row.
    """
    if at and _is_part(lines[at - 1]):
        return None  # what begins above was looked at there
    end = at
    while end < len(lines) and _is_part(lines[end]):
        end += 1
    ruled = sum(_is_rule(line) for line in lines[at:end]) > 3
    rows: list[list[int]] = []  # the places of the lines of each row
    open_row = False
    for place in range(at, end):
        rule = _is_rule(lines[place])
        if not rule and open_row and ruled:
            rows[-1].append(place)
        elif not rule:
            rows.append([place])
        open_row = not rule
    made = [_row([lines[place] for place in row], numbers[row[0]], numbers[row[-1]])
            for row in rows]  # fmt: skip
    if len(made) < 2 or len(made[0].cells) < 2:
        return None
    return DocumentTable(tuple(made)), end


def _row(lines: Sequence[str], first: int, last: int) -> TableRow:
    """One row of the lines that make it."""
    columns = zip_longest(*map(_cells, lines), fillvalue="")
    cells = ["\n".join(_lines(column)) for column in columns]
    return TableRow(tuple(cells), SourcePlace(line=first, line_end=last if last > first else None))


def _lines(column: Sequence[str]) -> Iterator[str]:
    """What a cell holds: its lines as one, parted where the cell itself says <br>."""
    told = BREAK.split("\n".join(text for text in column if text))
    for piece in told:
        yield unwrapped([WrappedLine(text, full=True) for text in piece.split("\n") if text])


def _is_part(line: str) -> bool:
    return len(STROKE.findall(line)) >= 2 or _is_rule(line)


def _is_rule(line: str) -> bool:
    return len(line.strip()) > 5 and bool(RULE.fullmatch(line))


def _cells(line: str) -> list[str]:
    inner = line.strip()
    inner = inner[1:] if STROKE.match(inner) else inner
    inner = inner[:-1] if STROKE.match(inner[-1:]) else inner
    return [cell.replace("\\|", "|").strip() for cell in STROKE.split(inner)]
