"""Work lists whose columns were lost on the way: one cell a line, or cells apart by spaces.

The heads still tell which columns there were. What stands in a line tells to which it belongs:
a number opens a row, names of units end the words before them, a date stands in the column of
dates.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Literal

from tasks_catalog.model import SourcePlace
from tasks_catalog.reading.document import (
    Block,
    Document,
    DocumentTable,
    Paragraph,
    TableRow,
    with_titles,
)
from tasks_catalog.reading.outline.numbering import is_label
from tasks_catalog.reading.tables.worktable import RESPONSIBLE, WORDS, role_of
from tasks_catalog.reading.units.unit_names import is_unit, split_units
from tasks_catalog.reading.words import chinese_number, flat

Kind = Literal["number", "words", "units", "due"]
LONGEST_HEAD = 12
MOST_HEADS = 12
TITLE = re.compile(r"(?:清单|表|分工|台账|方案|一览)$")
NUMBER = re.compile(r"(\d{1,3})[.、]?")
DUE = re.compile(
    r"(?:20\d\d年?)?[-—至到.\d年月日前底末初]*(?:\d月|年|季度|半年)[前底末内之起止]*|长期(?:坚持|推进|实施)?|持续(?:推进|实施)?|"
    r"20\d\d[./-]\d{1,2}(?:[./-]\d{1,2})?|全年|常态化?(?:推进|开展)?|每年|年底前?|立即|20\d\d-20\d\d年?"
)
FAR = 10  # lines within which a row has come to its units
MOSTLY = 0.6  # of the names in a cell of units look like names


@dataclass(frozen=True)
class Piece:
    """One cell or part of a cell: its words and its line, counted from 1; whether it opens that."""

    text: str
    line: int
    opens: bool


@dataclass(frozen=True)
class _Head:
    texts: tuple[str, ...]
    roles: tuple[str, ...]
    lines: tuple[int, ...]

    @property
    def end(self) -> int:
        """The piece behind the heads."""
        return len(self.texts)

    def of(self, roles: set[str]) -> list[int]:
        return [at for at, role in enumerate(self.roles) if role in roles]


def with_flattened_tables(document: Document) -> Document:
    """The document with runs of paragraphs that were a work list as tables again."""
    texts = [block.text if isinstance(block, Paragraph) else "" for block in document.blocks]
    numbers = [
        block.source.line or 0 if isinstance(block, Paragraph) else 0 for block in document.blocks
    ]
    blocks: list[Block] = []
    at = 0
    while at < len(texts):
        found = flattened_table(texts, at, numbers)
        blocks.append(found[0] if found else document.blocks[at])
        at = found[1] if found else at + 1
    return replace(document, blocks=with_titles(blocks))


def taken_out(lines: Sequence[str]) -> tuple[list[str], list[DocumentTable]]:
    """The lines of a text with those of such work lists blank, and the lists."""
    rest, tables = list(lines), []
    numbers = range(1, len(rest) + 1)
    at = 0
    while at < len(rest):
        found = flattened_table(rest, at, numbers)
        if found:
            rest[at : found[1]] = [""] * (found[1] - at)
            tables.append(found[0])
        at = found[1] if found else at + 1
    return rest, tables


class _Pieces:
    """The pieces of the lines from one line on with their kinds, cut as they are asked for."""

    def __init__(self, lines: Sequence[str], at: int, numbers: Sequence[int]) -> None:
        self._rest = _cut(lines, at, numbers)
        self._known: list[Piece] = []
        self._kinds: dict[int, Kind] = {}

    def __getitem__(self, at: int) -> Piece:
        if not self.has(at):
            raise IndexError(at)
        return self._known[at]

    def has(self, at: int) -> bool:
        """Whether there are so many pieces."""
        self._known.extend(islice(self._rest, max(0, at + 1 - len(self._known))))
        return at < len(self._known)

    def kind(self, at: int) -> Kind:
        """What stands in a piece."""
        if at not in self._kinds:
            self._kinds[at] = _kind(self[at])
        return self._kinds[at]


def _cut(lines: Sequence[str], at: int, numbers: Sequence[int]) -> Iterator[Piece]:
    spaced = len(lines[at].split()) >= 3
    for place in range(at, len(lines)):
        if not numbers[place]:
            return
        words = lines[place].split() if spaced else [lines[place].strip()]
        for first, text in enumerate(filter(None, words)):
            yield Piece(text, numbers[place], first == 0)


def flattened_table(
    lines: Sequence[str], at: int, numbers: Sequence[int]
) -> tuple[DocumentTable, int] | None:
    """The table whose heads begin at a line, and the line behind its last row; None if none does.

    `numbers` are the numbers of the lines in the document; 0 ends the text.
    """
    if not _may_be_head(lines[at]):
        return None
    pieces = _Pieces(lines, at, numbers)
    head = _head(pieces)
    if head is None:
        return None
    groups = list(_rows(pieces, head))
    if sum("units" in map(pieces.kind, group) for group in groups) < 2:
        return None
    made = [TableRow(head.texts, SourcePlace(line=pieces[0].line), head.lines)]
    made += [_row(pieces, group, head) for group in groups]
    last = pieces[groups[-1][-1]].line
    end = next((n for n in range(at, len(lines)) if numbers[n] > last), len(lines))
    return DocumentTable(tuple(made)), end


def _may_be_head(line: str) -> bool:
    """A quick look, for it is taken at every line of a text."""
    return len(line) < 80 and bool(role_of(line.split(maxsplit=1)[0] if line.split() else ""))


def _head(pieces: _Pieces) -> _Head | None:
    """The heads with which the pieces begin, work and then who is answerable among them."""
    heads: list[Piece] = []
    while pieces.has(len(heads)) and len(pieces[len(heads)].text) <= LONGEST_HEAD:
        if not role_of(pieces[len(heads)].text) or len(heads) > MOST_HEADS:
            break
        heads.append(pieces[len(heads)])
    roles = tuple(role_of(head.text) for head in heads)
    answered = [at for at, role in enumerate(roles) if role in RESPONSIBLE]
    work = [at for at, role in enumerate(roles) if role in WORDS]
    titled = bool(heads) and (TITLE.search(heads[0].text) or "no" in roles[1:])
    if len(roles) < 3 or not answered or not work or titled or min(answered) < min(work):
        return None
    return _Head(tuple(head.text for head in heads), roles, tuple(head.line for head in heads))


def _kind(piece: Piece) -> Kind:
    text = flat(piece.text)
    if piece.opens and (NUMBER.fullmatch(text) or (len(text) < 4 and chinese_number(text))):
        return "number"
    if DUE.fullmatch(text):
        return "due"
    names = [] if re.search("[。，；：]", text) else split_units(text)
    known = sum(map(is_unit, names))
    return "units" if known and known >= MOSTLY * len(names) else "words"


def _rows(pieces: _Pieces, head: _Head) -> Iterator[list[int]]:
    """The places of the pieces of each row."""
    numbered = "no" in head.roles
    row: list[int] = []
    at = head.end - 1
    while pieces.has(at := at + 1):
        kind = pieces.kind(at)
        ended = any(pieces.kind(p) in ("units", "due") for p in row)
        opens = (kind == "number" and numbered) or (kind == "words" and ended)
        if opens and row:
            yield row
            row = []
        if not row and not _comes_to_units(pieces, at):
            return
        row.append(at)
    if row:
        yield row


def _comes_to_units(pieces: _Pieces, at: int) -> bool:
    """Whether a row begins here: units are named before long, and nothing else begins before."""
    opened = 0
    while opened <= FAR and pieces.has(at) and not is_label(pieces[at].text):
        if pieces.kind(at) == "units":
            return True
        opened += pieces[at].opens
        at += 1
    return False


def _row(pieces: _Pieces, group: Sequence[int], head: _Head) -> TableRow:
    cells = [""] * len(head.roles)
    first, last = pieces[group[0]].line, pieces[group[-1]].line
    lines = [first] * len(cells)
    told = _whole([pieces[p] for p in group])
    if len(told) == len(cells) and _fits(told, head):
        return TableRow(
            tuple(piece.text for piece in told), SourcePlace(line=first, line_end=last),
            tuple(piece.line for piece in told),
        )  # fmt: skip
    columns: dict[Kind, list[int]] = {
        "number": head.of({"no"}), "words": head.of(WORDS | {"remark", "measured in"}),
        "units": head.of(RESPONSIBLE), "due": head.of({"due"}),
    }  # fmt: skip
    for kind, places in columns.items():
        own = _whole([pieces[p] for p in group if pieces.kind(p) == kind])
        for piece, column in _dealt(own, places, head.roles, words=kind == "words"):
            cells[column] += ("\n" if cells[column] else "") + piece.text
            lines[column] = piece.line
    return TableRow(tuple(cells), SourcePlace(line=first, line_end=last), tuple(lines))


def _fits(told: Sequence[Piece], head: _Head) -> bool:
    """Whether as many pieces as columns stand in the columns for such pieces."""
    kinds = {"no": "number", "due": "due"} | dict.fromkeys(RESPONSIBLE, "units")
    usual = [kinds.get(role, "words") for role in head.roles]
    own = [_kind(piece) for piece in told]
    return own == usual or sum(a != b for a, b in zip(own, usual, strict=True)) == 1


def _whole(pieces: Sequence[Piece]) -> list[Piece]:
    """Pieces of which one goes on with the other put together."""
    out: list[Piece] = []
    for piece in pieces:
        if out and out[-1].text[-1] in "，、；：,;":
            out[-1] = Piece(out[-1].text + piece.text, out[-1].line, out[-1].opens)
        else:
            out.append(piece)
    return out


def _dealt(
    own: Sequence[Piece], columns: Sequence[int], roles: Sequence[str], *, words: bool
) -> Iterator[tuple[Piece, int]]:
    """Which piece stands in which column: in their order, what is too much in the last.

    Of words too few the last stand there: the first were merged with the row above. A remark is
    given none of them unless every column has its own.
    """
    if words and len(own) < len(columns):
        columns = [at for at in columns if roles[at] in WORDS] or columns
    spare = max(0, len(columns) - len(own)) if words else 0
    for place, piece in enumerate(own):
        if columns:
            yield piece, columns[min(place + spare, len(columns) - 1)]
