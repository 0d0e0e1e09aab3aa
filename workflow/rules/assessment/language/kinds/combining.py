"""Putting parts together: sum, share of a sub-total, mean, best of."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import Any

from i18n import mark
from workflow.rules.assessment.exact import shown, total
from workflow.rules.assessment.facts import UnitFacts
from workflow.rules.assessment.language.formula import Ask
from workflow.rules.assessment.language.kinds.absence import (
    HANDED_ON,
    NOT_COUNTED,
    NOT_KNOWN,
    UNKNOWN,
    fixed_points,
)
from workflow.rules.assessment.language.kinds.nodes import Node, kind, read_node
from workflow.rules.assessment.language.lines import ONE, ZERO, AbsentKind, Below, Line, added_up
from workflow.rules.assessment.language.reading import (
    Reader,
    as_natural,
    as_number,
    choice,
    key,
    listed,
)
from workflow.rules.assessment.language.world import World
from workflow.rules.assessment.sentences import said
from workflow.rules.faults import Path


@dataclass(frozen=True, kw_only=True)
class Combining(Node):
    """A node of nodes. Where none of them has anything to judge, neither has it."""

    ENDS = False
    children: tuple[Node, ...] = ()

    def nested(self) -> tuple[Node, ...]:
        return self.children

    def work(self, world: World, unit: UnitFacts) -> Line:
        line = self.line()
        found = [world.line(part.code, unit) for part in self.children]
        weights = {part.code: part.weight for part in self.children}
        lines = [one for one in found if one is not None]
        counted = [one for one in lines if one.absent is None and not one.outside]
        plain = [one for one in counted if not one.extra and one.worth is not None]
        if not plain and any(one.absent is not None for one in lines):
            return self.without(line, lines, world, unit)
        times, line.worth = self.times(lines, counted, weights)
        line.below = tuple(Below(one, times.get(one.code, ZERO)) for one in lines)
        line.own = total([one.own * by for one, by in line.below if by])
        line.asks = any(one.asks for one in self.open(counted, times))
        line.why = self.sentences(line)
        return line

    def without(self, line: Line, lines: Sequence[Line], world: World, unit: UnitFacts) -> Line:
        """Nothing below could be judged: as `absent` says, else it is left out as its parts are."""
        line.below = tuple(Below(one, ZERO) for one in lines)
        kinds = {one.absent for one in lines if one.absent is not None}
        of = (
            self.absent.kind
            if self.absent
            else (
                AbsentKind.REDISTRIBUTE if AbsentKind.REDISTRIBUTE in kinds else AbsentKind.EXCLUDE
            )
        )
        if of is AbsentKind.ASK or of is AbsentKind.MEAN:
            line.put_question(said(UNKNOWN, title=line.title))
        elif of in (AbsentKind.EXCLUDE, AbsentKind.REDISTRIBUTE):
            line.absent = of
            line.why = (said(HANDED_ON if of is AbsentKind.REDISTRIBUTE else NOT_COUNTED),)
        else:
            line.own = fixed_points(self.absent, line, world, unit)
            line.why = (said(NOT_KNOWN, points=shown(line.own)),)
            of_itself = self.line(own=line.own, why=line.why)
            of_itself.code = f"{self.code}:points"
            line.below += (Below(of_itself, ONE),)
        return line

    @abstractmethod
    def times(
        self, lines: Sequence[Line], counted: Sequence[Line], weights: dict[str, Fraction]
    ) -> tuple[dict[str, Fraction], Fraction | None]:
        """What each line is multiplied by, and what all are worth."""

    def open(self, counted: Sequence[Line], times: dict[str, Fraction]) -> Sequence[Line]:
        """The lines of which a question keeps this one open."""
        del times
        return counted

    def sentences(self, line: Line) -> tuple[Any, ...]:
        del line
        return ()


def handed_on(lines: Sequence[Line], counted: Sequence[Line]) -> tuple[Fraction, Fraction]:
    """By what the lines with points are multiplied, as those that have nothing to judge hand theirs
    on; and what all of them are worth."""
    own = total([one.worth for one in counted if one.worth is not None and not one.extra])
    given = total(
        [
            one.worth
            for one in lines
            if one.absent is AbsentKind.REDISTRIBUTE
            and one.worth is not None
            and not one.extra
            and not one.outside
        ]
    )
    return ((own + given) / own if own else ONE), own + given


@kind("sum")
@dataclass(frozen=True, kw_only=True)
class Sum(Combining):
    """合计: the sum of the parts. Its points are theirs; `points`, where written, is checked."""

    points: Fraction | None = key(as_number(), None)
    children: tuple[Node, ...] = key(listed(read_node))

    def times(
        self, lines: Sequence[Line], counted: Sequence[Line], weights: dict[str, Fraction]
    ) -> tuple[dict[str, Fraction], Fraction | None]:
        del weights
        more, worth = handed_on(lines, counted)
        return {one.code: ONE if one.extra or one.worth is None else more for one in counted}, worth

    def worth(self) -> Fraction | None:
        worths = [part.worth() for part in self.children if not part.extra and not part.outside]
        known = [one for one in worths if one is not None]
        return total(known) if known else None

    def sentences(self, line: Line) -> tuple[Any, ...]:
        more = next((by for one, by in line.below if by not in (ZERO, ONE) and not one.extra), None)
        if more is None:
            return added_up(line)
        handed = said(
            mark(
                "Parts with nothing to judge hand their points on: the others count {times} times."
            ),
            times=shown(more),
        )
        return (*added_up(line), handed)

    def check(self, reader: Reader, path: Path) -> None:
        super().check(reader, path)
        found = self.worth()
        alike = len({(part.units, part.groups, part.applies) for part in self.children}) == 1
        if self.points is not None and alike and found != self.points:
            reader.fault(
                (path, "points"),
                mark("The parts come to {below} points, the whole to {points}. Make them agree."),
                below=shown(found or ZERO),
                points=shown(self.points),
            )


@kind("weigh")
@dataclass(frozen=True, kw_only=True)
class Weigh(Combining):
    """折算: the sum of the parts as a share of so many points: 100 points at 30% are 30."""

    share: Fraction | None = key(as_number(0), None)
    points: Fraction | None = key(as_number(0), None)
    out_of: Fraction | None = key(as_number(0), None)
    children: tuple[Node, ...] = key(listed(read_node))

    def by(self, whole: Fraction | None) -> Fraction:
        if self.share is not None:
            return self.share
        of = self.out_of if self.out_of is not None else whole
        if not of:
            raise Ask(mark("“{title}” has no full marks to convert from."), title=self.title)
        return (self.points or ZERO) / of

    def times(
        self, lines: Sequence[Line], counted: Sequence[Line], weights: dict[str, Fraction]
    ) -> tuple[dict[str, Fraction], Fraction | None]:
        del weights
        more, worth = handed_on(lines, counted)
        by = self.by(worth)
        return {
            one.code: by if one.extra or one.worth is None else more * by for one in counted
        }, worth * by

    def worth(self) -> Fraction | None:
        if self.points is not None:
            return self.points
        known = [one.worth() for one in self.children if not one.extra and not one.outside]
        return total([one for one in known if one is not None]) * (self.share or ONE)

    def sentences(self, line: Line) -> tuple[Any, ...]:
        by = next((times for one, times in line.below if times and not one.extra), None)
        if not by:
            return ()
        return (
            said(
                mark("{sum} × {share} = {points} points."),
                sum=shown(line.own / by),
                share=shown(by),
                points=shown(line.own),
            ),
        )

    def check(self, reader: Reader, path: Path) -> None:
        super().check(reader, path)
        if (self.share is None) == (self.points is None):
            reader.fault(
                path, mark("Write either share (such as 30%) or points (what the whole comes to).")
            )


@kind("mean")
@dataclass(frozen=True, kw_only=True)
class Mean(Combining):
    """平均: the mean of the parts that count, by their weights."""

    children: tuple[Node, ...] = key(listed(read_node))

    def times(
        self, lines: Sequence[Line], counted: Sequence[Line], weights: dict[str, Fraction]
    ) -> tuple[dict[str, Fraction], Fraction | None]:
        del lines
        whole = total([weights[one.code] for one in counted])
        if whole == 0:
            raise Ask(mark("“{title}”: the weights come to 0."), title=self.title)
        times = {one.code: weights[one.code] / whole for one in counted}
        worths = [(one.worth or ZERO) * times[one.code] for one in counted]
        return times, total(worths) if any(one.worth is not None for one in counted) else None

    def sentences(self, line: Line) -> tuple[Any, ...]:
        return added_up(line)

    def worth(self) -> Fraction | None:
        known = [(part.worth(), part.weight) for part in self.children if not part.outside]
        whole = total([weight for one, weight in known if one is not None])
        if not whole:
            return None
        return total([one * weight for one, weight in known if one is not None]) / whole


class Which(StrEnum):
    """Which of the parts counts."""

    HIGHEST = "highest"
    LOWEST = "lowest"


@kind("best")
@dataclass(frozen=True, kw_only=True)
class Best(Combining):
    """取高: the best of the parts (or the best `take`, or the lowest) alone."""

    take: int = key(as_natural(1, 100), 1)
    which: Which = key(choice(Which), Which.HIGHEST)
    children: tuple[Node, ...] = key(listed(read_node))

    def times(
        self, lines: Sequence[Line], counted: Sequence[Line], weights: dict[str, Fraction]
    ) -> tuple[dict[str, Fraction], Fraction | None]:
        del lines, weights
        sign = -1 if self.which is Which.HIGHEST else 1
        ordered = sorted(counted, key=lambda one: (sign * one.own, one.code))
        worths = sorted((one.worth or ZERO for one in counted), reverse=True)
        return {one.code: ONE for one in ordered[: self.take]}, total(worths[: self.take])

    def worth(self) -> Fraction | None:
        known = [part.worth() for part in self.children if not part.outside]
        worths = sorted((one for one in known if one is not None), reverse=True)
        return total(worths[: self.take]) if worths else None

    def sentences(self, line: Line) -> tuple[Any, ...]:
        chosen = [one.title for one, by in line.below if by]
        return (said(mark("Counted alone: {titles}."), titles=", ".join(chosen)),)
