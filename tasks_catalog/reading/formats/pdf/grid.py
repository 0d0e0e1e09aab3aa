"""Tables of a page as grids: every place of a table belongs to a cell, however it is ruled."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from tasks_catalog.reading.units.wrapped import WrappedLine, unwrapped
from tasks_catalog.reading.words import usual_characters

Box = tuple[float, float, float, float]
NEAR = 4.0  # points between edges that are one
SLACK = 3.0  # characters by which a full line may miss the end of its cell: margins and stops


@dataclass(eq=False)
class GridCell:
    """The lines that stand in a cell."""

    lines: list[WrappedLine] = field(default_factory=list)

    @property
    def plain(self) -> str:
        """Its characters, however they are broken."""
        return "".join(line.text for line in self.lines)

    @property
    def text(self) -> str:
        """Its words, names that the cell broke put together."""
        return unwrapped(self.lines)


@dataclass(eq=False)
class Grid:
    """Rows of cells, a merged cell standing in every place it covers, and the page of each row."""

    edges: tuple[float, ...]
    rows: list[list[GridCell]]
    pages: list[int]
    box: Box

    @property
    def width(self) -> int:
        return len(self.edges) - 1


def grids(page: Any) -> list[Grid]:
    """The tables of a page from top to bottom."""
    found = [made for table in _tables(page) if (made := _grid(page, table))]
    return sorted(found, key=lambda grid: grid.box[1])


def _tables(page: Any) -> Any:
    """What pdfplumber finds, with the sides closed that a maker left open."""
    tables = page.find_tables()
    across: list[dict[str, Any]] = []
    down: list[dict[str, Any]] = []
    sides = [edge for table in tables for edge in _closing(page.edges, table.bbox)]
    for edge in (*sides, *_ends(page.edges, [table.bbox for table in tables])):
        (across if edge["height"] == 0 else down).append(edge)
    if across or down:
        tables = page.find_tables(
            {"explicit_horizontal_lines": across, "explicit_vertical_lines": down}
        )
    return tables


def _closing(edges: Iterable[dict[str, Any]], box: Box) -> Iterator[dict[str, Any]]:
    """Borders for the sides beyond which the lines of a table go on: they have none of their own.

    Columns go on below the last border where a page ends within a row; the outer borders left and
    right are often not drawn at all.
    """
    x0, top, x1, bottom = box
    down = [e for e in edges if e["orientation"] == "v" and x0 - NEAR < e["x0"] < x1 + NEAR
            and e["top"] < bottom + NEAR and e["bottom"] > top - NEAR]  # fmt: skip
    across = [e for e in edges if e["orientation"] == "h" and top - NEAR < e["top"] < bottom + NEAR
              and e["x0"] < x1 + NEAR and e["x1"] > x0 - NEAR]  # fmt: skip
    ends = [e["bottom"] for e in down if e["bottom"] > bottom + NEAR]
    begins = [e["top"] for e in down if e["top"] < top - NEAR]
    rights = [e["x1"] for e in across if e["x1"] > x1 + NEAR]
    lefts = [e["x0"] for e in across if e["x0"] < x0 - NEAR]
    low, high = max([bottom, *ends]), min([top, *begins])
    left, right = min([x0, *lefts]), max([x1, *rights])
    for y, beyond in ((low, ends), (high, begins)):
        if len(beyond) > 1:
            yield _line(left, y, right, y)
    for x, beyond in ((left, lefts), (right, rights)):
        if len(beyond) > 2:
            yield _line(x, high, x, low)


def _ends(edges: Iterable[dict[str, Any]], boxes: list[Box]) -> Iterator[dict[str, Any]]:
    """Borders above and below columns that are no table yet: one row, open at both ends."""
    alike: dict[tuple[int, int], list[dict[str, Any]]] = defaultdict(list)
    for edge in edges:
        known = any(b[1] - NEAR < edge["top"] and edge["bottom"] < b[3] + NEAR for b in boxes)
        if edge["orientation"] == "v" and edge["height"] > 2 * NEAR and not known:
            alike[round(edge["top"] / NEAR), round(edge["bottom"] / NEAR)].append(edge)
    for columns in alike.values():
        left, right = min(e["x0"] for e in columns), max(e["x0"] for e in columns)
        if len(_edges(e["x0"] for e in columns)) > 3:
            for y in (min(e["top"] for e in columns), max(e["bottom"] for e in columns)):
                yield _line(left, y, right, y)


def _line(x0: float, top: float, x1: float, bottom: float) -> dict[str, Any]:
    return {"object_type": "line", "x0": x0, "x1": x1, "top": top, "bottom": bottom,
            "width": x1 - x0, "height": bottom - top}  # fmt: skip


def _grid(page: Any, table: Any) -> Grid | None:
    boxes = [cell for cell in table.cells if cell[2] - cell[0] > NEAR and cell[3] - cell[1] > NEAR]
    xs = _edges(value for box in boxes for value in (box[0], box[2]))
    ys = _edges(value for box in boxes for value in (box[1], box[3]))
    if len(xs) < 3 or len(ys) < 2:
        return None
    places: list[list[GridCell | None]] = [[None] * (len(xs) - 1) for _row in ys[1:]]
    covered: dict[GridCell, Box] = {}
    for box in boxes:
        cell = GridCell()
        covered[cell] = box
        for row in range(_at(ys, box[1]), _at(ys, box[3])):
            for column in range(_at(xs, box[0]), _at(xs, box[2])):
                places[row][column] = cell
    rows = _without_holes(places, xs, ys, covered)
    _fill(page.chars, rows, xs, ys, covered)
    kept = [row for at, row in enumerate(rows) if _says_anything(row, rows[at - 1] if at else [])]
    if len(kept) < 2 and len(xs) < 4:
        return None  # a frame; a table may have but one row on a page
    return Grid(tuple(xs), kept, [page.page_number] * len(kept), (xs[0], ys[0], xs[-1], ys[-1]))


def _edges(values: Iterable[float]) -> list[float]:
    """The places of edges, those that lie side by side as one."""
    out: list[float] = []
    for value in sorted(values):
        if not out or value - out[-1] > NEAR:
            out.append(value)
    return out


def _at(edges: list[float], value: float) -> int:
    return min(range(len(edges)), key=lambda at: abs(edges[at] - value))


def _without_holes(
    places: list[list[GridCell | None]],
    xs: list[float],
    ys: list[float],
    covered: dict[GridCell, Box],
) -> list[list[GridCell]]:
    """Places that no border closes become cells, those below one another one cell."""
    rows: list[list[GridCell]] = [[] for _row in places]
    for column in range(len(xs) - 1):
        open_cell: GridCell | None = None
        for at, row in enumerate(places):
            cell = row[column]
            if cell is None:
                begin = covered[open_cell][1] if open_cell else ys[at]
                cell = open_cell = open_cell or GridCell()
                covered[cell] = (xs[column], begin, xs[column + 1], ys[at + 1])
            else:
                open_cell = None
            rows[at].append(cell)
    return rows


def _fill(
    chars: Iterable[dict[str, Any]],
    rows: list[list[GridCell]],
    xs: list[float],
    ys: list[float],
    covered: dict[GridCell, Box],
) -> None:
    """Give every character to the cell in which its middle lies."""
    inside: dict[GridCell, list[dict[str, Any]]] = defaultdict(list)
    for char in chars:
        column = bisect_right(xs, (char["x0"] + char["x1"]) / 2) - 1
        row = bisect_right(ys, (char["top"] + char["bottom"]) / 2) - 1
        if 0 <= column < len(xs) - 1 and 0 <= row < len(ys) - 1:
            inside[rows[row][column]].append(char)
    for cell, own in inside.items():
        left, _top, right, _bottom = covered[cell]
        cell.lines = list(_lines(own, right - left))


def _lines(chars: list[dict[str, Any]], width: float) -> Iterator[WrappedLine]:
    """The lines of a cell, those that reach the end of the cell as full."""
    lines: list[list[dict[str, Any]]] = []
    middle = 0.0
    for char in sorted(chars, key=lambda c: (c["top"] + c["bottom"]) / 2):
        here = (char["top"] + char["bottom"]) / 2
        if lines and here - middle < 0.5 * char["size"]:
            lines[-1].append(char)
        else:
            lines.append([char])
            middle = here
    for line in lines:
        line.sort(key=lambda c: c["x0"])
        pieces = [line[0]["text"]]
        for before, char in pairwise(line):
            pieces.append(" " if char["x0"] - before["x1"] > 0.25 * char["size"] else "")
            pieces.append(char["text"])
        text = usual_characters("".join(pieces)).strip()
        taken = line[-1]["x1"] - line[0]["x0"]
        if text:
            yield WrappedLine(text, width - taken < SLACK * line[0]["size"])


def _says_anything(row: list[GridCell], above: list[GridCell]) -> bool:
    """Whether a row has words of its own, not only those of cells that reach into it."""
    return any(cell.lines and cell not in above for cell in row)
