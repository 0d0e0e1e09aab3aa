"""What is owed to whom now: the two sets that reminders and the pages about silence are made of."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    CompoundSelect,
    Select,
    and_,
    case,
    false,
    func,
    literal,
    or_,
    select,
    true,
    union,
    union_all,
)
from sqlalchemy.orm import aliased

from db.models import (
    Assignment,
    AssignmentState,
    Clock,
    Cover,
    Person,
    ReminderPause,
    Report,
    ReportState,
    Role,
    Round,
    TaskState,
)
from workflow.rules.access.permissions import RoleName
from workflow.rules.reporting.ladder import ROLES_TOLD
from workflow.rules.states import LIVE_TASKS, UNFILED, AssignmentStateName, ReportStateName

_Rows = Select[*tuple[Any, ...]]
_OFFICE = (RoleName.REVIEWER, RoleName.ADMINISTRATOR)


def recipients(
    today: date,
    units: CompoundSelect[int] | None = None,
    people: Sequence[int] | None = None,
    places: Select[int] | None = None,
) -> CTE:
    """(role, unit_id, place_id, person_id) of the people who can be told on a local day,
    substitutes included. A city leader is never among them, whatever else they are.

    With `units` only who is of these, or holds a post of an office, of `places` where these are
    given; with `people` only these.
    """
    on_leave, lead = aliased(Cover), aliased(Role)
    held = and_(Role.valid_from <= today, today < Role.valid_to)
    told, office = Role.name.in_(ROLES_TOLD), Role.name.in_(_OFFICE)
    parts = [and_(held, told)]
    if units is not None:
        here = true() if places is None else Role.place_id.in_(places)
        parts = [and_(held, told, Role.unit_id.in_(units)), and_(held, office, here)]
    mine = true() if people is None else Role.person_id.in_(people)
    theirs = true() if people is None else on_leave.substitute_id.in_(people)
    own = [
        select(Role.name.label("role"), Role.unit_id, Role.place_id, Role.person_id).where(
            part, mine
        )
        for part in parts
    ]
    covered = [
        select(Role.name, Role.unit_id, Role.place_id, on_leave.substitute_id)
        .join(on_leave, on_leave.person_id == Role.person_id)
        .where(part, on_leave.valid_from <= today, today < on_leave.valid_to, theirs)
        for part in parts
    ]
    both = union(*own, *covered).subquery()
    leads = select(lead.id).where(
        lead.person_id == Person.id,
        lead.name == RoleName.LEADER,
        lead.valid_from <= today,
        today < lead.valid_to,
    )
    return (
        select(both.c.role, both.c.unit_id, both.c.place_id, both.c.person_id)
        .join(Person, Person.id == both.c.person_id)
        .where(
            Person.active,
            Person.email != "",
            Person.bounced_at.is_(None),
            ~leads.exists(),
        )
        .cte("recipient")
    )


def obligations(
    today: date,
    plan_ids: Sequence[int] | None = None,
    unit_ids: Sequence[int] | None = None,
    *,
    paused_too: bool = False,
) -> CTE:
    """Everything that somebody owes now, with its clock: reports, reviews, acknowledgements, of
    these plans and units or of all.

    What nobody is reminded of for now is left out (unless `paused_too`): of a plan that is paused
    everything, of a unit what it owes itself.
    A closed round asks for nothing that was never filed, unless its date was extended. A report
    that was returned counts towards the date of its answer: the office's time is not the unit's.
    """
    parts: list[tuple[_Rows, ColumnElement[bool], Any]] = [
        (_reports(today), ~_paused(Report, today), Report),
        (_reviews(), ~_paused(Report, today, whole=True), Report),
        (_acknowledgements(), ~_paused(Assignment, today), Assignment),
    ]
    chosen = [
        part.where(
            true() if paused_too else goes,
            true() if plan_ids is None else table.plan_id.in_(plan_ids),
            true() if unit_ids is None else table.unit_id.in_(unit_ids),
        )
        for part, goes, table in parts
    ]
    return union_all(*chosen).cte("owed")


def _paused(
    table: type[Assignment | Report], today: date, *, whole: bool = False
) -> ColumnElement[bool]:
    """Whether reminders of a row are paused; `whole`: only a pause of its whole plan counts."""
    of_unit = false() if whole else ReminderPause.unit_id == table.unit_id
    return (
        select(ReminderPause.id)
        .where(
            ReminderPause.plan_id == table.plan_id,
            ReminderPause.valid_from <= today,
            today < ReminderPause.valid_to,
            or_(ReminderPause.unit_id.is_(None), of_unit),
        )
        .exists()
    )


def _now(table: type[AssignmentState | ReportState | TaskState]) -> ColumnElement[str]:
    """The state of what an outer join found. Joined and asked for so, it is looked up row by row;
    an index of states would lead through all places at once, where a few plans are asked for."""
    return func.coalesce(table.state, "")


def _reports(today: date) -> _Rows:
    due = case(
        (
            and_(
                ReportState.state == ReportStateName.RETURNED, Report.answer_due_on > Clock.due_on
            ),
            Report.answer_due_on,
        ),
        else_=Clock.due_on,
    )
    extended = and_(Report.clock_id != Report.first_clock_id, Clock.due_on >= today)
    asked = or_(
        Round.closed_at.is_(None),
        ReportState.state.in_((ReportStateName.RETURNED, ReportStateName.SUBMITTED)),
        extended,
    )
    return (
        select(
            Report.plan_id,
            literal("report").label("subject"),
            Report.id.label("subject_id"),
            Report.task_id,
            Report.unit_id,
            Report.clock_id,
            Clock.kind,
            due.label("due_on"),
            ReportState.state,
            Round.period,
        )
        .join(Round, Round.id == Report.round_id)
        .join(Clock, Clock.id == Report.clock_id)
        .outerjoin(ReportState, and_(ReportState.report_id == Report.id, ReportState.open()))
        .where(_now(ReportState).in_({*UNFILED, ReportStateName.SUBMITTED}), asked)
    )


def _reviews() -> _Rows:
    return (
        select(
            Report.plan_id,
            literal("report"),
            Report.id,
            Report.task_id,
            Report.unit_id,
            Report.review_clock_id,
            Clock.kind,
            Clock.due_on,
            ReportState.state,
            Round.period,
        )
        .join(Round, Round.id == Report.round_id)
        .join(Clock, Clock.id == Report.review_clock_id)
        .outerjoin(ReportState, and_(ReportState.report_id == Report.id, ReportState.open()))
        .where(_now(ReportState) == ReportStateName.SIGNED_OFF)
    )


def _acknowledgements() -> _Rows:
    return (
        select(
            Assignment.plan_id,
            literal("assignment"),
            Assignment.id,
            Assignment.task_id,
            Assignment.unit_id,
            Assignment.clock_id,
            Clock.kind,
            Clock.due_on,
            AssignmentState.state,
            literal(""),
        )
        .join(Clock, Clock.id == Assignment.clock_id)
        .outerjoin(
            AssignmentState,
            and_(AssignmentState.assignment_id == Assignment.id, AssignmentState.open()),
        )
        .outerjoin(TaskState, and_(TaskState.task_id == Assignment.task_id, TaskState.open()))
        .where(
            Assignment.open(),
            _now(AssignmentState) == AssignmentStateName.ISSUED,
            # Nobody can acknowledge a task that is suspended, closed out or terminated.
            _now(TaskState).in_(LIVE_TASKS),
        )
    )
