"""Tables: a heat map to compare with, and a list that becomes cards on a phone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from ui.components.lights import LIGHTS
from ui.components.rendering import macro


@dataclass(frozen=True)
class HeatCell:
    """A cell of a heat map: what it says, its light, what it means in words, where it leads."""

    text: str
    tone: str = ""
    meaning: str = ""
    href: str = ""


@dataclass(frozen=True)
class HeatRow:
    """A row of a heat map under its name."""

    name: str
    cells: Sequence[HeatCell]
    href: str = ""


@dataclass(frozen=True)
class ListColumn:
    """A column of a list. `kind` is "", "number", "wide", "short" (one line) or "lead" (the card's
    heading)."""

    name: str
    kind: str = ""


def heat_map(caption: str, corner: str, columns: Sequence[str], rows: Sequence[HeatRow]) -> Markup:
    """A real table in a scroll box that the keyboard reaches; names and heads stay in sight."""
    return macro("tables.html", "heat_map", caption, corner, columns, rows, LIGHTS)


def data_table(
    caption: str, columns: Sequence[ListColumn], rows: Sequence[Sequence[str | Markup]]
) -> Markup:
    """A list of things; below 640 pixels each row is a card with the columns' names beside. A
    column in which nothing stands is left out."""
    filled = [n for n in range(len(columns)) if not rows or any(row[n] for row in rows)]
    columns = [columns[n] for n in filled]
    rows = [[row[n] for n in filled] for row in rows]
    return macro("tables.html", "data_table", caption, columns, rows)
