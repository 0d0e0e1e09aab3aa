"""Set a password by a link that was mailed: asked for, sent to new people, and used once.

The letter waits without its token, which is put in when it leaves (workflow.verbs.links).
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import insert, select, update

from db.models import PasswordReset, Person
from db.queries.people import person_by_email
from db.record import SYSTEM_CHAIN
from luoshi.language import mark
from notifications.sealed import place_for
from workflow.rules import passwords
from workflow.rules.refusals import Refused
from workflow.verbs.context import Context
from workflow.verbs.credentials import (
    Keys,
    count_attempt,
    end_sessions,
    forget_attempts,
    hash_password,
    new_token,
    token_hash,
)
from workflow.verbs.links import KIND, new_salt, token_of
from workflow.verbs.posting import tell


class StaleLink(Refused):
    """The link was used, is too old, or was never ours: the three are not told apart."""

    code = "stale_link"


def ask_reset(c: Context, *, email: str, address: str, secret: str, at: datetime) -> None:
    """Mail a link to the person with this address, if there is one; never tell whether.

    Who may: everybody. Sends `reset`. Leaves an event, with 0 for an unknown address. The work is
    the same either way: for an unknown address a mail is made for somebody else and thrown away.
    Raises TooManyAttempts. `at`: real time (UTC).
    """
    count_attempt(c, Keys.of(email, address, secret), at)
    found = c.session.scalar(
        select(Person.id).where(Person.email == email.strip().lower(), Person.active)
    )
    written = len(c.session.info.get("events", []))
    stand_in = found or c.session.scalar(select(Person.id).where(Person.active).limit(1))
    if stand_in is not None:
        with c.session.begin_nested() as part:
            _mail_link(c, stand_in, at, passwords.RESET_LIFE, first=False)
            c.session.flush()
            if found is None:
                part.rollback()
                del c.session.info.setdefault("events", [])[written:]
    c.note(SYSTEM_CHAIN, "ask_reset", "person", found or 0)


def invite(c: Context, person_id: int, at: datetime) -> None:
    """Mail a new person the link by which they choose their first password. Leaves an event."""
    _mail_link(c, person_id, at, passwords.INVITATION_LIFE, first=True)
    c.note(SYSTEM_CHAIN, "invite", "person", person_id)


def link_for(c: Context, *, email: str, at: datetime) -> str:
    """A link by which a person sets a password, to be handed over where no mail arrives.

    Who may: who keeps people; on the command line the operator. Leaves an event. Raises NotFound.
    """
    c.require("keep_people")
    person_id = person_by_email(c.session, email)
    c.note(SYSTEM_CHAIN, "link_for", "person", person_id)
    token = new_token()
    _keep_link(c, token, person_id, at + passwords.INVITATION_LIFE)
    return f"{c.letterhead.base_url}/reset?token={token}"


def _mail_link(c: Context, person_id: int, at: datetime, life: timedelta, *, first: bool) -> None:
    salt = new_salt()
    _keep_link(c, token_of(c, salt), person_id, at + life)
    facts: dict[str, object] = {
        "token": place_for(salt),
        "expires_at": c.now + life,
        "first": first,
    }
    tell(c, KIND, [person_id], plan_id=None, facts=facts, priority=1)


def _keep_link(c: Context, token: str, person_id: int, expires_at: datetime) -> None:
    values = {"token_hash": token_hash(token), "person_id": person_id, "expires_at": expires_at}
    c.session.execute(insert(PasswordReset).values(values))


def reset_password(c: Context, *, token: str, password: str, secret: str, at: datetime) -> None:
    """Set the password of the person to whom the token was mailed, and end all their sessions.

    Who may: whoever holds the token, once. Leaves an event. Raises StaleLink, and Invalid for a
    password that is too weak (the link may then be used again). `at`: real time (UTC).
    """
    person = c.session.execute(
        select(Person)
        .join(PasswordReset, PasswordReset.person_id == Person.id)
        .where(PasswordReset.token_hash == token_hash(token), Person.active)
    ).scalar_one_or_none()
    if person is None:
        raise _stale()
    used = c.session.execute(
        update(PasswordReset)
        .where(
            PasswordReset.token_hash == token_hash(token),
            PasswordReset.used_at.is_(None),
            PasswordReset.expires_at > at,
        )
        .values(used_at=at)
    )
    if used.rowcount != 1:  # type: ignore[attr-defined]
        raise _stale()
    passwords.check(password, person.email)
    person.password_hash = hash_password(password)
    person.must_change_password = False
    use_up_links(c, person.id, at)
    end_sessions(c, person.id, at)
    forget_attempts(c, Keys.of(person.email, "", secret), at)
    c.note(SYSTEM_CHAIN, "reset_password", "person", person.id)


def use_up_links(c: Context, person_id: int, at: datetime) -> None:
    """Let every link of a person that was not used yet work no more."""
    c.session.execute(
        update(PasswordReset)
        .where(PasswordReset.person_id == person_id, PasswordReset.used_at.is_(None))
        .values(used_at=at)
    )


def _stale() -> StaleLink:
    return StaleLink(
        mark("This link was used already or is too old. Ask for a new one on the login page.")
    )
