"""序时进度: where a number should stand at the end of a day.

A measure counts by its kind:

- *cumulative*, *new*: the sum since the plan began, on top of the baseline if there is one. A year
  target is that year's share of the sum.
- *annual*: starts again from nothing each January. A year target is the whole of that year.
- *ratio*, *stock*: a level. A year target is the level at the end of that year; between two known
  levels (the baseline is the first) the path leads from one to the other, also across years
  without a target of their own.
- *growth*: known only when the year is over; before, nothing can be expected.

Numbers are in the measure's unit. Paths are computed exactly and rounded half up to six decimals.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal, InvalidOperation
from enum import StrEnum
from fractions import Fraction
from functools import cache
from itertools import pairwise
from typing import TypeVar

from i18n import mark
from workflow.rules.progress.quantities import counts_pieces
from workflow.rules.refusals import Invalid

SUMS = frozenset({"cumulative", "new"})
LEVELS = frozenset({"ratio", "stock"})
ADD_UP = SUMS | {"annual", "stock"}
"""Kinds of which the whole is the sum of what its units reached."""
CAPS = frozenset({"<", "<="})


class CurveKind(StrEnum):
    """The shape of a path within a year."""

    STRAIGHT = "straight"
    STEPPED = "stepped"
    YEAR_END = "year_end"


@dataclass(frozen=True)
class Curve:
    """How a year's work is spread over the year, as agreed with the unit.

    *straight*: a twelfth a month, within a month by days, so that a quarter's end is a quarter.
    *stepped*: from each date on, that share (0 to 1) of its year; before the first, nothing.
    *year_end*: nothing until the last day. Whatever the shape, the last day of the year wants all.
    """

    kind: CurveKind = CurveKind.STRAIGHT
    steps: tuple[tuple[date, Decimal], ...] = ()

    def __post_init__(self) -> None:
        if (self.kind == CurveKind.STEPPED) != bool(self.steps):
            raise Invalid(mark("A stepped path needs its dates, and only a stepped path has them."))
        for (day, part), (later, larger) in pairwise(self.steps):
            if later <= day or (later.year == day.year and larger < part):
                raise Invalid(mark("The steps of a path must rise from date to date."))
        if any(not 0 <= part <= 1 for _, part in self.steps):
            raise Invalid(mark("A step of a path is a share between 0 and 1."))

    def __str__(self) -> str:
        """As the database keeps it: `straight`, `year_end`, `stepped 2021-03-31=0.2 …`."""
        return " ".join([self.kind, *(f"{day}={part:f}" for day, part in self.steps)])


STRAIGHT = Curve()


@cache
def read_curve(text: str) -> Curve:
    """The curve that `str(curve)` wrote. Raises Invalid where the text is none."""
    try:
        kind, *steps = text.split()
        pairs = [step.split("=") for step in steps]
        return Curve(
            CurveKind(kind), tuple((date.fromisoformat(day), Decimal(part)) for day, part in pairs)
        )
    except (ValueError, InvalidOperation):
        raise Invalid(mark("“{text}” is no path of a number."), text=text) from None


Exact = TypeVar("Exact", int, Fraction)


@dataclass(frozen=True)
class PathPoint:
    """Where a number should stand: `expected` now and `target` at the end of the year, both
    counted from `start`, all in the measure's unit."""

    start: Decimal
    expected: Decimal
    target: Decimal


def asked(point: PathPoint, op: str, unit: str) -> PathPoint:
    """A place on a path as people are held to it: whole where the unit counts pieces, else two
    decimals, or as many as the target has. It never asks for more than the path: half a centre is
    none yet, and whoever shows the number that is shown has reached it."""
    exponent = point.target.normalize().as_tuple().exponent
    digits = max(0 if counts_pieces(unit) else 2, -exponent if isinstance(exponent, int) else 0)
    rounding = ROUND_CEILING if op in CAPS else ROUND_FLOOR
    expected = point.expected.quantize(Decimal(1).scaleb(-digits), rounding)
    return replace(point, expected=expected.normalize() + 0)


def share(curve: Curve, on: date) -> Fraction:
    """The share of its year's work that should be done when the local day `on` is over, 0 to 1."""
    if (on.month, on.day) == (12, 31):
        return Fraction(1)
    if curve.kind == CurveKind.STRAIGHT:
        return Fraction(on.month - 1, 12) + Fraction(on.day, monthrange(on.year, on.month)[1]) / 12
    reached = [part for day, part in curve.steps if day.year == on.year and day <= on]
    return Fraction(reached[-1]) if reached else Fraction(0)


