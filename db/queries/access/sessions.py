"""Whose a session is, and which sessions and second factor a person has."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from sqlalchemy import Date, bindparam, func, select
from sqlalchemy.orm import Session

from db.models import LoginSession, Person, RecoveryCode, Role, SecondFactor, Unit
from db.queries.mail.notices import MOST, letters_unseen
from db.queries.people.people import held_on, posts_of
from db.queries.record.changes import ChangeMarks, Marks, moved
from workflow.rules.access.passwords import ABSOLUTE, IDLE
from workflow.rules.access.permissions import TOP_PLACE, Actor, in_force

SIGN_OF_LIFE = timedelta(minutes=1)
"""A sign of life is written down no more often; a write at each click would be for nothing."""


@dataclass(frozen=True)
class Moment:
    """What a page compares with to know whether what it keeps still holds: as whom its reader acts,
    how far the record has come, and the local day, all at one moment."""

    actor: Actor
    marks: Marks
    today: date


@dataclass(frozen=True)
class Visitor:
    """The person behind a living session, as the frame of a page needs them.

    `roles` holds codes of `ROLES` in rules/access/permissions; `separate`: the three posts are (see
    there), or the person has no post in the top place and so nothing to do with them; `language` is
    "zh" or "en"; `unit` is the name of the unit that they speak for, or empty. `must_enrol`: a role
    of theirs needs a second factor and they have none. `moment`: at which they were found;
    `news`: how many letters came since they last looked, MOST at the most.
    """

    person_id: int
    name: str
    language: str
    roles: frozenset[str]
    unit: str = ""
    must_change_password: bool = False
    separate: bool = False
    must_enrol: bool = False
    moment: Moment | None = field(default=None, compare=False, repr=False)
    news: int = field(default=0, compare=False, repr=False)


@dataclass(frozen=True)
class OpenSession:
    """A living session as its person sees it; `key` names it. Instants in UTC."""

    key: str
    since: datetime
    seen: datetime
    browser: str
    here: bool


@dataclass(frozen=True)
class Account:
    """What a person keeps of their own: sessions, the present one first, and second factor.

    `factor_since` is None where there is none; `codes` are the recovery codes not used yet.
    """

    email: str
    sessions: tuple[OpenSession, ...]
    factor_since: datetime | None
    codes: int


def find_visitor(
    session: Session,
    token_hash: str,
    at: datetime,
    today: date,
    changes: ChangeMarks,
    separate: bool = False,
    demanded: frozenset[str] = frozenset(),
) -> tuple[Visitor, bool] | None:
    """The visitor of a living session and whether its sign of life should be written; else None.

    `at` is the real time (UTC); `today` the local date on which roles are asked for; `demanded`
    the roles that need a second factor. Asked at every click, so it is one question.
    """
    rows = session.execute(
        _LIVING,
        {"token": token_hash, "seen_after": at - IDLE, "made_after": at - ABSOLUTE, "day": today},
    ).all()
    if not rows:
        return None
    row = rows[0]
    actor = Actor(
        row.id,
        in_force(posts_of((one.role, one.unit_id, one.place_id) for one in rows), separate),
        separate=separate,
    )
    visitor = Visitor(
        row.id, row.name, row.language, actor.roles, row.unit or "", row.must_change_password,
        separate=separate or not any(post.place_id == TOP_PLACE for post in actor.posts),
        must_enrol=row.factor is None and bool(actor.roles & demanded),
        moment=Moment(actor, changes.at(session, row.moved), today),
        news=min(row.news, MOST),
    )  # fmt: skip
    return visitor, row.seen_at <= at - SIGN_OF_LIFE


# Put together once.
_LIVING = (
    select(
        Person.id,
        Person.name,
        Person.language,
        Person.must_change_password,
        Unit.name.label("unit"),
        LoginSession.seen_at,
        SecondFactor.person_id.label("factor"),
        Role.name.label("role"),
        Role.unit_id,
        Role.place_id,
        moved().label("moved"),
        letters_unseen(LoginSession.person_id).label("news"),
    )
    .join(Person, Person.id == LoginSession.person_id)
    .outerjoin(Unit, Unit.id == Person.unit_id)
    .outerjoin(SecondFactor, SecondFactor.person_id == Person.id)
    .outerjoin(Role, held_on(Person.id, bindparam("day", type_=Date)))
    .where(
        LoginSession.token_hash == bindparam("token"),
        LoginSession.revoked_at.is_(None),
        LoginSession.seen_at > bindparam("seen_after"),
        LoginSession.created_at > bindparam("made_after"),
        Person.active,
    )
)


def account_of(session: Session, person_id: int, token_hash: str, at: datetime) -> Account:
    """A person's own sessions and second factor; `token_hash` is of the session that asks."""
    rows = session.scalars(
        select(LoginSession)
        .where(
            LoginSession.person_id == person_id,
            LoginSession.revoked_at.is_(None),
            LoginSession.seen_at > at - IDLE,
            LoginSession.created_at > at - ABSOLUTE,
        )
        .order_by(LoginSession.token_hash != token_hash, LoginSession.seen_at.desc())
    )
    found = tuple(
        OpenSession(
            row.token_hash, row.created_at, row.seen_at, row.browser, row.token_hash == token_hash
        )
        for row in rows
    )
    email = session.scalars(select(Person.email).where(Person.id == person_id)).one()
    since = session.scalar(select(SecondFactor.since).where(SecondFactor.person_id == person_id))
    left = session.scalar(
        select(func.count())
        .select_from(RecoveryCode)
        .where(RecoveryCode.person_id == person_id, RecoveryCode.used_at.is_(None))
    )
    return Account(email, found, since, left or 0)
