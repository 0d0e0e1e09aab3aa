"""What follows when units join or leave a group or are merged: counted before it is done."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select, true
from sqlalchemy.orm import Session, aliased

from db.models import (
    Assignment,
    AssignmentState,
    GroupAssignment,
    Membership,
    Person,
    Plan,
    Report,
    ReportState,
    Role,
    Task,
    TaskState,
    TaskVersion,
    Unit,
    UnitGroup,
)
from db.queries.scope import visible_to
from workflow.rules.access.permissions import Actor
from workflow.rules.assignments import AssignmentRole
from workflow.rules.states import LIVE_TASKS, UNFILED, AssignmentStateName, TaskStateName

GOES_ON = LIVE_TASKS | {TaskStateName.DRAFTED, TaskStateName.CONSULTED, TaskStateName.SUSPENDED}
"""States of a task whose assignments a merged unit's successor takes over."""


@dataclass(frozen=True)
class Leaving:
    """What a unit would lay down with a group: assignments, and reports that it has not filed."""

    tasks: int
    unfiled: int


@dataclass(frozen=True)
class Merging:
    """What a merger would move: assignments as lead (or jointly) and as support; of them those in
    which the successor has a part already (`shared`). `unfiled`: reports that would be waived."""

    leads: int
    supports: int
    shared: int
    unfiled: int
    groups: int
    people: int


@dataclass(frozen=True)
class ProposedAssignment:
    """An assignment proposed in a plan in force, to be issued or let go. `group`: where it came
    from one; `since`: the instant of the proposal."""

    assignment_id: int
    plan_id: int
    plan: str
    task_id: int
    code: str
    title: str
    unit_id: int
    unit: str
    role: str
    group: str | None
    since: datetime


def joining(session: Session, actor: Actor, group_id: int, unit_id: int) -> int:
    """How many tasks in force a unit would be proposed as a new member of a group."""
    has_part = (
        select(Assignment.id)
        .where(
            Assignment.task_id == GroupAssignment.task_id,
            Assignment.unit_id == unit_id,
            Assignment.open(),
        )
        .exists()
    )
    return session.scalar(
        select(func.count(GroupAssignment.id))
        .join(UnitGroup, UnitGroup.id == GroupAssignment.group_id)
        .join(Plan, Plan.id == GroupAssignment.plan_id)
        .join(TaskState, TaskState.task_id == GroupAssignment.task_id)
        .where(
            GroupAssignment.group_id == group_id,
            GroupAssignment.open(),
            UnitGroup.policy == "expand",
            Plan.issued_at.is_not(None),
            TaskState.open(),
            TaskState.state.in_(LIVE_TASKS),
            visible_to(actor, Plan),
            ~has_part,
        )
    ) or 0  # fmt: skip


def leaving(session: Session, actor: Actor, group_id: int, unit_id: int) -> Leaving:
    """What a member of a group would lay down by leaving it."""
    mine = (
        Assignment.from_group_id == group_id,
        Assignment.unit_id == unit_id,
        Assignment.open(),
        visible_to(actor, Assignment),
    )
    tasks = session.scalar(select(func.count(Assignment.id)).where(*mine))
    return Leaving(tasks or 0, _unfiled(session, mine))


def merging(
    session: Session, actor: Actor, unit_id: int, successor_id: int, today: date
) -> Merging:
    """What a successor would take over from a unit on a local day."""
    other = aliased(Assignment)
    shared = (
        select(other.id)
        .where(other.task_id == Assignment.task_id, other.unit_id == successor_id, other.open())
        .exists()
    )
    goes_on = (
        select(TaskState.id)
        .where(
            TaskState.task_id == Assignment.task_id, TaskState.open(), TaskState.state.in_(GOES_ON)
        )
        .exists()
    )
    mine = (
        Assignment.unit_id == unit_id, Assignment.open(), goes_on, visible_to(actor, Assignment),
    )  # fmt: skip
    leads, supports, both = session.execute(
        select(
            func.count().filter(Assignment.role != AssignmentRole.SUPPORT),
            func.count().filter(Assignment.role == AssignmentRole.SUPPORT),
            func.count().filter(shared),
        ).where(*mine)
    ).one()
    groups = session.scalar(
        select(func.count(Membership.id)).where(
            Membership.unit_id == unit_id, Membership.valid_to > today
        )
    )
    people = session.scalar(
        select(func.count(Role.person_id.distinct()))
        .join(Person, Person.id == Role.person_id)
        .where(Role.unit_id == unit_id, Role.valid_to > today, Person.active)
    )
    return Merging(leads, supports, both, _unfiled(session, mine), groups or 0, people or 0)


def proposals(
    session: Session, actor: Actor, plan_id: int | None = None
) -> list[ProposedAssignment]:
    """What was proposed in a plan (or all) since it is in force, by unit and task."""
    rows: Iterable[Any] = session.execute(
        select(
            Assignment.id, Assignment.plan_id, Plan.title.label("plan"), Assignment.task_id,
            Task.code, TaskVersion.title, Assignment.unit_id, Unit.name, Assignment.role,
            UnitGroup.name.label("group"), Assignment.known_from,
        )
        .join(Plan, Plan.id == Assignment.plan_id)
        .join(AssignmentState, AssignmentState.assignment_id == Assignment.id)
        .join(Task, Task.id == Assignment.task_id)
        .join(TaskState, TaskState.task_id == Task.id)
        .join(TaskVersion, TaskVersion.task_id == Task.id)
        .join(Unit, Unit.id == Assignment.unit_id)
        .outerjoin(UnitGroup, UnitGroup.id == Assignment.from_group_id)
        .where(
            true() if plan_id is None else Assignment.plan_id == plan_id,
            Assignment.open(),
            AssignmentState.open(),
            AssignmentState.state == AssignmentStateName.PROPOSED,
            Plan.issued_at.is_not(None),
            TaskState.open(),
            TaskState.state.in_(LIVE_TASKS),
            TaskVersion.open(),
            visible_to(actor, Assignment),
        )
        .order_by(Unit.position, Unit.id, Task.position)
    )  # fmt: skip
    return [ProposedAssignment(*row) for row in rows]


def _unfiled(session: Session, which: tuple[ColumnElement[bool], ...]) -> int:
    found = session.scalar(
        select(func.count(Report.id))
        .join(Assignment, Assignment.id == Report.assignment_id)
        .join(ReportState, ReportState.report_id == Report.id)
        .where(*which, ReportState.open(), ReportState.state.in_(UNFILED))
    )
    return found or 0
