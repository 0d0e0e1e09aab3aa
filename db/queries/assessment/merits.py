"""考核事项: what the office noted of the units' year, for their own units or for all."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models import Merit, Person, Task, Unit
from db.queries.places.places import about_plan
from db.queries.scope import visible_to
from workflow.rules.access.permissions import Actor, Subject, may


@dataclass(frozen=True)
class MeritRow:
    """One note. `code`: the task that is exempted, or "". `struck_at`: None while it counts.
    `may_strike`: the reader may strike it out."""

    id: int
    unit_id: int
    unit: str
    kind: str
    code: str
    title: str
    basis: str
    day: date
    noted_by: str
    noted_at: datetime
    struck_at: datetime | None
    may_strike: bool


def merits(
    session: Session, actor: Actor, plan_id: int, year: int, at: datetime
) -> tuple[MeritRow, ...]:
    """What was noted of a plan's year until an instant, struck out or not, the newest first."""
    rows = session.execute(
        select(Merit, Unit.name, Person.name, Task.code)
        .join(Unit, Unit.id == Merit.unit_id)
        .join(Person, Person.id == Merit.person_id)
        .outerjoin(Task, Task.id == Merit.task_id)
        .where(
            Merit.plan_id == plan_id, Merit.year == year, Merit.known_from <= at,
            visible_to(actor, Merit),
        )
        .order_by(Merit.id.desc())
    )  # fmt: skip
    place = about_plan(session, plan_id).place_id
    return tuple(
        MeritRow(
            one.id, one.unit_id, unit, one.kind, code or "", one.title, one.basis, one.day, person,
            one.known_from, one.known_to if one.known_to <= at else None,
            one.known_to > at and may(actor, "note_merit", Subject(place, unit_id=one.unit_id)),
        )
        for one, unit, person, code in rows
    )  # fmt: skip
