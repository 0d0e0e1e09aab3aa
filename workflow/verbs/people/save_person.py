"""Keep people and their roles. Who may: security administrators, administrators where the three
posts are not separate, and the operator at the console.

Every function leaves an event on the system's chain that holds ids alone.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import and_, select

from db.models import Person, Role, Unit
from db.queries.places.places import about_person, about_unit, is_of_others, own_place
from db.record import SYSTEM_CHAIN
from i18n import LANGUAGES, mark
from notifications.rendering import is_address
from workflow.rules.access.permissions import (
    ROLES,
    THREE_POSTS,
    TOP_PLACE,
    Permission,
    RoleName,
    Subject,
)
from workflow.rules.refusals import Invalid, NotFound, Problem
from workflow.verbs.access.credentials import end_sessions
from workflow.verbs.access.reset_password import invite, use_up_links
from workflow.verbs.context import Context
from workflow.verbs.people.separate_posts import (
    held_on,
    not_the_last,
    require_separate_posts,
    substitutes,
)

NEED_A_UNIT = frozenset({RoleName.LIAISON, RoleName.DEPUTY_HEAD, RoleName.HEAD})


def add_person(
    c: Context,
    *,
    email: str,
    name: str,
    unit_id: int | None,
    language: str = "zh",
    phone: str = "",
    at: datetime,
) -> int:
    """Take in a person without any role and mail them the link to their first password; the id.

    Raises Invalid for a bad or known address, an empty name, an unknown language or unit.
    `at`: real time (UTC), by which the link lives.
    """
    c.require(Permission.KEEP_PEOPLE, about_new(c, unit_id))
    person = Person(email="", name="", language=language)
    _fill(c, person, email=email, name=name, unit_id=unit_id, language=language, phone=phone)
    c.session.add(person)
    c.session.flush()
    c.record_event(SYSTEM_CHAIN, "add_person", "person", person.id, unit=unit_id)
    invite(c, person.id, at)
    return person.id


def change_person(
    c: Context,
    person_id: int,
    *,
    email: str,
    name: str,
    unit_id: int | None,
    language: str,
    phone: str,
) -> bool:
    """Change what is known of a person; whether anything differed. Raises NotFound, Invalid.

    Links that were mailed to another address stop working, unless it was refused: then nobody got
    them, and the mail may be sent once more.
    """
    c.require(Permission.KEEP_PEOPLE, about_person(c.session, person_id))
    if unit_id is not None:
        c.require(Permission.KEEP_PEOPLE, about_unit(c.session, unit_id))
    person = _person(c, person_id)
    before = (person.email, person.name, person.unit_id, person.language, person.phone)
    _fill(c, person, email=email, name=name, unit_id=unit_id, language=language, phone=phone)
    after = (person.email, person.name, person.unit_id, person.language, person.phone)
    if before == after:
        return False
    if before[0] != after[0]:
        if person.bounced_at is None:
            use_up_links(c, person_id, c.now)
        person.bounced_at = None
    c.session.flush()
    c.record_event(SYSTEM_CHAIN, "change_person", "person", person.id, unit=unit_id)
    return True


def give_role(
    c: Context, person_id: int, role: str, unit_id: int | None, place_id: int | None = None
) -> bool:
    """Let a person act in a role for a unit from today on; False if they already may.

    The three posts are held for no unit. What is held for no unit is held in the place `place_id`,
    by default the actor's. Raises NotFound, Invalid for a role of units without a unit, and
    Together for what is kept apart.
    """
    in_place = _place_of(c, role, unit_id, place_id)
    c.require(Permission.KEEP_PEOPLE, Subject(in_place, unit_id=unit_id, person_id=person_id))
    _person(c, person_id)
    if not c.actor.system and is_of_others(c.session, person_id, in_place):
        raise NotFound(mark("There is no such person."))
    if role not in ROLES:
        raise Invalid(mark("There is no such role."))
    if unit_id is None and role in NEED_A_UNIT:
        raise Invalid(mark("This role is held for a unit. Choose the unit."))
    if role in THREE_POSTS:
        unit_id = None
    if _open_role(c, person_id, role, unit_id, in_place) is not None:
        return False
    c.session.add(
        Role(person_id=person_id, unit_id=unit_id, place_id=in_place, name=role, valid_from=c.today)
    )
    require_separate_posts(c, [person_id, *substitutes(c, person_id)])
    c.session.flush()
    c.record_event(SYSTEM_CHAIN, "give_role", "person", person_id, after=role, unit=unit_id)
    return True


def end_role(
    c: Context, person_id: int, role: str, unit_id: int | None, place_id: int | None = None
) -> None:
    """End a role today. Raises NotFound, and Refused for the last one in a role that must be
    held."""
    in_place = _place_of(c, role, unit_id, place_id)
    c.require(Permission.KEEP_PEOPLE, Subject(in_place, unit_id=unit_id, person_id=person_id))
    held = _open_role(c, person_id, role, unit_id, in_place)
    if held is None:
        raise NotFound(mark("There is nothing here, or it is not yours to see."))
    if not _held_otherwise(c, held):
        not_the_last(c, person_id, {role})
    held.valid_to = c.today
    c.session.flush()
    c.record_event(SYSTEM_CHAIN, "end_role", "person", person_id, before=role, unit=unit_id)


def deactivate_person(c: Context, person_id: int, *, at: datetime) -> None:
    """Let a person who has left in no more: roles and sessions end, what they did stays.

    Raises NotFound, and Refused for the last one in a role that must be held. `at`: real time
    (UTC).
    """
    c.require(Permission.KEEP_PEOPLE, about_person(c.session, person_id))
    person = _person(c, person_id)
    not_the_last(c, person_id, ROLES)
    for held in c.session.scalars(
        select(Role).where(Role.person_id == person_id, Role.valid_to > c.today)
    ):
        held.valid_to = max(c.today, held.valid_from)
    person.active = False
    end_sessions(c, person_id, at)
    c.record_event(SYSTEM_CHAIN, "put_out", "person", person_id)


def invite_again(c: Context, person_id: int, *, at: datetime) -> None:
    """Mail a person a new link to set a password. Raises NotFound. `at`: real time (UTC)."""
    c.require(Permission.KEEP_PEOPLE, about_person(c.session, person_id))
    _person(c, person_id)
    invite(c, person_id, at)


def _person(c: Context, person_id: int) -> Person:
    person = c.session.get(Person, person_id)
    if person is None or not person.active:
        raise NotFound(mark("There is no such person."))
    return person


def _fill(
    c: Context,
    person: Person,
    *,
    email: str,
    name: str,
    unit_id: int | None,
    language: str,
    phone: str,
) -> None:
    email, name = email.strip().lower(), " ".join(name.split())
    problems = []
    if not is_address(email):
        problems.append(Problem("", mark("“{email}” is no e-mail address."), email=email))
    twin = c.session.scalar(select(Person.id).where(Person.email == email))
    if twin is not None and twin != person.id:
        problems.append(Problem("", mark("{email} belongs to somebody else here."), email=email))
    if not name:
        problems.append(Problem("", mark("The name is missing.")))
    if language not in LANGUAGES:
        problems.append(Problem("", mark("The language is zh or en.")))
    if unit_id is not None and c.session.get(Unit, unit_id) is None:
        problems.append(Problem("", mark("There is no such unit.")))
    if problems:
        raise Invalid(mark("This person cannot be kept like that."), tuple(problems))
    person.email, person.name, person.unit_id = email, name, unit_id
    person.language, person.phone = language, phone.strip()


def about_new(c: Context, unit_id: int | None) -> Subject:
    """Somebody who is to be taken in, as far as permission depends on it."""
    return about_unit(c.session, unit_id) if unit_id is not None else Subject(own_place(c.actor))


def _place_of(c: Context, role: str, unit_id: int | None, place_id: int | None) -> int:
    """The place in which a role is held."""
    if role in THREE_POSTS:
        return TOP_PLACE
    if unit_id is not None:
        return about_unit(c.session, unit_id).place_id
    return own_place(c.actor) if place_id is None else place_id


def _open_role(
    c: Context, person_id: int, role: str, unit_id: int | None, place_id: int
) -> Role | None:
    same = and_(Role.unit_id.is_(None), Role.place_id == place_id)
    if unit_id is not None:
        same = Role.unit_id == unit_id
    return c.session.scalars(
        select(Role).where(Role.person_id == person_id, Role.name == role, same, *held_on(c.today))
    ).one_or_none()


def _held_otherwise(c: Context, held: Role) -> bool:
    """Whether the person has the role for another unit too."""
    same = (Role.person_id == held.person_id, Role.name == held.name, Role.id != held.id)
    return c.session.scalar(select(Role.id).where(*same, *held_on(c.today)).limit(1)) is not None
