"""How far a number is: a line over time, points of a score."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from markupsafe import Markup

from ui.components.falls import Column, falls, share_of
from ui.components.palette import PALETTE
from ui.components.pictures import bar, picture
from ui.components.rendering import macro


@dataclass(frozen=True)
class ChartPoint:
    """One place on a line chart: its name below, what was reported, what the path wants."""

    name: str
    actual: Decimal | None
    path: Decimal | None


WIDE, HIGH, LEFT, RIGHT, TOP, FLOOR = 360, 200, 40, 26, 14, 170


def line_chart(title: str, points: Sequence[ChartPoint], target: Decimal, unit: str) -> Markup:
    """Reported numbers against path and target over time, with the same figures as a table."""
    numbers = [n for point in points for n in (point.actual, point.path) if n is not None]
    ceiling = max([*numbers, target, Decimal(1)]) * Decimal("1.08")
    step = (WIDE - LEFT - RIGHT) / max(len(points) - 1, 1)

    def place(index: int, number: Decimal) -> tuple[float, float]:
        return LEFT + index * step, FLOOR - float(number / ceiling) * (FLOOR - TOP)

    path = [place(i, p.path) for i, p in enumerate(points) if p.path is not None]
    actual = [place(i, p.actual) for i, p in enumerate(points) if p.actual is not None]
    pieces = [
        _rule(place(0, target)[1], f"{target}", PALETTE["green"], "4 4"),
        _rule(float(FLOOR), "0", PALETTE["line"], ""),
        _line(path, PALETTE["axis"], "5 4", 1.5),
        _line(actual, PALETTE["accent"], "", 2.5),
        *(_dot(x, y) for x, y in actual),
        *_names(points, step),
    ]
    drawing = macro("progress.html", "drawing", WIDE, HIGH, PALETTE["axis"], pieces)
    strip = picture(drawing, "", "ls-lines")
    return macro("progress.html", "chart", title, strip, points, target, unit)


def _rule(y: float, text: str, colour: str, dashes: str) -> Markup:
    return macro("progress.html", "rule", LEFT, WIDE - RIGHT, y, text, colour, dashes)


def _line(places: Sequence[tuple[float, float]], colour: str, dashes: str, width: float) -> Markup:
    return macro("progress.html", "line", places, colour, dashes, width)


def _dot(x: float, y: float) -> Markup:
    return macro("progress.html", "dot", x, y, PALETTE["accent"])


def _names(points: Sequence[ChartPoint], step: float) -> list[Markup]:
    """Names under the line, as many as there is room for."""
    every = max(1, -(-len(points) // 6))
    return [
        macro("progress.html", "name", LEFT + index * step, FLOOR + 18, point.name)
        for index, point in enumerate(points)
        if index % every == 0
    ]


@dataclass(frozen=True)
class Score:
    """One line of a score: its name, its points (below 0 for a deduction), where its reason is.

    `kind` is "points", "bonus", "deduction" or "sum" (drawn from zero); `full`: full marks.
    """

    name: str
    points: Decimal
    kind: str = "points"
    reason: str | Markup = ""
    href: str = ""
    full: Decimal | None = None


def waterfall(caption: str, scores: Sequence[Score]) -> Markup:
    """How points add up to a score: each part from where the one before it ended, drawn in columns
    where there is room, and as lines on a phone."""
    level = Decimal(0)
    spans: list[tuple[Decimal, Decimal]] = []
    for score in scores:
        start = Decimal(0) if score.kind == "sum" else level
        level = score.points if score.kind == "sum" else level + score.points
        spans.append((min(start, level), max(start, level)))
    low = min([Decimal(0), *(span[0] for span in spans)])
    high = max([low + 1, *(span[1] for span in spans)])
    tops = [span[0] + (score.full or 0) for score, span in zip(scores, spans, strict=True)]
    most = max([high, *tops])
    lines = [_fall(score, span, low, high) for score, span in zip(scores, spans, strict=True)]
    columns = [
        Column(
            score.name, said, share_of(span[0], low, most), share_of(span[1], low, most),
            PALETTE[_FALL_COLOURS[score.kind]],
            share_of(span[0] + score.full, low, most) if score.full else None,
            str(score.reason),
        )
        for (score, said, _strip), span in zip(lines, spans, strict=True)
    ]  # fmt: skip
    figures = "；".join(f"{score.name} {said}" for score, said, _strip in lines)
    return macro("progress.html", "waterfall", caption, lines, falls(columns, figures))


_FALL_COLOURS = {"points": "accent", "bonus": "green", "deduction": "red", "sum": "ink"}


def _fall(
    score: Score, span: tuple[Decimal, Decimal], low: Decimal, high: Decimal
) -> tuple[Score, str, Markup]:
    """A line with its points in words and the strip that shows them."""

    def share(number: Decimal) -> float:
        return float(100 * number / (high - low))

    drawn = bar(
        [(share(span[0] - low), share(span[1] - span[0]), PALETTE[_FALL_COLOURS[score.kind]])]
    )
    said = f"{score.points:+}" if score.kind in ("bonus", "deduction") else f"{score.points}"
    return score, said.replace("-", "−"), drawn
