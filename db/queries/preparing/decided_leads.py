"""Tasks of all plans whose units are known, and shares that do not make their whole."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models import (
    Assignment,
    GroupAssignment,
    Measure,
    MeasureVersion,
    Plan,
    Task,
    TaskState,
    TaskVersion,
    Unit,
    UnitGroup,
    YearTarget,
)
from db.queries.plans.plan_tasks import OUT_OF_SIGHT
from db.queries.scope import visible_to
from workflow.rules.access.permissions import Actor
from workflow.rules.progress.shares import MeasureToShare, Share, check
from workflow.rules.refusals import Problem

NEWEST_PLANS = 20
"""How many plans are looked at: what older ones say, the newer ones say again."""


@dataclass(frozen=True)
class AssignedRow:
    """A task in force or drafted: what it asks, what its numbers count, its (unit, role)."""

    plan_id: int
    plan: str
    code: str
    title: str
    text: str
    metrics: tuple[str, ...]
    parts: tuple[tuple[str, str], ...]


def assigned_tasks(
    session: Session, actor: Actor, *, place_id: int, at: datetime
) -> list[AssignedRow]:
    """The tasks with units of the newest plans of a place, in order. Groups stand for their
    members. What another place decided is no reason here."""
    plans = (
        select(Plan.id)
        .where(visible_to(actor, Plan), Plan.place_id == place_id)
        .order_by(Plan.id.desc())
        .limit(NEWEST_PLANS)
    )
    newest = session.scalars(plans).all()
    parts = _parts(session, newest, at)
    metrics: dict[int, list[str]] = defaultdict(list)
    for task_id, metric in session.execute(
        select(Measure.task_id, MeasureVersion.metric)
        .join(MeasureVersion, MeasureVersion.measure_id == Measure.id)
        .join(Task, Task.id == Measure.task_id)
        .where(Task.plan_id.in_(newest), MeasureVersion.at(at))
        .order_by(Measure.task_id, Measure.no)
    ):
        metrics[task_id].append(metric)
    rows = session.execute(
        select(Task.id, Task.plan_id, Plan.title, Task.code, TaskVersion.title, TaskVersion.text)
        .join(Plan, Plan.id == Task.plan_id)
        .join(TaskVersion, TaskVersion.task_id == Task.id)
        .join(TaskState, TaskState.task_id == Task.id)
        .where(
            Task.plan_id.in_(newest),
            Task.origin == "plan",
            TaskVersion.at(at),
            TaskState.at(at),
            TaskState.state != OUT_OF_SIGHT,
        )
        .order_by(Task.plan_id, Task.position)
    )
    return [
        AssignedRow(
            plan_id, plan, code, title, text, tuple(metrics[task_id]), tuple(parts[task_id])
        )
        for task_id, plan_id, plan, code, title, text in rows
        if parts[task_id]
    ]


def _parts(
    session: Session, plan_ids: Sequence[int], at: datetime
) -> dict[int, list[tuple[str, str]]]:
    """By task, its units named alone and its groups, with their roles, in their order."""
    alone = (
        select(Assignment.task_id, Unit.name, Assignment.role, Assignment.position)
        .join(Unit, Unit.id == Assignment.unit_id)
        .where(
            Assignment.plan_id.in_(plan_ids),
            Assignment.at(at),
            Assignment.from_group_id.is_(None),
        )
    )
    groups = (
        select(
            GroupAssignment.task_id, UnitGroup.name, GroupAssignment.role, GroupAssignment.position
        )
        .join(UnitGroup, UnitGroup.id == GroupAssignment.group_id)
        .where(GroupAssignment.plan_id.in_(plan_ids), GroupAssignment.at(at))
    )
    found: dict[int, list[tuple[str, str]]] = defaultdict(list)
    rows = [*session.execute(alone).tuples(), *session.execute(groups).tuples()]
    for task_id, name, role, _position in sorted(rows, key=lambda row: row[3]):
        found[task_id].append((name, role))
    return found


@dataclass(frozen=True)
class UnevenShares:
    """Year targets of a measure that do not make what it demands."""

    task_id: int
    measure_id: int
    code: str
    metric: str
    problem: Problem


def uneven_shares(session: Session, plan_id: int, *, at: datetime) -> list[UnevenShares]:
    """The measures of a plan whose year targets, as far as they are set, miss the whole."""
    last_year = session.scalar(select(Plan.last_year).where(Plan.id == plan_id)) or 0
    shares: dict[int, list[Share]] = defaultdict(list)
    for share in session.execute(
        select(YearTarget.measure_id, YearTarget.unit_id, YearTarget.year, YearTarget.value)
        .join(Measure, Measure.id == YearTarget.measure_id)
        .join(Task, Task.id == Measure.task_id)
        .where(Task.plan_id == plan_id, YearTarget.at(at))
    ):
        shares[share.measure_id].append(Share(share.unit_id, share.year, share.value))
    rows = session.execute(
        select(Task.id, Task.code, MeasureVersion)
        .join(Measure, Measure.task_id == Task.id)
        .join(MeasureVersion, MeasureVersion.measure_id == Measure.id)
        .where(Task.plan_id == plan_id, MeasureVersion.at(at), Measure.id.in_(shares))
        .order_by(Task.position, Measure.no)
    )
    return [
        UnevenShares(task_id, wanted.measure_id, code, wanted.metric, problem)
        for task_id, code, wanted in rows
        for problem in check(
            MeasureToShare(
                wanted.kind, wanted.op, wanted.value, wanted.unit,
                wanted.by_year or last_year, wanted.baseline,
            ),
            shares[wanted.measure_id],
        )
    ]  # fmt: skip
