"""Who a person is and may act as on a day."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Date, Integer, Select, and_, bindparam, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from db.models import Cover, Person, Role
from i18n import mark
from workflow.rules.access.permissions import Actor, Post, in_force
from workflow.rules.refusals import NotFound


def actor_of(session: Session, person_id: int, today: date, separate: bool = False) -> Actor:
    """The person with the posts held on the local day, those of people they cover for included.

    `separate`: the three posts are (see rules/access/permissions). Raises NotFound for an
    unknown or inactive person.
    """
    rows = session.execute(_POSTS, {"person": person_id, "day": today}).all()
    if not rows:
        raise NotFound(mark("There is no such person."))
    return Actor(person_id, in_force(posts_of(rows), separate), separate=separate)


def posts_of(rows: Iterable[Sequence[Any]]) -> frozenset[Post]:
    """The posts in rows of role, unit and place; a row of nothing is none."""
    return frozenset(
        Post(name, unit_id, place_id)
        for name, unit_id, place_id in rows
        if name is not None and place_id is not None
    )


def held_on(
    person: ColumnElement[int] | InstrumentedAttribute[int], day: ColumnElement[date]
) -> ColumnElement[bool]:
    """The roles that count for a person on a day: their own and those of whom they cover for."""
    covered = select(Cover.person_id).where(
        Cover.substitute_id == person, Cover.valid_from <= day, day < Cover.valid_to
    )
    return and_(
        or_(Role.person_id == person, Role.person_id.in_(covered)),
        Role.valid_from <= day,
        day < Role.valid_to,
    )


def _posts() -> Select[str | None, int | None, int | None]:
    """The posts of an active person on a day; one row of nothing for whoever holds none."""
    person, day = bindparam("person", type_=Integer), bindparam("day", type_=Date)
    return (
        select(Role.name, Role.unit_id, Role.place_id)
        .select_from(Person)
        .outerjoin(Role, held_on(person, day))
        .where(Person.id == person, Person.active)
    )


# Asked at every click: put together once.
_POSTS = _posts()


def person_by_email(session: Session, email: str) -> int:
    """The id of the active person with this address; NotFound if there is none."""
    found = session.scalar(
        select(Person.id).where(Person.email == email.strip().lower(), Person.active)
    )
    if found is None:
        raise NotFound(mark("There is no person with the address {email}."), email=email)
    return found


def people_in_role(session: Session, unit_id: int, role: str, today: date) -> list[int]:
    """Ids of the active people who hold a role for a unit on the local day, in order, substitutes
    included."""
    return _holding(session, Role.unit_id == unit_id, role, today)


def people_of_place(session: Session, place_id: int, role: str, today: date) -> list[int]:
    """Ids of the active people who hold a role in a place, for whichever unit, on the local day,
    in order, substitutes included."""
    return _holding(session, Role.place_id == place_id, role, today)


def _holding(session: Session, where: ColumnElement[bool], role: str, today: date) -> list[int]:
    held = select(Role.person_id).where(
        where, Role.name == role, Role.valid_from <= today, today < Role.valid_to
    )
    substitutes = select(Cover.substitute_id).where(
        Cover.person_id.in_(held), Cover.valid_from <= today, today < Cover.valid_to
    )
    return list(
        session.scalars(
            select(Person.id)
            .where(Person.active, Person.id.in_(held) | Person.id.in_(substitutes))
            .order_by(Person.id)
        )
    )
