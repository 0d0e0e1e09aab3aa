"""End sessions: one's own elsewhere, one or all but this one; or all of somebody else's.

Whoever ends their own proves their password first (see `workflow/verbs/access/change_password.py`):
a found open page must not lock its owner out.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import update

from db.models import LoginSession, Person
from db.queries.places.places import about_person
from db.record import SYSTEM_CHAIN
from i18n import mark
from workflow.rules.access.permissions import Permission
from workflow.rules.access.tokens import token_hash
from workflow.rules.refusals import NotFound
from workflow.verbs.access.attempts import Attempt
from workflow.verbs.access.change_password import unchanged
from workflow.verbs.access.credentials import PasswordOwner, end_sessions
from workflow.verbs.context import Context


def end_session(
    c: Context, owner: PasswordOwner, attempt: Attempt, *, key: str, at: datetime
) -> None:
    """End the actor's session that the list names `key`, with an event.

    Who may: every person their own. Raises Invalid, NotFound. `at`: real time (UTC).
    """
    unchanged(c, owner, attempt)
    ended = c.session.execute(
        update(LoginSession)
        .where(
            LoginSession.token_hash == key,
            LoginSession.person_id == (c.actor.person_id or 0),
            LoginSession.revoked_at.is_(None),
        )
        .values(revoked_at=at)
    )
    if ended.rowcount != 1:  # type: ignore[attr-defined]
        raise NotFound(mark("This session is over already."))
    c.record_event(SYSTEM_CHAIN, "end_session", "person", c.actor.person_id or 0)


def end_other_sessions(
    c: Context, owner: PasswordOwner, attempt: Attempt, *, token: str, at: datetime
) -> int:
    """End every session of the actor but that of the token, with one event; how many ended.

    Raises Invalid. `at`: real time (UTC).
    """
    person_id = unchanged(c, owner, attempt).id
    ended = end_sessions(c, person_id, at, but=token_hash(token))
    c.record_event(SYSTEM_CHAIN, "end_other_sessions", "person", person_id, ended=ended)
    return ended


def end_sessions_of(c: Context, *, person_id: int, at: datetime) -> int:
    """End every session of a person, such as after a telephone was lost; how many ended.

    Who may: whoever guards people and roles, and the operator. Leaves an event. Raises NotFound.
    `at`: real time (UTC).
    """
    c.require(Permission.END_SESSIONS, about_person(c.session, person_id))
    if c.session.get(Person, person_id) is None:
        raise NotFound(mark("There is no such person."))
    ended = end_sessions(c, person_id, at)
    c.record_event(SYSTEM_CHAIN, "end_sessions", "person", person_id, ended=ended)
    return ended
