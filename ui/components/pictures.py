"""Small drawings as pictures with an alternative text.

`st.html` takes no inline SVG and no style attribute; a picture it takes, and browsers print it.
"""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import quote

from markupsafe import Markup

COLOURS = {
    "green": "#2e9e5b",
    "yellow": "#e3a008",
    "red": "#d04545",
    "none": "#b8c2cf",
    "done": "#5d7fa8",
    "accent": "#1d4f91",
    "ink": "#1b2733",
    "grey": "#5a6878",
    "line": "#d7dee8",
}


def picture(drawing: Markup, alternative: str = "", kind: str = "") -> Markup:
    """An SVG drawing as a picture; without an alternative text it is decoration."""
    address = "data:image/svg+xml," + quote(str(drawing), safe="/:=' ,()")
    return Markup('<img class="ls-picture {}" src="{}" alt="{}">').format(
        kind, address, alternative
    )


def bar(
    pieces: Iterable[tuple[float, float, str]],
    marks: Iterable[tuple[float, str]] = (),
    height: int = 8,
    alternative: str = "",
) -> Markup:
    """Coloured pieces (start, width, colour) and marks (place, colour) on a hundred-wide strip."""
    drawn = Markup("").join(
        Markup('<rect x="{:.2f}" y="0" width="{:.2f}" height="8" fill="{}"/>').format(*piece)
        for piece in pieces
    )
    ticks = Markup("").join(
        Markup('<rect x="{:.2f}" y="-1" width="0.6" height="10" fill="{}"/>').format(*mark)
        for mark in marks
    )
    drawing = Markup(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 8" preserveAspectRatio="none" '
        'width="100" height="8"><rect width="100" height="8" fill="#e6ebf1"/>{}{}</svg>'
    ).format(drawn, ticks)
    return picture(drawing, alternative, f"ls-bar ls-bar-{height}")
