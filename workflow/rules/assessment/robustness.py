"""How firm a ranking is: the places that each unit takes when weights vary and when a part is left
out, after the handbook on composite indicators of OECD and JRC (2008, chapter 7).

Arithmetic in whole numbers: points in billionths, weights in thousandths. A part that has full
marks is weighed against the others so that full marks of the whole stay what they are; one without
(a bonus, a deduction) is scaled alone; what a total has beyond the sum of its parts stays as it is.
Quotients are rounded down to a billionth of a point. Equal totals share a place; tie-breaks of the
scheme are not played through.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from operator import mul
from random import Random

from workflow.rules.assessment.result import Ranking

DRAWS = 1000
SWING = 200
"""By how many thousandths a weight varies either way: 20 %."""
_FULL = 1000
_FINE = 10**9
_MIDDLE = 20
"""One in so many draws is left out at each end of the usual range: the middle nine tenths."""


@dataclass(frozen=True)
class RatedPart:
    """A part of a total; `most` None where it has no full marks."""

    path: str
    points: Decimal
    most: Decimal | None


@dataclass(frozen=True)
class RatedUnit:
    """A ranked unit with its group, its total and what that is made up of."""

    unit_id: int
    group: str
    total: Decimal
    parts: tuple[RatedPart, ...]


@dataclass(frozen=True)
class Firmness:
    """The places of a unit: `best` to `worst` in any draw, `usual` in the middle nine tenths, the
    share of draws with its own place in `same` of all, and the place without each part."""

    place: int
    best: int
    worst: int
    usual: tuple[int, int]
    same: int
    without: tuple[tuple[str, int], ...]

    @property
    def left_out(self) -> tuple[int, int]:
        """The best and the worst place when one part is left out."""
        places = [place for _path, place in self.without] or [self.place]
        return min(places), max(places)


@dataclass(frozen=True)
class Robustness:
    """What was drawn, and what came of it for each unit by id."""

    seed: int
    draws: int
    swing: int
    units: Mapping[int, Firmness]


def robustness_of(found: Ranking) -> Robustness:
    """How firm the places of a run are; the seed comes from the digest of its facts and rules."""
    units = tuple(
        RatedUnit(
            place.unit_id, place.group, place.total,
            tuple(RatedPart(part.path, part.points, part.points_max) for part in place.parts),
        )
        for place in found.places
        if place.rank is not None and place.total is not None
    )  # fmt: skip
    return robustness(units, int(found.run.sha[:8], 16))


@lru_cache(maxsize=32)
def robustness(units: tuple[RatedUnit, ...], seed: int, draws: int = DRAWS) -> Robustness:
    """The places of units within their groups under so many draws of weights; the same seed gives
    the same result."""
    paths = sorted({part.path for unit in units for part in unit.parts})
    dice = Random(seed)  # noqa: S311 (a sample that anybody can draw again, no secret)
    drawn = [
        [_FULL - SWING + dice.randrange(2 * SWING + 1) for _path in paths] for _draw in range(draws)
    ]
    without = [[0 if one == left else _FULL for one in paths] for left in paths]
    groups: dict[str, list[_Rows]] = defaultdict(list)
    for unit in units:
        groups[unit.group].append(_rows(unit, paths))
    found: dict[int, Firmness] = {}
    for rows in groups.values():
        (own,) = _places(rows, [[_FULL] * len(paths)])
        varied, short = _places(rows, drawn), _places(rows, without)
        for place, row in enumerate(rows):
            held = {part for part, there in zip(paths, row.there, strict=True) if there}
            found[row.unit_id] = _firmness(
                own[place],
                sorted(one[place] for one in varied),
                tuple(
                    (path, one[place])
                    for path, one in zip(paths, short, strict=True)
                    if path in held
                ),
            )
    return Robustness(seed, draws, SWING, found)


@dataclass(frozen=True)
class _Rows:
    """A unit as whole numbers, a column a path: points and full marks of parts that have them,
    points of the others, and what is beyond."""

    unit_id: int
    there: tuple[bool, ...]
    points: tuple[int, ...]
    most: tuple[int, ...]
    alone: tuple[int, ...]
    beyond: int

    def total(self, weights: Sequence[int]) -> int:
        """The total under weights in thousandths."""
        measured = 0
        weighed: int = sum(map(mul, weights, self.most))
        if weighed:
            measured = sum(map(mul, weights, self.points)) * sum(self.most) // weighed
        alone: int = sum(map(mul, weights, self.alone)) // _FULL
        return self.beyond + measured + alone


def _rows(unit: RatedUnit, paths: Sequence[str]) -> _Rows:
    parts = {part.path: part for part in unit.parts}

    def column(path: str, which: str) -> int:
        part = parts.get(path)
        if part is None or (which == "alone") == bool(part.most):
            return 0
        return int((part.most if which == "most" and part.most else part.points) * _FINE)

    points, most, alone = (
        tuple(column(path, which) for path in paths) for which in ("points", "most", "alone")
    )
    return _Rows(
        unit.unit_id, tuple(path in parts for path in paths), points, most, alone,
        int(unit.total * _FINE) - sum(points) - sum(alone),
    )  # fmt: skip


def _places(rows: Sequence[_Rows], weights: Sequence[Sequence[int]]) -> list[list[int]]:
    """For each set of weights the place of each row, 1 the best."""
    found = []
    for one in weights:
        totals = [row.total(one) for row in rows]
        order = sorted(totals)
        found.append([len(order) - _last(order, total) for total in totals])
    return found


def _last(order: Sequence[int], total: int) -> int:
    """The index of the last of these totals in rising order."""
    return bisect_left(order, total + 1) - 1


def _firmness(own: int, places: Sequence[int], without: tuple[tuple[str, int], ...]) -> Firmness:
    aside = len(places) // _MIDDLE
    return Firmness(
        own, places[0], places[-1], (places[aside], places[-1 - aside]), places.count(own), without
    )
