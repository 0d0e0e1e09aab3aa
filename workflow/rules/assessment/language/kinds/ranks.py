"""Points by rank: from the top, from the bottom, or place by place."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import ClassVar

from i18n import mark
from workflow.rules.assessment.exact import shown, total
from workflow.rules.assessment.facts import UnitFacts
from workflow.rules.assessment.language.formula import Ask, Scope, Value
from workflow.rules.assessment.language.input_kinds import read_input
from workflow.rules.assessment.language.inputs import FormulaInput, Input, RankInput
from workflow.rules.assessment.language.kinds.nodes import kind
from workflow.rules.assessment.language.kinds.values import Shows, ValueNode
from workflow.rules.assessment.language.lines import ZERO, Line, Scored
from workflow.rules.assessment.language.reading import Reader, as_number, choice, key, listed
from workflow.rules.assessment.language.world import World
from workflow.rules.assessment.sentences import said
from workflow.rules.faults import Path


class Order(StrEnum):
    """Which number is first."""

    HIGHEST = "highest"
    LOWEST = "lowest"


class Ties(StrEnum):
    """What units of the same rank get: its points, the same with no place left out behind them
    (dense), the mean of the places that they take up, or a question."""

    SAME = "same"
    DENSE = "dense"
    MEAN = "mean"
    ASK = "ask"


@kind("rank")
@dataclass(frozen=True, kw_only=True)
class ByRank(ValueNode):
    """按排名: `value` ranks the compared units by a number, `place` is a rank that is known (of
    `among`). `top` and `bottom` list points from the first and from the last; `first` with `step`,
    or with `last`, goes down place by place; `others` get what is left."""

    NEEDS_VALUE: ClassVar[bool] = False

    place: Input | None = key(read_input, None)
    among: Input | None = key(read_input, None)
    order: Order = key(choice(Order), Order.HIGHEST)
    top: tuple[Fraction, ...] = key(listed(as_number()), ())
    bottom: tuple[Fraction, ...] = key(listed(as_number()), ())
    first: Fraction | None = key(as_number(), None)
    step: Fraction | None = key(as_number(0), None)
    last: Fraction | None = key(as_number(), None)
    others: Fraction | None = key(as_number(), None)
    ties: Ties = key(choice(Ties), Ties.SAME)

    def work(self, world: World, unit: UnitFacts) -> Line:
        if self.place is None:
            return super().work(world, unit)
        line = self.line()
        rank = self.place.value(world, unit)
        line.evidence = tuple(sorted(set(self.place.proofs(unit))))
        if isinstance(self.place, FormulaInput):
            line.evidence = world.proofs(self.place.formula, unit)
        if rank is None:
            return self.without(line, world, unit, self.absent)
        of = self.of_place(world, unit)
        if not (isinstance(rank, Fraction) and rank.denominator == 1 and 1 <= rank <= of):
            raise Ask(mark("“{rank}” is no rank among {n}."), rank=_text(rank), n=str(of))
        line.own = self.at(int(rank), of)
        line.why = (self.sentence(int(rank), of, line.own),)
        return line

    def of_place(self, world: World, unit: UnitFacts) -> int:
        """Among how many the known rank is."""
        found: Value = None
        if self.among is not None:
            found = self.among.value(world, unit)
        else:
            source = self.place
            if isinstance(source, FormulaInput):
                source = world.scheme.inputs.get(source.formula.text.strip())
            if isinstance(source, RankInput):
                found = RankInput(rank=source.rank, field="of").value(world, unit)  # type: ignore[arg-type]
        if not isinstance(found, Fraction) or found.denominator != 1:
            raise Ask(mark("“{title}” does not say among how many the rank is."), title=self.title)
        return int(found)

    def score(self, value: Value, scope: Scope, shows: Shows) -> Scored:
        values = self.spread(scope)
        better = [one for one in values if self.before(one, value)]
        same = sum(1 for one in values if one == value)
        if self.ties is Ties.DENSE:
            better, values = list(set(better)), list(set(values))
        rank, of = 1 + len(better), len(values)
        if same > 1 and self.ties is Ties.ASK:
            raise Ask(
                mark("{n} units share rank {rank} in “{title}”."),
                n=str(same),
                rank=str(rank),
                title=self.title,
            )
        if same > 1 and self.ties is Ties.MEAN:
            points = total([self.at(rank + no, of) for no in range(same)]) / same
        else:
            points = self.at(rank, of)
        return Scored(points, self.sentence(rank, of, points))

    def before(self, one: Fraction, value: Value) -> bool:
        if not isinstance(value, Fraction):
            raise Ask(mark("“{text}” is not a number here."), text=_text(value))
        return one > value if self.order is Order.HIGHEST else one < value

    def spread(self, scope: Scope) -> list[Fraction]:
        """The numbers of all compared units."""
        world, unit = scope.world, scope.unit  # type: ignore[attr-defined]
        found = (self.value.value(world, one) for one in world.compared(unit)) if self.value else ()
        return [one for one in found if isinstance(one, Fraction)]

    def sentence(self, rank: int, of: int, points: Fraction):  # type: ignore[no-untyped-def]
        return said(
            mark("Rank {rank} of {n}: {points} points."),
            rank=str(rank),
            n=str(of),
            points=shown(points),
        )

    def at(self, rank: int, of: int) -> Fraction:
        """The points of a rank. Raises Ask where the scheme does not say."""
        if self.first is not None:
            if self.last is not None:
                return (
                    self.first
                    if of == 1
                    else self.first + (self.last - self.first) * Fraction(rank - 1, of - 1)
                )
            return self.first - (self.step or ZERO) * (rank - 1)
        from_top = self.top[rank - 1] if rank <= len(self.top) else None
        from_last = of - rank
        from_bottom = self.bottom[from_last] if from_last < len(self.bottom) else None
        if from_top is not None and from_bottom is not None and from_top != from_bottom:
            raise Ask(
                mark("Rank {rank} of {n} is among the first and among the last of “{title}”."),
                rank=str(rank),
                n=str(of),
                title=self.title,
            )
        found = next((one for one in (from_top, from_bottom, self.others) if one is not None), None)
        if found is None:
            raise Ask(
                mark("“{title}” does not say what rank {rank} of {n} earns."),
                title=self.title,
                rank=str(rank),
                n=str(of),
            )
        return found

    def worth(self) -> Fraction | None:
        if self.points is not None:
            return self.points
        best = self.first if self.first is not None else max((*self.top, *self.bottom, ZERO))
        return best if best > 0 else None

    def check(self, reader: Reader, path: Path) -> None:
        super().check(reader, path)
        if (self.value is None) == (self.place is None):
            reader.fault(
                path,
                mark(
                    "Write either value (the number by which units are ranked) or "
                    "place (the rank itself)."
                ),
            )
        if self.over is not None:
            reader.fault((path, "over"), mark("Ranks are among units; leave out “over”."))
        by_list = bool(self.top or self.bottom)
        if by_list == (self.first is not None):
            reader.fault(
                path,
                mark(
                    "Write either top and bottom (points from the first and from the "
                    "last), or first with step or last."
                ),
            )
        if self.first is not None and (self.step is None) == (self.last is None):
            reader.fault(
                (path, "first"),
                mark(
                    "Beside first, write either step (points less for "
                    "each place) or last (points of the last)."
                ),
            )
        for name in ("top", "bottom"):
            points = list(getattr(self, name))
            if points != sorted(points, reverse=name == "top"):
                reader.fault(
                    (path, name),
                    mark(
                        "Here a better rank earns less. Write the points "
                        "from the first down, or from the last up."
                    ),
                )


def _text(value: Value) -> str:
    return shown(value) if isinstance(value, Fraction) else str(value)
