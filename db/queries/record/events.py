"""What happened, newest first, for who audits; and who is logged in."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, or_, select, tuple_
from sqlalchemy.orm import Session

from db.models import Event, LoginSession, Person, Plan, Unit
from db.queries.record.subjects import names_of
from workflow.rules.access.passwords import ABSOLUTE, IDLE
from workflow.rules.access.permissions import INSTALLATION, Actor, Permission, require
from workflow.rules.record.deeds import EXPORTS, LOGINS, REFUSED
from workflow.rules.time.dates import end_of_day, start_of_day

KINDS = {"logins": LOGINS, "exports": EXPORTS}
DONE, REFUSED_ONES = "done", "refused"


@dataclass(frozen=True)
class EventFilter:
    """What is asked of the record. Days are local, both included; `deed` is (subject, action);
    `chain` a plan's, 0 for the system's; `kind` one of KINDS, `outcome` DONE or REFUSED_ONES, empty
    for all. A person is asked for as who acted and as whom it was about."""

    first: date | None = None
    last: date | None = None
    person_id: int | None = None
    deed: tuple[str, str] | None = None
    chain: int | None = None
    kind: str = ""
    outcome: str = ""


@dataclass(frozen=True)
class NamedEvent:
    """One event with the names that stand today for its ids. `person` is empty for the system,
    which `actor` names; `about` is empty where the subject has no name; `plan` for the system's
    chain."""

    chain: int
    no: int
    at: datetime
    actor: str
    person: str
    plan: str
    action: str
    subject: str
    subject_id: int
    about: str
    before: str
    after: str
    payload: dict[str, Any]

    @property
    def refused(self) -> bool:
        return self.action in REFUSED


def list_events(
    session: Session,
    actor: Actor,
    asked: EventFilter,
    zone: str,
    *,
    older_than: tuple[int, int] | None = None,
    limit: int = 50,
) -> list[NamedEvent]:
    """The newest events that were asked for, or those older than one (chain, number). Raises
    NotAllowed."""
    require(actor, Permission.READ_AUDIT, INSTALLATION)
    wanted = select(Event).where(*_conditions(asked, zone))
    if older_than is not None:
        at = session.scalar(select(Event.at).where(
            Event.chain == older_than[0], Event.no == older_than[1]
        ))  # fmt: skip
        if at is not None:
            place = tuple_(Event.at, Event.chain, Event.no)
            wanted = wanted.where(place < tuple_(at, *older_than))
    newest = wanted.order_by(Event.at.desc(), Event.chain.desc(), Event.no.desc()).limit(limit)
    return list(_named(session, newest))


def _conditions(asked: EventFilter, zone: str) -> Iterator[ColumnElement[bool]]:
    if asked.first:
        yield Event.at >= start_of_day(asked.first, zone)
    if asked.last:
        yield Event.at < end_of_day(asked.last, zone)
    if asked.person_id:
        about = and_(Event.subject == "person", Event.subject_id == asked.person_id)
        yield or_(Event.actor == f"p{asked.person_id}", about)
    if asked.deed:
        yield and_(Event.subject == asked.deed[0], Event.action == asked.deed[1])
    if asked.chain is not None:
        yield Event.chain == asked.chain
    if asked.kind in KINDS:
        yield Event.action.in_(KINDS[asked.kind])
    if asked.outcome == REFUSED_ONES:
        yield Event.action.in_(REFUSED)
    elif asked.outcome == DONE:
        yield Event.action.not_in(REFUSED)


def _named(session: Session, wanted: Select[Event]) -> Iterator[NamedEvent]:
    rows = session.scalars(wanted).all()
    names = names_of(
        session,
        {(row.subject, row.subject_id) for row in rows}
        | {("person", int(row.actor[1:])) for row in rows if is_person(row.actor)}
        | {("plan", row.chain) for row in rows if row.chain},
    )
    for row in rows:
        person = int(row.actor[1:]) if is_person(row.actor) else 0
        yield NamedEvent(
            chain=row.chain,
            no=row.no,
            at=row.at,
            actor=row.actor,
            person=names.get(("person", person), ""),
            plan=names.get(("plan", row.chain), ""),
            action=row.action,
            subject=row.subject,
            subject_id=row.subject_id,
            about=names.get((row.subject, row.subject_id), ""),
            before=row.before,
            after=row.after,
            payload=json.loads(row.payload),
        )


def is_person(actor: str) -> bool:
    """Whether an event's actor is a person ("p12") and not the system."""
    return actor.startswith("p") and actor[1:].isdecimal()


@dataclass(frozen=True)
class EventChoices:
    """What the record can be asked for by name: people and plans, as (id, name)."""

    people: list[tuple[int, str]]
    plans: list[tuple[int, str]]


def choices(session: Session, actor: Actor) -> EventChoices:
    """Everybody who has or had a login, and every plan. Raises NotAllowed."""
    require(actor, Permission.READ_AUDIT, INSTALLATION)
    people = select(Person.id, Person.name, Unit.name).outerjoin(Unit, Unit.id == Person.unit_id)
    plans = select(Plan.id, Plan.title).order_by(Plan.id)
    return EventChoices(
        [
            (person_id, f"{name} {unit or ''}".strip())
            for person_id, name, unit in session.execute(people.order_by(Person.name, Person.id))
        ],
        [(plan_id, title) for plan_id, title in session.execute(plans)],
    )


@dataclass(frozen=True)
class LoggedIn:
    """A session that is alive: whose, since when, and its last sign of life."""

    person: str
    unit: str
    since: datetime
    seen_at: datetime


def logged_in(session: Session, actor: Actor, at: datetime) -> list[LoggedIn]:
    """Who is logged in at an instant of real time, the last seen first. Raises NotAllowed."""
    require(actor, Permission.READ_AUDIT, INSTALLATION)
    rows = session.execute(
        select(Person.name, Unit.name, LoginSession.created_at, LoginSession.seen_at)
        .join(Person, Person.id == LoginSession.person_id)
        .outerjoin(Unit, Unit.id == Person.unit_id)
        .where(
            LoginSession.revoked_at.is_(None),
            LoginSession.seen_at > at - IDLE,
            LoginSession.created_at > at - ABSOLUTE,
            Person.active,
        )
        .order_by(LoginSession.seen_at.desc(), Person.id)
    )
    return [LoggedIn(name, unit or "", since, seen) for name, unit, since, seen in rows]
