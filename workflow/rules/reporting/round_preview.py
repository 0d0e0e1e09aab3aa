"""What reminders a round would bring, day by day, were nothing to move in it.

A pure function of policy, dates, calendar, what is owed and by whom people are told. It reads the
same steps and the same table of audiences as the planner; a test holds both against each other.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from workflow.rules.reporting.ladder import (
    AUDIENCE_STATES,
    ClockKind,
    LadderStep,
    read_ladder,
    steps,
)
from workflow.rules.reporting.policy import PlanPolicy, RoundDates
from workflow.rules.time.calendar import Calendar

_DAY = timedelta(days=1)
WEEK = timedelta(days=7)
"""In which the mails of the cap are counted, the day itself included."""
People = Mapping[tuple[int, str], frozenset[int]]
"""Who is told of a unit in a role: (unit, role) → people."""


class Standstill(StrEnum):
    """The state in which all reports of the round stay."""

    UNFILED = "due"
    UNSIGNED = "submitted"
    UNREVIEWED = "signed_off"  # from the due date on


@dataclass(frozen=True)
class OwedByUnit:
    """So many reports that a unit owes in a round; `kind` is the clock that runs for them."""

    kind: ClockKind
    unit_id: int
    reports: int


@dataclass(frozen=True)
class StepTold:
    """One step on one local day: in which role whom it tells, of how many reports."""

    day: date
    kind: ClockKind
    step: LadderStep
    role: str
    reports: int
    people: frozenset[int]


def round_preview(
    policy: PlanPolicy,
    dates: RoundDates,
    state: Standstill,
    owed: Sequence[OwedByUnit],
    people: People,
    calendar: Calendar,
) -> tuple[StepTold, ...]:
    """The reminders of a round in order of time. Whoever has no mail on a day because of the cap of
    a week is told on the first day on which one may go again. Raises Invalid for a ladder that is
    wrong."""
    clocks = _clocks(policy, dates, state, owed, calendar)
    ends = max((laid[-1].fire_on for _one, _due, laid in clocks), default=dates.opens_on) + WEEK
    first, last = dates.opens_on, min(ends, dates.closes_on)
    if state is Standstill.UNSIGNED:
        last = ends  # a round that closed still asks for what lies at the unit
    elif state is Standstill.UNREVIEWED:
        first, last = dates.due_on + _DAY, ends
    told: set[tuple[OwedByUnit, LadderStep, str, int]] = set()
    mailed: dict[int, list[date]] = defaultdict(list)
    found: list[StepTold] = []
    for day in _workdays(first, last, calendar):
        full = {
            person
            for person, days in mailed.items()
            if sum(day - one < WEEK for one in days) >= policy.mails_a_week
        }
        today: dict[tuple[ClockKind, LadderStep, str], tuple[int, set[int]]] = {}
        for one, step, role in _due(clocks, state, day):
            new = {
                person
                for person in people.get((one.unit_id, role), frozenset()) - full
                if (one, step, role, person) not in told
            }
            told |= {(one, step, role, person) for person in new}
            if new:
                reports, persons = today.get((one.kind, step, role), (0, set()))
                today[one.kind, step, role] = reports + one.reports, persons | new
        for person in set[int]().union(*(persons for _n, persons in today.values())):
            mailed[person].append(day)
        found += [
            StepTold(day, kind, step, role, n, frozenset(persons))
            for (kind, step, role), (n, persons) in today.items()
        ]
    return tuple(found)


_Clock = tuple[OwedByUnit, date, tuple[LadderStep, ...]]


def _clocks(
    policy: PlanPolicy,
    dates: RoundDates,
    state: Standstill,
    owed: Sequence[OwedByUnit],
    calendar: Calendar,
) -> list[_Clock]:
    """What is owed, with the date and the steps of its clock, where it has any."""
    due = {
        ClockKind.SUPPORT: dates.supports_due_on,
        ClockKind.REPORT: dates.due_on,
        ClockKind.REVIEW: dates.review_due_on,
    }
    laid = {}
    for kind, day in due.items():
        own = policy.ladders.get(kind)
        laid[kind] = steps(kind, day, calendar, None if own is None else read_ladder(own))
    found = []
    for one in owed:
        if state is Standstill.UNREVIEWED and one.kind == ClockKind.REPORT:
            one = OwedByUnit(ClockKind.REVIEW, one.unit_id, one.reports)  # noqa: PLW2901
        if laid[one.kind]:
            found.append((one, due[one.kind], laid[one.kind]))
    return found


def _due(
    clocks: Sequence[_Clock], state: Standstill, day: date
) -> Iterator[tuple[OwedByUnit, LadderStep, str]]:
    """The latest step that each clock has come to, once for each role that it tells."""
    for one, due, laid in clocks:
        reached = [step for step in laid if step.fire_on <= day]
        for step in reached:
            if step.fire_on != reached[-1].fire_on or (step.overdue and due >= day):
                continue
            for role in step.audience:
                if state.value in AUDIENCE_STATES.get((one.kind, role, step.overdue), ()):
                    yield one, step, role


def _workdays(first: date, last: date, calendar: Calendar) -> Iterator[date]:
    while first <= last:
        if calendar.is_workday(first):
            yield first
        first += _DAY
