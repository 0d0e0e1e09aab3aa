"""Points that do not follow from a number: given by people within a range, or fixed."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from i18n import mark
from workflow.rules.assessment.exact import shown
from workflow.rules.assessment.facts import UnitFacts
from workflow.rules.assessment.language.kinds.absence import Absentable
from workflow.rules.assessment.language.kinds.nodes import Node, kind
from workflow.rules.assessment.language.lines import ZERO, Line
from workflow.rules.assessment.language.reading import Reader, as_number, key
from workflow.rules.assessment.language.world import World
from workflow.rules.assessment.sentences import said
from workflow.rules.faults import Path


@kind("given")
@dataclass(frozen=True, kw_only=True)
class Given(Absentable):
    """由人评定: points that a person gives, from `least` to `points`, in steps of `step`. What lies
    outside or between is a question."""

    points: Fraction = key(as_number())
    least: Fraction = key(as_number(), ZERO)
    step: Fraction | None = key(as_number(0), None)

    def work(self, world: World, unit: UnitFacts) -> Line:
        line = self.line()
        given = unit.given.get(self.code)
        if given is None:
            return self.without(line, world, unit, self.absent)
        line.own, line.evidence = Fraction(given.points), given.evidence
        if not self.least <= line.own <= self.points:
            line.put_question(
                said(
                    mark("{points} points were given, but the scheme allows {least} to {most}."),
                    points=shown(Fraction(given.points)),
                    least=shown(self.least),
                    most=shown(self.points),
                )
            )
        elif self.step and (line.own - self.least) % self.step:
            line.put_question(
                said(
                    mark("{points} points were given, but the scheme counts in steps of {step}."),
                    points=shown(Fraction(given.points)),
                    step=shown(self.step),
                )
            )
        else:
            line.why = (
                said(
                    mark("{points} of at most {worth} points were given."),
                    points=shown(line.own),
                    worth=shown(self.points),
                ),
            )
        return line

    def known(self, world: World, unit: UnitFacts) -> bool:
        del world
        return self.code in unit.given

    def worth(self) -> Fraction | None:
        return self.points if self.points > 0 else None

    def check(self, reader: Reader, path: Path) -> None:
        super().check(reader, path)
        if self.least > self.points:
            reader.fault(
                (path, "least"),
                mark(
                    "The floor {least} lies above the cap {most}. Write "
                    "the smaller number as at_least."
                ),
                least=self.least,
                most=self.points,
            )
        if self.step is not None and self.step == 0:
            reader.fault(
                (path, "step"),
                mark("A step is larger than 0. Which way it counts is said by above and below."),
            )


@kind("fixed")
@dataclass(frozen=True, kw_only=True)
class Fixed(Node):
    """基础分: points that everybody begins with."""

    ENDS = False

    points: Fraction = key(as_number(0))

    def work(self, world: World, unit: UnitFacts) -> Line:
        del world, unit
        return self.line(
            own=self.points,
            why=(said(mark("{points} points to begin with."), points=shown(self.points)),),
        )

    def worth(self) -> Fraction | None:
        return self.points
