"""One plan with its items and tasks, their leads, states and dates, as of an instant."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from db.models import (
    Assignment,
    AssignmentState,
    GroupAssignment,
    Item,
    Task,
    TaskState,
    TaskVersion,
    Unit,
    UnitGroup,
)
from db.queries.plans.plans import PlanRow, plan_row
from db.queries.progress.first_dates import first_dues
from db.queries.scope import visible_to
from workflow.rules.access.permissions import Actor
from workflow.rules.assignments import AssignmentRole
from workflow.rules.states import TaskStateName

OUT_OF_SIGHT = TaskStateName.DROPPED
"""The state of a task that left its draft: no list shows it."""


@dataclass(frozen=True)
class PartRow:
    """A unit's role in a task. `group`: the group's name where it came from one."""

    assignment_id: int
    task_id: int
    unit_id: int
    unit: str
    role: str
    position: int
    collects: bool
    state: str
    division: str
    group: str | None
    known_from: datetime
    known_to: datetime


@dataclass(frozen=True)
class GroupPart:
    """A group's role in a task, as the document writes it."""

    task_id: int
    group_id: int
    name: str
    policy: str
    role: str


@dataclass(frozen=True)
class PlanTaskRow:
    """A task of a plan; `first_due` is the date it was issued with, `due` the present one."""

    task_id: int
    item_id: int | None
    code: str
    title: str
    kind: str
    state: str
    origin: str
    due: date | None
    first_due: date | None
    due_text: str
    version: int
    parts: tuple[PartRow, ...]
    groups: tuple[GroupPart, ...]

    @property
    def leads(self) -> tuple[PartRow, ...]:
        """Who answers for the task: leads, or those jointly responsible."""
        return tuple(part for part in self.parts if part.role != AssignmentRole.SUPPORT)


@dataclass(frozen=True)
class ItemRow:
    """A heading with the tasks under it; `item_id` None holds those without one."""

    item_id: int | None
    code: str
    title: str
    parent_id: int | None
    tasks: tuple[PlanTaskRow, ...]


@dataclass(frozen=True)
class PlanView:
    """A plan with its items in order."""

    plan: PlanRow
    items: tuple[ItemRow, ...]

    @property
    def tasks(self) -> tuple[PlanTaskRow, ...]:
        return tuple(task for item in self.items for task in item.tasks)


def plan_view(session: Session, actor: Actor, plan_id: int, at: datetime) -> PlanView:
    """A plan with its items, tasks, who answers for them, states and dates. Raises NotFound."""
    plan = plan_row(session, actor, plan_id, at)
    tasks = tasks_of_plan(session, actor, plan_id, at)
    by_item: dict[int | None, list[PlanTaskRow]] = defaultdict(list)
    for task in tasks:
        by_item[task.item_id].append(task)
    items = session.execute(
        select(Item.id, Item.code, Item.title, Item.parent_id)
        .where(Item.plan_id == plan_id)
        .order_by(Item.position)
    ).all()
    parents = {row.id: row.parent_id for row in items}
    used: set[int] = set()
    for item_id in by_item:
        above = item_id
        while above is not None and above not in used:
            used.add(above)
            above = parents.get(above)
    rows = [ItemRow(*row, tuple(by_item[row.id])) for row in items if row.id in used]
    if by_item[None]:
        rows.append(ItemRow(None, "", "", None, tuple(by_item[None])))
    return PlanView(plan, tuple(rows))


def tasks_of_plan(session: Session, actor: Actor, plan_id: int, at: datetime) -> list[PlanTaskRow]:
    """The tasks of a plan that the reader may see, in order, as they stood."""
    rows = session.execute(
        select(Task, TaskState.state, TaskVersion)
        .join(TaskState, TaskState.task_id == Task.id)
        .join(TaskVersion, TaskVersion.task_id == Task.id)
        .where(
            Task.plan_id == plan_id,
            visible_to(actor, Task),
            TaskState.at(at),
            TaskState.state != OUT_OF_SIGHT,
            TaskVersion.at(at),
        )
        .order_by(Task.position, Task.id)
    ).all()
    parts = parts_of(session, actor, Assignment.plan_id == plan_id, at)
    groups = groups_of(session, GroupAssignment.plan_id == plan_id, at)
    first = first_dues(session, Task.plan_id == plan_id, at)
    return [
        PlanTaskRow(
            task_id=task.id,
            item_id=task.item_id,
            code=task.code,
            title=words.title,
            kind=words.kind,
            state=state,
            origin=task.origin,
            due=words.due,
            first_due=first.get(task.id, words.due),
            due_text=words.due_text,
            version=task.version,
            parts=tuple(parts[task.id]),
            groups=tuple(groups[task.id]),
        )
        for task, state, words in rows
    ]


def parts_of(
    session: Session, actor: Actor, which: ColumnElement[bool], at: datetime
) -> dict[int, list[PartRow]]:
    """The assignments in force at an instant, by task, leads first."""
    rows = session.execute(
        select(
            Assignment.id, Assignment.task_id, Assignment.unit_id, Unit.name, Assignment.role,
            Assignment.position, Assignment.collects, AssignmentState.state, Assignment.division,
            UnitGroup.name, Assignment.known_from, Assignment.known_to,
        )
        .join(Unit, Unit.id == Assignment.unit_id)
        .join(AssignmentState, AssignmentState.assignment_id == Assignment.id)
        .outerjoin(UnitGroup, UnitGroup.id == Assignment.from_group_id)
        .where(which, visible_to(actor, Assignment), Assignment.at(at), AssignmentState.at(at))
        .order_by(Assignment.position, Unit.position, Unit.id)
    )  # fmt: skip
    found: dict[int, list[PartRow]] = defaultdict(list)
    for row in rows:
        found[row.task_id].append(PartRow(*list(row)))
    return found


def groups_of(
    session: Session, which: ColumnElement[bool], at: datetime
) -> dict[int, list[GroupPart]]:
    """The groups that tasks name, by task."""
    rows = session.execute(
        select(
            GroupAssignment.task_id, UnitGroup.id, UnitGroup.name, UnitGroup.policy,
            GroupAssignment.role,
        )
        .join(UnitGroup, UnitGroup.id == GroupAssignment.group_id)
        .where(which, GroupAssignment.at(at))
        .order_by(GroupAssignment.position)
    )  # fmt: skip
    found: dict[int, list[GroupPart]] = defaultdict(list)
    for row in rows:
        found[row.task_id].append(GroupPart(*row))
    return found
