"""What units owe in a plan now, who there is reached by mail, and when they were last chased."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from db.models import Event, Plan, Task, TaskVersion, Unit
from db.queries.places.places import about_plan
from db.queries.reminders.obligations import obligations, recipients
from db.queries.scope import visible_to
from workflow.rules.access.permissions import Actor, Permission, RoleName, require
from workflow.rules.mail.letters import LetterKind
from workflow.rules.reporting.ladder import ClockKind
from workflow.rules.states import UNFILED

CHASE = LetterKind.CHASE
"""The action of the event that a unit was chased by hand."""


@dataclass(frozen=True)
class OwedMatter:
    """A report or, without a `period`, an acknowledgement that a unit owes by a local date."""

    code: str
    title: str
    period: str
    due_on: date


@dataclass(frozen=True)
class OwingUnit:
    """A unit that owes something in a plan; `people` of it can be written to, `chased_at` it was
    last chased by hand (UTC)."""

    unit_id: int
    unit: str
    matters: tuple[OwedMatter, ...]
    people: tuple[int, ...] = ()
    chased_at: datetime | None = None
    overdue: int = field(default=0)


def owing_units(session: Session, actor: Actor, plan_id: int, today: date) -> tuple[OwingUnit, ...]:
    """The units that owe something in a plan on a local day, those first that are most behind.
    Who may: whoever may chase; raises NotAllowed."""
    require(actor, Permission.CHASE, about_plan(session, plan_id))
    thing = obligations(today, [plan_id])
    rows = session.execute(
        select(
            thing.c.unit_id, Unit.name, Task.code, TaskVersion.title, thing.c.period, thing.c.due_on
        )
        .join(Plan, Plan.id == thing.c.plan_id)
        .join(Unit, Unit.id == thing.c.unit_id)
        .join(Task, Task.id == thing.c.task_id)
        .join(TaskVersion, and_(TaskVersion.task_id == Task.id, TaskVersion.open()))
        .where(
            visible_to(actor, Plan),
            thing.c.kind != ClockKind.REVIEW.value,
            # What a supporting unit submitted lies with the lead.
            thing.c.state.in_(UNFILED) | (thing.c.kind != ClockKind.SUPPORT.value),
        )
        .order_by(thing.c.due_on, Task.position, Unit.id)
    ).all()
    owed: dict[tuple[int, str], list[OwedMatter]] = defaultdict(list)
    for unit_id, unit, code, title, period, due_on in rows:
        owed[unit_id, unit].append(OwedMatter(code, title, period or "", due_on))
    ids = [unit_id for unit_id, _unit in owed]
    people, chased = _people(session, ids, today), _chased(session, plan_id, ids)
    found = [
        OwingUnit(
            unit_id, unit, tuple(matters), tuple(people.get(unit_id, ())), chased.get(unit_id),
            sum(one.due_on < today for one in matters),
        )
        for (unit_id, unit), matters in owed.items()
    ]  # fmt: skip
    return tuple(sorted(found, key=lambda one: (-one.overdue, one.unit_id)))


def _people(session: Session, unit_ids: Sequence[int], today: date) -> dict[int, list[int]]:
    person = recipients(today)
    rows = session.execute(
        select(person.c.unit_id, person.c.person_id)
        .where(
            person.c.unit_id.in_(unit_ids),
            person.c.role.in_((RoleName.LIAISON, RoleName.DEPUTY_HEAD)),
        )
        .distinct()
        .order_by(person.c.person_id)
    )
    found: dict[int, list[int]] = defaultdict(list)
    for unit_id, person_id in rows:
        found[unit_id].append(person_id)
    return found


def _chased(session: Session, plan_id: int, unit_ids: Sequence[int]) -> dict[int, datetime]:
    rows = session.execute(
        select(Event.subject_id, func.max(Event.at))
        .where(
            Event.subject == "unit", Event.subject_id.in_(unit_ids), Event.chain == plan_id,
            Event.action == CHASE,
        )
        .group_by(Event.subject_id)
    )  # fmt: skip
    return dict(rows.tuples().all())
