"""The people of the installation, for those who keep them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, func, select, true
from sqlalchemy.orm import Session, aliased

from db.models import Cover, LoginSession, Person, Role, SecondFactor, Unit
from db.queries.scope import visible_to
from workflow.rules.access.permissions import INSTALLATION, THREE_POSTS, Actor, Permission, may


@dataclass(frozen=True)
class HeldRole:
    """A role that a person holds; `unit` is empty for a role without one."""

    role: str
    unit_id: int | None
    unit: str


@dataclass(frozen=True)
class PersonRow:
    """A person as the list shows them.

    `invited`: no password was ever chosen. `unreachable`: mail to the address was refused.
    `substitute` acts for them today. `last_seen`: their last session (UTC), kept for half a day.
    """

    id: int
    name: str
    email: str
    phone: str
    language: str
    unit_id: int | None
    unit: str
    roles: tuple[HeldRole, ...]
    active: bool
    invited: bool
    unreachable: bool
    substitute: str
    last_seen: datetime | None
    second_factor: bool


@dataclass(frozen=True)
class CoverRow:
    """A leave with its substitute; both days included."""

    id: int
    person_id: int
    person: str
    substitute_id: int
    substitute: str
    first: date
    last: date


def people(
    session: Session, actor: Actor, *, today: date, left_too: bool = False
) -> tuple[PersonRow, ...]:
    """Everybody whom the actor may know, by unit and name; who has left only when asked for.

    The office sees those of its place, who keeps the people of the installation all, everybody else
    the people of their own units. `today` is a local date.
    """
    held: dict[int, list[HeldRole]] = defaultdict(list)
    for person_id, role, unit_id, unit in session.execute(
        select(Role.person_id, Role.name, Role.unit_id, Unit.name)
        .outerjoin(Unit, Unit.id == Role.unit_id)
        .where(Role.valid_from <= today, today < Role.valid_to)
        .order_by(Role.id)
    ):
        held[person_id].append(HeldRole(role, unit_id, unit or ""))
    substitutes = {cover.person_id: cover.substitute for cover in covers(session, actor, today)
                   if cover.first <= today}  # fmt: skip
    seen = (
        select(LoginSession.person_id, func.max(LoginSession.seen_at).label("at"))
        .group_by(LoginSession.person_id)
        .subquery()
    )
    rows = session.execute(
        select(Person, Unit.name, seen.c.at, SecondFactor.person_id)
        .outerjoin(Unit, Unit.id == Person.unit_id)
        .outerjoin(SecondFactor, SecondFactor.person_id == Person.id)
        .outerjoin(seen, seen.c.person_id == Person.id)
        .where(_known_to(actor), true() if left_too else Person.active)
        .order_by(Unit.position, Unit.id, Person.name, Person.id)
    )
    return tuple(
        PersonRow(
            id=person.id,
            name=person.name,
            email=person.email,
            phone=person.phone,
            language=person.language,
            unit_id=person.unit_id,
            unit=unit or "",
            roles=tuple(held[person.id]),
            active=person.active,
            invited=not person.password_hash,
            unreachable=person.bounced_at is not None,
            substitute=substitutes.get(person.id, ""),
            last_seen=last_seen,
            second_factor=factor is not None,
        )
        for person, unit, last_seen, factor in rows
    )


def covers(session: Session, actor: Actor, today: date) -> tuple[CoverRow, ...]:
    """Leaves that are running or to come, of people whom the actor may know, by their first day."""
    substitute = aliased(Person)
    rows = session.execute(
        select(Cover, Person.name, substitute.name)
        .join(Person, Person.id == Cover.person_id)
        .join(substitute, substitute.id == Cover.substitute_id)
        .where(_known_to(actor), Cover.valid_to > today)
        .order_by(Cover.valid_from, Cover.id)
    )
    return tuple(
        CoverRow(
            cover.id,
            cover.person_id,
            name,
            cover.substitute_id,
            other,
            cover.valid_from,
            date.fromordinal(cover.valid_to.toordinal() - 1),
        )
        for cover, name, other in rows
    )


def unfilled_posts(session: Session, actor: Actor, today: date) -> tuple[str, ...]:
    """Which of the three posts nobody holds, where they are separate, for who may do something
    about it or must know."""
    if not actor.separate or not (
        may(actor, Permission.KEEP_PEOPLE, INSTALLATION)
        or may(actor, Permission.READ_AUDIT, INSTALLATION)
    ):
        return ()
    held = set(
        session.scalars(
            select(Role.name)
            .join(Person, Person.id == Role.person_id)
            .where(Person.active, Role.valid_from <= today, today < Role.valid_to)
        )
    )
    return tuple(post for post in THREE_POSTS if post not in held)


def _known_to(actor: Actor) -> ColumnElement[bool]:
    return (Person.id == actor.person_id) | visible_to(actor, Person)
