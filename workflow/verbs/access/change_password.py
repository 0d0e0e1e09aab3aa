"""Change one's own password, with the slow work outside of transactions.

    owner, attempt = begin(c, …)                         the attempt counts from here on
    prove(owner, old); stored = owner.hash_of(new)       no transaction is open
    token = change_password(c, owner, attempt, stored, …)

Who may: every person for themselves.
"""

from __future__ import annotations

from datetime import datetime

from db.models import LoginSession, Person
from db.record import SYSTEM_CHAIN
from i18n import mark
from workflow.rules.access.changes import AccountChange
from workflow.rules.access.throttle import AttemptKind
from workflow.rules.access.tokens import token_hash
from workflow.rules.refusals import Invalid, NotFound
from workflow.verbs.access.attempts import (
    Attempt,
    AttemptKeys,
    AttemptSource,
    count_attempt,
    forget_attempt,
)
from workflow.verbs.access.credentials import PasswordOwner, end_sessions, open_session, owner_of
from workflow.verbs.access.notify_owner import notify_owner
from workflow.verbs.context import Context


def begin(c: Context, *, secret: str, at: datetime) -> tuple[PasswordOwner, Attempt]:
    """The actor as the owner of a password that is about to be tried; the attempt is counted.

    Raises TooManyAttempts, NotFound. `at`: real time (UTC).
    """
    owner = owner_of(c, Person.id == (c.actor.person_id or 0))
    if owner is None:
        raise NotFound(mark("There is no such person."))
    keys = AttemptKeys.of(
        AttemptKind.CHANGE, owner.email, AttemptSource(f"person {owner.person_id}"), secret
    )
    return owner, count_attempt(c, keys, at)


def prove(owner: PasswordOwner, password: str) -> None:
    """Raise Invalid unless this is the owner's present password. Slow: no transaction is open."""
    if not owner.fits(password):
        raise Invalid(mark("The present password is not right."))


def unchanged(c: Context, owner: PasswordOwner, attempt: Attempt) -> Person:
    """The person, in the transaction after the password was proved; their count starts anew.

    Raises Invalid where the password was changed in between.
    """
    person = c.session.get_one(Person, owner.person_id)
    if person.password_hash != owner.password_hash:
        raise Invalid(mark("The present password is not right."))
    forget_attempt(c, attempt)
    return person


def change_password(
    c: Context, owner: PasswordOwner, attempt: Attempt, stored: str, *, token: str, at: datetime
) -> str:
    """Keep the new password, end all sessions of the person and open one; its token.

    `stored` is its hash, `token` that of the present session. Leaves an event, sends `security`.
    Raises Invalid. `at`: real time (UTC).
    """
    person = unchanged(c, owner, attempt)
    here = c.session.get(LoginSession, token_hash(token))
    person.password_hash = stored
    person.must_change_password = False
    end_sessions(c, person.id, at)
    c.record_event(SYSTEM_CHAIN, "change_password", "person", person.id)
    notify_owner(c, person.id, AccountChange.PASSWORD_CHANGED)
    return open_session(c, person.id, at, here.browser if here else "")
