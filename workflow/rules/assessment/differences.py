"""What two versions of an assessment differ in, unit by unit and part by part."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from workflow.rules.assessment.result import UnitResult


@dataclass(frozen=True)
class Difference:
    """What something was before and is after; None where there was or is nothing."""

    name: str
    before: Decimal | None
    after: Decimal | None


def of_unit(before: UnitResult, after: UnitResult) -> Iterator[Difference]:
    """The parts of a unit's score that changed, then its total."""
    old = {part.path: part for part in before.parts}
    new = {part.path: part for part in after.parts}
    for path in dict.fromkeys([*new, *old]):
        one, other = old.get(path), new.get(path)
        points = one.points if one else None, other.points if other else None
        if points[0] != points[1]:
            title = other.title if other else one.title if one else ""
            yield Difference(title, *points)
    if before.total != after.total:
        yield Difference("", before.total, after.total)


def of_all(
    before: Mapping[int, UnitResult], after: Mapping[int, UnitResult]
) -> Iterator[Difference]:
    """The totals that changed, unit by unit."""
    for unit_id, place in after.items():
        old = before.get(unit_id)
        if old is None or old.total != place.total:
            yield Difference(place.unit, old.total if old else None, place.total)
