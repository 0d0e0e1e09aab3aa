"""What was decided from the results of a year, for whoever sees the unit's result."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models import Person, ResultUse, Task, TaskState, TaskVersion, Unit
from db.queries.scope import visible_to
from workflow.rules.access.permissions import Actor
from workflow.rules.assessment.use import Use


@dataclass(frozen=True)
class UseRow:
    """A decision; `task_id`, its code, title, last day and state where a task follows."""

    id: int
    unit_id: int
    unit: str
    kind: Use
    text: str
    document: str
    by: str
    at: datetime
    task_id: int | None = None
    code: str = ""
    task: str = ""
    due: date | None = None
    state: str = ""


def result_uses(session: Session, actor: Actor, plan_id: int, year: int) -> tuple[UseRow, ...]:
    """The decisions of a plan's year, in the order they were taken."""
    rows = session.execute(
        select(ResultUse, Unit.name, Person.name, Task.code, TaskVersion, TaskState.state)
        .join(Unit, Unit.id == ResultUse.unit_id)
        .join(Person, Person.id == ResultUse.person_id)
        .outerjoin(Task, Task.id == ResultUse.task_id)
        .outerjoin(TaskVersion, (TaskVersion.task_id == Task.id) & TaskVersion.open())
        .outerjoin(TaskState, (TaskState.task_id == Task.id) & TaskState.open())
        .where(ResultUse.plan_id == plan_id, ResultUse.year == year, visible_to(actor, ResultUse))
        .order_by(ResultUse.id)
    )
    return tuple(
        UseRow(
            one.id, one.unit_id, unit, Use(one.kind), one.text, one.document, by, one.at,
            one.task_id, code or "", words.title if words else "", words.due if words else None,
            state or "",
        )
        for one, unit, by, code, words, state in rows
    )  # fmt: skip
