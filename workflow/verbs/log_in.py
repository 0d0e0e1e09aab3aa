"""Log in, in two transactions with the slow check of the password between them.

    candidate = begin(c, …)                              the attempt counts from here on
    candidate.fits(password)                             no transaction is open
    token = log_in(c, candidate, at=…)  or the record keeps candidate.trace

Who may: everybody. What changes: a session, the count of attempts. An event either way.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update

from db.models import LoginSession, Person
from db.record import SYSTEM_CHAIN
from luoshi.language import mark
from workflow.rules.refusals import NotAllowed, Trace
from workflow.verbs.context import Context
from workflow.verbs.credentials import (
    Keys,
    count_attempt,
    forget_attempts,
    open_session,
    token_hash,
    verify_password,
)

WRONG = mark("E-mail address or password are not right.")


@dataclass(frozen=True)
class Candidate:
    """Somebody who says who they are. `person_id` is None where the address is unknown."""

    person_id: int | None
    password_hash: str
    keys: Keys
    at: datetime

    def fits(self, password: str) -> bool:
        """Whether the password is right; as slow for unknown people. Opens no transaction."""
        return verify_password(self.password_hash, password) and self.person_id is not None

    @property
    def trace(self) -> Trace:
        """What the record keeps of a failed attempt: the person, or a keyed hash of an address
        that nobody has; never the password, the address itself or where it came from."""
        about = {} if self.person_id is None else {"person_id": self.person_id}
        account = self.keys.account if self.person_id is None else ""
        return Trace("log_in_failed", account[:16], about, self.keys.address[:16])


def begin(c: Context, *, email: str, address: str, secret: str, at: datetime) -> Candidate:
    """Count the attempt and look the person up. Raises TooManyAttempts.

    `address` is the browser's network address, `at` the real time (UTC).
    """
    keys = Keys.of(email, address, secret)
    count_attempt(c, keys, at)
    found = c.session.execute(
        select(Person.id, Person.password_hash).where(
            Person.email == email.strip().lower(), Person.active
        )
    ).one_or_none()
    if found is None:
        return Candidate(None, "", keys, at)
    return Candidate(found.id, found.password_hash, keys, at)


def log_in(c: Context, candidate: Candidate, *, at: datetime) -> str:
    """Open a session for a candidate whose password fitted; the token that the browser keeps.

    Raises NotAllowed if the password was changed or the person put out in the meantime.
    """
    person = c.session.get(Person, candidate.person_id)
    if person is None or not person.active or person.password_hash != candidate.password_hash:
        raise NotAllowed(WRONG, trace=candidate.trace)
    forget_attempts(c, candidate.keys, candidate.at)
    c.note(SYSTEM_CHAIN, "log_in", "person", person.id)
    return open_session(c, person.id, at)


def stay(c: Context, *, token: str, at: datetime) -> None:
    """Write down a sign of life of a session (no event). `at`: real time (UTC)."""
    c.session.execute(
        update(LoginSession)
        .where(LoginSession.token_hash == token_hash(token), LoginSession.seen_at < at)
        .values(seen_at=at)
    )
