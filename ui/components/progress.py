"""How far a number is: a line over time, points of a score."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from markupsafe import Markup

from i18n import _

from .pictures import COLOURS, bar, picture


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
        _rule(place(0, target)[1], f"{target}", COLOURS["green"], "4 4"),
        _rule(float(FLOOR), "0", COLOURS["line"], ""),
        _line(path, COLOURS["grey"], "5 4", 1.5),
        _line(actual, COLOURS["accent"], "", 2.5),
        *(_dot(x, y) for x, y in actual),
        *_names(points, step),
    ]
    drawing = Markup(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {w} {h}" width="{w}" height="{h}" '
        'font-family="PingFang SC, Microsoft YaHei, Noto Sans CJK SC, sans-serif" font-size="12" '
        'fill="{ink}">{pieces}</svg>'
    ).format(w=WIDE, h=HIGH, ink=COLOURS["grey"], pieces=Markup("").join(pieces))
    legend = Markup(
        '<ul class="ls-keys"><li class="ls-key-actual">{}</li><li class="ls-key-path">{}</li>'
        '<li class="ls-key-target">{}</li></ul>'
    ).format(_("reported"), _("path"), _("target {target} {unit}", target=target, unit=unit))
    return Markup('<figure class="ls-chart"><figcaption>{}</figcaption>{}{}{}</figure>').format(
        title, picture(drawing, "", "ls-lines"), legend, _figures(title, points)
    )


def _rule(y: float, text: str, colour: str, dashes: str) -> Markup:
    return Markup(
        '<line x1="{}" y1="{y:.1f}" x2="{}" y2="{y:.1f}" stroke="{}" stroke-dasharray="{}"/>'
        '<text x="{}" y="{t:.1f}" text-anchor="end">{}</text>'
    ).format(LEFT, WIDE - RIGHT, colour, dashes, LEFT - 6, text, y=y, t=y + 4)


def _line(places: Sequence[tuple[float, float]], colour: str, dashes: str, width: float) -> Markup:
    way = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
    return Markup(
        '<polyline points="{}" fill="none" stroke="{}" stroke-width="{}" stroke-dasharray="{}"/>'
    ).format(way, colour, width, dashes)


def _dot(x: float, y: float) -> Markup:
    return Markup('<circle cx="{:.1f}" cy="{:.1f}" r="3.5" fill="{}"/>').format(
        x, y, COLOURS["accent"]
    )


def _names(points: Sequence[ChartPoint], step: float) -> list[Markup]:
    """Names under the line, as many as there is room for."""
    every = max(1, -(-len(points) // 6))
    return [
        Markup('<text x="{:.1f}" y="{}" text-anchor="middle">{}</text>').format(
            LEFT + index * step, FLOOR + 18, point.name
        )
        for index, point in enumerate(points)
        if index % every == 0
    ]


def _figures(title: str, points: Sequence[ChartPoint]) -> Markup:
    rows = Markup("").join(
        Markup('<tr><th scope="row">{}</th><td>{}</td><td>{}</td></tr>').format(
            point.name,
            "–" if point.actual is None else point.actual,
            "–" if point.path is None else point.path,
        )
        for point in points
    )
    return Markup(
        '<table class="ls-sr"><caption>{}</caption><thead><tr><th scope="col">{}</th>'
        '<th scope="col">{}</th><th scope="col">{}</th></tr></thead><tbody>{}</tbody></table>'
    ).format(title, _("Round"), _("reported"), _("path"), rows)


@dataclass(frozen=True)
class Score:
    """One line of a score: its name, its points (below 0 for a deduction), where its reason is.

    `kind` is "points", "bonus", "deduction" or "sum" (drawn from zero).
    """

    name: str
    points: Decimal
    kind: str = "points"
    reason: str | Markup = ""
    href: str = ""


def waterfall(caption: str, scores: Sequence[Score]) -> Markup:
    """How points add up to a score: each line from where the one before it ended."""
    level = Decimal(0)
    spans: list[tuple[Decimal, Decimal]] = []
    for score in scores:
        start = Decimal(0) if score.kind == "sum" else level
        level = score.points if score.kind == "sum" else level + score.points
        spans.append((min(start, level), max(start, level)))
    low = min([Decimal(0), *(span[0] for span in spans)])
    high = max([low + 1, *(span[1] for span in spans)])
    rows = Markup("").join(
        _fall(score, span, low, high) for score, span in zip(scores, spans, strict=True)
    )
    return Markup(
        '<table class="ls-waterfall"><caption class="ls-sr">{}</caption><tbody>{}</tbody></table>'
    ).format(caption, rows)


_FALL_COLOURS = {"points": "accent", "bonus": "green", "deduction": "red", "sum": "ink"}


def _fall(score: Score, span: tuple[Decimal, Decimal], low: Decimal, high: Decimal) -> Markup:
    def share(number: Decimal) -> float:
        return float(100 * number / (high - low))

    drawn = bar(
        [(share(span[0] - low), share(span[1] - span[0]), COLOURS[_FALL_COLOURS[score.kind]])]
    )
    name = (
        Markup('<a href="{}">{}</a>').format(score.href, score.name) if score.href else score.name
    )
    said = f"{score.points:+}" if score.kind in ("bonus", "deduction") else f"{score.points}"
    reason = (
        Markup('<span class="ls-reason">{}</span>').format(score.reason) if score.reason else ""
    )
    return Markup(
        '<tr class="ls-f-{}"><th scope="row">{}{}</th><td class="ls-fall">{}</td>'
        '<td class="ls-c-number">{}</td></tr>'
    ).format(score.kind, name, reason, drawn, said.replace("-", "−"))
