"""The inputs of a scheme: every number that rules look at has a source in the facts.

An input gives nothing (None) where the facts do not say; what that means is up to the rule.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import Any

from i18n import mark
from workflow.rules.assessment.exact import of_text, total
from workflow.rules.assessment.facts import FactItem, UnitFacts
from workflow.rules.assessment.language.facts_fields import CHINESE, NUMBERS, Sort
from workflow.rules.assessment.language.formula import Ask, Formula, Value
from workflow.rules.assessment.language.functions import mean
from workflow.rules.assessment.language.reading import (
    Reader,
    Where,
    as_flag,
    as_formula,
    as_period,
    as_text,
    choice,
    key,
    listed,
)
from workflow.rules.assessment.language.world import FactScope, UnitScope, World
from workflow.rules.faults import Path, not_among
from workflow.rules.progress.quantities import powers_between

SHARES = frozenset({"attained", "attained_path", "growth", "share"})


class Take(StrEnum):
    """What several numbers come to."""

    SUM = "sum"
    MEAN = "mean"
    HIGHEST = "highest"
    LOWEST = "lowest"
    LAST = "last"


_TAKEN: Mapping[Take, Callable[[Sequence[Fraction]], Fraction]] = {
    Take.SUM: total,
    Take.MEAN: mean,
    Take.HIGHEST: max,
    Take.LOWEST: min,
    Take.LAST: lambda values: values[-1],
}


@dataclass(frozen=True, kw_only=True)
class Input(ABC):
    """A number or a word of a unit. `percent`: it is shown to people as a percentage."""

    percent: bool = key(as_flag, False)

    @abstractmethod
    def value(self, world: World, unit: UnitFacts) -> Value:
        """What it is for a unit. Raises Ask."""

    def proofs(self, unit: UnitFacts) -> Iterable[str]:
        """Where its evidence lies."""
        del unit
        return ()

    def names(self) -> frozenset[str]:
        """The names of the scheme that it looks at."""
        return frozenset()


@dataclass(frozen=True, kw_only=True)
class FormulaInput(Input):
    """Worked out from other names."""

    formula: Formula = key(as_formula)

    def value(self, world: World, unit: UnitFacts) -> Value:
        return self.formula(UnitScope(world, unit))

    def names(self) -> frozenset[str]:
        return self.formula.names


def in_unit(value: Fraction, of: str, wanted: str) -> Fraction:
    """The number counted in the unit that the scheme wants. Raises Ask where they do not fit."""
    if not wanted or not of or of == wanted:
        return value
    power = powers_between(of, wanted)
    if power is None:
        raise Ask(mark("The scheme counts in {wanted}, the facts in {of}."), wanted=wanted, of=of)
    return value * Fraction(10) ** power


def _last_year(period: str, unit: UnitFacts) -> str:
    return str(unit.as_of.year - 1) if period == "last_year" else period


@dataclass(frozen=True, kw_only=True)
class NumberInput(Input):
    """A number of the unit, of this year or of others: {number: 引才数, period: last_year}. Of
    several periods each must be known, or, with `known_only`, one."""

    number: str = key(as_text)
    unit: str = key(as_text, "")
    period: str = key(as_period, "")
    periods: tuple[str, ...] = key(listed(as_period), ())
    take: Take = key(choice(Take), Take.SUM)
    known_only: bool = key(as_flag, False)

    def value(self, world: World, unit: UnitFacts) -> Value:
        found = unit.data.get("numbers", {}).get(self.number)
        if not isinstance(found, dict):
            found = {"value": found}
        of = found.get("unit", "")
        said = found.get("periods", {})
        if self.periods:
            found_of = [said.get(_last_year(one, unit)) for one in self.periods]
            known = [one for one in found_of if one is not None]
            if not known or (len(known) < len(found_of) and not self.known_only):
                return None
            values = [in_unit(of_text(one), of, self.unit) for one in known]
            return _TAKEN[self.take](values)
        one = said.get(_last_year(self.period, unit)) if self.period else found.get("value")
        return None if one is None else in_unit(of_text(one), of, self.unit)

    def proofs(self, unit: UnitFacts) -> Iterable[str]:
        found = unit.data.get("numbers", {}).get(self.number)
        return found.get("evidence", ()) if isinstance(found, dict) else ()


@dataclass(frozen=True, kw_only=True)
class WordInput(Input):
    """A word of the unit: {word: 类别}."""

    word: str = key(as_text)

    def value(self, world: World, unit: UnitFacts) -> Value:
        found = unit.data.get("words", {}).get(self.word)
        return None if found is None else str(found)


def _measure_field(reader: Reader, value: Any, path: Path) -> str | None:
    name = CHINESE.get(value, value) if isinstance(value, str) else value
    if name in NUMBERS[Sort.MEASURES]:
        return str(name)
    reader.faults.append(not_among(path, value, sorted(NUMBERS[Sort.MEASURES])))
    return None


@dataclass(frozen=True, kw_only=True)
class MeasureInput(Input):
    """A field of the measure of that name: {measure: 新引进大学生, field: attained}. `value_of` is
    one of the measure's further numbers, `period` the same number at another time."""

    measure: str = key(as_text)
    field: str = key(_measure_field, "")
    value_of: str = key(as_text, "")
    period: str = key(as_period, "")
    unit: str = key(as_text, "")
    take: Take | None = key(choice(Take), None)

    def items(self, unit: UnitFacts) -> list[FactItem]:
        return [
            item
            for item in unit.over("measures")
            if self.measure in (item.title, item.id) and not item.left_out
        ]

    def value(self, world: World, unit: UnitFacts) -> Value:
        found = [self._one(world, unit, item) for item in self.items(unit)]
        values = [one for one in found if one is not None]
        if not values or len(values) < len(found):
            return None
        if len(values) > 1 and self.take is None:
            raise Ask(
                mark("{n} measures are called “{name}”, and the scheme does not say which counts."),
                n=str(len(values)),
                name=self.measure,
            )
        return values[0] if self.take is None else _TAKEN[self.take](values)

    def _one(self, world: World, unit: UnitFacts, item: FactItem) -> Fraction | None:
        if self.period:
            raw = _raw_measure(unit, item.id).get("periods", {}).get(_last_year(self.period, unit))
            value = None if raw is None else of_text(raw)
        else:
            looked = FactScope(world, unit, item).look(self.value_of or self.field or "actual")
            value = looked if isinstance(looked, Fraction) else None
        if value is None or self.field in SHARES:
            return value
        return in_unit(value, item.words.get("unit", ""), self.unit)

    def proofs(self, unit: UnitFacts) -> Iterable[str]:
        return (proof for item in self.items(unit) for proof in item.evidence)


