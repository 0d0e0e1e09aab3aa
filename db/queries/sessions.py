"""Whose a session is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from db.models import LoginSession, Person, Unit
from db.queries.people import actor_of
from workflow.rules.passwords import ABSOLUTE, IDLE

SIGN_OF_LIFE = timedelta(minutes=1)
"""A sign of life is written down no more often; a write at each click would be for nothing."""


@dataclass(frozen=True)
class Visitor:
    """The person behind a living session, as the frame of a page needs them; `separate`: the three
    posts are."""

    person_id: int
    name: str
    language: str
    roles: frozenset[str]
    unit: str = ""
    must_change_password: bool = False
    separate: bool = False


def find_visitor(
    session: Session, token_hash: str, at: datetime, today: date, separate: bool = False
) -> tuple[Visitor, bool] | None:
    """The visitor of a living session and whether its sign of life should be written; else None.

    `at` is the real time (UTC); `today` the local date on which roles are asked for.
    """
    row = session.execute(
        _LIVING, {"token": token_hash, "seen_after": at - IDLE, "made_after": at - ABSOLUTE}
    ).one_or_none()
    if row is None:
        return None
    actor = actor_of(session, row.id, today, separate)
    visitor = Visitor(
        row.id, row.name, row.language, actor.roles, row.unit or "", row.must_change_password,
        separate,
    )  # fmt: skip
    return visitor, row.seen_at <= at - SIGN_OF_LIFE


# Asked at every click: put together once.
_LIVING = (
    select(
        Person.id,
        Person.name,
        Person.language,
        Person.must_change_password,
        Unit.name.label("unit"),
        LoginSession.seen_at,
    )
    .join(Person, Person.id == LoginSession.person_id)
    .outerjoin(Unit, Unit.id == Person.unit_id)
    .where(
        LoginSession.token_hash == bindparam("token"),
        LoginSession.revoked_at.is_(None),
        LoginSession.seen_at > bindparam("seen_after"),
        LoginSession.created_at > bindparam("made_after"),
        Person.active,
    )
)
