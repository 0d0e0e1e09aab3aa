"""责任清单: a plan's tasks with units, measures, shares by year, results and dates."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from db.models import Task, Unit
from db.queries.papers.office import office_of
from db.queries.plans.plan_tasks import PlanTaskRow, plan_view
from db.queries.progress.progress import tasks_progress
from db.queries.scope import visible_to
from workflow.rules.access.permissions import Actor
from workflow.rules.assignments import AssignmentRole
from workflow.rules.papers.responsibility import (
    ItemDemand,
    MeasureDemand,
    ResponsibilityList,
    Share,
    StepDemand,
    TaskDemand,
)
from workflow.rules.progress.judging import Promise, TaskStatus
from workflow.rules.time.dates import local_date


def responsibility_list(
    session: Session, actor: Actor, plan_id: int, at: datetime, zone: str
) -> ResponsibilityList:
    """The list of a plan as known at an instant, of the tasks that the reader sees.

    Raises NotFound where the plan is not the reader's to see.
    """
    view = plan_view(session, actor, plan_id, at)
    which = and_(Task.plan_id == plan_id, visible_to(actor, Task))
    demands = {key: one.standing for key, one in tasks_progress(session, which, at).items()}
    names = dict(
        session.execute(select(Unit.id, Unit.name).order_by(Unit.position, Unit.id)).tuples().all()
    )
    plan = view.plan
    return ResponsibilityList(
        plan.title,
        office_of(session, actor, plan_id),
        local_date(at, zone),
        plan.first_year,
        plan.last_year,
        plan.issue_document or plan.document_number,
        tuple(
            ItemDemand(
                item.code,
                item.title,
                tuple(_task(row, demands.get(row.task_id), names) for row in item.tasks),
            )
            for item in view.items
            if item.tasks
        ),
    )


def _task(row: PlanTaskRow, status: TaskStatus | None, names: Mapping[int, str]) -> TaskDemand:
    promises = status.promises if status else ()
    steps = status.steps if status else ()
    return TaskDemand(
        row.code, row.title, row.due, row.due_text,
        _who(row, lead=True), _who(row, lead=False),
        tuple(_measure(promise, names) for promise in promises),
        tuple(StepDemand(step.title, step.due, step.deliverable) for step in steps),
    )  # fmt: skip


def _who(row: PlanTaskRow, *, lead: bool) -> tuple[str, ...]:
    """Units and groups in one role; of a group its name stands for its members."""
    units = [
        part.group or part.unit
        for part in row.parts
        if (part.role != AssignmentRole.SUPPORT) == lead
    ]
    groups = [group.name for group in row.groups if (group.role != AssignmentRole.SUPPORT) == lead]
    return tuple(dict.fromkeys([*units, *groups]))


def _measure(promise: Promise, names: Mapping[int, str]) -> MeasureDemand:
    shares = promise.shares or {}
    order = {unit: place for place, unit in enumerate(names)}
    return MeasureDemand(
        promise.metric, promise.op, promise.value, promise.unit, promise.by_year,
        promise.written, promise.adds_up,
        tuple(
            Share(names[unit], year, value)
            for unit in sorted(shares, key=order.__getitem__)
            for year, value in sorted(shares[unit].items())
        ),
    )  # fmt: skip
