"""Names of units that a narrow cell breaks over its lines, put together again."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from tasks_catalog.reading.units.unit_names import GENERIC, is_known, is_unit
from tasks_catalog.reading.words import flat

LONGEST = 24  # characters of one name
MOST = 600  # characters of a cell that may hold a list of names
SHORT = re.compile("科协|妇联|残联|文联|侨联|工会|党校|海关|法院")
"""Names of two characters; any other two are the end of a name (公室, 员会, 两院)."""

TWO = re.compile("[局委办部室会][市县区省](?=[一-鿿]{2})")
"""Where one name ends and the next begins: 市财政局市教育局."""


@dataclass(frozen=True)
class WrappedLine:
    """A line of a cell; `full` says that it reaches the end of the cell: a name may go on."""

    text: str
    full: bool


@dataclass(frozen=True)
class _Piece:
    """Words between separators, what parts them from the piece before, whether that is a wrap."""

    text: str
    parted: str
    wrapped: bool


def unwrapped(lines: Sequence[WrappedLine]) -> str:
    """The text of a cell: lines that the cell broke joined, lines that the writer broke kept.

    Where a full line ends with a name and the next begins with one, only the whole list can tell
    whether they are one: the reading with the most names holds.
    """
    if sum(len(line.text) for line in lines) > MOST:
        return "".join(_seam(lines, at) + line.text for at, line in enumerate(lines))
    pieces = list(_pieces(lines))
    starts = _starts(pieces)
    return "".join(
        (piece.parted or "\n" if at in starts else _space(pieces, at)) + piece.text
        for at, piece in enumerate(pieces)
    ).strip()


def _seam(lines: Sequence[WrappedLine], at: int) -> str:
    return "" if at == 0 or lines[at - 1].full else "\n"


def _pieces(lines: Sequence[WrappedLine]) -> list[_Piece]:
    out: list[_Piece] = []
    parted, wrapped, depth = "", False, 0
    for at, line in enumerate(lines):
        if at:
            goes_on = lines[at - 1].full or flat(line.text).startswith("（")
            wrapped = goes_on and not parted
            parted = parted or ("" if wrapped else "\n")
        for char in re.findall(r"[、，；\s]+|[^、，；\s]+", line.text):
            if re.match(r"[、，；\s]", char) and depth <= 0:
                parted, wrapped = parted.strip("\n") + char, False
                continue
            if out and depth > 0:
                out[-1] = _Piece(out[-1].text + char, out[-1].parted, out[-1].wrapped)
            else:
                out.append(_Piece(char, parted, wrapped))
            depth += flat(char).count("（") - flat(char).count("）")
            parted, wrapped = "", False
    return out


def _starts(pieces: list[_Piece]) -> set[int]:
    """Where names begin, in the reading of a list that has the most names."""
    best: list[tuple[int, int, str]] = [(0, 0, "")]  # score, where the last name begins, the name
    for end in range(1, len(pieces) + 1):
        options = []
        name = ""
        for begin in range(end - 1, -1, -1):
            name = pieces[begin].text + name
            worth = _worth(pieces[begin], name, best[begin][2])
            options.append((best[begin][0] + worth, begin, name))
            if not pieces[begin].wrapped or len(name) > MOST:
                break
        best.append(max(options, key=lambda option: (option[0], len(option[2]))))
    starts, end = set(), len(pieces)
    while end > 0:
        end = best[end][1]
        starts.add(end)
    return starts


def _worth(first: _Piece, name: str, before: str) -> int:
    """What a name adds to a reading of a list: one that is known is worth more than two halves."""
    return 3 + is_known(name) if _is_name(first, name, before) else -2


def _is_name(first: _Piece, name: str, before: str) -> bool:
    """Whether words are a name of their own and not the rest of the one before them."""
    if len(name) > LONGEST or not is_unit(name) or TWO.search(name):
        return False
    if len(name) < 3 and not SHORT.fullmatch(name):
        return False
    rest = flat(name).startswith("（") or GENERIC.fullmatch(name) or is_known(before + name)
    return not (first.wrapped and rest)


def _space(pieces: list[_Piece], at: int) -> str:
    """A space where an English word ends at the end of a line."""
    above, below = pieces[at - 1].text if at else "", pieces[at].text
    spaced = above[-1:].isascii() and above[-1:].isalpha() and below[0].isascii()
    return " " if spaced else ""
