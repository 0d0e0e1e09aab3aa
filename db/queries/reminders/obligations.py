"""What is owed to whom now: the two sets that reminders and the pages about silence are made of."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    Select,
    and_,
    case,
    literal,
    or_,
    select,
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
    Plan,
    Report,
    ReportState,
    Role,
    Round,
    TaskState,
)
from workflow.rules.access.permissions import RoleName
from workflow.rules.reporting.ladder import AUDIENCE_STATES, ROLES_TOLD, ClockKind
from workflow.rules.states import LIVE_TASKS, UNFILED

_Rows = Select[*tuple[Any, ...]]


def recipients(today: date) -> CTE:
    """(role, unit_id, person_id) of the people who can be told on a local day, substitutes
    included. A city leader is never among them, whatever else they are."""
    on_leave = aliased(Cover)
    held = (Role.valid_from <= today, today < Role.valid_to)
    leaders = select(Role.person_id).where(Role.name == RoleName.LEADER, *held)
    own = select(Role.name.label("role"), Role.unit_id, Role.person_id).where(*held)
    covered = (
        select(Role.name.label("role"), Role.unit_id, on_leave.substitute_id)
        .join(on_leave, on_leave.person_id == Role.person_id)
        .where(*held, on_leave.valid_from <= today, today < on_leave.valid_to)
    )
    both = union(own, covered).subquery()
    return (
        select(both.c.role, both.c.unit_id, both.c.person_id)
        .join(Person, Person.id == both.c.person_id)
        .where(
            both.c.role.in_(ROLES_TOLD),
            Person.active,
            Person.email != "",
            Person.bounced_at.is_(None),
            Person.id.not_in(leaders),
        )
        .cte("recipient")
    )


def obligations(today: date) -> CTE:
    """Everything that somebody owes now, with its clock: reports, reviews, acknowledgements.

    A closed round asks for nothing that was never filed, unless its date was extended. A report
    that was returned counts towards the date of its answer: the office's time is not the unit's.
    """
    parts = union_all(_reports(today), _reviews(), _acknowledgements())
    return parts.cte("owed")


def concerns(thing: CTE, person: CTE) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """Units are told of their own; the plan's office of all but its own unit's, which reviewers of
    other units look at: nobody reviews their own unit. Two conditions, never both true, so that
    the first can be joined by an index."""
    role, unit, office = person.c.role, person.c.unit_id, thing.c.office_unit_id
    own = and_(unit == thing.c.unit_id, role.in_((RoleName.LIAISON, RoleName.DEPUTY_HEAD)))
    others = and_(
        unit != thing.c.unit_id, or_(office.is_(None), office == thing.c.unit_id, unit == office)
    )
    reviewer = and_(role == RoleName.REVIEWER, or_(unit.is_(None), others))
    return own, or_(reviewer, role == RoleName.ADMINISTRATOR)


def tells(
    thing: CTE, role: ColumnElement[str], overdue: ColumnElement[bool]
) -> ColumnElement[bool]:
    """The table of the rules as a condition; who has not acknowledged is told of in any case."""
    rows = [
        and_(
            thing.c.kind == kind.value,
            role == told,
            overdue if late else ~overdue,
            thing.c.state.in_(states),
        )
        for (kind, told, late), states in AUDIENCE_STATES.items()
    ]
    return or_(thing.c.kind == ClockKind.ACKNOWLEDGE.value, *rows)


def _reports(today: date) -> _Rows:
    due = case(
        (
            and_(ReportState.state == "returned", Report.answer_due_on > Clock.due_on),
            Report.answer_due_on,
        ),
        else_=Clock.due_on,
    )
    extended = and_(Report.clock_id != Report.first_clock_id, Clock.due_on >= today)
    asked = or_(
        Round.closed_at.is_(None), ReportState.state.in_(("returned", "submitted")), extended
    )
    return (
        select(
            Report.plan_id,
            Plan.office_unit_id,
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
        .join(Plan, Plan.id == Report.plan_id)
        .join(Round, Round.id == Report.round_id)
        .join(Clock, Clock.id == Report.clock_id)
        .join(ReportState, ReportState.report_id == Report.id)
        .where(ReportState.open(), ReportState.state.in_({*UNFILED, "submitted"}), asked)
    )


def _reviews() -> _Rows:
    return (
        select(
            Report.plan_id,
            Plan.office_unit_id,
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
        .join(Plan, Plan.id == Report.plan_id)
        .join(Round, Round.id == Report.round_id)
        .join(Clock, Clock.id == Report.review_clock_id)
        .join(ReportState, ReportState.report_id == Report.id)
        .where(ReportState.open(), ReportState.state == "signed_off")
    )


def _acknowledgements() -> _Rows:
    return (
        select(
            Assignment.plan_id,
            Plan.office_unit_id,
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
        .join(Plan, Plan.id == Assignment.plan_id)
        .join(Clock, Clock.id == Assignment.clock_id)
        .join(AssignmentState, AssignmentState.assignment_id == Assignment.id)
        .join(TaskState, TaskState.task_id == Assignment.task_id)
        .where(
            Assignment.open(),
            AssignmentState.open(),
            AssignmentState.state == "issued",
            # Nobody can acknowledge a task that is suspended, closed out or terminated.
            TaskState.open(),
            TaskState.state.in_(LIVE_TASKS),
        )
    )
