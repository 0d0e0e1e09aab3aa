"""Tables: a heat map to compare with, and a list that becomes cards on a phone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

from .lights import LIGHTS


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


def _linked(text: str | Markup, href: str) -> Markup:
    return Markup('<a href="{}">{}</a>').format(href, text) if href else escape(text)


def heat_map(caption: str, corner: str, columns: Sequence[str], rows: Sequence[HeatRow]) -> Markup:
    """A real table in a scroll box that the keyboard reaches; names and heads stay in sight."""
    heads = Markup("").join(Markup('<th scope="col">{}</th>').format(name) for name in columns)
    body = Markup("").join(
        Markup('<tr><th scope="row">{}</th>{}</tr>').format(
            _linked(row.name, row.href), Markup("").join(map(_heat_cell, row.cells))
        )
        for row in rows
    )
    return Markup(
        '<div class="ls-scroll" tabindex="0" role="region" aria-label="{caption}">'
        '<table class="ls-heat"><caption class="ls-sr">{caption}</caption>'
        '<thead><tr><th scope="col">{corner}</th>{heads}</tr></thead><tbody>{body}</tbody></table>'
        "</div>"
    ).format(caption=caption, corner=corner, heads=heads, body=body)


def _heat_cell(cell: HeatCell) -> Markup:
    # Nobody reads sixty identical dots: only what is out of order carries its shape.
    shape = LIGHTS[cell.tone][0] if cell.tone in ("yellow", "red") else ""
    sign = Markup('<span class="ls-shape" aria-hidden="true">{}</span> ').format(shape)
    meaning = Markup('<span class="ls-sr"> {}</span>').format(cell.meaning) if cell.meaning else ""
    text = (sign if shape else Markup("")) + cell.text
    return Markup('<td class="ls-cell ls-cell-{}" title="{}">{}{}</td>').format(
        cell.tone or "none", cell.meaning, _linked(text, cell.href), meaning
    )


def data_table(
    caption: str, columns: Sequence[ListColumn], rows: Sequence[Sequence[str | Markup]]
) -> Markup:
    """A list of things; below 640 pixels each row is a card with the columns' names beside. A
    column in which nothing stands is left out."""
    filled = [n for n in range(len(columns)) if not rows or any(row[n] for row in rows)]
    columns = [columns[n] for n in filled]
    rows = [[row[n] for n in filled] for row in rows]
    heads = Markup("").join(
        Markup('<th scope="col" role="columnheader" class="ls-c-{}">{}</th>').format(
            column.kind or "text", column.name
        )
        for column in columns
    )
    body = Markup("").join(
        Markup('<tr role="row">{}</tr>').format(
            Markup("").join(
                Markup('<td role="cell" class="ls-c-{}" data-label="{}">{}</td>').format(
                    column.kind or "text", column.name, value
                )
                for column, value in zip(columns, row, strict=True)
            )
        )
        for row in rows
    )
    # Roles said aloud: browsers drop a table's meaning once its rows are drawn as cards.
    return Markup(
        '<table class="ls-table" role="table"><caption class="ls-sr">{}</caption>'
        '<thead role="rowgroup"><tr role="row">{}</tr></thead>'
        '<tbody role="rowgroup">{}</tbody></table>'
    ).format(caption, heads, body)