def _raw_measure(unit: UnitFacts, name: str) -> Mapping[str, Any]:
    for task in unit.data.get("tasks", ()):
        for one in task.get("measures", ()):
            if one["id"] == name:
                found: Mapping[str, Any] = one
                return found
    return {}


class RankField(StrEnum):
    """The rank itself, how many were ranked, or the rank as a share of these."""

    RANK = "rank"
    OF = "of"
    SHARE = "share"


@dataclass(frozen=True, kw_only=True)
class RankInput(Input):
    """A rank that others have given: {rank: 全省人才工作考核}."""

    rank: str = key(as_text)
    field: RankField = key(choice(RankField), RankField.RANK)

    def _found(self, unit: UnitFacts) -> list[Mapping[str, Any]]:
        return [one for one in unit.data.get("ranks", ()) if one["name"] == self.rank]

    def value(self, world: World, unit: UnitFacts) -> Value:
        found = self._found(unit)
        if not found:
            return None
        if len(found) > 1:
            raise Ask(mark("{n} ranks are called “{name}”."), n=str(len(found)), name=self.rank)
        rank, of = Fraction(found[0]["rank"]), Fraction(found[0]["of"])
        return {RankField.RANK: rank, RankField.OF: of, RankField.SHARE: rank / of}[self.field]

    def proofs(self, unit: UnitFacts) -> Iterable[str]:
        return (proof for one in self._found(unit) for proof in one.get("evidence", ()))


class FactsTake(StrEnum):
    """What facts come to: how many, which share of them, or what a field of theirs comes to."""

    COUNT = "count"
    SHARE = "share"
    SUM = "sum"
    MEAN = "mean"
    HIGHEST = "highest"
    LOWEST = "lowest"


@dataclass(frozen=True, kw_only=True)
class FactsInput(Input):
    """Facts counted: {over: reports, counts: {word: [on_time]}, take: share}. For events, `count`
    adds up how often each happened. `when` and `counts_when` are to `where` and `counts` what a
    condition is to a word: {over: measures, when: 完成率 < 1}."""

    over: Sort = key(choice(Sort))
    where: Where = key(lambda _reader, value, _path: value, None)
    counts: Where = key(lambda _reader, value, _path: value, None)
    when: Formula | None = key(as_formula, None)
    counts_when: Formula | None = key(as_formula, None)
    take: FactsTake = key(choice(FactsTake), FactsTake.COUNT)
    field: str = key(as_text, "")

    def items(self, unit: UnitFacts) -> list[FactItem]:
        return [
            item
            for item in unit.over(self.over)
            if not item.left_out and meets(self.where or {}, item)
        ]

    def value(self, world: World, unit: UnitFacts) -> Value:
        every = [one for one in self.items(unit) if _holds(self.when, world, unit, one)]
        counted = [
            item
            for item in every
            if meets(self.counts or {}, item) and _holds(self.counts_when, world, unit, item)
        ]
        if self.take is FactsTake.COUNT:
            return total([item.numbers.get("count", Fraction(1)) for item in counted])
        if self.take is FactsTake.SHARE:
            return Fraction(len(counted), len(every)) if every else None
        found = [FactScope(world, unit, item).look(self.field) for item in counted]
        values = [one for one in found if isinstance(one, Fraction)]
        if self.take is FactsTake.SUM:
            return total(values)
        return _TAKEN[Take(self.take.value)](values) if values else None

    def proofs(self, unit: UnitFacts) -> Iterable[str]:
        return (proof for item in self.items(unit) for proof in item.evidence)


def _holds(condition: Formula | None, world: World, unit: UnitFacts, item: FactItem) -> bool:
    """Whether a fact meets a condition; what is not known of it does not."""
    return condition is None or condition(FactScope(world, unit, item)) is True


def meets(where: Where, item: FactItem) -> bool:
    """Whether a fact has one of the values that each named word may have."""
    return all(item.words.get(name) in values for name, values in where.items())
