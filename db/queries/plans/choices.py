"""What the office's pages choose from: plans, units, leaders."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from db.models import Assignment, Event, Person, Place, Plan, Request, RequestState, Unit
from db.queries.people.people import people_of_place
from db.queries.requests.requests import RequestRow, list_requests
from db.queries.scope import visible_to
from workflow.rules.access.permissions import Actor, Permission, RoleName, may_for_some
from workflow.rules.states import RequestStateName
from workflow.rules.time.dates import local_date


@dataclass(frozen=True)
class Choice:
    """Something to choose by name."""

    id: int
    name: str


@dataclass(frozen=True)
class PlanChoice(Choice):
    """A plan with its place."""

    place_id: int
    place: str


def plans_in_force(session: Session, actor: Actor, at: datetime) -> list[PlanChoice]:
    """The plans issued by an instant that the actor sees, the newest first."""
    rows = session.execute(
        select(Plan.id, Plan.title, Place.id, Place.name)
        .join(Place, Place.id == Plan.place_id)
        .where(Plan.issued_at <= at, visible_to(actor, Plan))
        .order_by(Plan.issued_at.desc(), Plan.id.desc())
    )
    return [PlanChoice(*row) for row in rows]


def units_of_plans(
    session: Session, actor: Actor, plan_ids: Sequence[int], at: datetime
) -> list[Choice]:
    """The units that have a part in tasks of these plans, in their usual order."""
    parts = select(Assignment.unit_id).where(
        Assignment.plan_id.in_(plan_ids), Assignment.at(at), visible_to(actor, Assignment)
    )
    rows = session.execute(
        select(Unit.id, Unit.name).where(Unit.id.in_(parts)).order_by(Unit.position, Unit.id)
    )
    return [Choice(*row) for row in rows]


def active_units(session: Session, actor: Actor) -> list[Choice]:
    """The units that can be given a task, in their usual order."""
    rows = session.execute(
        select(Unit.id, Unit.name)
        .where(Unit.active, visible_to(actor, Unit))
        .order_by(Unit.position, Unit.id)
    )
    return [Choice(*row) for row in rows]


def leaders(session: Session, actor: Actor, at: datetime, zone: str) -> list[Choice]:
    """The leaders of the actor's places who are in office on a local day, for a remark that is
    recorded for one of them; none for whoever may record no remark."""
    if not may_for_some(actor, Permission.INSTRUCT):
        return []
    day = local_date(at, zone)
    ids = {
        person_id
        for place_id in actor.place_ids
        for person_id in people_of_place(session, place_id, RoleName.LEADER, day)
    }
    rows = session.execute(
        select(Person.id, Person.name).where(Person.id.in_(ids)).order_by(Person.id)
    )
    return [Choice(*row) for row in rows]


def last_look(
    session: Session, actor: Actor, plan_ids: Sequence[int], before: datetime
) -> datetime | None:
    """Since when before an instant the actor has not looked at the board of one of the plans, None
    if one was never looked at."""
    rows = session.execute(
        select(Event.subject_id, func.max(Event.at))
        .where(
            Event.subject == "plan",
            Event.subject_id.in_(plan_ids),
            Event.action == "look",
            Event.actor == f"p{actor.person_id}",
            Event.at < before,
        )
        .group_by(Event.subject_id)
    )
    looks = dict(rows.tuples().all())
    return min(looks.values()) if looks and set(plan_ids) <= set(looks) else None


def to_decide(
    session: Session, actor: Actor, at: datetime, plan_id: int | None = None
) -> list[RequestRow]:
    """All that awaits an answer of the office, comments on drafts included, of one plan or all."""
    which = [RequestState.state == RequestStateName.PENDING]
    if plan_id is not None:
        which.append(Request.plan_id == plan_id)
    return list_requests(session, actor, at, *which)
