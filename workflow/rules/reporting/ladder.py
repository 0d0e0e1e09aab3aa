"""When a clock reminds whom: the one source of every reminder's date.

A clock runs towards a due date; its ladder is a table of rungs, each so many workdays before or
after that date. `steps` lays the rungs out as dates; everything else (the planner's SQL, the pages,
the preview of tomorrow's mail) only compares those dates with today. A city leader is never on a
ladder: leaders read, they are not chased.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from pydantic import with_config
from typing_extensions import TypedDict

from i18n import mark
from workflow.rules.access.permissions import RoleName
from workflow.rules.refusals import Invalid
from workflow.rules.states import UNFILED, ReportStateName
from workflow.rules.time.calendar import Calendar


class ClockKind(StrEnum):
    """What a clock waits for."""

    ACKNOWLEDGE = "acknowledge"  # a unit says that it has the task
    SUPPORT = "support"  # a supporting unit reports to its lead
    REPORT = "report"  # a lead's report, signed off
    REVIEW = "review"  # the office's verdict


class Tone(StrEnum):
    """How a reminder speaks; the templates have one wording for each."""

    AHEAD = "ahead"
    TODAY = "today"
    LATE = "late"
    PHONE = "phone"  # the silent ones, with whom to phone
    ESCALATED = "escalated"


ROLES_TOLD = frozenset(
    {RoleName.LIAISON, RoleName.DEPUTY_HEAD, RoleName.REVIEWER, RoleName.ADMINISTRATOR}
)
"""Who may stand on a ladder: the roles of the owing unit and of the office, nobody above."""


@dataclass(frozen=True)
class Rung:
    """So many workdays after the due date (negative: before), these roles are told in this tone."""

    workdays: int
    audience: tuple[RoleName, ...]
    tone: Tone

    @property
    def code(self) -> str:
        """The rung's name in the ledger: T-5, T+0, T+3."""
        return f"T{self.workdays:+d}"


Ladder = tuple[Rung, ...]


@with_config(extra="forbid")
class LadderRow(TypedDict):
    """A rung as a plan's policy keeps it."""

    workdays: int
    audience: list[RoleName]
    tone: Tone


_UNIT = (RoleName.LIAISON, RoleName.DEPUTY_HEAD)

LADDERS: Mapping[ClockKind, Ladder] = {
    ClockKind.ACKNOWLEDGE: (
        Rung(-2, (RoleName.LIAISON,), Tone.AHEAD),
        Rung(0, (RoleName.LIAISON,), Tone.TODAY),
        Rung(1, _UNIT, Tone.LATE),
        Rung(3, (RoleName.DEPUTY_HEAD, RoleName.REVIEWER), Tone.PHONE),
    ),
    ClockKind.SUPPORT: (
        Rung(-2, (RoleName.LIAISON,), Tone.AHEAD),
        Rung(0, (RoleName.LIAISON,), Tone.TODAY),
        Rung(1, _UNIT, Tone.LATE),
    ),
    ClockKind.REPORT: (
        # Before the date a deputy head is told only of what awaits a signature.
        Rung(-5, _UNIT, Tone.AHEAD),
        Rung(-2, _UNIT, Tone.AHEAD),
        Rung(0, _UNIT, Tone.TODAY),
        Rung(1, _UNIT, Tone.LATE),
        Rung(3, (RoleName.DEPUTY_HEAD, RoleName.REVIEWER), Tone.PHONE),
        Rung(5, _UNIT, Tone.LATE),
        Rung(10, _UNIT, Tone.LATE),
        Rung(15, _UNIT, Tone.LATE),
        Rung(20, _UNIT, Tone.LATE),
        Rung(25, _UNIT, Tone.LATE),
    ),
    ClockKind.REVIEW: (
        Rung(-1, (RoleName.REVIEWER,), Tone.AHEAD),
        Rung(0, (RoleName.REVIEWER,), Tone.TODAY),
        Rung(2, (RoleName.REVIEWER, RoleName.ADMINISTRATOR), Tone.ESCALATED),
    ),
}
"""The ladders of a plan that has none of its own. After the fifth workday a report is asked for
once a week, four times; then it is a matter for people. A silent reviewer is escalated inside the
office."""


