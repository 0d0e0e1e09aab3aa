"""What a search looks for: words as typed, what an index keeps of a text, and what is shown of it.

Chinese is written without spaces, so that an index of words would find nothing in it. It keeps
every letter, every two that stand together (人才工程: 人才, 才工, 工程) and numbers as a whole
(2.67 is not found in 12.67). A text is looked for by those, and then for the very words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from workflow.rules.time.dates import narrow

MOST_WORDS = 8
LONGEST_WORD = 40
_THOUSANDS = re.compile(r"(?<=[0-9]),(?=[0-9]{3}(?![0-9]))")
_PIECES = re.compile(r"(?P<number>[0-9]+(?:\.[0-9]+)*)|[^\W\d_]+")


@dataclass(frozen=True)
class Piece:
    """Some of a text; `found`: it is what was looked for."""

    text: str
    found: bool = False


def folded(text: str) -> str:
    """The text as it is compared: narrow, in small letters, without commas between thousands."""
    return _THOUSANDS.sub("", narrow(text).lower())


def words_of(typed: str) -> tuple[str, ...]:
    """The words that were typed, each once; all of them are to be found. What holds no letter and
    no digit is no word."""
    every = (word[:LONGEST_WORD] for word in folded(typed).split())
    return tuple(dict.fromkeys(word for word in every if _PIECES.search(word)))[:MOST_WORDS]


def grams(text: str) -> Iterator[str]:
    """What an index keeps of a folded text: numbers, letters, and every two of them together."""
    for match in _PIECES.finditer(text):
        piece = match[0]
        if match["number"]:
            yield piece[:LONGEST_WORD]
        else:
            yield from piece
            yield from map("".join, pairwise(piece))


def needed(word: str) -> tuple[str, ...]:
    """The grams by which a folded word is looked for: each letter only where no two stand
    together."""
    every = list(grams(word))
    whole = [gram for gram in every if len(gram) > 1 or gram.isdecimal()]
    return tuple(dict.fromkeys(whole or every))


def _pattern(words: Sequence[str]) -> re.Pattern[str]:
    """Any of the words in a narrow text, numbers as a whole and also with their commas."""
    longest = sorted(words, key=len, reverse=True)
    return re.compile("|".join(map(_written, longest)) or "(?!)", re.IGNORECASE)


def _written(word: str) -> str:
    inside = re.sub(r"(?<=[0-9])(?=[0-9])", ",?", re.escape(word))
    before = r"(?<![0-9])(?<![0-9]\.)" if word[0].isdecimal() else ""
    after = r"(?![0-9]|\.[0-9])" if word[-1].isdecimal() else ""
    return f"{before}{inside}{after}"


def marked(text: str, words: Sequence[str]) -> list[Piece]:
    """The whole text with the words marked."""
    pieces, done = [], 0
    for match in _pattern(words).finditer(narrow(text)):
        pieces += [
            Piece(text[done : match.start()]),
            Piece(text[match.start() : match.end()], True),
        ]
        done = match.end()
    pieces.append(Piece(text[done:]))
    return [piece for piece in pieces if piece.text]


def excerpt(text: str, words: Sequence[str], around: int = 24) -> list[Piece]:
    """The places of a text in which each word first stands, with what is around them; of a text
    without any its beginning."""
    seen = narrow(text)
    spans = []
    for word in words:
        if match := _pattern([word]).search(seen):
            spans.append((max(match.start() - around, 0), match.end() + around))
    windows: list[tuple[int, int]] = []
    for start, end in sorted(spans or [(0, 3 * around)]):
        if windows and start <= windows[-1][1]:
            windows[-1] = (windows[-1][0], max(end, windows[-1][1]))
        else:
            windows.append((start, end))
    pieces: list[Piece] = []
    for start, end in windows:
        if start:
            pieces.append(Piece("…"))
        pieces += marked(text[start:end], words)
    return [*pieces, Piece("…")] if windows[-1][1] < len(text) else pieces
