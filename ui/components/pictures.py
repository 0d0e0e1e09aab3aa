"""Small drawings as pictures with an alternative text.

`st.html` takes no inline SVG and no style attribute; a picture it takes, and browsers print it.
"""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import quote

from markupsafe import Markup

from ui.components.palette import PALETTE
from ui.components.rendering import macro


def picture(drawing: Markup, alternative: str = "", kind: str = "") -> Markup:
    """An SVG drawing as a picture; without an alternative text it is decoration."""
    address = "data:image/svg+xml," + quote(str(drawing), safe="/:=' ,()")
    return macro("pictures.html", "picture", address, alternative, kind)


def bar(
    pieces: Iterable[tuple[float, float, str]],
    marks: Iterable[tuple[float, str]] = (),
    height: int = 8,
    alternative: str = "",
) -> Markup:
    """Coloured pieces (start, width, colour) and marks (place, colour) on a hundred-wide strip."""
    drawing = macro("pictures.html", "bar", list(pieces), list(marks), PALETTE["ground"])
    return picture(drawing, alternative, f"ls-bar ls-bar-{height}")
