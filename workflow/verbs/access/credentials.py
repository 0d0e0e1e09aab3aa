"""Passwords, tokens and sessions, for the verbs around a login.

Instants here are real time (`at`), also in a demo whose working day is simulated.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from secrets import token_urlsafe
from typing import ParamSpec, TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import ColumnElement, delete, func, select, update

from db.models import LoginSession, LoginStep, Person, Unit
from workflow.rules.access import passwords
from workflow.rules.access.tokens import token_hash
from workflow.verbs.context import Context

P = ParamSpec("P")
R = TypeVar("R")

# 19 MiB and two passes (RFC 9106, OWASP).
_HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
AT_ONCE = 2
"""So many passwords are worked on at once; the others wait."""


@dataclass(frozen=True)
class PasswordOwner:
    """Whose password it is, with what must not stand in a new one."""

    person_id: int
    email: str
    name: str
    unit: str
    password_hash: str

    def fits(self, password: str) -> bool:
        """Whether the password is right. Slow: to be asked while no transaction is open."""
        return verify_password(self.password_hash, password)

    def hash_of(self, new: str) -> str:
        """What is to be stored of a new password. Slow as well. Raises Invalid if it is weak."""
        passwords.check(new, self.email, self.name, self.unit)
        return hash_password(new)


def owner_of(c: Context, *which: ColumnElement[bool]) -> PasswordOwner | None:
    """The active person whom the conditions name, or None."""
    row = c.session.execute(
        select(Person, func.coalesce(Unit.name, ""))
        .outerjoin(Unit, Unit.id == Person.unit_id)
        .where(Person.active, *which)
    ).one_or_none()
    if row is None:
        return None
    person, unit = row
    return PasswordOwner(person.id, person.email, person.name, unit, person.password_hash)


@cache
def _workers() -> ThreadPoolExecutor:
    """The threads in which passwords are worked on. Always the same ones: each keeps the memory
    that it once took, so that a flood of logins in many threads would eat the machine."""
    return ThreadPoolExecutor(AT_ONCE, thread_name_prefix="password")


def _worked(work: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    return _workers().submit(work, *args, **kwargs).result()


def hash_password(password: str) -> str:
    """The argon2id hash to be stored."""
    return _worked(_HASHER.hash, password)


def verify_password(stored: str, password: str) -> bool:
    """Whether the password fits; takes as long for an empty hash as for a real one."""
    try:
        return _worked(_HASHER.verify, stored or _decoy(), password) and bool(stored)
    except (VerificationError, InvalidHashError):
        return False


@cache
def _decoy() -> str:
    return _worked(_HASHER.hash, token_urlsafe(16))


def new_token() -> str:
    """An unguessable token; only its hash is ever stored."""
    return token_urlsafe(32)


def open_session(c: Context, person_id: int, at: datetime, browser: str = "") -> str:
    """Begin a session of the person; its token. `browser`: its family, shown to them alone."""
    token = new_token()
    c.session.execute(
        delete(LoginSession).where(LoginSession.created_at <= at - passwords.ABSOLUTE)
    )
    c.session.add(
        LoginSession(
            token_hash=token_hash(token),
            person_id=person_id,
            created_at=at,
            seen_at=at,
            browser=browser,
        )
    )
    return token


def end_sessions(c: Context, person_id: int, at: datetime, *, but: str = "") -> int:
    """End every session of the person, but the one whose token's hash is given; how many.

    What was begun with a right password and awaits a code ends too.
    """
    c.session.flush()
    c.session.execute(delete(LoginStep).where(LoginStep.person_id == person_id))
    ended = c.session.execute(
        update(LoginSession)
        .where(
            LoginSession.person_id == person_id,
            LoginSession.revoked_at.is_(None),
            LoginSession.token_hash != but,
        )
        .values(revoked_at=at)
    )
    return int(ended.rowcount)  # type: ignore[attr-defined]
