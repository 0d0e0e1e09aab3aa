"""From points to a result: who is not assessed, vetoes, grades with conditions and quotas."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import Any

from i18n import mark
from workflow.rules.assessment.exact import RoundingRule, rounded
from workflow.rules.assessment.facts import UnitFacts
from workflow.rules.assessment.language.formula import Formula
from workflow.rules.assessment.language.kinds.bands import Band
from workflow.rules.assessment.language.reading import (
    Reader,
    as_code,
    as_formula,
    as_natural,
    as_number,
    as_text,
    choice,
    key,
    listed,
    mapped,
    part,
)
from workflow.rules.assessment.language.world import TOTAL
from workflow.rules.faults import Path

RANK = ("名次", "rank")
RANKED = ("参评数", "ranked")
OUTCOME_NAMES = frozenset({*TOTAL, *RANK, *RANKED})
"""Names that conditions of grades may use beside those of the scheme."""


@dataclass(frozen=True, kw_only=True)
class Group:
    """Units that are compared with one another: by kind, by name, or by a word of theirs."""

    code: str = key(as_code)
    title: str = key(as_text)
    kinds: tuple[str, ...] = key(listed(as_text), ())
    units: tuple[str, ...] = key(listed(as_text), ())
    words: Mapping[str, tuple[str, ...]] = key(mapped(listed(as_text)), None)

    def holds(self, unit: UnitFacts) -> bool:
        """Whether a unit is in the group."""
        if self.kinds and unit.kind not in self.kinds:
            return False
        if self.units and unit.name not in self.units and unit.unit not in self.units:
            return False
        said = unit.data.get("words", {})
        return all(said.get(name) in values for name, values in (self.words or {}).items())


@dataclass(frozen=True, kw_only=True)
class NotAssessed:
    """Units that are not assessed, and why: by kind, by name, or under a condition."""

    title: str = key(as_text)
    kinds: tuple[str, ...] = key(listed(as_text), ())
    units: tuple[str, ...] = key(listed(as_text), ())
    when: Formula | None = key(as_formula, None)

    def plainly(self, unit: UnitFacts) -> bool:
        """Whether a unit is left out by its kind or name alone."""
        return self.when is None and (
            unit.kind in self.kinds or unit.name in self.units or unit.unit in self.units
        )


class QuotaScope(StrEnum):
    """Within what a quota is counted."""

    GROUP = "group"
    ALL = "all"


class Edge(StrEnum):
    """What happens to equals at the edge of a quota."""

    ASK = "ask"
    IN = "in"
    OUT = "out"


@dataclass(frozen=True, kw_only=True)
class Quota:
    """No more than so many, or such a share of those assessed (优秀比例不超过30%); `by_group`: a
    share of its own for groups that have one, `counts`: a number. `least`: however few they are, so
    many may have it (不足1名的按1名)."""

    by_group: Mapping[str, Fraction] = key(mapped(as_number(0, 1), as_code), None)
    share: Fraction | None = key(as_number(0, 1), None)
    count: int | None = key(as_natural(0, 10_000), None)
    counts: Mapping[str, int] = key(mapped(as_natural(0, 10_000), as_code), None)
    least: int = key(as_natural(0, 10_000), 0)
    of: QuotaScope = key(choice(QuotaScope), QuotaScope.GROUP)
    rounding: RoundingRule = key(choice(RoundingRule), RoundingRule.DOWN)
    ties: Edge = key(choice(Edge), Edge.ASK)


@dataclass(frozen=True, kw_only=True)
class Grade:
    """A grade: from so many points, under conditions, for no more than its quota."""

    code: str = key(as_code)
    title: str = key(as_text)
    at_least: Fraction | None = key(as_number(), None)
    above: Fraction | None = key(as_number(), None)
    at_most: Fraction | None = key(as_number(), None)
    below: Fraction | None = key(as_number(), None)
    when: Formula | None = key(as_formula, None)
    quota: Quota | None = key(part(Quota), None)

    def band(self) -> Band:
        """The points that the grade asks for."""
        return Band(
            points=None,  # type: ignore[arg-type]
            at_least=self.at_least,
            above=self.above,
            at_most=self.at_most,
            below=self.below,
        )

    @property
    def open(self) -> bool:
        """Whether everybody may have it."""
        edges = (self.at_least, self.above, self.at_most, self.below)
        return self.when is None and self.quota is None and not any(e is not None for e in edges)


class Effect(StrEnum):
    """What a veto does: bars grades, sets a grade, lowers it by one, caps or clears the score,
    takes out of the ranking."""

    BAR = "bar"
    SET = "set"
    LOWER = "lower"
    CAP = "cap"
    ZERO = "zero"
    UNRANK = "unrank"


@dataclass(frozen=True, kw_only=True)
class Veto:
    """否决事项: events, or a condition, with what they do."""

    code: str = key(as_code)
    title: str = key(as_text)
    effect: Effect = key(choice(Effect))
    events: tuple[str, ...] = key(listed(as_text), ())
    when: Formula | None = key(as_formula, None)
    grades: tuple[str, ...] = key(listed(as_code), ())
    grade: str = key(as_code, "")
    points: Fraction | None = key(as_number(), None)
    clause: str = key(as_text, "")


class EqualRanks(StrEnum):
    """What equals in points and tie-breaks get: the same rank, the same with no rank left out after
    it (dense), or a question."""

    SAME = "same"
    DENSE = "dense"
    ASK = "ask"


def check_grades(reader: Reader, grades: tuple[Grade, ...], path: Path) -> None:
    """Grades go from the best down, without holes, and the last is for everybody."""
    lowest: tuple[Fraction, int] | None = None
    for no, grade in enumerate(grades):
        low, high = grade.band().edges()
        if lowest and high and high < lowest:
            reader.fault(
                (path, no),
                mark(
                    "Between this grade and the one above lie points without "
                    "a grade. Let the edges meet."
                ),
            )
        if low and lowest and low > lowest:
            reader.fault(
                (path, no),
                mark("Grades go from the best down: this one begins above the one before it."),
            )
        if low and high and low >= high:
            reader.fault(
                (path, no),
                mark(
                    "No number lies in this band. Write one lower edge "
                    "(at_least or above) under one upper edge (at_most or "
                    "below)."
                ),
            )
        if grade.quota and not _one_way(grade.quota):
            reader.fault(((path, no), "quota"), mark("A quota has either a share or a count."))
        lowest = low or lowest
        last = no == len(grades) - 1
        low_only = grade.when is None and grade.quota is None and low is None
        if last and not low_only:
            reader.fault(
                (path, no),
                mark(
                    "Who does not reach this last grade has none. Add a last "
                    "grade without conditions."
                ),
            )
        if not last and grade.open:
            reader.fault(
                (path, no),
                mark(
                    "Everybody reaches this grade: nobody gets one of those "
                    "below it. Write what it takes."
                ),
            )


def _one_way(quota: Quota) -> bool:
    given = (
        quota.share is not None or bool(quota.by_group),
        quota.count is not None or bool(quota.counts),
    )
    of_groups = bool(quota.by_group or quota.counts)
    return given.count(True) == 1 and not (of_groups and quota.of is QuotaScope.ALL)


def places_of(quota: Quota, group: str, whole: int) -> int | None:
    """How many of `whole` may have it; None where nothing is said for the group."""
    if quota.counts:
        return quota.counts.get(group, quota.count)
    if quota.count is not None:
        return quota.count
    share = (quota.by_group or {}).get(group, quota.share)
    if share is None:
        return None
    return max(quota.least, int(rounded(share * whole, 0, quota.rounding)))


def check_vetoes(
    reader: Reader, vetoes: tuple[Veto, ...], grades: frozenset[str], path: Path
) -> None:
    """Each veto says what sets it off and what it does."""
    for no, veto in enumerate(vetoes):
        place = (path, no)
        if bool(veto.events) == (veto.when is not None):
            reader.fault(place, mark("Write either events or when: what sets the veto off."))
        if (veto.effect is Effect.BAR) != bool(veto.grades):
            reader.fault(
                place, mark("A veto that bars names the grades that it bars; no other does.")
            )
        if (veto.effect is Effect.SET) != bool(veto.grade):
            reader.fault(place, mark("A veto that sets a grade names it as grade; no other does."))
        if (veto.effect is Effect.CAP) != (veto.points is not None):
            reader.fault(place, mark("A veto that caps names the points; no other does."))
        for name in (*veto.grades, *([veto.grade] if veto.grade else [])):
            if name not in grades:
                reader.fault(
                    place,
                    mark("There is no grade “{name}”. There are: {names}."),
                    name=name,
                    names=", ".join(sorted(grades)),
                )


def formulas(
    grades: tuple[Grade, ...], vetoes: tuple[Veto, ...], left_out: tuple[NotAssessed, ...]
) -> Iterator[tuple[Any, Formula, bool]]:
    """The conditions of the outcome with their places, and whether they know total and rank."""
    for no, grade in enumerate(grades):
        if grade.when is not None:
            yield (((None, "grades"), no), "when"), grade.when, True
    for no, veto in enumerate(vetoes):
        if veto.when is not None:
            yield (((None, "vetoes"), no), "when"), veto.when, False
    for no, one in enumerate(left_out):
        if one.when is not None:
            yield (((None, "not_assessed"), no), "when"), one.when, False
