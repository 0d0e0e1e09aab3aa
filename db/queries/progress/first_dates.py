"""The dates with which tasks were issued, beside those they have now."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from db.models import Task, TaskState, TaskVersion
from workflow.rules.states import TaskStateName


def first_dues(
    session: Session, which: ColumnElement[bool], at: datetime
) -> dict[int, date | None]:
    """The date with which each task that `which` (a condition on Task) names was issued; of those
    not issued yet nothing is said."""
    issued = (
        select(TaskState.task_id, func.min(TaskState.known_from).label("at"))
        .join(Task, Task.id == TaskState.task_id)
        .where(which, TaskState.state == TaskStateName.ISSUED, TaskState.known_from <= at)
        .group_by(TaskState.task_id)
        .subquery()
    )
    rows = session.execute(
        select(TaskVersion.task_id, TaskVersion.due)
        .join(issued, issued.c.task_id == TaskVersion.task_id)
        .where(TaskVersion.known_from <= issued.c.at, issued.c.at < TaskVersion.known_to)
    )
    return dict(rows.tuples().all())
