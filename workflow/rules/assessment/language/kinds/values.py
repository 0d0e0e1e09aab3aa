"""From a number to points: what all such rules have in common, for a unit or for its facts."""

from __future__ import annotations

from abc import abstractmethod
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from math import ceil
from typing import ClassVar

from i18n import mark
from workflow.rules.assessment.exact import percent, shown, total
from workflow.rules.assessment.facts import FactItem, UnitFacts
from workflow.rules.assessment.language.facts_fields import Sort, names_of
from workflow.rules.assessment.language.formula import Ask, Formula, Scope, Value
from workflow.rules.assessment.language.input_kinds import read_input
from workflow.rules.assessment.language.inputs import (
    FormulaInput,
    Input,
    MeasureInput,
    meets,
)
from workflow.rules.assessment.language.kinds.absence import Absentable
from workflow.rules.assessment.language.kinds.nodes import Absent, as_absent
from workflow.rules.assessment.language.lines import (
    ONE,
    ZERO,
    AbsentKind,
    Below,
    Line,
    Scored,
    asked,
)
from workflow.rules.assessment.language.reading import (
    Reader,
    Where,
    as_formula,
    as_number,
    choice,
    key,
)
from workflow.rules.assessment.language.world import FactScope, UnitScope, World
from workflow.rules.assessment.sentences import Sentence, said
from workflow.rules.faults import Path, missing_key


class Shared(StrEnum):
    """How the points go to facts: to each in equal parts, by the weight of task and role, by task
    first and then in equal parts, or all of them to each fact."""

    EQUAL = "equal"
    BY_WEIGHT = "by_weight"
    BY_TASK = "by_task"
    EACH = "each"


