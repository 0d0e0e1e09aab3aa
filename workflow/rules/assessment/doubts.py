"""What a person has to look at before a year's numbers are final: flags, no judgements."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

from i18n import mark
from workflow.rules.assessment.sentences import Sentence, said
from workflow.rules.progress.paths import CAPS
from workflow.rules.progress.quantities import plain


class DoubtKind(StrEnum):
    """Why a number is to be looked at."""

    TARGET_LOWERED = "target_lowered"
    JUMPED = "jumped"
    AWAITING_REVIEW = "awaiting_review"


MESSAGES: Mapping[DoubtKind, str] = {
    DoubtKind.TARGET_LOWERED: mark(
        "The year's target was {before}{unit} in the middle of the year and is {after}{unit} now."
    ),
    DoubtKind.JUMPED: mark(
        "The last report alone raised it from {before}{unit} to {after}{unit}, more than twice "
        "as fast as its path."
    ),
    DoubtKind.AWAITING_REVIEW: mark(
        "A newer number, {after}{unit}, awaits the office's review and does not count yet."
    ),
}
BY_PEOPLE = frozenset({DoubtKind.TARGET_LOWERED, DoubtKind.JUMPED})
"""Doubts that a person clears by saying why it is in order; the review clears the other."""


@dataclass(frozen=True)
class Doubt:
    """A doubt about a measure of a unit; numbers as decimal text in the measure's unit."""

    measure_id: int
    metric: str
    kind: DoubtKind
    before: str
    after: str
    unit: str
    cleared: bool = False

    @property
    def sentence(self) -> Sentence:
        """The doubt in words."""
        return said(MESSAGES[self.kind], before=self.before, after=self.after, unit=self.unit)


def doubt_of(found: Mapping[str, Any]) -> Doubt:
    """A doubt as the record keeps it."""
    return Doubt(**{**found, "kind": DoubtKind(found["kind"])})


def target_lowered(op: str, before: Decimal | None, after: Decimal | None) -> bool:
    """Whether less is asked than was in the middle of the year; of a ceiling, more allowed."""
    if before is None or after is None:
        return False
    return after > before if op in CAPS else after < before


def jumped(op: str, before: Decimal, after: Decimal, way: Decimal, step: Decimal) -> bool:
    """Whether a number rose in its last report by more than twice what its path asked for in that
    time (`step`), and by a quarter of the year's whole way or more."""
    rise = after - before
    return op not in CAPS and way > 0 and rise > 2 * step and 4 * rise >= way


def told(number: Decimal | None) -> str:
    """A number of a doubt as text."""
    return "" if number is None else plain(number)
