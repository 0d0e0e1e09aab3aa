"""Log in, in two transactions with the slow check of the password between them.

    candidate = begin(c, …)                              the attempt counts from here on
    candidate.fits(password)                             no transaction is open
    entry = log_in(c, candidate, at=…)  or the record keeps candidate.trace

Who may: everybody. What changes: a session, or a step that awaits a code where the person has a
second factor; the count of attempts. An event either way, but for the step.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, update

from db.models import LoginSession, LoginStep, Person, SecondFactor
from db.record import SYSTEM_CHAIN
from i18n import mark
from workflow.rules.access.browsers import family
from workflow.rules.access.passwords import CODE_LIFE
from workflow.rules.access.throttle import AttemptKind
from workflow.rules.access.tokens import token_hash
from workflow.rules.refusals import NotAllowed, Trace
from workflow.verbs.access.attempts import (
    Attempt,
    AttemptKeys,
    AttemptSource,
    count_attempt,
    forget_attempt,
    remember,
)
from workflow.verbs.access.credentials import (
    PasswordOwner,
    new_token,
    open_session,
    owner_of,
    verify_password,
)
from workflow.verbs.context import Context

WRONG = mark("E-mail address or password are not right.")


@dataclass(frozen=True)
class LoginStepToken:
    """What the browser is to keep: the token of a session, or with `awaits_code` that of a step
    before it; and the one by which this browser is known from now on ("" before the code)."""

    token: str
    browser: str = ""
    awaits_code: bool = False


@dataclass(frozen=True)
class LoginCandidate:
    """Somebody who says who they are. `owner` is None where the address is unknown."""

    owner: PasswordOwner | None
    attempt: Attempt

    @property
    def person_id(self) -> int:
        """0 where the address is unknown."""
        return self.owner.person_id if self.owner else 0

    def fits(self, password: str) -> bool:
        """Whether the password is right; as slow for unknown people. Opens no transaction."""
        stored = self.owner.password_hash if self.owner else ""
        return verify_password(stored, password) and self.owner is not None

    @property
    def trace(self) -> Trace:
        """What the record keeps of a failed attempt: the person, or a keyed hash of an address
        that nobody has; never the password, the address itself or where it came from."""
        about = {"person_id": self.person_id} if self.owner else {}
        account = "" if self.owner else self.attempt.keys.account
        return Trace("log_in_failed", account[:16], about, self.attempt.keys.address[:16])


def begin(
    c: Context, *, email: str, source: AttemptSource, secret: str, at: datetime
) -> LoginCandidate:
    """Count the attempt and look the person up. Raises TooManyAttempts. `at`: real time (UTC)."""
    attempt = count_attempt(c, AttemptKeys.of(AttemptKind.LOGIN, email, source, secret), at)
    return LoginCandidate(owner_of(c, Person.email == email.strip().lower()), attempt)


def log_in(
    c: Context, candidate: LoginCandidate, *, source: AttemptSource, secret: str, at: datetime
) -> LoginStepToken:
    """Let a candidate in whose password fitted, or on to the code.

    Raises NotAllowed if the password was changed or the person put out in the meantime.
    """
    owner = candidate.owner
    person = c.session.get(Person, candidate.person_id)
    if person is None or not owner or not person.active:
        raise NotAllowed(WRONG, trace=candidate.trace)
    if person.password_hash != owner.password_hash:
        raise NotAllowed(WRONG, trace=candidate.trace)
    forget_attempt(c, candidate.attempt)
    if c.session.get(SecondFactor, person.id) is None:
        return enter(c, person, way="password", source=source, secret=secret, at=at)
    token = new_token()
    c.session.execute(delete(LoginStep).where(LoginStep.at <= at - CODE_LIFE))
    c.session.add(LoginStep(token_hash=token_hash(token), person_id=person.id, at=at))
    return LoginStepToken(token, awaits_code=True)


def enter(
    c: Context, person: Person, *, way: str, source: AttemptSource, secret: str, at: datetime
) -> LoginStepToken:
    """Open a session of somebody who has shown all that is asked for, with the event; from now
    on their browser and its address are known to the account."""
    browser = source.browser or new_token()
    known = AttemptSource(source.address, browser)
    remember(c, AttemptKeys.of(AttemptKind.LOGIN, person.email, known, secret), at)
    c.record_event(SYSTEM_CHAIN, "log_in", "person", person.id, way=way)
    return LoginStepToken(open_session(c, person.id, at, family(source.agent)), browser)


def stay(c: Context, *, token: str, at: datetime) -> None:
    """Write down a sign of life of a session (no event). `at`: real time (UTC)."""
    c.session.execute(
        update(LoginSession)
        .where(LoginSession.token_hash == token_hash(token), LoginSession.seen_at < at)
        .values(seen_at=at)
    )