@dataclass(frozen=True)
class LadderStep:
    """A rung with its date. It is due on every day from `fire_on` (local date, a workday) on."""

    code: str
    fire_on: date
    audience: tuple[str, ...]
    tone: Tone
    overdue: bool
    workdays: int


def check(ladder: Sequence[Rung]) -> None:
    """Raises Invalid for a rung that tells nobody or a role that no ladder may tell, and for two
    rungs on one day."""
    for rung in ladder:
        if any(role in (RoleName.LEADER, "responsible_leader") for role in rung.audience):
            raise Invalid(
                mark("Step {code}: city leaders are never reminded by the system."), code=rung.code
            )
        if not rung.audience or not ROLES_TOLD.issuperset(rung.audience):
            raise Invalid(
                mark("Step {code}: {roles} cannot be reminded."),
                code=rung.code,
                roles=", ".join(rung.audience),
            )
        if not -60 <= rung.workdays <= 250:
            raise Invalid(mark("Step {code} lies too far from the due date."), code=rung.code)
    if len({rung.workdays for rung in ladder}) < len(ladder):
        raise Invalid(mark("Two steps of a reminder ladder fall on one day."))


def read_ladder(rows: Sequence[LadderRow]) -> Ladder:
    """A plan's own ladder from its policy. Raises Invalid as `check` does."""
    ladder = tuple(Rung(row["workdays"], tuple(row["audience"]), Tone(row["tone"])) for row in rows)
    check(ladder)
    return ladder


def steps(
    kind: ClockKind, due: date, calendar: Calendar, ladder: Sequence[Rung] | None = None
) -> tuple[LadderStep, ...]:
    """The dated steps of a clock in order of time; `ladder` where the plan has one of its own.

    Steps count from the last workday up to the due date, so the reminder of the last day never
    comes after it, and none falls on a free day. Raises Invalid as `check` does.
    """
    rungs = LADDERS[kind] if ladder is None else ladder
    check(rungs)
    last = calendar.last_workday(due)
    return tuple(
        LadderStep(
            code=rung.code,
            fire_on=calendar.add_workdays(last, rung.workdays),
            audience=rung.audience,
            tone=rung.tone,
            overdue=rung.workdays > 0,
            workdays=rung.workdays,
        )
        for rung in sorted(rungs, key=lambda rung: rung.workdays)
    )


_AWAITING_SIGN_OFF = frozenset({ReportStateName.SUBMITTED})
_AT_UNIT = UNFILED | _AWAITING_SIGN_OFF
_AWAITING_REVIEW = frozenset({ReportStateName.SIGNED_OFF})

AUDIENCE_STATES: Mapping[tuple[ClockKind, str, bool], frozenset[str]] = {
    # (clock, role, overdue): the states of a report of which that role is told
    (ClockKind.SUPPORT, RoleName.LIAISON, False): UNFILED,
    (ClockKind.SUPPORT, RoleName.LIAISON, True): UNFILED,
    (ClockKind.SUPPORT, RoleName.DEPUTY_HEAD, True): UNFILED,
    (ClockKind.SUPPORT, RoleName.REVIEWER, True): UNFILED,
    (ClockKind.REPORT, RoleName.LIAISON, False): UNFILED,
    (ClockKind.REPORT, RoleName.LIAISON, True): UNFILED,
    (ClockKind.REPORT, RoleName.DEPUTY_HEAD, False): _AWAITING_SIGN_OFF,
    (ClockKind.REPORT, RoleName.DEPUTY_HEAD, True): _AT_UNIT,
    (ClockKind.REPORT, RoleName.REVIEWER, True): _AT_UNIT,
    (ClockKind.REVIEW, RoleName.REVIEWER, False): _AWAITING_REVIEW,
    (ClockKind.REVIEW, RoleName.REVIEWER, True): _AWAITING_REVIEW,
    (ClockKind.REVIEW, RoleName.ADMINISTRATOR, True): _AWAITING_REVIEW,
}
"""Of which reports an audience is told; what is not in the table is told of none. A
supporting unit's report needs no sign-off: submitted, it lies with the lead. A clock to acknowledge
has no report: its audience is told while the assignment is not acknowledged."""
