"""All units of an assessment as formulas see them: names looked up once, statistics among peers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING

from i18n import mark
from workflow.rules.assessment.facts import FactItem, Facts, UnitFacts
from workflow.rules.assessment.language.facts_fields import CHINESE
from workflow.rules.assessment.language.formula import Ask, Formula, Run, Value
from workflow.rules.assessment.language.functions import Statistic
from workflow.rules.assignments import AssignmentRole

if TYPE_CHECKING:
    from workflow.rules.assessment.language.lines import Line
    from workflow.rules.assessment.language.scheme import Language

OWN = {"单位类型": "kind", "分组": "group", "kind": "kind", "group": "group"}
"""Names that every unit has."""
TOTAL = ("总分", "total")
"""What conditions of grades call the whole."""


@dataclass
class World:
    """The scheme and the facts of all units. Everything is worked out once, when it is asked for;
    the order in which it is asked for changes nothing."""

    scheme: Language
    facts: Facts
    make: Callable[[World, str, UnitFacts], Line | None]
    values: dict[tuple[str, str], Value | Ask] = field(default_factory=dict)
    lines: dict[tuple[str, str], Line | None] = field(default_factory=dict)
    spread: dict[tuple[int, str], Sequence[Fraction]] = field(default_factory=dict)
    parts: dict[str, tuple[int, int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.groups = {unit.unit: self.scheme.group_of(unit) for unit in self.facts.units}
        self.peers: dict[str, list[UnitFacts]] = {}
        for unit in self.facts.units:
            if unit.unit not in self.scheme_leaves_out:
                self.peers.setdefault(self.groups[unit.unit], []).append(unit)

    @property
    def scheme_leaves_out(self) -> frozenset[str]:
        """The units that are not assessed by their kind or name."""
        return frozenset(
            unit.unit for unit in self.facts.units if self.scheme.left_out_plainly(unit)
        )

    def compared(self, unit: UnitFacts, everybody: bool = False) -> Sequence[UnitFacts]:
        """The units that the unit is compared with, itself among them."""
        if everybody:
            return [one for peers in self.peers.values() for one in peers]
        return self.peers.get(self.groups[unit.unit], ())

    def value(self, name: str, unit: UnitFacts) -> Value:
        """What a name of the scheme stands for. Raises Ask."""
        place = name, unit.unit
        if place not in self.values:
            try:
                self.values[place] = self._look(name, unit)
            except Ask as question:
                self.values[place] = question
        found = self.values[place]
        if isinstance(found, Ask):
            raise found
        return found

    def _look(self, name: str, unit: UnitFacts) -> Value:
        source = self.scheme.inputs.get(name)
        if source is not None:
            return source.value(self, unit)
        name = self.scheme.score.code if name in TOTAL else name
        if name in self.scheme.nodes:
            line = self.line(name, unit)
            if line is None:
                return None
            if line.asks:
                raise Ask(mark("“{name}” awaits an answer."), name=line.title)
            return None if line.absent else line.own
        if OWN.get(name) == "kind":
            return unit.kind
        return self.groups[unit.unit]

    def line(self, code: str, unit: UnitFacts) -> Line | None:
        """What a node of the scheme comes to; None where it does not concern the unit."""
        place = code, unit.unit
        if place not in self.lines:
            self.lines[place] = self.make(self, code, unit)
        return self.lines[place]

    def proofs(self, formula: Formula, unit: UnitFacts) -> tuple[str, ...]:
        """The evidence behind all that a formula looks at."""
        found: set[str] = set()
        for name in self.scheme.reach(formula.names):
            source = self.scheme.inputs.get(name)
            if source is not None:
                found.update(source.proofs(unit))
        return tuple(sorted(found))

    def units_with(self, task: str) -> tuple[int, int]:
        """How many units lead a task (or answer jointly), and how many support it."""
        if not self.parts:
            for unit in self.facts.units:
                for one in unit.tasks.values():
                    leads, supports = self.parts.get(one.code, (0, 0))
                    helps = one.role == AssignmentRole.SUPPORT
                    self.parts[one.code] = leads + (not helps), supports + helps
        return self.parts.get(task, (0, 0))


def of_statistic(of: Statistic, values: Sequence[Fraction], own: Value, text: str) -> Value:
    """A statistic of the values that are known; None where there are none."""
    if of.name == "count":
        return Fraction(len(values))
    if not values or (of.ranks and own is None):
        return None
    if not of.ranks:
        return of.run(values)
    if not isinstance(own, Fraction):
        raise Ask(mark("“{text}” is not a number here."), text=text)
    better = own.__lt__ if of.name == "rank" else own.__gt__
    return Fraction(1 + sum(1 for value in values if better(value)))


@dataclass(frozen=True)
class UnitScope:
    """What names stand for, for one unit. `seen` gathers what was looked at."""

    world: World
    unit: UnitFacts
    seen: dict[str, Value] | None = None

    def look(self, name: str) -> Value:
        value = self.world.value(name, self.unit)
        if self.seen is not None:
            self.seen[name] = value
        return value

    def statistic(self, of: Statistic, run: Run, own: Value) -> Value:
        whose = "" if of.everybody else self.world.groups[self.unit.unit]
        place = id(run), f"{of.everybody}:{whose}"
        if place not in self.world.spread:
            found = (
                run(UnitScope(self.world, one))
                for one in self.world.compared(self.unit, of.everybody)
            )
            self.world.spread[place] = [one for one in found if isinstance(one, Fraction)]
        return of_statistic(of, self.world.spread[place], own, of.name)


@dataclass(frozen=True)
class FactScope:
    """What names stand for, for one fact of a unit; other names mean what they mean for the unit.
    A statistic looks at the facts of the same name of the other units."""

    world: World
    unit: UnitFacts
    item: FactItem
    seen: dict[str, Value] | None = None

    def look(self, name: str) -> Value:
        value = self._look(name)
        if self.seen is not None:
            self.seen[name] = value
        return value

    def _look(self, name: str) -> Value:
        english = CHINESE.get(name, name)
        numbers = self.item.numbers
        if english in numbers:
            return numbers[english]
        if english == "path":
            return numbers.get("expected")
        if english in _DERIVED:
            return _DERIVED[english](numbers)
        if english in _OF_TASK:
            return _OF_TASK[english](self.world, self.unit, self.item.task)
        if english in self.item.words:
            return self.item.words[english]
        if name in self.world.scheme.names:
            return self.world.value(name, self.unit)
        return None

    def statistic(self, of: Statistic, run: Run, own: Value) -> Value:
        whose = "" if of.everybody else self.world.groups[self.unit.unit]
        place = id(run), f"{of.everybody}:{whose}:{self.item.title}"
        if place not in self.world.spread:
            found = (
                run(FactScope(self.world, one, item))
                for one in self.world.compared(self.unit, of.everybody)
                for item in one.over(self.item.over)
                if item.title == self.item.title and not item.left_out
            )
            self.world.spread[place] = [one for one in found if isinstance(one, Fraction)]
        return of_statistic(of, self.world.spread[place], own, of.name)


Numbers = Mapping[str, Fraction]


def _gap(numbers: Numbers) -> Fraction | None:
    if "target" not in numbers or "actual" not in numbers:
        return None
    return max(Fraction(0), numbers["target"] - numbers["actual"])


def _excess(numbers: Numbers) -> Fraction | None:
    if "target" not in numbers or "actual" not in numbers:
        return None
    return max(Fraction(0), numbers["actual"] - numbers["target"])


def _growth(numbers: Numbers) -> Fraction | None:
    if "last_year" not in numbers or "actual" not in numbers:
        return None
    if numbers["last_year"] == 0:
        raise Ask(mark("Last year's number is 0: growth against it cannot be worked out."))
    return (numbers["actual"] - numbers["last_year"]) / numbers["last_year"]


_DERIVED: Mapping[str, Callable[[Numbers], Fraction | None]] = {
    "gap": _gap,
    "excess": _excess,
    "growth": _growth,
    "start": lambda _numbers: Fraction(0),
}


def _task_number(name: str) -> Callable[[World, UnitFacts, str], Fraction | None]:
    def read(_world: World, unit: UnitFacts, code: str) -> Fraction | None:
        task = unit.tasks.get(code)
        value = None if task is None else getattr(task, name)
        return None if value is None else Fraction(value)

    return read


def _role_weight(world: World, unit: UnitFacts, code: str) -> Fraction | None:
    task = unit.tasks.get(code)
    return None if task is None else world.scheme.roles.get(task.role, Fraction(0))


_OF_TASK: Mapping[str, Callable[[World, UnitFacts, str], Fraction | None]] = {
    "weight": _task_number("weight"),
    "difficulty": _task_number("difficulty"),
    "share": _task_number("share"),
    "role_weight": _role_weight,
    "leads": lambda world, _unit, code: Fraction(world.units_with(code)[0]),
    "supports": lambda world, _unit, code: Fraction(world.units_with(code)[1]),
}
