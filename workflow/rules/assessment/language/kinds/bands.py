"""分档: number → points, by the band in which it lies."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from i18n import mark
from workflow.rules.assessment.exact import shown
from workflow.rules.assessment.language.formula import Ask, Formula, Scope, Value
from workflow.rules.assessment.language.kinds.curves import (
    Better,
    check_way,
    number_of,
    points_of,
)
from workflow.rules.assessment.language.kinds.nodes import constant, kind
from workflow.rules.assessment.language.kinds.values import Shows, ValueNode
from workflow.rules.assessment.language.lines import ZERO, Scored
from workflow.rules.assessment.language.reading import (
    Reader,
    as_formula,
    as_number,
    choice,
    key,
    listed,
    part,
)
from workflow.rules.assessment.sentences import said
from workflow.rules.faults import Path


@dataclass(frozen=True, kw_only=True)
class Band:
    """From one edge to the other; each edge says whether it belongs to the band."""

    points: Formula = key(as_formula)
    at_least: Fraction | None = key(as_number(), None)
    above: Fraction | None = key(as_number(), None)
    at_most: Fraction | None = key(as_number(), None)
    below: Fraction | None = key(as_number(), None)

    def holds(self, x: Fraction) -> bool:
        return (
            (self.at_least is None or x >= self.at_least)
            and (self.above is None or x > self.above)
            and (self.at_most is None or x <= self.at_most)
            and (self.below is None or x < self.below)
        )

    def edges(self) -> tuple[tuple[Fraction, int] | None, tuple[Fraction, int] | None]:
        """The lower and the upper edge; 0 before a number itself, 1 behind it."""
        low = high = None
        if self.at_least is not None:
            low = self.at_least, 0
        if self.above is not None:
            low = self.above, 1
        if self.below is not None:
            high = self.below, 0
        if self.at_most is not None:
            high = self.at_most, 1
        return low, high

    def shown(self, shows: Shows) -> str:
        signs = (("≥", self.at_least), (">", self.above), ("≤", self.at_most), ("<", self.below))
        return " ".join(f"{sign}{shows(edge)}" for sign, edge in signs if edge is not None)


@kind("bands")
@dataclass(frozen=True, kw_only=True)
class Bands(ValueNode):
    """分档: the points of the band in which the number lies; these may be a formula of it (值).

    What lies in no band, or in two that differ, is a question for a person."""

    bands: tuple[Band, ...] = key(listed(part(Band)))
    better: Better = key(choice(Better), Better.HIGHER)

    def score(self, value: Value, scope: Scope, shows: Shows) -> Scored:
        x = number_of(value, self.title)
        holding = [band for band in self.bands if band.holds(x)]
        if not holding:
            raise Ask(
                mark("{value} lies in no band of “{title}”."), value=shows(x), title=self.title
            )
        found = {points_of(band.points, scope, x) for band in holding}
        if len(found) > 1:
            raise Ask(
                mark("{value} lies in two bands of “{title}”: {bands}."),
                value=shows(x),
                title=self.title,
                bands="; ".join(b.shown(shows) for b in holding),
            )
        (points,) = found
        return Scored(
            points,
            said(
                mark("{value} lies in the band {band}: {points} points."),
                value=shows(x),
                band=holding[0].shown(shows) or "—",
                points=shown(points),
            ),
        )

    def worth(self) -> Fraction | None:
        fixed = [one for one in map(constant, (b.points for b in self.bands)) if one is not None]
        return self.points if self.points is not None else max(fixed, default=None)

    def full(self) -> Fraction | None:
        best = self.worth()
        edges = [band.edges() for band in self.bands if constant(band.points) == best]
        sides = [edge[1 if self.falls() else 0] for edge in edges]
        found = [side[0] for side in sides if side is not None]
        if not found:
            return None
        return max(found) if self.falls() else min(found)

    def falls(self) -> bool:
        return self.better is Better.LOWER

    def own_formulas(self) -> Iterator[Formula]:
        return (band.points for band in self.bands)

    def check(self, reader: Reader, path: Path) -> None:
        super().check(reader, path)
        for no, band in enumerate(self.bands):
            low, high = band.edges()
            double = (band.at_least is not None and band.above is not None) or (
                band.at_most is not None and band.below is not None
            )
            if double or (low and high and low > high) or (low and high and low == high):
                reader.fault(
                    ((path, "bands"), no),
                    mark(
                        "No number lies in this band. Write one lower edge (at_least or "
                        "above) under one upper edge (at_most or below)."
                    ),
                )
        ordered = sorted(
            (b for b in self.bands if constant(b.points) is not None),
            key=lambda b: b.edges()[0] or (Fraction(-(10**15)), 0),
        )
        for one, other in pairwise(ordered):
            no = self.bands.index(other)
            check_way(
                reader,
                ((path, "bands"), no),
                self.better,
                constant(one.points) or ZERO,
                constant(other.points) or ZERO,
            )
