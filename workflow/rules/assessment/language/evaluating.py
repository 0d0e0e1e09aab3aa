"""A node for a unit: whom it concerns, its own rule, then condition, factor, limits and rounding.

Where a limit, a factor or a rounding changes a node of several lines, a line of its own says by how
much, so that the lines add up exactly.
"""

from __future__ import annotations

from fractions import Fraction

from i18n import mark
from workflow.rules.assessment.exact import rounded, shown
from workflow.rules.assessment.facts import UnitFacts
from workflow.rules.assessment.language.formula import Ask, Formula
from workflow.rules.assessment.language.kinds.incidents import Incidents
from workflow.rules.assessment.language.kinds.nodes import Node
from workflow.rules.assessment.language.kinds.people import Given
from workflow.rules.assessment.language.lines import ONE, ZERO, Below, Line, asked
from workflow.rules.assessment.language.world import UnitScope, World
from workflow.rules.assessment.sentences import Sentence, said

CAPPED = mark("No more than {limit} points: {points} points.")
FLOORED = mark("No less than {limit} points: {points} points.")
TAKEN = mark("No more than {limit} points are taken: {points} points.")
TIMES = mark("Times the factor {by}: {points} points.")
TIMES_FOR = mark("{title}, times the factor {by}: {points} points.")
ROUNDED = {
    "half_up": mark("Rounded half up to {places} decimals: {points} points."),
    "half_even": mark("Rounded half to even to {places} decimals: {points} points."),
    "up": mark("Rounded up to {places} decimals: {points} points."),
    "down": mark("Cut off after {places} decimals: {points} points."),
}
NOT_MET = mark("The condition “{text}” is not met: no points.")
ANSWERED = mark("Decided by a person: {points} points.")


def make_line(world: World, code: str, unit: UnitFacts) -> Line | None:
    """What a node comes to for a unit; None where it does not concern it."""
    node = world.scheme.nodes[code]
    try:
        if not concerns(world, node, unit):
            return None
        line = node.work(world, unit)
        if line.absent is None and not line.question:
            _adjust(world, node, unit, line)
    except Ask as question:
        line = node.line()
        line.put_question(asked(question))
    if line.question is not None and not isinstance(node, Given):
        _answer(node, unit, line)
    return line


def concerns(world: World, node: Node, unit: UnitFacts) -> bool:
    """Whether the node exists for a unit. Raises Ask."""
    if node.units and unit.kind not in node.units:
        return False
    if node.groups and world.groups[unit.unit] not in node.groups:
        return False
    return node.applies is None or _decided(world, node.applies, unit)


def _answer(node: Node, unit: UnitFacts, line: Line) -> None:
    """What a person has decided where the scheme asked for it."""
    given = unit.given.get(node.code)
    if given is not None:
        line.question, line.asks = None, False
        line.own, line.below = Fraction(given.points), ()
        line.why = (said(ANSWERED, points=shown(line.own)),)
        line.evidence = tuple(sorted({*line.evidence, *given.evidence}))


def _decided(world: World, condition: Formula, unit: UnitFacts) -> bool:
    found = condition(UnitScope(world, unit))
    if isinstance(found, bool):
        return found
    raise Ask(
        mark("“{text}” cannot be decided: something in it is not known."), text=condition.text
    )


def _amount(world: World, formula: Formula, unit: UnitFacts) -> Fraction:
    found = formula(UnitScope(world, unit))
    if isinstance(found, Fraction):
        return found
    raise Ask(
        mark("“{text}” cannot be worked out: something in it is not known."), text=formula.text
    )


def _adjust(world: World, node: Node, unit: UnitFacts, line: Line) -> None:
    if node.when is not None and not _decided(world, node.when, unit):
        line.own, line.asks, line.needed = ZERO, False, None
        line.below = tuple(Below(one, ZERO) for one, _times in line.below)
        line.why = (*line.why, said(NOT_MET, text=node.when.text))
        return
    for factor in node.factor:
        if factor.when is None or _decided(world, factor.when, unit):
            by = _amount(world, factor.by, unit)
            points = line.own * by
            message = TIMES_FOR if factor.title else TIMES
            why = said(message, title=factor.title, by=shown(by), points=shown(points))
            _change(line, points, "factor", why)
    _limit(world, node, unit, line)
    if node.round is not None:
        points = rounded(line.own, node.round.places, node.round.rule)
        why = said(ROUNDED[node.round.rule], places=str(node.round.places), points=shown(points))
        _change(line, points, "rounding", why)


def _limit(world: World, node: Node, unit: UnitFacts, line: Line) -> None:
    most = None if node.at_most is None else _amount(world, node.at_most, unit)
    least = None if node.at_least is None else _amount(world, node.at_least, unit)
    taken = isinstance(node, Incidents) and node.SIGN < 0
    if taken:
        least, most = (None if most is None else -most), None
    if most is not None and line.own > most:
        _change(line, most, "limit", said(CAPPED, limit=shown(most), points=shown(most)))
    elif least is not None and line.own < least:
        message = TAKEN if taken else FLOORED
        limit = abs(least) if taken else least
        _change(line, least, "limit", said(message, limit=shown(limit), points=shown(least)))


def _change(line: Line, points: Fraction, what: str, why: Sentence) -> None:
    """Bring a line to other points: in itself, or by a line below it."""
    if points != line.own and line.below:
        code = f"{line.code}:{what}"
        before = sum(one.line.code.startswith(code) for one in line.below)
        code = f"{code}{before + 1}" if before else code
        change = Line(
            code=code,
            title=line.title,
            rule=what,
            clause=line.clause,
            own=points - line.own,
            why=(why,),
            extra=True,
        )
        line.below = (*line.below, Below(change, ONE))
    elif points != line.own:
        line.why = (*line.why, why)
    line.own = points
