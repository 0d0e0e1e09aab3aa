"""The words of a report under review: clean, its doubted and its changed numbers marked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from markupsafe import Markup

from ui.components.rendering import macro
from workflow.rules.progress.mentions import mentions
from workflow.rules.reporting.flags import Flag

SHEET = "review/sheet.html"
Piece = tuple[str, str, int]
"""Kind ("", "flag", "changed"), words, number of the flag."""


def marked_text(text: str, last: str, flags: Sequence[Flag]) -> Markup:
    """The text: doubted places with the number of their flag, and numbers that the text last
    accepted does not have."""
    return macro(SHEET, "marked", list(_pieces(text, last, flags)))


def _pieces(text: str, last: str, flags: Sequence[Flag]) -> Iterable[Piece]:
    spans = {span: no for no, flag in enumerate(flags, 1) for span in flag.spans}
    marks = [(start, end, "flag", no) for (start, end), no in spans.items()]
    for one in mentions(text) if last else ():
        free = all(one.end <= start or end <= one.start for start, end in spans)
        if free and text[one.start : one.end] not in last:
            marks.append((one.start, one.end, "changed", 0))
    at = 0
    for start, end, kind, no in sorted(marks):
        if start >= at:
            yield "", text[at:start], 0
            yield kind, text[start:end], no
            at = end
    yield "", text[at:], 0
