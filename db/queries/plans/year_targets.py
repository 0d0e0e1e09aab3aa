"""The numbers of a plan that are shared out by year and unit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from db.models import Measure, MeasureVersion, Plan, Task, TaskState, TaskVersion, YearTarget
from db.queries.plans.plan_tasks import OUT_OF_SIGHT
from db.queries.scope import visible_to
from workflow.rules.access.permissions import Actor
from workflow.rules.progress.shares import MeasureToShare


@dataclass(frozen=True)
class TargetShares:
    """A number of a task, and how many shares of it stand. `version` is the task's."""

    task_id: int
    code: str
    title: str
    version: int
    measure_id: int
    metric: str
    whole: MeasureToShare
    shares: int


def shared_numbers(
    session: Session, actor: Actor, plan_id: int, at: datetime
) -> list[TargetShares]:
    """The numbers of a plan's tasks that have a value, in order."""
    shares = (
        select(YearTarget.measure_id, func.count().label("n"))
        .where(YearTarget.at(at))
        .group_by(YearTarget.measure_id)
        .subquery()
    )
    rows = session.execute(
        select(Task, TaskVersion.title, MeasureVersion, Plan.last_year, shares.c.n)
        .join(Plan, Plan.id == Task.plan_id)
        .join(TaskVersion, TaskVersion.task_id == Task.id)
        .join(TaskState, TaskState.task_id == Task.id)
        .join(Measure, Measure.task_id == Task.id)
        .join(MeasureVersion, MeasureVersion.measure_id == Measure.id)
        .outerjoin(shares, shares.c.measure_id == Measure.id)
        .where(
            Task.plan_id == plan_id,
            visible_to(actor, Task),
            TaskVersion.at(at),
            MeasureVersion.at(at),
            TaskState.at(at),
            TaskState.state != OUT_OF_SIGHT,
        )
        .order_by(Task.position, Measure.no)
    )
    return [
        TargetShares(
            task.id, task.code, title, task.version, wanted.measure_id, wanted.metric,
            _whole(wanted, last_year), n or 0,
        )
        for task, title, wanted, last_year, n in rows
        if wanted.value is not None
    ]  # fmt: skip


def _whole(wanted: MeasureVersion, last_year: int) -> MeasureToShare:
    value: Decimal | None = wanted.value
    by_year = wanted.by_year or last_year
    return MeasureToShare(wanted.kind, wanted.op, value, wanted.unit, by_year, wanted.baseline)
