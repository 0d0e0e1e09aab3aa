"""What a rule comes to where nothing is known, as the scheme says; never a guess."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from fractions import Fraction

from i18n import mark
from workflow.rules.assessment.exact import shown, total
from workflow.rules.assessment.facts import UnitFacts
from workflow.rules.assessment.language.formula import Ask
from workflow.rules.assessment.language.kinds.nodes import Absent, Node
from workflow.rules.assessment.language.lines import ONE, ZERO, AbsentKind, Line
from workflow.rules.assessment.language.world import UnitScope, World
from workflow.rules.assessment.sentences import said

NOT_KNOWN = mark("Nothing is known of it: {points} points, as the scheme says.")
NOT_COUNTED = mark("There is nothing to judge; it does not count.")
HANDED_ON = mark("There is nothing to judge; its points go to the other parts, as the scheme says.")
MEAN_OF_OTHERS = mark("There is nothing to judge; it gets the mean of the others: {points} points.")
UNKNOWN = mark(
    "Nothing is known of “{title}”, and the scheme leaves it to a person what that means."
)


@dataclass(frozen=True, kw_only=True)
class Absentable(Node):
    """A rule of which the facts may say nothing for a unit."""

    @abstractmethod
    def known(self, world: World, unit: UnitFacts) -> bool:
        """Whether the facts say anything of it for a unit."""

    def without(self, line: Line, world: World, unit: UnitFacts, rule: Absent | None) -> Line:
        """The line where nothing is known, as the scheme says."""
        rule = rule or world.scheme.absent
        kind = rule.kind if rule else AbsentKind.ASK
        if kind is AbsentKind.ASK:
            line.put_question(said(UNKNOWN, title=line.title))
        elif kind in (AbsentKind.EXCLUDE, AbsentKind.REDISTRIBUTE):
            line.absent = kind
            line.why = (said(HANDED_ON if kind is AbsentKind.REDISTRIBUTE else NOT_COUNTED),)
        elif kind is AbsentKind.MEAN:
            self.mean_of_others(line, world, unit)
        else:
            line.own = fixed_points(rule, line, world, unit)
            line.why = (said(NOT_KNOWN, points=shown(line.own)),)
        return line

    def mean_of_others(self, line: Line, world: World, unit: UnitFacts) -> None:
        """The mean of what the compared units get, of those of which something is known."""
        others = [
            self.work(world, one)
            for one in world.compared(unit)
            if one.unit != unit.unit and self.known(world, one)
        ]
        found = [one.own for one in others if one.absent is None]
        if not found or any(one.asks for one in others):
            line.put_question(said(UNKNOWN, title=line.title))
            return
        rule = self.absent or world.scheme.absent
        line.own = total(found) / len(found) * (rule.share if rule else ONE)
        line.why = (said(MEAN_OF_OTHERS, points=shown(line.own)),)


def fixed_points(rule: Absent | None, line: Line, world: World, unit: UnitFacts) -> Fraction:
    """The points of a line of which nothing is known: none, all, or those that are fixed."""
    if rule is not None and rule.kind is AbsentKind.FULL:
        return line.worth or ZERO
    if rule is None or rule.points is None:
        return ZERO
    found = rule.points(UnitScope(world, unit))
    if isinstance(found, Fraction):
        return found
    raise Ask(
        mark("“{text}” cannot be worked out: something in it is not known."), text=rule.points.text
    )
