"""Number → points: per step, against a reference, by words, by formula."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cache

from i18n import mark
from workflow.rules.assessment.exact import shown
from workflow.rules.assessment.facts import UnitFacts
from workflow.rules.assessment.language.counting import Counted
from workflow.rules.assessment.language.formula import Ask, Formula, Run, Scope, Value
from workflow.rules.assessment.language.functions import REFERENCES, STATISTICS
from workflow.rules.assessment.language.input_kinds import read_input
from workflow.rules.assessment.language.inputs import FormulaInput, Input
from workflow.rules.assessment.language.kinds.curves import (
    Better,
    WithValue,
    number_of,
)
from workflow.rules.assessment.language.kinds.nodes import Node, constant, kind, read_node
from workflow.rules.assessment.language.kinds.values import Shows, ValueNode
from workflow.rules.assessment.language.lines import ONE, ZERO, Below, Line, Scored
from workflow.rules.assessment.language.reading import (
    Reader,
    as_formula,
    as_number,
    choice,
    key,
    listed,
    mapped,
)
from workflow.rules.assessment.language.world import FactScope, UnitScope, World
from workflow.rules.assessment.sentences import said
from workflow.rules.faults import Path


def reference(node: ValueNode, given: Formula, value: Value, scope: Scope) -> Fraction:
    """What the number of a rule is held against: best, mean … of the same number of the others, or
    a formula. Raises Ask where nobody knows it."""
    name = given.text.strip()
    if name not in REFERENCES:
        found = given(WithValue(scope, value))
    elif isinstance(node.value, FormulaInput):
        found = scope.statistic(STATISTICS[name], node.value.formula.run, None)
    else:
        found = scope.statistic(STATISTICS[name], _of_input(node.value), None)
    if not isinstance(found, Fraction):
        raise Ask(mark("“{text}” of “{title}” is not known."), text=name, title=node.title)
    return found


@cache
def _of_input(source: Input | None) -> Run:
    """What a statistic looks at where the value is no formula: the same input of the others."""

    def run(scope: Scope) -> Value:
        if source is None or not isinstance(scope, UnitScope):
            return None
        return source.value(scope.world, scope.unit)

    return run


def _looked_up(*given: Formula | None) -> Iterator[Formula]:
    """Those that are formulas, and no names of a reference."""
    return (one for one in given if one is not None and one.text.strip() not in REFERENCES)


@kind("steps")
@dataclass(frozen=True, kw_only=True)
class Steps(ValueNode):
    """每超1个…加…分: from `base` on (a formula, or the mean, the best … of the compared units), so
    many points for each `step` above or below; `start` at the base."""

    base: Formula = key(as_formula)
    step: Fraction = key(as_number())
    counted: Counted = key(choice(Counted))
    above: Fraction | None = key(as_number(), None)
    below: Fraction | None = key(as_number(), None)
    start: Fraction = key(as_number(), ZERO)

    def score(self, value: Value, scope: Scope, shows: Shows) -> Scored:
        x, base = number_of(value, self.title), reference(self, self.base, value, scope)
        over = x >= base
        each = (self.above if over else self.below) or ZERO
        steps = self.counted.of(abs(x - base) / self.step)
        points = self.start + steps * each
        message = (
            mark("{value} is {far} above {base}: {start} + {n} × {each} = {points} points.")
            if over
            else mark("{value} is {far} below {base}: {start} + {n} × {each} = {points} points.")
        )
        each_text = shown(each) if each >= 0 else f"({shown(each)})"
        return Scored(
            points,
            said(
                message,
                value=shows(x),
                far=shows(abs(x - base)),
                base=shows(base),
                start=shown(self.start),
                n=shown(steps),
                each=each_text,
                points=shown(points),
            ),
        )

    def worth(self) -> Fraction | None:
        if self.points is not None:
            return self.points
        if not any(each > 0 for each in (self.above, self.below) if each):
            return self.start if self.start > 0 else None
        return constant(self.at_most) if not self.extra else None

    def falls(self) -> bool:
        return (self.above or ZERO) < 0 or (self.below or ZERO) > 0

    def full(self) -> Fraction | None:
        base, worth = constant(self.base), self.worth()
        each = self.below if self.falls() else self.above
        if base is None or worth is None:
            return None
        if worth <= self.start or not each:
            return base
        steps = (worth - self.start) / each
        return base + self.step * (-steps if self.falls() else steps)

    def own_formulas(self) -> Iterator[Formula]:
        return _looked_up(self.base)

    def check(self, reader: Reader, path: Path) -> None:
        super().check(reader, path)
        if self.step <= 0:
            reader.fault(
                (path, "step"),
                mark("A step is larger than 0. Which way it counts is said by above and below."),
            )
        if self.above is None and self.below is None:
            reader.fault(path, mark("Write above or below: the points for each step."))


@kind("relative")
@dataclass(frozen=True, kw_only=True)
class Relative(ValueNode):
    """与最优、平均、上年比: the number against a reference (`to`: best, mean, lowest, median, the
    same of_all, or a formula). With `start` counting begins there, where `least` is given."""

    points: Fraction = key(as_number(0))
    to: Formula = key(as_formula)
    start: Formula | None = key(as_formula, None)
    least: Fraction = key(as_number(0), ZERO)
    cap: Fraction = key(as_number(0), ONE)
    better: Better = key(choice(Better), Better.HIGHER)

    def score(self, value: Value, scope: Scope, shows: Shows) -> Scored:
        x, to = number_of(value, self.title), reference(self, self.to, value, scope)
        low = ZERO if self.start is None else reference(self, self.start, value, scope)
        inverse = self.better is Better.LOWER and self.start is None
        above, whole = (to, x) if inverse else (x - low, to - low)
        if whole == 0:
            raise Ask(
                mark(
                    "{value} against {reference} divides by 0, and the scheme does not say "
                    "what that means."
                ),
                value=shows(x),
                reference=shows(to),
            )
        share = max(ZERO, min(above / whole, self.cap))
        points = self.least + (self.points - self.least) * share
        named = {
            "value": shows(x),
            "reference": shows(to),
            "low": shows(low),
            "worth": shown(self.points),
            "least": shown(self.least),
            "points": shown(points),
            "cap": shown(self.cap),
        }
        if above / whole != share:
            message = mark(
                "{value} against {reference} counts at most {cap} times and never below "
                "0: {points} points."
            )
        elif inverse:
            message = mark("{worth} × {reference} ÷ {value} = {points} points.")
        elif self.start is None and self.least == 0:
            message = mark("{worth} × {value} ÷ {reference} = {points} points.")
        else:
            message = mark(
                "{least} + ({worth} - {least}) × ({value} - {low}) ÷ ({reference} - "
                "{low}) = {points} points."
            )
        return Scored(points, said(message, **named))

    def worth(self) -> Fraction:
        return self.points

    def falls(self) -> bool:
        return self.better is Better.LOWER

    def own_formulas(self) -> Iterator[Formula]:
        return _looked_up(self.to, self.start)

    def check(self, reader: Reader, path: Path) -> None:
        super().check(reader, path)
        if self.least > self.points:
            reader.fault(
                (path, "least"),
                mark(
                    "The floor {least} lies above the cap {most}. "
                    "Write the smaller number as at_least."
                ),
                least=self.least,
                most=self.points,
            )


@kind("table")
@dataclass(frozen=True, kw_only=True)
class Table(ValueNode):
    """按等次: a share of the points for each word; a word that is not named is a question."""

    points: Fraction = key(as_number(0))
    shares: Mapping[str, Fraction] = key(mapped(as_number(0)))
    others: Fraction | None = key(as_number(0), None)

    def score(self, value: Value, scope: Scope, shows: Shows) -> Scored:
        word = _word(value)
        share = self.shares.get(word, self.others)
        if share is None:
            raise Ask(
                mark("“{title}” does not say what “{word}” earns."), title=self.title, word=word
            )
        points = self.points * share
        return Scored(
            points,
            said(
                mark("“{word}”: {worth} × {share} = {points} points."),
                word=word,
                worth=shown(self.points),
                share=shown(share),
                points=shown(points),
            ),
        )

    def worth(self) -> Fraction:
        return self.points


def _word(value: Value) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return shown(value) if isinstance(value, Fraction) else str(value)


@kind("formula")
@dataclass(frozen=True, kw_only=True)
class ByFormula(ValueNode):
    """按公式: the points are what the formula says; `points` names full marks where there are any.

    Nodes below it are shown, and used by their codes; they do not count by themselves.
    """

    value: Input = key(read_input)
    children: tuple[Node, ...] = key(listed(read_node), ())

    def score(self, value: Value, scope: Scope, shows: Shows) -> Scored:
        points = number_of(value, self.title)
        if not isinstance(self.value, FormulaInput):
            return Scored(
                points, said(mark("Taken as it is: {points} points."), points=shown(points))
            )
        seen: dict[str, Value] = {}
        self.value.formula(_watching(scope, seen))
        named = ", ".join(f"{name} = {_word(one)}" for name, one in sorted(seen.items()))
        if not named:
            return Scored(
                points,
                said(
                    mark("{formula} = {points} points."),
                    formula=self.value.formula.text,
                    points=shown(points),
                ),
            )
        return Scored(
            points,
            said(
                mark("{formula}, where {named}: {points} points."),
                formula=self.value.formula.text,
                named=named,
                points=shown(points),
            ),
        )

    def work(self, world: World, unit: UnitFacts) -> Line:
        line = super().work(world, unit)
        found = [world.line(part.code, unit) for part in self.children]
        line.below += tuple(Below(one, ZERO) for one in found if one is not None)
        if self.children and self.over is None and not line.asks and line.absent is None:
            of_itself = self.line(own=line.own, why=line.why, evidence=line.evidence)
            of_itself.code = f"{self.code}:points"
            line.below += (Below(of_itself, ONE),)
        return line

    def nested(self) -> tuple[Node, ...]:
        return self.children


def _watching(scope: Scope, seen: dict[str, Value]) -> Scope:
    """The same scope, noting what is looked at."""
    return replace(scope, seen=seen) if isinstance(scope, UnitScope | FactScope) else scope
