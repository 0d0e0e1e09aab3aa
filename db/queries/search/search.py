"""One search over everything that its reader may see."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session

from db.models import Alias, Assignment, Person, Role, Unit
from db.queries.scope import visible_to
from db.queries.search.record import search_record
from db.queries.search.sought import MOST, Hit, HitKind, Hits, Sought
from db.search import SearchKind
from workflow.rules.access.permissions import Actor, RoleName

_WIDE = str.maketrans("()", "（）")
WHO_KNOWS_PEOPLE = (RoleName.REVIEWER, RoleName.ADMINISTRATOR, RoleName.SECURITY_ADMINISTRATOR)


def search(
    session: Session, actor: Actor, sought: Sought, at: datetime, today: date
) -> tuple[Hits, ...]:
    """What holds all the words, by kind; kinds of which nothing was found are missing.

    `at` is the present instant, `today` its local date.
    """
    kinds = [sought.kind] if sought.kind else list(HitKind)
    found = (_of_kind(session, actor, kind, sought, at, today) for kind in kinds)
    return tuple(hits for hits in found if hits.shown) if sought.words else ()


def _of_kind(
    session: Session, actor: Actor, kind: HitKind, sought: Sought, at: datetime, today: date
) -> Hits:
    if kind == HitKind.UNIT:
        return _units(session, actor, sought)
    if kind == HitKind.PERSON:
        return _people(session, actor, sought, today)
    return search_record(session, actor, SearchKind(kind), sought, at)


def _units(session: Session, actor: Actor, sought: Sought) -> Hits:
    """Units by any of their names."""
    other = select(Alias.unit_id).where(_all(sought, Alias.name))
    query = select(Unit).where(
        Unit.active, visible_to(actor, Unit), or_(_all(sought, Unit.name), Unit.id.in_(other))
    )
    rows = session.scalars(_page(query, Unit.id, Unit.id, sought)).all()
    names: dict[int, list[str]] = {}
    ids = [unit.id for unit in rows[:MOST]]
    for unit_id, name in session.execute(
        select(Alias.unit_id, Alias.name).where(Alias.unit_id.in_(ids)).order_by(Alias.id)
    ):
        names.setdefault(unit_id, []).append(name)
    hits = [
        Hit(key=unit.id, id=unit.id, title=unit.name, detail=unit.kind,
            text="\n".join(names.get(unit.id, ())), phone=unit.phone)
        for unit in rows[:MOST]
    ]  # fmt: skip
    return Hits(HitKind.UNIT, tuple(hits), len(rows) > MOST)


def _people(session: Session, actor: Actor, sought: Sought, today: date) -> Hits:
    """People by name, unit, address and telephone, for those who deal with all of them."""
    if actor.roles.isdisjoint(WHO_KNOWS_PEOPLE):
        return Hits(HitKind.PERSON, (), False)
    unit = func.coalesce(Unit.name, "")
    said = Person.name + " " + unit + " " + Person.email + " " + Person.phone
    query = (
        select(Person.id, Person.name, Person.email, Person.phone, unit)
        .outerjoin(Unit, Unit.id == Person.unit_id)
        .where(Person.active, visible_to(actor, Person), _all(sought, said))
    )
    rows = session.execute(_page(query, Person.id, Person.unit_id, sought)).all()
    ids = [row.id for row in rows[:MOST]]
    roles: dict[int, list[str]] = {}
    for person_id, role in session.execute(
        select(Role.person_id, Role.name)
        .where(Role.person_id.in_(ids), Role.valid_from <= today, today < Role.valid_to)
        .order_by(Role.id)
    ):
        roles.setdefault(person_id, []).append(role)
    hits = [
        Hit(key=key, id=key, title=name, email=email, phone=phone, unit=its,
            roles=tuple(dict.fromkeys(roles.get(key, ()))))
        for key, name, email, phone, its in rows[:MOST]
    ]  # fmt: skip
    return Hits(HitKind.PERSON, tuple(hits), len(rows) > MOST)


def _page(
    query: Select[*tuple[Any, ...]], key: Any, unit: Any, sought: Sought
) -> Select[*tuple[Any, ...]]:
    """The newest of these, of the units that have a part in the plan that was chosen."""
    if sought.plan_id is not None:
        parts = select(Assignment.unit_id).where(Assignment.plan_id == sought.plan_id)
        query = query.where(unit.in_(parts))
    if sought.before is not None:
        query = query.where(key < sought.before)
    return query.order_by(key.desc()).limit(MOST + 1)


def _all(sought: Sought, said: ColumnElement[str] | Any) -> ColumnElement[bool]:
    """Whether something holds all the words, as they were typed or otherwise written."""
    return and_(
        *(
            or_(*(said.contains(form, autoescape=True) for form in _forms(word)))
            for word in sought.words
        )
    )


def _forms(word: str) -> tuple[str, ...]:
    """How names may write a folded word: with capitals, with full-width brackets."""
    return tuple(dict.fromkeys((word, word.upper(), word.translate(_WIDE))))
