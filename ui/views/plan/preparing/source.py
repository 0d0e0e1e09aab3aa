"""The text that a catalogue was read from, with the words of one task marked in it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from i18n import _
from tasks_catalog.model import CatalogueTask, SourcePlace
from ui.components.rendering import macro
from ui.views.plan.preparing.words import PIECES

NUMBER, DATE, UNIT = "number", "date", "unit"
MARKDOWN = re.compile(r"^\s*#{1,6}\s+|\*\*")
"""Marks of headings and of bold words, which text files often have; nobody reads them."""
Span = tuple[int, int, str]


@dataclass(frozen=True)
class MarkedWords:
    """What to mark: the lines (from 1, both ends) and the words within them, by their kind."""

    first: int
    last: int
    words: tuple[tuple[str, str], ...] = ()


def words_of(task: CatalogueTask) -> MarkedWords | None:
    """Where a task stands and which of its words were taken for what; None without a place."""
    lines = lines_of(task.source)
    if lines is None:
        return None
    said = [(measure.text, NUMBER) for measure in task.measures]
    said += [(deadline.text, DATE) for deadline in task.deadlines]
    said += [(task.due_text, DATE)] if task.due_text else []
    said += [(unit.written, UNIT) for unit in task.units]
    return MarkedWords(*lines, tuple((text, kind) for text, kind in said if text))


def lines_of(source: SourcePlace | None) -> tuple[int, int] | None:
    """The first and the last line of a place."""
    if source is None or source.line is None:
        return None
    return source.line, max(source.line_end or source.line, source.line)


def source_html(
    lines: Sequence[str], chosen: Sequence[MarkedWords], beginnings: Mapping[int, tuple[str, str]]
) -> Markup:
    """The whole text in a box that shows the first of the chosen places.

    `beginnings`: line → (code, address) of what begins there. Lines of which nothing was read stay
    grey, so that one sees what was passed over.
    """
    of = {no: words for words in reversed(chosen) for no in range(words.first, words.last + 1)}
    first = chosen[0].first if chosen else None
    drawn = [
        _line(line, of.get(no), no == first, beginnings.get(no, ("", "")))
        for no, line in enumerate(lines, 1)
        if line.strip()
    ]
    return macro(PIECES, "source", drawn)


@dataclass(frozen=True)
class SourceLine:
    """A line of the text as it is drawn: of which kind, what begins there, and its words."""

    text: str | Markup
    kind: str
    first: bool
    code: str
    address: str


def _line(line: str, words: MarkedWords | None, first: bool, begins: tuple[str, str]) -> SourceLine:
    plain = MARKDOWN.sub("", line)
    text = marked(plain, words.words) if words else plain
    kind = "ls-here" if words else "ls-read" if any(begins) else ""
    return SourceLine(text, kind, first, *begins)


def marked(line: str, words: Iterable[tuple[str, str]]) -> Markup:
    """A line with the words marked; where two overlap, the longer one is."""
    spans: list[Span] = []
    for text, kind in sorted(words, key=lambda said: -len(said[0])):
        start = line.find(text)
        while start >= 0:
            end = start + len(text)
            if all(end <= a or b <= start for a, b, _kind in spans):
                spans.append((start, end, kind))
            start = line.find(text, end)
    pieces, at = [], 0
    for start, end, kind in sorted(spans):
        pieces += [(line[at:start], ""), (line[start:end], kind)]
        at = end
    return macro(PIECES, "marked", [*pieces, (line[at:], "")])


def legend() -> Markup:
    """What the marks mean, in words."""
    kinds = ((NUMBER, _("number")), (DATE, _("date")), (UNIT, _("unit")))
    return macro(PIECES, "legend", kinds)
