"""How points add up, drawn: a column a part, from where the one before it ended."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from markupsafe import Markup

from ui.components.palette import PALETTE
from ui.components.pictures import picture
from ui.components.rendering import macro

WIDE, HIGH, TOP, FLOOR, SIDE = 960, 276, 28, 214, 16
LETTER = 13
"""The width of a character of a name under its column; it has two lines."""
MOST = 12
"""So many columns can be read beside one another."""


@dataclass(frozen=True)
class Column:
    """A part: its name, what is written at it, from where to where it goes (0 to 1, from below),
    its colour, and how far full marks would go where some are lost."""

    name: str
    points: str
    low: float
    high: float
    colour: str
    full: float | None = None
    note: str = ""


@dataclass(frozen=True)
class _Drawn:
    left: float
    middle: float
    y: float
    height: float
    full_y: float
    full_height: float
    label_y: float
    end_y: float
    names: tuple[str, ...]
    column: Column


def falls(columns: Sequence[Column], alternative: str) -> Markup:
    """The drawing, with the same figures as its alternative text; nothing for too many parts."""
    if not 1 < len(columns) <= MOST:
        return Markup("")
    step = (WIDE - 2 * SIDE) / len(columns)
    width = min(step * 0.6, 86)
    drawn = [_drawn(one, SIDE + step * (no + 0.5), width, step) for no, one in enumerate(columns)]
    art = macro("falls.html", "drawing", WIDE, HIGH, FLOOR, SIDE, width, drawn, PALETTE)
    return picture(art, alternative, "ls-falls")


def _at(level: float) -> float:
    return FLOOR - level * (FLOOR - TOP)


def _drawn(one: Column, middle: float, width: float, step: float) -> _Drawn:
    top, full_top = _at(one.high), _at(max(one.full or one.high, one.high))
    height = max(_at(one.low) - top, 2.0)
    falling = one.colour == PALETTE["red"]
    return _Drawn(
        middle - width / 2, middle, top, height, full_top, top - full_top,
        top + height + 16 if falling else full_top - 7, top + height if falling else top,
        (*_names(one.name, int(step * 0.92 / LETTER)), one.note), one,
    )  # fmt: skip


def _names(name: str, longest: int) -> tuple[str, ...]:
    rest = name[longest:]
    if len(rest) > longest:
        rest = rest[: longest - 1] + "…"
    return (name[:longest], rest) if rest else (name,)


def share_of(number: Decimal, low: Decimal, high: Decimal) -> float:
    """Where a number lies between two others, from 0 to 1."""
    return float((number - low) / (high - low))
