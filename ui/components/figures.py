"""Key figures, and how a whole is shared between the lights."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

from .lights import LIGHTS, light
from .pictures import COLOURS, bar


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
    return Markup('<ul class="ls-figures">{}</ul>').format(Markup("").join(map(_figure, figures)))


def _figure(figure: KeyFigure) -> Markup:
    sign: str | Markup = ""
    if figure.tone in LIGHTS:
        shape = Markup('<span class="ls-shape ls-{}" aria-hidden="true">{}</span> ')
        sign = shape.format(figure.tone, LIGHTS[figure.tone][0])
    inner = Markup(
        '<span class="ls-label">{}{}</span><b class="ls-value">{}</b>'
        '<span class="ls-note">{}</span>'
    ).format(sign, figure.label, figure.value, figure.note)
    if figure.href:
        inner = Markup('<a href="{}">{}</a>').format(figure.href, inner)
    return Markup('<li class="ls-figure ls-edge-{}">{}</li>').format(figure.tone, inner)


def share_bar(counts: Sequence[tuple[str, int]]) -> Markup:
    """How many of a whole show which light, [("green", 223), …], with a legend in words."""
    whole = sum(count for _, count in counts)
    if not whole:
        return Markup("")
    pieces, start = [], 0.0
    for tone, count in counts:
        width = 100 * count / whole
        pieces.append((start, width, COLOURS[tone]))
        start += width
    legend = Markup("").join(
        Markup("<li>{}</li>").format(light(tone, str(count))) for tone, count in counts
    )
    return Markup('<div class="ls-share">{}<ul class="ls-legend">{}</ul></div>').format(
        bar(pieces, height=10), escape(legend)
    )
