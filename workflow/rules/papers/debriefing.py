"""述职评议: what a unit promised for a year and kept or not, its shortcomings, the year to come.

At least a third of the report, by length, is about shortcomings; what is told of the rest is cut to
fit, and the whole list is attached. What the record does not hold is left to whoever reports.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from workflow.rules.papers.circular import Voice
from workflow.rules.progress.lights import NumberState

THIRD = 3


@dataclass(frozen=True)
class NumberPromise:
    """A number that was to be reached in the year."""

    code: str
    title: str
    state: NumberState
    kept: bool


@dataclass(frozen=True)
class DatedPromise:
    """A milestone, a deliverable or (with no `step`) a whole task that was due in the year."""

    code: str
    title: str
    step: str
    due: date
    done_on: date | None

    @property
    def kept(self) -> bool:
        return self.done_on is not None and self.done_on <= self.due


Promised = NumberPromise | DatedPromise


@dataclass(frozen=True)
class Trouble:
    """A task of the unit that is behind or at risk, with why, and what the unit itself said."""

    code: str
    title: str
    reason: str
    voice: Voice | None


@dataclass(frozen=True)
class Debriefing:
    """What a unit reports of a year in one plan, as known at the end of `day`. `next_year`: what it
    has promised for the year after; `plans`: its own words of what comes next."""

    unit: str
    plan: str
    year: int
    day: date
    promises: tuple[Promised, ...]
    troubles: tuple[Trouble, ...]
    on_time: int
    late: int
    missing: int
    returned: int
    next_year: tuple[Promised, ...]
    plans: tuple[Voice, ...]

    @property
    def kept(self) -> tuple[Promised, ...]:
        return tuple(one for one in self.promises if one.kept)

    @property
    def broken(self) -> tuple[Promised, ...]:
        return tuple(one for one in self.promises if not one.kept)


@dataclass(frozen=True)
class Fitted:
    """How many paragraphs of kept promises and of the year to come are told, and how many
    characters of shortcomings are still to be written for a third of the whole."""

    kept: int
    ahead: int
    lacking: int


def length(texts: Sequence[str]) -> int:
    """Characters without spaces."""
    return sum(len("".join(text.split())) for text in texts)


def fitted(
    fixed: Sequence[str], short: Sequence[str], kept: Sequence[str], ahead: Sequence[str]
) -> Fitted:
    """As much as leaves a third of all to the shortcomings: paragraphs are taken in turn from what
    was kept and what comes next, beside those that are `fixed`."""
    room = (THIRD - 1) * length(short) - length(fixed)
    counts = [0, 0]
    lists = (kept, ahead)
    turn = True
    while turn:
        turn = False
        for which, texts in enumerate(lists):
            if counts[which] < len(texts):
                need = length([texts[counts[which]]])
                if need <= room:
                    room -= need
                    counts[which] += 1
                    turn = True
    return Fitted(counts[0], counts[1], -(room // (THIRD - 1)) if room < 0 else 0)
