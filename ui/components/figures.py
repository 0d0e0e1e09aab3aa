"""Key figures, and how a whole is shared between the lights."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from ui.components.lights import LIGHTS, light
from ui.components.palette import LIGHT_COLOURS
from ui.components.pictures import bar
from ui.components.rendering import macro


@dataclass(frozen=True)
class KeyFigure:
    """One number that a page is opened for.

    `tone` is a light's code or "accent"; with a light's code its shape stands before the label.
    `note` says unit, share or date; `href` leads to what was counted.
    """

    label: str
    value: str
    note: str = ""
    tone: str = "accent"
    href: str = ""


def key_figures(figures: Iterable[KeyFigure]) -> Markup:
    """Key figures in one grid: side by side on a desk, two columns on a phone."""
    return macro("figures.html", "key_figures", list(figures), LIGHTS)


def share_bar(counts: Sequence[tuple[str, int]]) -> Markup:
    """How many of a whole show which light, [("green", 223), …], with a legend in words."""
    whole = sum(count for _, count in counts)
    if not whole:
        return Markup("")
    pieces, start = [], 0.0
    for tone, count in counts:
        width = 100 * count / whole
        pieces.append((start, width, LIGHT_COLOURS[tone]))
        start += width
    lights = [light(tone, str(count)) for tone, count in counts]
    return macro("figures.html", "share", bar(pieces, height=10), lights)