@dataclass(frozen=True, kw_only=True)
class ValueNode(Absentable):
    """A rule that makes points of one number; with `over`, of a number of each fact.

    `unreported` is to a fact what `absent` is to the node; `each_factor` multiplies the points of
    each fact (difficulty, role)."""

    NEEDS_VALUE: ClassVar[bool] = True

    points: Fraction | None = key(as_number(0), None)
    value: Input | None = key(read_input, None)
    over: Sort | None = key(choice(Sort), None)
    where: Where | None = key(lambda _reader, value, _path: value, None)
    shared: Shared = key(choice(Shared), Shared.EQUAL)
    unreported: Absent | None = key(as_absent, None)
    each_factor: Formula | None = key(as_formula, None)

    @abstractmethod
    def score(self, value: Value, scope: Scope, shows: Shows) -> Scored:
        """The points of a number. Raises Ask."""

    def full(self) -> Fraction | None:
        """The number from which on full marks are given, where there is one."""
        return None

    def falls(self) -> bool:
        """Whether a smaller number earns more."""
        return False

    def worth(self) -> Fraction | None:
        return self.points

    def own_formulas(self) -> Iterator[Formula]:
        """Formulas of the kind itself, over the same names as the value."""
        return iter(())

    def formulas(self) -> Iterator[Formula]:
        yield from super().formulas()
        if self.over is None:
            if isinstance(self.value, FormulaInput):
                yield self.value.formula
            yield from self.own_formulas()

    def fact_formulas(self) -> Iterator[Formula]:
        """What is looked up in the names of each fact."""
        if self.over is not None:
            if isinstance(self.value, FormulaInput):
                yield self.value.formula
            if self.each_factor is not None:
                yield self.each_factor
            yield from self.own_formulas()

    def event_kinds(self) -> tuple[str, ...]:
        return (self.where or {}).get("kind", ()) if self.over is Sort.EVENTS else ()

    def check(self, reader: Reader, path: Path) -> None:
        super().check(reader, path)
        if self.NEEDS_VALUE and self.value is None:
            reader.faults.append(missing_key(path, "value"))
        if self.over is None:
            for name, set_ in (
                ("where", self.where),
                ("unreported", self.unreported),
                ("each_factor", self.each_factor),
            ):
                if set_ is not None:
                    reader.fault(
                        (path, name),
                        mark("“{key}” needs “over”: which facts to go over."),
                        key=name,
                    )
            return
        if self.value is not None and not isinstance(self.value, FormulaInput):
            reader.fault(
                (path, "value"),
                mark("Over facts the value is a formula of their fields: {names}."),
                names=", ".join(sorted(names_of(self.over))),
            )

    # The work for one unit

    def work(self, world: World, unit: UnitFacts) -> Line:
        if self.over is not None:
            return self.over_facts(world, unit)
        line = self.line()
        value = self.value.value(world, unit) if self.value else None
        line.evidence = self.proofs(world, unit)
        if value is None:
            return self.without(line, world, unit, self.absent)
        shows = Shows(world.scheme.percents.get(self.code, False))
        line.own, why = self.score(value, UnitScope(world, unit), shows)
        line.why = (why,)
        line.needed = self.needed(line, value, shows, self.measured(unit))
        return line

    def proofs(self, world: World, unit: UnitFacts) -> tuple[str, ...]:
        if isinstance(self.value, FormulaInput):
            return world.proofs(self.value.formula, unit)
        return tuple(sorted(set(self.value.proofs(unit)))) if self.value else ()

    def measured(self, unit: UnitFacts) -> FactItem | None:
        """The measure whose share of its target is the number, where it is one."""
        source = self.value
        if isinstance(source, MeasureInput) and source.field == "attained":
            items = source.items(unit)
            return items[0] if len(items) == 1 else None
        return None

    def needed(
        self, line: Line, value: Value, shows: Shows, item: FactItem | None
    ) -> Sentence | None:
        """What it would take for full marks, where they are not reached."""
        full, worth = self.full(), line.worth
        if full is None or worth is None or line.own >= worth or not isinstance(value, Fraction):
            return None
        if item is not None and not self.falls():
            more = _more(item, full, self.goal())
            if more is not None:
                return said(
                    mark("{more}{unit} more would earn full marks."),
                    more=shown(more),
                    unit=item.words.get("unit", ""),
                )
        if self.falls():
            return said(
                mark("Full marks are earned at {full} or less; it is {value}."),
                full=shows(full),
                value=shows(value),
            )
        return said(
            mark("Full marks are earned from {full} on; it is {value}."),
            full=shows(full),
            value=shows(value),
        )

    def goal(self) -> str:
        """Which number of a measure the value is a share of."""
        one = self.value
        text = one.formula.text.strip() if isinstance(one, FormulaInput) else ""
        return "expected" if text in ("attained_path", "序时完成率") else "target"

    def known(self, world: World, unit: UnitFacts) -> bool:
        """Whether the facts say anything of it for a unit."""
        if self.over is None:
            return self.value is not None and self.value.value(world, unit) is not None
        items = unit.over(self.over)
        return any(not item.left_out and meets(self.where or {}, item) for item in items)

    # The work for each fact

    def over_facts(self, world: World, unit: UnitFacts) -> Line:
        """A line a fact, each with its part of the points."""
        line = self.line()
        items = [item for item in unit.over(self.over or "") if meets(self.where or {}, item)]
        lines = [self.of_fact(world, unit, item) for item in items]
        counted = [no for no, one in enumerate(lines) if one.absent is None]
        weights = self.weights(world, unit, [items[no] for no in counted])
        whole = total(weights)
        if not counted or whole == 0:
            line.below = tuple(Below(one, ZERO) for one in lines)
            return self.without(line, world, unit, self.absent)
        if self.shared is Shared.EACH:
            times = dict.fromkeys(counted, ONE)
            line.worth = None if self.points is None else self.points * len(counted)
        else:
            times = dict(zip(counted, _shares(weights, whole), strict=True))
        line.below = tuple(Below(one, times.get(no, ZERO)) for no, one in enumerate(lines))
        line.own = _weighed([(lines[no].own, by) for no, by in times.items()])
        line.asks = any(lines[no].asks for no in counted)
        line.why = (
            said(
                mark("{n} of {of} are judged: together {points} of {worth} points."),
                n=str(len(counted)),
                of=str(len(lines)),
                points=shown(line.own),
                worth="—" if line.worth is None else shown(line.worth),
            ),
        )
        return line

    def of_fact(self, world: World, unit: UnitFacts, item: FactItem) -> Line:
        line = Line(
            code=item.id,
            title=item.title,
            rule=self.RULE,
            clause=self.clause,
            worth=self.points,
            evidence=item.evidence,
            extra=self.extra,
            inputs=item.words,
        )
        if item.left_out:
            line.absent, line.why = AbsentKind.EXCLUDE, (said(item.left_out),)
            return line
        scope = FactScope(world, unit, item)
        try:
            value = self.value.formula(scope) if isinstance(self.value, FormulaInput) else None
            if value is None:
                return self.without(line, world, unit, self.unreported)
            shows = Shows(world.scheme.percents.get(self.code, False))
            line.own, why = self.score(value, scope, shows)
            line.why = (why,)
            measured = item if item.over == "measures" and shows.percent else None
            line.needed = self.needed(line, value, shows, measured)
            self.multiplied(line, scope)
        except Ask as question:
            line.put_question(asked(question))
        return line

    def multiplied(self, line: Line, scope: FactScope) -> None:
        if self.each_factor is None:
            return
        by = self.each_factor(scope)
        if not isinstance(by, Fraction):
            raise Ask(
                mark("The factor “{text}” of “{title}” is not known."),
                text=self.each_factor.text,
                title=line.title,
            )
        line.own *= by
        line.why += (
            said(
                mark("Times the factor {by}: {points} points."),
                by=shown(by),
                points=shown(line.own),
            ),
        )

    def weights(self, world: World, unit: UnitFacts, items: list[FactItem]) -> list[Fraction]:
        """What each fact weighs against the others."""
        if self.shared in (Shared.EQUAL, Shared.EACH):
            return [ONE] * len(items)
        of_task: dict[str, Fraction] = {}
        alike: dict[tuple[str, Decimal], Fraction] = {}
        for item in items:
            task = unit.tasks.get(item.task)
            if task is None:
                of_task[item.task] = ONE
                continue
            key = task.role, task.weight
            if key not in alike:
                role = world.scheme.roles.get(task.role, ZERO)
                alike[key] = role * Fraction(task.weight)
            of_task[item.task] = alike[key]
        if self.shared is Shared.BY_WEIGHT:
            return [of_task[item.task] for item in items]
        numbers = Counter(item.task for item in items)
        return [
            of_task[item.task] / numbers[item.task]
            if numbers[item.task] > 1
            else of_task[item.task]
            for item in items
        ]


