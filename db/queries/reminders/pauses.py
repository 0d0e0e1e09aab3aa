"""Pauses of reminders that run or are to come."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from db.models import Person, Plan, ReminderPause, Unit
from db.queries.places.places import about_plan
from workflow.rules.access.permissions import Actor, Permission, require


@dataclass(frozen=True)
class Pause:
    """Nobody is reminded of a unit's part in a plan (of all of it where `unit_id` is None) from
    `first` to `last`, both local dates and included."""

    id: int
    plan_id: int
    plan: str
    unit_id: int | None
    unit: str
    first: date
    last: date
    reason: str
    by: str


def pauses(
    session: Session, actor: Actor, plan_ids: Sequence[int], today: date
) -> tuple[Pause, ...]:
    """The pauses of these plans that are not over. Who may: who may pause; raises NotAllowed."""
    for plan_id in plan_ids:
        require(actor, Permission.PAUSE_REMINDERS, about_plan(session, plan_id))
    rows = session.execute(
        select(ReminderPause, Plan.title, func.coalesce(Unit.name, ""), Person.name)
        .join(Plan, Plan.id == ReminderPause.plan_id)
        .outerjoin(Unit, Unit.id == ReminderPause.unit_id)
        .join(Person, Person.id == ReminderPause.person_id)
        .where(ReminderPause.plan_id.in_(plan_ids), ReminderPause.valid_to > today)
        .order_by(ReminderPause.valid_from, ReminderPause.id)
    )
    return tuple(
        Pause(
            row.id, row.plan_id, plan, row.unit_id, unit, row.valid_from,
            date.fromordinal(row.valid_to.toordinal() - 1), row.reason, by,
        )
        for row, plan, unit, by in rows
    )  # fmt: skip
