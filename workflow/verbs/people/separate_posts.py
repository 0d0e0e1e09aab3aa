"""The three posts: held by different people, and by somebody."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import date

from sqlalchemy import ColumnElement, or_, select

from db.models import Cover, Person, Role
from i18n import Translated, mark
from workflow.rules.access.permissions import ROLES, THREE_POSTS, RoleName, clash
from workflow.rules.refusals import Refused
from workflow.verbs.context import Context


class PostsClash(Refused):
    """One person would hold what is kept apart."""

    code = "together"


def require_separate_posts(c: Context, people: Collection[int]) -> None:
    """Look at what these people hold, or will, themselves and for those on leave.

    To be called when the change is made; nothing is looked at where the posts are not separate.
    Raises Together.
    """
    if not c.actor.separate:
        return
    c.session.flush()
    for person_id in people:
        both = clash(_held(c, person_id))
        if both is not None:
            one, other = (Translated(ROLES[role]) for role in both)
            raise PostsClash(
                mark(
                    "“{one}” and “{other}” are kept apart here: no person holds both, not even for "
                    "somebody on leave. Give one of them to somebody else."
                ),
                one=one,
                other=other,
            )


def _held(c: Context, person_id: int) -> set[str]:
    covered = select(Cover.person_id).where(
        Cover.substitute_id == person_id, Cover.valid_to > c.today
    )
    whose = or_(Role.person_id == person_id, Role.person_id.in_(covered))
    return set(c.session.scalars(select(Role.name).where(whose, Role.valid_to > c.today)))


def substitutes(c: Context, person_id: int) -> list[int]:
    """Who acts for the person now or later."""
    wanted = select(Cover.substitute_id).where(
        Cover.person_id == person_id, Cover.valid_to > c.today
    )
    return list(c.session.scalars(wanted.distinct()))


def not_the_last(c: Context, person_id: int, roles: Collection[str]) -> None:
    """Raises Refused where the person is the only one left in one of the roles that must be held:
    administrator, and where they are separate each of the three posts."""
    must = {RoleName.ADMINISTRATOR, *(THREE_POSTS if c.actor.separate else ())}
    holders: dict[str, set[int]] = defaultdict(set)
    for role, holder in c.session.execute(
        select(Role.name, Role.person_id)
        .join(Person, Person.id == Role.person_id)
        .where(Role.name.in_(must.intersection(roles)), Person.active, *held_on(c.today))
    ):
        holders[role].add(holder)
    for role in ROLES:
        if holders[role] == {person_id}:
            raise Refused(
                mark("Somebody must remain {role}. Name another one first."),
                role=Translated(ROLES[role]),
            )


def held_on(day: date) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """Roles that are held on a local day."""
    return Role.valid_from <= day, day < Role.valid_to
