"""Change one's own password."""

from __future__ import annotations

from datetime import datetime

from db.models import Person
from db.record import SYSTEM_CHAIN
from luoshi.language import mark
from workflow.rules import passwords
from workflow.rules.refusals import Invalid, NotFound
from workflow.verbs.context import Context
from workflow.verbs.credentials import (
    end_sessions,
    hash_password,
    open_session,
    verify_password,
)


def change_password(c: Context, *, old: str, new: str, at: datetime) -> str:
    """Set the actor's password, end all sessions of the person and open one; its token.

    Who may: every person for themselves. Leaves an event, sends nothing. Raises Invalid where
    `old` is wrong, `new` is too weak or the same. `at`: real time (UTC).
    """
    person = c.session.get(Person, c.actor.person_id) if c.actor.person_id else None
    if person is None:
        raise NotFound(mark("There is no such person."))
    if not verify_password(person.password_hash, old):
        raise Invalid(mark("The present password is not right."))
    if old == new:
        raise Invalid(mark("The new password must be another one."))
    passwords.check(new, person.email)
    person.password_hash = hash_password(new)
    person.must_change_password = False
    end_sessions(c, person.id, at)
    c.note(SYSTEM_CHAIN, "change_password", "person", person.id)
    return open_session(c, person.id, at)
