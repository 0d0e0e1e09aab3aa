"""The small pieces that every page is written with: headings, paragraphs, anchors."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from ui.components.rendering import macro


def heading(level: int, text: str | Markup, id: str = "") -> Markup:
    """A heading of a level; `id` where links lead to it."""
    return macro("text.html", "heading", level, text, id)


def section(text: str | Markup, id: str = "") -> Markup:
    """The heading of a section of a page."""
    return macro("text.html", "section", text, id)


def part(text: str | Markup) -> Markup:
    """The heading of a part of a form."""
    return macro("text.html", "part", text)


def paragraph(text: str | Markup) -> Markup:
    """A paragraph."""
    return macro("text.html", "paragraph", text)


def soft(text: str | Markup) -> Markup:
    """A paragraph that explains, in grey."""
    return macro("text.html", "soft", text)


def aside(text: str | Markup) -> Markup:
    """A few words in grey within a line."""
    return macro("text.html", "aside", text)


def anchor(href: str, text: str | Markup, label: str = "") -> Markup:
    """Words that lead somewhere; `label` says it in full to who does not see what is around."""
    return macro("text.html", "anchor", href, text, label)


def download(href: str, text: str | Markup) -> Markup:
    """Words that bring a file."""
    return macro("text.html", "download", href, text)


def back(href: str, text: str) -> Markup:
    """The way back to a list, above what was opened from it."""
    return macro("text.html", "back", href, text)


def folded(summary: str, inside: str | Markup) -> Markup:
    """What opens on a click on its summary."""
    return macro("text.html", "folded", summary, inside)


def strong(text: str | Markup) -> Markup:
    """What matters most in a line."""
    return macro("text.html", "strong", text)


def named(code: str, text: str | Markup, after: str = "") -> Markup:
    """A code in bold, what it stands for, and a few words in grey."""
    return macro("text.html", "named", code, text, after)


def joined(pieces: Sequence[str | Markup], between: str = " ") -> Markup:
    """Pieces in one line."""
    return macro("text.html", "joined", pieces, between)


def replaced(before: str, after: str) -> Markup:
    """What a value was, struck out, and what it is."""
    return macro("text.html", "replaced", before, after)


def left_out(text: str) -> Markup:
    """What is no longer there."""
    return macro("text.html", "left_out", text)


def put_in(text: str) -> Markup:
    """What is new."""
    return macro("text.html", "put_in", text)
