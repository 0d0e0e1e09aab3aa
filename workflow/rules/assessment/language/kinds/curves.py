"""Number → points, by curves: ratio, line through points."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from itertools import pairwise
from typing import Any

from i18n import mark
from workflow.rules.assessment.exact import shown
from workflow.rules.assessment.language.formula import Ask, Formula, Run, Scope, Value
from workflow.rules.assessment.language.functions import Statistic
from workflow.rules.assessment.language.kinds.nodes import kind
from workflow.rules.assessment.language.kinds.values import Shows, ValueNode
from workflow.rules.assessment.language.lines import ONE, ZERO, Scored
from workflow.rules.assessment.language.reading import (
    Reader,
    as_number,
    choice,
    key,
    listed,
)
from workflow.rules.assessment.sentences import said
from workflow.rules.faults import Path

VALUE_NAMES = ("值", "value")
"""What formulas within a rule call the number that the rule looks at."""


class Better(StrEnum):
    """Which way is better: for checking that more achieved never earns less unless it is said."""

    HIGHER = "higher"
    LOWER = "lower"
    BETWEEN = "between"


def number_of(value: Value, title: str) -> Fraction:
    """The value as a number. Raises Ask."""
    if isinstance(value, Fraction):
        return value
    raise Ask(mark("“{text}” is not a number here."), text=str(value) or title)


@dataclass(frozen=True)
class WithValue:
    """A scope in which the number that a rule looks at has a name."""

    scope: Scope
    value: Value

    def look(self, name: str) -> Value:
        return self.value if name in VALUE_NAMES else self.scope.look(name)

    def statistic(self, of: Statistic, run: Run, own: Value) -> Value:
        return self.scope.statistic(of, run, own)


def points_of(given: Formula, scope: Scope, value: Value) -> Fraction:
    """Points by a formula that may name the value. Raises Ask."""
    found = given(WithValue(scope, value))
    if isinstance(found, Fraction):
        return found
    raise Ask(mark("“{text}” cannot be worked out: something in it is not known."), text=given.text)


@kind("ratio")
@dataclass(frozen=True, kw_only=True)
class Ratio(ValueNode):
    """按比例: the points times the number, which is a share: 1 earns all. Below `nothing_below`
    nothing is earned, from `full_from` on all; more than `cap` is not counted; never below 0."""

    points: Fraction = key(as_number(0))
    cap: Fraction = key(as_number(0), ONE)
    nothing_below: Fraction | None = key(as_number(), None)
    full_from: Fraction | None = key(as_number(), None)

    def score(self, value: Value, scope: Scope, shows: Shows) -> Scored:
        share, worth = number_of(value, self.title), shown(self.points)
        if self.nothing_below is not None and share < self.nothing_below:
            return Scored(
                ZERO,
                said(
                    mark("{value} is below {limit}: no points."),
                    value=shows(share),
                    limit=shows(self.nothing_below),
                ),
            )
        if self.full_from is not None and self.full_from <= share <= 1:
            return Scored(
                self.points,
                said(
                    mark("{value} reaches {limit}: all {points} points."),
                    value=shows(share),
                    limit=shows(self.full_from),
                    points=worth,
                ),
            )
        counted = max(ZERO, min(share, self.cap))
        points = self.points * counted
        if counted != share:
            return Scored(
                points,
                said(
                    mark("{value} counts as {counted}: {worth} × {counted} = {points} points."),
                    value=shows(share),
                    counted=shows(counted),
                    worth=worth,
                    points=shown(points),
                ),
            )
        return Scored(
            points,
            said(
                mark("{worth} × {value} = {points} points."),
                worth=worth,
                value=shows(share),
                points=shown(points),
            ),
        )

    def worth(self) -> Fraction:
        return self.points

    def full(self) -> Fraction:
        return ONE if self.full_from is None else self.full_from

    def check(self, reader: Reader, path: Path) -> None:
        super().check(reader, path)
        if self.cap == 0:
            reader.fault(
                (path, "cap"),
                mark("With a cap of 0 nothing could be earned. Write 1 or leave it out."),
            )


class Beyond(StrEnum):
    """What holds beyond the ends of a line."""

    HOLD = "hold"
    EXTEND = "extend"
    ASK = "ask"


def _point(reader: Reader, value: Any, path: Path) -> tuple[Fraction, Fraction] | None:
    if not isinstance(value, list) or len(value) != 2:
        reader.fault(path, mark("Write a point as [number, points], such as [80%, 6]."))
        return None
    read = as_number()
    x, y = (read(reader, one, (path, no)) for no, one in enumerate(value))
    return None if x is None or y is None else (x, y)


@kind("line")
@dataclass(frozen=True, kw_only=True)
class LineThrough(ValueNode):
    """线性插值: straight lines through the points [number, points], from the smallest number on."""

    through: tuple[tuple[Fraction, Fraction], ...] = key(listed(_point, 2))
    beyond: Beyond = key(choice(Beyond), Beyond.HOLD)
    better: Better = key(choice(Better), Better.HIGHER)

    def score(self, value: Value, scope: Scope, shows: Shows) -> Scored:
        x, points = number_of(value, self.title), self.through
        low, high = points[0], points[-1]
        if low[0] <= x <= high[0] or self.beyond is Beyond.EXTEND:
            pairs = list(pairwise(points))
            (x0, y0), (x1, y1) = next((p for p in pairs if x <= p[1][0]), pairs[-1])
            found = y0 + (x - x0) / (x1 - x0) * (y1 - y0)
            return Scored(
                found,
                said(
                    mark(
                        "{value} lies on the line from {x0} ({y0} points) to {x1} ({y1} points): "
                        "{points} points."
                    ),
                    value=shows(x),
                    x0=shows(x0),
                    y0=shown(y0),
                    x1=shows(x1),
                    y1=shown(y1),
                    points=shown(found),
                ),
            )
        if self.beyond is Beyond.ASK:
            raise Ask(
                mark(
                    "{value} lies beyond the line from {low} to {high}, and the scheme does "
                    "not say what that means."
                ),
                value=shows(x),
                low=shows(low[0]),
                high=shows(high[0]),
            )
        end = low if x < low[0] else high
        return Scored(
            end[1],
            said(
                mark("{value} lies beyond {x}: {points} points."),
                value=shows(x),
                x=shows(end[0]),
                points=shown(end[1]),
            ),
        )

    def worth(self) -> Fraction | None:
        return max(y for _x, y in self.through) if self.points is None else self.points

    def full(self) -> Fraction | None:
        best = max(y for _x, y in self.through)
        reached = [x for x, y in self.through if y == best]
        return reached[-1] if self.better is Better.LOWER else reached[0]

    def falls(self) -> bool:
        return self.better is Better.LOWER

    def check(self, reader: Reader, path: Path) -> None:
        super().check(reader, path)
        for no, ((x0, y0), (x1, y1)) in enumerate(pairwise(self.through), 1):
            if x1 <= x0:
                reader.fault(
                    ((path, "through"), no),
                    mark("The numbers of the points must rise: {x1} does not come after {x0}."),
                    x0=x0,
                    x1=x1,
                )
            check_way(reader, ((path, "through"), no), self.better, y0, y1)


def check_way(reader: Reader, path: Path, better: Better, low: Fraction, high: Fraction) -> None:
    """More never earns less, unless the scheme says so."""
    if (better is Better.HIGHER and high < low) or (better is Better.LOWER and high > low):
        reader.fault(
            path,
            mark(
                "Here a better number earns less: {high} points after {low}. If this "
                "is meant, write better: lower, or better: between."
            ),
            low=shown(low),
            high=shown(high),
        )
