"""Moving what was promised, a date or a number; what stood before stays as a closed interval."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, select, update

from db import record
from db.models import MeasureVersion, Milestone, Task, TaskVersion, YearTarget
from db.models.table import Interval
from i18n import mark
from workflow.rules.progress.quantities import plain
from workflow.rules.refusals import Conflict
from workflow.rules.requests import NewDate, NewTarget
from workflow.verbs.context import Context


def amend(
    c: Context, table: type[Interval], which: list[ColumnElement[bool]], **changes: Any
) -> None:
    """Replace the one open interval that `which` names by itself with some columns changed."""
    columns = table.__table__  # type: ignore[attr-defined]
    row = dict(c.session.execute(select(columns).where(*which, table.open())).mappings().one())
    key = row.pop("id")
    del row["known_from"], row["known_to"]
    record.replace_interval(c.session, table, [columns.c.id == key], {**row, **changes}, c.now)


def touch(c: Context, task_id: int) -> None:
    """Count a change of a task, so that a page drawn before is told."""
    c.session.execute(update(Task).where(Task.id == task_id).values(version=Task.version + 1))


def move_date(c: Context, task: Task, wish: NewDate, before: str, document: str) -> None:
    """Move the date of a task, with the milestones that were due on it, or of one milestone.

    Raises Conflict where the date is no longer `before`.
    """
    old = date.fromisoformat(before)
    steps = [Milestone.task_id == task.id, Milestone.due == old]
    if wish.milestone is not None:
        steps.append(Milestone.no == wish.milestone)
    numbers = c.session.scalars(
        select(Milestone.no).where(*steps, Milestone.open()).order_by(Milestone.no)
    ).all()
    if wish.milestone is None:
        which = [TaskVersion.task_id == task.id]
        due = c.session.scalar(select(TaskVersion.due).where(*which, TaskVersion.open()))
        if due != old:
            raise _changed()
        amend(c, TaskVersion, which, due=wish.due, document=document)
    elif not numbers:
        raise _changed()
    for no in numbers:
        which = [Milestone.task_id == task.id, Milestone.no == no]
        amend(c, Milestone, which, due=wish.due)
    touch(c, task.id)
    c.record_event(
        task.plan_id, "extend", "task", task.id, before, str(wish.due), milestones=list(numbers)
    )


def move_target(
    c: Context, task: Task, wish: NewTarget, before: str, unit_id: int, document: str
) -> None:
    """Move the value of a measure, or of one unit's share of a year. Raises Conflict likewise."""
    table: Any = MeasureVersion
    which = [MeasureVersion.measure_id == wish.measure_id]
    if wish.year is not None:
        table = YearTarget
        which = [
            YearTarget.measure_id == wish.measure_id,
            YearTarget.year == wish.year,
            YearTarget.unit_id == (wish.unit_id or unit_id),
        ]
    stands = c.session.scalar(select(table.value).where(*which, table.open()))
    if str(stands) != before:
        raise _changed()
    changes = {"value": wish.value, "written": wish.written, "document": document}
    amend(c, table, which, **changes)
    touch(c, task.id)
    c.record_event(task.plan_id, "change_target", "measure", wish.measure_id, before,
           plain(Decimal(wish.value)), year=wish.year)  # fmt: skip


def _changed() -> Conflict:
    return Conflict(
        mark("What this request would change has changed since it was made; it has to be asked "
             "for again.")
    )  # fmt: skip
