"""Reports that are still with their unit, for whoever may give time for one or let it off."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models import Clock, Plan, Report, Task, TaskVersion, Unit
from db.queries.reminders.obligations import obligations
from db.queries.scope import visible_to
from workflow.rules.access.permissions import Actor
from workflow.rules.reporting.ladder import ClockKind
from workflow.rules.states import UNFILED


@dataclass(frozen=True)
class LateReport:
    """A report that its unit has not signed off. `due_on`: the local date by which the unit has to
    act, `first_due_on`: the one before any extension."""

    report_id: int
    version: int
    plan_id: int
    plan: str
    task_id: int
    code: str
    title: str
    unit_id: int
    unit: str
    period: str
    due_on: date
    first_due_on: date
    state: str


def late_reports(
    session: Session, actor: Actor, plan_ids: Sequence[int], today: date
) -> list[LateReport]:
    """The reports of these plans that are still with their units and whose date is over on a local
    day, the longest overdue first."""
    thing = obligations(today, plan_ids=plan_ids, paused_too=True)
    rows = session.execute(
        select(
            Report.id, Report.version, Plan.id, Plan.title, Report.task_id, Task.code,
            TaskVersion.title, Report.unit_id, Unit.name, thing.c.period, thing.c.due_on,
            Clock.due_on, thing.c.state,
        )
        .join(thing, thing.c.subject_id == Report.id)
        .join(Plan, Plan.id == Report.plan_id)
        .join(Task, Task.id == Report.task_id)
        .join(TaskVersion, TaskVersion.task_id == Task.id)
        .join(Unit, Unit.id == Report.unit_id)
        .join(Clock, Clock.id == Report.first_clock_id)
        .where(
            thing.c.subject == "report",
            thing.c.kind.in_((ClockKind.REPORT.value, ClockKind.SUPPORT.value)),
            thing.c.due_on < today,
            Report.plan_id.in_(plan_ids),
            # What a supporting unit submitted lies with the lead.
            thing.c.state.in_(UNFILED) | (thing.c.kind == ClockKind.REPORT.value),
            TaskVersion.open(),
            visible_to(actor, Report),
        )
        .order_by(thing.c.due_on, Unit.position, Unit.id, Task.position)
    )  # fmt: skip
    return [LateReport(*row) for row in rows.tuples()]
