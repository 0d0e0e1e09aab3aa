"""The small pieces that every page is written with: headings, paragraphs, anchors."""

from __future__ import annotations

from markupsafe import Markup

from ui.components.rendering import macro


def heading(level: int, text: str | Markup) -> Markup:
    """A heading of a level."""
    return macro("text.html", "heading", level, text)


def paragraph(text: str | Markup) -> Markup:
    """A paragraph."""
    return macro("text.html", "paragraph", text)


def soft(text: str | Markup) -> Markup:
    """A paragraph that explains, in grey."""
    return macro("text.html", "soft", text)


def aside(text: str | Markup) -> Markup:
    """A few words in grey within a line."""
    return macro("text.html", "aside", text)


def anchor(href: str, text: str | Markup) -> Markup:
    """Words that lead somewhere."""
    return macro("text.html", "anchor", href, text)


def back(href: str, text: str) -> Markup:
    """The way back to a list, above what was opened from it."""
    return macro("text.html", "back", href, text)


def folded(summary: str, inside: str | Markup) -> Markup:
    """What opens on a click on its summary."""
    return macro("text.html", "folded", summary, inside)
