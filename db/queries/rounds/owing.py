"""Which assignments owe a report in a round: the conditions of whoever lays reports down, and of
whoever only counts them beforehand."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ColumnElement, and_, literal, or_, select
from sqlalchemy.orm import aliased

from db.models import Assignment, AssignmentState, SupportAsk, TaskState
from workflow.rules.assignments import AssignmentRole
from workflow.rules.reporting.policy import PlanPolicy
from workflow.rules.states import LIVE_ASSIGNMENTS, LIVE_TASKS
from workflow.rules.time.dates import end_of_day


def reports_to_office() -> ColumnElement[bool]:
    """Leads report to the office (each member of a group for itself), and who is jointly
    answerable; the others report to the lead that collects."""
    return or_(
        Assignment.role == AssignmentRole.JOINT,
        and_(
            Assignment.role == AssignmentRole.LEAD,
            or_(Assignment.collects, Assignment.from_group_id.is_not(None)),
        ),
    )


def owes_report(policy: PlanPolicy) -> ColumnElement[bool]:
    """Whether an assignment owes a report at all: to a lead only where the plan's policy or that
    lead asks for it."""
    if policy.supports_report:
        return literal(True)
    asked = (
        select(SupportAsk.id)
        .where(
            SupportAsk.task_id == Assignment.task_id,
            SupportAsk.unit_id == Assignment.unit_id,
            SupportAsk.open(),
        )
        .exists()
    )
    return or_(reports_to_office(), asked)


def live_in_round(due_on: date, zone: str) -> tuple[ColumnElement[bool], ...]:
    """Whether an assignment is in force, its task under way, and both were issued by the end of a
    local due date."""
    first = aliased(AssignmentState)
    over = end_of_day(due_on, zone)
    return (
        select(AssignmentState.id)
        .where(
            AssignmentState.assignment_id == Assignment.id,
            AssignmentState.open(),
            AssignmentState.state.in_(LIVE_ASSIGNMENTS),
        )
        .exists(),
        select(first.id)
        .where(
            first.assignment_id == Assignment.id,
            first.state.in_(LIVE_ASSIGNMENTS),
            first.known_from < over,
        )
        .exists(),
        select(TaskState.id)
        .where(
            TaskState.task_id == Assignment.task_id,
            TaskState.open(),
            TaskState.state.in_(LIVE_TASKS),
        )
        .exists(),
    )
