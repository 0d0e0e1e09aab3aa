"""Inputs that are what people think: marks given by raters, votes cast."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import Any

from i18n import mark
from workflow.rules.assessment.exact import of_text, total
from workflow.rules.assessment.facts import UnitFacts
from workflow.rules.assessment.language.formula import Ask, Value
from workflow.rules.assessment.language.functions import mean, median
from workflow.rules.assessment.language.inputs import Input
from workflow.rules.assessment.language.reading import (
    Reader,
    as_number,
    as_text,
    choice,
    key,
    mapped,
)
from workflow.rules.assessment.language.world import World
from workflow.rules.faults import Path


class MissingGroup(StrEnum):
    """What happens where a group of raters gave nothing."""

    ASK = "ask"
    REDISTRIBUTE = "redistribute"
    ZERO = "zero"


def _weighed(
    name: str, found: Mapping[str, Fraction], groups: Mapping[str, Fraction], missing: MissingGroup
) -> Fraction | None:
    """The marks of groups of raters by the groups' weights."""
    if not found:
        return None
    absent = [group for group in groups if group not in found]
    strange = [group for group in found if group not in groups]
    if strange:
        raise Ask(
            mark("“{name}”: the scheme gives no weight to the group “{group}”."),
            name=name,
            group=strange[0],
        )
    if absent and missing is MissingGroup.ASK:
        raise Ask(
            mark("“{name}”: the group “{group}” has given nothing."), name=name, group=absent[0]
        )
    marks = total([found.get(group, Fraction(0)) * weight for group, weight in groups.items()])
    if missing is MissingGroup.REDISTRIBUTE:
        return marks / total([weight for group, weight in groups.items() if group in found])
    return marks


class Marks(StrEnum):
    """What the marks of raters come to."""

    MEAN = "mean"
    MEDIAN = "median"
    COUNT = "count"


@dataclass(frozen=True, kw_only=True)
class Trim:
    """How many marks are left out at each end: so many, or such a share, cut to whole ones."""

    highest: Fraction = key(as_number(0, 10), Fraction(0))
    lowest: Fraction = key(as_number(0, 10), Fraction(0))

    def of(self, marks: int) -> tuple[int, int]:
        """How many of the lowest and of the highest."""
        low, high = (int(one * marks if one < 1 else one) for one in (self.lowest, self.highest))
        return low, high


def as_trim(reader: Reader, value: Any, path: Path) -> Trim | None:
    """The same at both ends, or {highest: 2, lowest: 1}."""
    if not isinstance(value, dict):
        value = {"highest": value, "lowest": value}
    return reader.record(Trim, value, path)


@dataclass(frozen=True, kw_only=True)
class RatingsInput(Input):
    """Marks given by people: the mean (or the median, or how many they are: `take`), without so
    many of the highest and the lowest (`trim`: a number, a share such as 10%, or one for each end);
    groups of raters by weight.
    {ratings: 现场评议, trim: 1, groups: {市领导: 60%, 部门: 40%}}"""

    ratings: str = key(as_text)
    trim: Trim = key(as_trim, Trim())
    groups: Mapping[str, Fraction] = key(mapped(as_number(0)), None)
    missing: MissingGroup = key(choice(MissingGroup), MissingGroup.ASK)
    take: Marks = key(choice(Marks), Marks.MEAN)

    def _found(self, unit: UnitFacts) -> dict[str, list[Fraction]]:
        marks: dict[str, list[Fraction]] = {}
        for one in unit.data.get("ratings", ()):
            if one["name"] == self.ratings and one["marks"]:
                group = one.get("group", "") if self.groups else ""
                marks.setdefault(group, []).extend(of_text(mark) for mark in one["marks"])
        return marks

    def value(self, world: World, unit: UnitFacts) -> Value:
        found = self._found(unit)
        if self.take is Marks.COUNT:
            return Fraction(sum(len(marks) for marks in found.values()))
        means = {group: self._one(marks) for group, marks in found.items()}
        if not self.groups:
            return means.get("")
        return _weighed(self.ratings, means, self.groups, self.missing)

    def _one(self, marks: list[Fraction]) -> Fraction:
        lowest, highest = self.trim.of(len(marks))
        kept = sorted(marks)[lowest : len(marks) - highest]
        if not kept:
            raise Ask(
                mark(
                    "“{name}”: of {n} marks none is left without the {highest} highest and the "
                    "{lowest} lowest."
                ),
                name=self.ratings,
                n=str(len(marks)),
                highest=str(highest),
                lowest=str(lowest),
            )
        return median(kept) if self.take is Marks.MEDIAN else mean(kept)

    def proofs(self, unit: UnitFacts) -> Iterable[str]:
        return _proofs_of(unit, "ratings", self.ratings)


class Over(StrEnum):
    """Which ballots votes are divided by."""

    CAST = "cast"
    VALID = "valid"
    RETURNED = "returned"
    ISSUED = "issued"


@dataclass(frozen=True, kw_only=True)
class BallotsInput(Input):
    """Votes as a number: each word counts so much, divided by the ballots that were valid,
    returned, issued, or by the votes themselves (cast).
    {ballots: 满意度, votes: {满意: 1, 不满意: 0}, divided_by: valid}"""

    ballots: str = key(as_text)
    votes: Mapping[str, Fraction] = key(mapped(as_number()))
    divided_by: Over = key(choice(Over))
    groups: Mapping[str, Fraction] = key(mapped(as_number(0)), None)
    missing: MissingGroup = key(choice(MissingGroup), MissingGroup.ASK)

    def value(self, world: World, unit: UnitFacts) -> Value:
        cast: dict[str, list[Mapping[str, Any]]] = {}
        for one in unit.data.get("ballots", ()):
            if one["name"] == self.ballots:
                cast.setdefault(one.get("group", "") if self.groups else "", []).append(one)
        shares = {group: self._share(ballots) for group, ballots in cast.items()}
        if not self.groups:
            return shares.get("")
        return _weighed(self.ballots, shares, self.groups, self.missing)

    def _share(self, ballots: list[Mapping[str, Any]]) -> Fraction:
        points, cast = Fraction(0), 0
        for one in ballots:
            for word, votes in one["votes"].items():
                if word not in self.votes:
                    raise Ask(
                        mark("“{name}”: the scheme does not say what “{word}” counts."),
                        name=self.ballots,
                        word=word,
                    )
                points += self.votes[word] * votes
                cast += votes
        whole = cast
        if self.divided_by is not Over.CAST:
            counts = [one.get(self.divided_by.value) for one in ballots]
            if None in counts:
                raise Ask(
                    mark("“{name}”: it is not said how many ballots were {over}."),
                    name=self.ballots,
                    over=self.divided_by.value,
                )
            whole = sum(one for one in counts if one is not None)
        if whole == 0:
            raise Ask(mark("“{name}”: there are no ballots to divide by."), name=self.ballots)
        return points / whole

    def proofs(self, unit: UnitFacts) -> Iterable[str]:
        return _proofs_of(unit, "ballots", self.ballots)


def _proofs_of(unit: UnitFacts, sort: str, name: str) -> Iterable[str]:
    return (
        proof
        for one in unit.data.get(sort, ())
        if one["name"] == name
        for proof in one.get("evidence", ())
    )