def path(
    kind: str,
    op: str,
    year_targets: Mapping[int, Decimal],
    on: date,
    *,
    curve: Curve = STRAIGHT,
    baseline: Decimal | None = None,
    baseline_year: int | None = None,
) -> PathPoint | None:
    """Where the number should stand when the local day `on` is over.

    `kind` and `op` as in the catalogue (see above for what a year target means); `baseline` is the
    number at the end of `baseline_year`, by default the year before the first target. A ceiling
    (op < or <=) of a sum or of a year holds in full from the first day. None where nothing can be
    expected yet: before the first target year, or between levels that are not known.
    """
    if not year_targets:
        return None
    if kind in SUMS:
        return _sum(op, year_targets, on, curve, baseline or Decimal(0))
    if kind == "annual":
        whole = year_targets.get(on.year)
        if whole is None:
            return None
        expected = whole if op in CAPS else _rounded(Fraction(whole) * share(curve, on))
        return PathPoint(Decimal(0), expected, whole)
    if kind in LEVELS:
        levels = dict(year_targets)
        if baseline is not None:
            levels.setdefault(min(levels) - 1 if baseline_year is None else baseline_year, baseline)
        return _level(op, levels, on, curve)
    if (on.month, on.day) == (12, 31) and on.year in year_targets:
        return PathPoint(Decimal(0), year_targets[on.year], year_targets[on.year])
    return None


def _sum(
    op: str, year_targets: Mapping[int, Decimal], on: date, curve: Curve, start: Decimal
) -> PathPoint | None:
    if on.year < min(year_targets):
        return None
    before = start + sum(value for year, value in year_targets.items() if year < on.year)
    this_year = year_targets.get(on.year, Decimal(0))
    target = before + this_year
    if op in CAPS:
        return PathPoint(start, target, target)
    return PathPoint(
        start, _rounded(Fraction(before) + Fraction(this_year) * share(curve, on)), target
    )


def _level(op: str, levels: Mapping[int, Decimal], on: date, curve: Curve) -> PathPoint | None:
    """Between the levels at the ends of two years, each known by its year."""
    last_day = (on.month, on.day) == (12, 31)
    passed = [year for year in levels if year < on.year or (year == on.year and last_day)]
    coming = [year for year in levels if year not in passed]
    if not passed:
        return None
    start = levels[min(levels)]
    begin = max(passed)
    if not coming or begin == on.year:
        return PathPoint(start, levels[begin], levels[begin])
    end = min(coming)
    if curve.kind == CurveKind.STRAIGHT:
        part = (on.year - begin - 1 + share(curve, on)) / (end - begin)
    else:
        part = share(curve, on) if on.year == end else Fraction(0)
    target = levels[end]
    way = _rounded(Fraction(levels[begin]) + Fraction(target - levels[begin]) * part)
    # A level that already is as good as its target may fall back to it, no further.
    return PathPoint(start, max(way, target) if op in CAPS else min(way, target), target)


def _rounded(exact: Fraction) -> Decimal:
    """Half up to six decimals, away from zero."""
    millionths = abs(exact) * 1_000_000 + Fraction(1, 2)
    whole = millionths.numerator // millionths.denominator
    return (Decimal(whole if exact >= 0 else -whole)).scaleb(-6).normalize()


def attained(point: PathPoint, op: str, actual: Decimal) -> Fraction | None:
    """How much of the way from `start` to `expected` a number has made, exactly: 1 is there.

    Every op but < and <= is a floor; for a ceiling 1 is at or under it. Never below 0. None where
    the way has not begun.
    """
    start, expected, target = map(Fraction, (point.start, point.expected, point.target))
    return way_made(start, expected, target, op, Fraction(actual))


def way_made(start: Exact, expected: Exact, target: Exact, op: str, now: Exact) -> Fraction | None:
    """`attained` of exact numbers, all of them fractions or all whole."""
    if op in CAPS:
        if now <= expected:
            return None if expected == start > target else Fraction(1)
        made, wanted = (start - now, start - expected) if start > expected else (expected, now)
    else:
        if expected == start < target:
            return None
        if now >= expected:
            return Fraction(now - start, expected - start) if expected > start else Fraction(1)
        made, wanted = (now - start, expected - start) if expected > start else (now, expected)
    return Fraction(made, wanted) if wanted > 0 and made > 0 else Fraction(0)


def attainment(point: PathPoint, op: str, actual: Decimal) -> Decimal | None:
    """`attained`, rounded down to four decimals: what is not quite there is not shown as there."""
    share_made = attained(point, op, actual)
    if share_made is None:
        return None
    return Decimal(share_made.numerator * 10_000 // share_made.denominator).scaleb(-4)
