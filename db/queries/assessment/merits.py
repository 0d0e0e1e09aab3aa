"""考核事项: what the office noted of the units' year, for their own units or for all."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models import Merit, Person, Task, Unit
from db.queries.places.places import about_plan
from db.queries.scope import visible_to
from workflow.rules.access.permissions import Actor, Permission, Subject, may
from workflow.rules.assessment.facts import EXEMPTION
from workflow.rules.progress.quantities import plain

Plain = dict[str, Any]


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
            id=one.id,
            unit_id=one.unit_id,
            unit=unit,
            kind=one.kind,
            code=code or "",
            title=one.title,
            basis=one.basis,
            day=one.day,
            noted_by=person,
            noted_at=one.known_from,
            struck_at=one.known_to if one.known_to <= at else None,
            may_strike=one.known_to > at
            and may(actor, Permission.NOTE_MERIT, Subject(place, unit_id=one.unit_id)),
        )
        for one, unit, person, code in rows
    )


def merits_of_year(
    session: Session,
    plan_id: int,
    year: int,
    at: datetime,
    units: dict[int, list[Plain]],
    exempt: dict[int, list[Plain]],
) -> dict[int, list[Plain]]:
    """What the office noted of the units' year; exemptions are put to the others in `exempt`."""
    events: dict[int, list[Plain]] = defaultdict(list)
    rows = session.execute(
        select(
            Merit.id, Merit.unit_id, Merit.kind, Merit.title, Merit.day, Merit.level,
            Merit.matter, Merit.amount, Merit.times, Task.code,
        )
        .outerjoin(Task, Task.id == Merit.task_id)
        .where(Merit.plan_id == plan_id, Merit.year == year, Merit.at(at))
        .order_by(Merit.id)
    )  # fmt: skip
    for row in rows:
        name = f"merit:{row.id}"
        if row.kind != EXEMPTION:
            events[row.unit_id].append(
                {
                    "id": name, "kind": row.kind, "title": row.title, "evidence": [name],
                    "date": row.day.isoformat(),
                    **({"count": row.times} if row.times is not None else {}),
                    **({"level": row.level} if row.level else {}),
                    **({"matter": row.matter} if row.matter else {}),
                    **({"amount": plain(row.amount)} if row.amount is not None else {}),
                }
            )  # fmt: skip
        elif row.code in {task["task"] for task in units[row.unit_id]}:
            # A task that was given to another unit since needs no exemption any more.
            exempt[row.unit_id].append({"id": name, "of": row.code, "evidence": [name]})
    return events
