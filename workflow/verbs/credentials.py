"""Passwords, tokens and the count of failed attempts, for the verbs around a login.

Instants here are real time (`at`), also in a demo whose working day is simulated.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from hashlib import sha256
from secrets import token_urlsafe
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import delete, func, insert, select, update

from db.models import LoginAttempt, LoginSession
from luoshi.language import mark
from workflow.rules.passwords import ABSOLUTE, TRIES_AN_ACCOUNT, TRIES_AN_ADDRESS, WINDOW
from workflow.rules.refusals import Refused, Trace
from workflow.verbs.context import Context

# 19 MiB and two passes (RFC 9106, OWASP); a burst of logins must not eat the machine's memory.
_HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
_AT_ONCE = BoundedSemaphore(4)


class TooManyAttempts(Refused):
    """Attempts are refused for a while."""

    code = "too_many_attempts"


@dataclass(frozen=True)
class Keys:
    """What attempts are counted by: hashes of an account and of a network address."""

    account: str
    address: str

    @classmethod
    def of(cls, email: str, address: str, secret: str) -> Keys:
        """Hashed with the house's secret, so that the table tells nobody who tried."""

        def hashed(text: str) -> str:
            return hmac.new(secret.encode(), text.encode(), sha256).hexdigest()

        return cls(hashed(f"account:{email.strip().lower()}"), hashed(f"address:{address}"))


def hash_password(password: str) -> str:
    """The argon2id hash to be stored."""
    with _AT_ONCE:
        return _HASHER.hash(password)


def verify_password(stored: str, password: str) -> bool:
    """Whether the password fits; takes as long for an empty hash as for a real one."""
    with _AT_ONCE:
        try:
            return _HASHER.verify(stored or _decoy(), password) and bool(stored)
        except (VerificationError, InvalidHashError):
            return False


@cache
def _decoy() -> str:
    return _HASHER.hash(token_urlsafe(16))


def new_token() -> str:
    """An unguessable token; only its hash is ever stored."""
    return token_urlsafe(32)


def token_hash(token: str) -> str:
    """What is stored of a token."""
    return sha256(token.encode()).hexdigest()


def count_attempt(c: Context, keys: Keys, at: datetime) -> None:
    """Count one attempt before it is tried, so that many at once gain nothing.

    Raises TooManyAttempts.
    """
    if c.session.get_bind().dialect.name == "postgresql":
        # One at a time a key: those that have not committed yet would not be counted.
        for key in sorted((keys.account, keys.address)):
            c.session.execute(select(func.pg_advisory_xact_lock(int(key[:15], 16))))
    c.session.execute(delete(LoginAttempt).where(LoginAttempt.at <= at - WINDOW))
    for key, limit in ((keys.account, TRIES_AN_ACCOUNT), (keys.address, TRIES_AN_ADDRESS)):
        tried = c.session.scalar(
            select(func.count()).select_from(LoginAttempt).where(LoginAttempt.key == key)
        )
        if (tried or 0) >= limit:
            raise TooManyAttempts(
                mark("There were too many attempts. Please try again in {minutes} minutes."),
                trace=Trace("held_back", keys.account[:16], source=keys.address[:16]),
                minutes=WINDOW.seconds // 60,
            )
    rows = [{"key": keys.account, "at": at}, {"key": keys.address, "at": at}]
    c.session.execute(insert(LoginAttempt), rows)


def forget_attempts(c: Context, keys: Keys, at: datetime) -> None:
    """After a success: the account's count starts anew, the address's without this one."""
    c.session.execute(delete(LoginAttempt).where(LoginAttempt.key == keys.account))
    last = select(LoginAttempt.id).where(LoginAttempt.key == keys.address, LoginAttempt.at == at)
    c.session.execute(delete(LoginAttempt).where(LoginAttempt.id.in_(last.limit(1))))


def open_session(c: Context, person_id: int, at: datetime) -> str:
    """Begin a session of the person; its token."""
    token = new_token()
    c.session.execute(delete(LoginSession).where(LoginSession.created_at <= at - ABSOLUTE))
    c.session.add(
        LoginSession(token_hash=token_hash(token), person_id=person_id, created_at=at, seen_at=at)
    )
    return token


def end_sessions(c: Context, person_id: int, at: datetime) -> None:
    """End every session of the person."""
    c.session.flush()
    c.session.execute(
        update(LoginSession)
        .where(LoginSession.person_id == person_id, LoginSession.revoked_at.is_(None))
        .values(revoked_at=at)
    )
