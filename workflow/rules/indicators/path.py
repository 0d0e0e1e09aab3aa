"""The way of an indicator from its baseline to its target, by the ends of years."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from workflow.rules.indicators.words import IndicatorKind, PathKind
from workflow.rules.progress.paths import STRAIGHT, Curve, CurveKind, PathPoint, asked, path

_AT_ONCE = Curve(CurveKind.YEAR_END)


@dataclass(frozen=True)
class Promise:
    """What an indicator promises. `path_values` by year are for stepped and own paths; numbers are
    in `unit`. `definition` is the year from which the definition counts by which all this is
    stated, 0 for the first."""

    kind: str
    op: str
    unit: str
    baseline_year: int | None
    baseline: Decimal | None
    target_year: int | None
    target: Decimal | None
    path_kind: str = PathKind.STRAIGHT
    path_values: Mapping[int, Decimal] = field(default_factory=dict)
    definition: int = 0


def expected(promise: Promise, year: int) -> PathPoint | None:
    """Where the indicator should stand at the end of a year, rounded as people are held to it.

    None where nothing can be expected: without a target, without what the way begins from, before
    it begins, and of growth before the target year.
    """
    if promise.target is None or promise.target_year is None:
        return None
    last_day, named = date(year, 12, 31), {**promise.path_values}
    if promise.kind == IndicatorKind.YEARLY:
        whole = _of_year(promise, year)
        point = path("annual", promise.op, {year: whole}, last_day)
    elif promise.kind == IndicatorKind.GROWTH:
        point = path("growth", promise.op, {promise.target_year: promise.target}, last_day)
    else:
        point = path(
            "stock", promise.op, named | {promise.target_year: promise.target}, last_day,
            curve=_AT_ONCE if promise.path_kind == PathKind.STEPPED else STRAIGHT,
            baseline=promise.baseline, baseline_year=promise.baseline_year,
        )  # fmt: skip
    return asked(point, promise.op, promise.unit) if point else None


def _of_year(promise: Promise, year: int) -> Decimal:
    """What a year by itself should bring: its own value, or the step that it stands on."""
    assert promise.target is not None  # noqa: S101
    if promise.path_kind == PathKind.OWN:
        return promise.path_values.get(year, promise.target)
    reached = [named for named in promise.path_values if named <= year]
    if promise.path_kind == PathKind.STEPPED and year != promise.target_year and reached:
        return promise.path_values[max(reached)]
    return promise.target


def years_of(promise: Promise, first_year: int, last_year: int) -> range:
    """The years that a drawing shows: from the baseline to the target, at least the plan's."""
    begin = min(first_year, promise.baseline_year or first_year)
    return range(begin, max(last_year, promise.target_year or last_year) + 1)


def definition_in(year: int, changes: Iterable[int]) -> int:
    """The definition by which a year counts, named by the year from which it does (0: the first);
    `changes` are all such years."""
    return max((start for start in changes if start <= year), default=0)