def _shares(weights: Sequence[Fraction], whole: Fraction) -> Iterator[Fraction]:
    """Each weight as a share of the whole; alike weights are divided once."""
    known: dict[tuple[int, int], Fraction] = {}
    for one in weights:
        key = one.numerator, one.denominator
        if key not in known:
            known[key] = one / whole
        yield known[key]


def _weighed(parts: Iterable[tuple[Fraction, Fraction]]) -> Fraction:
    """The sum of numbers times their shares; those of alike shares are added up first."""
    alike: dict[tuple[int, int], tuple[Fraction, list[Fraction]]] = {}
    for own, by in parts:
        alike.setdefault((by.numerator, by.denominator), (by, []))[1].append(own)
    return total([total(numbers) * by for by, numbers in alike.values()])


@dataclass(frozen=True)
class Shows:
    """How the numbers of a rule are shown: as they are, or as percentages."""

    percent: bool

    def __call__(self, value: Value) -> str:
        if isinstance(value, Fraction):
            return percent(value) if self.percent else shown(value)
        return str(value)


def _more(item: FactItem, full: Fraction, goal: str) -> Fraction | None:
    """How much more a measure must reach; whole where it is counted in pieces."""
    numbers: Mapping[str, Fraction] = item.numbers
    if item.words.get("op") in ("<", "<=") or not {goal, "actual"} <= set(numbers):
        return None
    start = numbers.get("start", ZERO)
    more = start + full * (numbers[goal] - start) - numbers["actual"]
    if more <= 0:
        return None
    whole = numbers["actual"].denominator == 1 and numbers["target"].denominator == 1
    return Fraction(ceil(more)) if whole else more
