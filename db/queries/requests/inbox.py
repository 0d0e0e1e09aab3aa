"""What a unit was given and has to answer, and what it asked and was answered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from db.models import (
    Assignment,
    AssignmentState,
    Clock,
    GroupAssignment,
    Plan,
    Request,
    RequestState,
    Task,
    TaskState,
    TaskVersion,
    Unit,
    UnitGroup,
)
from db.queries.requests.requests import RequestRow, list_requests
from db.queries.scope import visible_to
from workflow.rules.access.permissions import Actor, RoleName
from workflow.rules.requests import RequestKind
from workflow.rules.states import LIVE_TASKS, AssignmentStateName, RequestStateName, TaskStateName

ANSWERS_FOR = frozenset({RoleName.LIAISON, RoleName.DEPUTY_HEAD, RoleName.HEAD})
"""Roles that speak for their unit."""


@dataclass(frozen=True)
class AwaitedAnswer:
    """A unit's part in a task. `due_on`: the local date by which an answer is awaited. `group`:
    the units that the document names together and of which this lead names the members."""

    assignment_id: int
    task_id: int
    plan_id: int
    plan: str
    unit_id: int
    unit: str
    code: str
    title: str
    text: str
    role: str
    due_on: date | None
    group: str


@dataclass(frozen=True)
class MemberCandidate:
    """A unit that may be named as a member."""

    unit_id: int
    name: str


def to_acknowledge(session: Session, actor: Actor, at: datetime) -> list[AwaitedAnswer]:
    """The parts that await 签收 of the units that the actor speaks for, by date and task."""
    given = (AssignmentState.state == AssignmentStateName.ISSUED, TaskState.state.in_(LIVE_TASKS))
    return _given(session, actor, at, Clock.due_on, *given)


def to_comment(session: Session, actor: Actor, at: datetime) -> list[AwaitedAnswer]:
    """The draft tasks that are round for comment and on which the actor's units said nothing."""
    said = select(Request.id).where(
        Request.kind == RequestKind.COMMENT,
        Request.task_id == Assignment.task_id,
        Request.unit_id == Assignment.unit_id,
    )
    round_now = (
        Plan.consulted_at <= at,
        Plan.issued_at.is_(None),
        TaskState.state == TaskStateName.CONSULTED,
    )
    return _given(session, actor, at, Plan.comments_due_on, *round_now, ~said.exists())


def recent_instructions(
    session: Session, actor: Actor, at: datetime, since: datetime
) -> list[RequestRow]:
    """What the actor's units asked and still awaits an answer, or had one after `since`; the
    newest answer first. Comments count once they are answered."""
    row = RequestState
    rows = list_requests(
        session,
        actor,
        at,
        Request.unit_id.in_(_units(actor)),
        or_(
            and_(row.state == RequestStateName.PENDING, Request.kind != RequestKind.COMMENT),
            and_(
                row.state.in_((RequestStateName.APPROVED, RequestStateName.REFUSED)),
                row.known_from >= since,
            ),
        ),
    )
    return sorted(rows, key=lambda one: (one.decided_at or since, one.at), reverse=True)


def _units(actor: Actor) -> set[int]:
    found = {post.unit_id for post in actor.posts if post.role in ANSWERS_FOR}
    return {unit for unit in found if unit is not None}


def candidates(session: Session, actor: Actor, task_id: int) -> list[MemberCandidate]:
    """The active units without a part in the task, in their usual order.

    Names alone, for whoever sees the task: its lead names the members of its group.
    """
    taken = select(Assignment.unit_id).where(Assignment.task_id == task_id, Assignment.open())
    seen = select(Task.id).where(Task.id == task_id, visible_to(actor, Task))
    rows = session.execute(
        select(Unit.id, Unit.name)
        .where(Unit.active, Unit.id.not_in(taken), seen.exists())
        .order_by(Unit.position, Unit.id)
    )
    return [MemberCandidate(*row) for row in rows]


def _given(
    session: Session,
    actor: Actor,
    at: datetime,
    due: InstrumentedAttribute[date] | InstrumentedAttribute[date | None],
    *which: ColumnElement[bool],
) -> list[AwaitedAnswer]:
    kept = and_(GroupAssignment.task_id == Task.id, GroupAssignment.at(at), Assignment.collects)
    rows = session.execute(
        select(
            Assignment.id.label("assignment_id"), Task.id.label("task_id"), Task.plan_id,
            Plan.title.label("plan"), Unit.id.label("unit_id"), Unit.name.label("unit"), Task.code,
            TaskVersion.title, TaskVersion.text, Assignment.role, due.label("due_on"),
            UnitGroup.name.label("group"),
        )
        .join(Task, Task.id == Assignment.task_id)
        .join(Plan, Plan.id == Task.plan_id)
        .join(Unit, Unit.id == Assignment.unit_id)
        .join(AssignmentState, AssignmentState.assignment_id == Assignment.id)
        .join(TaskState, TaskState.task_id == Task.id)
        .join(TaskVersion, TaskVersion.task_id == Task.id)
        .outerjoin(Clock, Clock.id == Assignment.clock_id)
        .outerjoin(GroupAssignment, kept)
        .outerjoin(
            UnitGroup, and_(UnitGroup.id == GroupAssignment.group_id, UnitGroup.policy == "keep")
        )
        .where(
            Assignment.unit_id.in_(_units(actor)), visible_to(actor, Assignment), Assignment.at(at),
            AssignmentState.at(at), TaskState.at(at), TaskVersion.at(at), *which,
        )
        .order_by(due, Task.plan_id, Task.position, UnitGroup.name.is_(None))
    ).mappings()  # fmt: skip
    found: dict[int, AwaitedAnswer] = {}
    for row in rows:
        found.setdefault(
            row["assignment_id"], AwaitedAnswer(**{**row, "group": row["group"] or ""})
        )
    return list(found.values())
