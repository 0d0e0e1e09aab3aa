"""A number over the years of a plan: baseline, path, target, what was reached, and the forecast."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from markupsafe import Markup

from workflow.rules.indicators.words import Firmness

from .palette import PALETTE
from .pictures import picture
from .rendering import macro

LINES = "year_lines.html"
SHAPES = {Firmness.EXPECTED: "◇", Firmness.PRELIMINARY: "⬖", Firmness.CONFIRMED: "◆"}
"""The sign of each firmness; its word always stands beside it."""


@dataclass(frozen=True)
class YearPlace:
    """One year: what the path wants, what was reached and how firm that is (a key of SHAPES).

    `series` is another for values of another definition; `sure` whether the line goes through it.
    """

    year: int
    path: Decimal | None = None
    value: Decimal | None = None
    firmness: str = ""
    series: int = 0
    sure: bool = True


@dataclass(frozen=True)
class YearBand:
    """Where the line is going: from the last value to the year's low and high end."""

    start_year: int
    start: Decimal
    year: int
    low: Decimal
    middle: Decimal
    high: Decimal


@dataclass(frozen=True)
class YearLine:
    """What a drawing shows; `breaks` are the years from which another definition counts."""

    places: Sequence[YearPlace]
    baseline: tuple[int, Decimal] | None = None
    target: tuple[int, Decimal] | None = None
    band: YearBand | None = None
    breaks: Sequence[int] = ()


@dataclass(frozen=True)
class _Canvas:
    """Turns years and numbers into places on a drawing."""

    first: int
    last: int
    low: Decimal
    high: Decimal
    wide: int
    high_edge: int
    margins: tuple[int, int, int, int]

    def x(self, year: float) -> float:
        left, right = self.margins[3], self.wide - self.margins[1]
        return left + (year - self.first) * (right - left) / max(self.last - self.first, 1)

    def y(self, number: Decimal) -> float:
        top, floor = self.margins[0], self.high_edge - self.margins[2]
        return floor - float((number - self.low) / (self.high - self.low)) * (floor - top)

    def at(self, year: int, number: Decimal) -> tuple[float, float]:
        return self.x(year), self.y(number)


def year_line(line: YearLine, alternative: str, *, large: bool = False) -> Markup:
    """The drawing as a picture; large ones have years and numbers written on them."""
    numbers = [n for place in line.places for n in (place.path, place.value) if n is not None]
    numbers += [pair[1] for pair in (line.baseline, line.target) if pair]
    numbers += [line.band.low, line.band.high] if line.band else []
    if not numbers:
        return Markup("")
    low, high = min(numbers), max(numbers)
    room = (high - low) / 12 or max(abs(high) / 10, Decimal(1))
    size = (430, 220, (26, 52, 30, 44)) if large else (200, 56, (7, 9, 7, 9))
    years = [place.year for place in line.places]
    canvas = _Canvas(min(years), max(years), low - room, high + room, *size)
    pieces = [
        *(_grid(canvas, line) if large else ()),
        *_band(canvas, line.band),
        *_path(canvas, line),
        *_breaks(canvas, line),
        *_values(canvas, line, large),
        *_ends(canvas, line, large),
    ]
    drawing = macro(LINES, "drawing", canvas.wide, canvas.high_edge, PALETTE["axis"], pieces)
    return picture(drawing, alternative, "ls-years-large" if large else "ls-years")


def _grid(canvas: _Canvas, line: YearLine) -> list[Markup]:
    floor = canvas.high_edge - canvas.margins[2]
    return [
        macro(LINES, "year", canvas.x(place.year), canvas.margins[0], floor, place.year,
              PALETTE["hairline"])
        for place in line.places
    ]  # fmt: skip


def _band(canvas: _Canvas, band: YearBand | None) -> list[Markup]:
    if band is None:
        return []
    begin = canvas.at(band.start_year, band.start)
    low, high = canvas.at(band.year, band.low), canvas.at(band.year, band.high)
    middle = [begin, canvas.at(band.year, band.middle)]
    return [
        macro(LINES, "area", [begin, high, low], PALETTE["focus"]),
        macro(LINES, "line", middle, PALETTE["accent"], "1 3", 1.2),
    ]


def _path(canvas: _Canvas, line: YearLine) -> list[Markup]:
    places = [canvas.at(one.year, one.path) for one in line.places if one.path is not None]
    return [macro(LINES, "line", places, PALETTE["axis"], "4 3", 1.3)] if len(places) > 1 else []


def _breaks(canvas: _Canvas, line: YearLine) -> list[Markup]:
    floor = canvas.high_edge - canvas.margins[2]
    return [
        macro(LINES, "line", [(canvas.x(year - 0.5), canvas.margins[0]),
                              (canvas.x(year - 0.5), floor)], PALETTE["red"], "2 2", 1.4)
        for year in line.breaks
        if canvas.first < year <= canvas.last
    ]  # fmt: skip


def _values(canvas: _Canvas, line: YearLine, large: bool) -> list[Markup]:
    """A line for each series, broken where the definition changes, and a diamond a value."""
    found: list[Markup] = []
    for series in dict.fromkeys(one.series for one in line.places):
        places = [
            canvas.at(one.year, one.value)
            for one in line.places
            if one.value is not None and one.series == series and one.sure
        ]
        if line.baseline and series == line.places[0].series:
            places = [canvas.at(*line.baseline), *places]
        if len(places) > 1:
            found.append(macro(LINES, "line", places, PALETTE["accent"], "", 1.8))
    for one in line.places:
        if one.value is None:
            continue
        x, y = canvas.at(one.year, one.value)
        colour = PALETTE["accent"] if one.sure else PALETTE["grey"]
        found.append(macro(LINES, "diamond", x, y, one.firmness, colour, PALETTE["card"]))
        if large:
            found.append(macro(LINES, "number", x, y - 10, f"{one.value:,f}", "middle"))
    return found


def _ends(canvas: _Canvas, line: YearLine, large: bool) -> list[Markup]:
    found = []
    if line.baseline:
        x, y = canvas.at(*line.baseline)
        found.append(macro(LINES, "ring", x, y, PALETTE["ink"], PALETTE["card"]))
        if large:
            found.append(macro(LINES, "number", x - 8, y + 4, f"{line.baseline[1]:,f}", "end"))
    if line.target:
        x, y = canvas.at(*line.target)
        found.append(macro(LINES, "stroke", x - 5, x + 5, y, PALETTE["ink"]))
        if large:
            found.append(macro(LINES, "number", x + 9, y + 4, f"{line.target[1]:,f}", "start"))
    return found
