"""Set a password by a link that was mailed: asked for, sent to new people, and used once.

The letter waits without its token, which is put in when it leaves (workflow.verbs.mail.links).

owner = owner_by_link(c, …)                          may the link be used, and whose is it
stored = owner.hash_of(password)                     slow: no transaction is open
browser = reset_password(c, owner, stored, …)
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import func, insert, select, update

from db.models import PasswordReset, Person
from db.queries.people.people import person_by_email
from db.queries.places.places import about_person
from db.record import SYSTEM_CHAIN
from i18n import mark
from notifications.sealed import place_for
from workflow.rules.access import passwords
from workflow.rules.access.changes import AccountChange
from workflow.rules.access.permissions import Permission, require_for_some
from workflow.rules.access.throttle import MAILS, WINDOW, AttemptKind
from workflow.rules.access.tokens import token_hash
from workflow.rules.refusals import Refused
from workflow.verbs.access.attempts import AttemptKeys, AttemptSource, count_attempt, remember
from workflow.verbs.access.credentials import PasswordOwner, end_sessions, new_token, owner_of
from workflow.verbs.access.notify_owner import notify_owner
from workflow.verbs.context import Context
from workflow.verbs.mail.links import KIND, new_salt, token_of
from workflow.verbs.mail.notify import notify


class StaleLink(Refused):
    """The link was used, is too old, or was never ours: the three are not told apart."""

    code = "stale_link"


def ask_reset(c: Context, *, email: str, source: AttemptSource, secret: str, at: datetime) -> None:
    """Mail a link to the person with this address, if there is one; never tell whether.

    Who may: everybody. Sends `reset`, unless so many were sent just now that one that works lies
    in the mailbox. Leaves an event, with 0 for an unknown address. The work is the same either way:
    where nothing is to be sent a mail is made for somebody else and thrown away. Counted apart from
    logins. Raises TooManyAttempts. `at`: real time (UTC).
    """
    count_attempt(c, AttemptKeys.of(AttemptKind.RESET, email, source, secret), at)
    found = c.session.scalar(
        select(Person.id).where(Person.email == email.strip().lower(), Person.active)
    )
    sends = found is not None and _lately(c, found, at) < MAILS
    written = len(c.session.info.get("events", []))
    stand_in = found or c.session.scalar(select(Person.id).where(Person.active).limit(1))
    if stand_in is not None:
        with c.session.begin_nested() as part:
            _mail_link(c, stand_in, at, passwords.RESET_LIFE, first=False)
            c.session.flush()
            if not sends:
                part.rollback()
                del c.session.info.setdefault("events", [])[written:]
    c.record_event(SYSTEM_CHAIN, "ask_reset", "person", found or 0)


def _lately(c: Context, person_id: int, at: datetime) -> int:
    """How many links were mailed to a person within the window that still work."""
    end = at + passwords.RESET_LIFE
    return (
        c.session.scalar(
            select(func.count())
            .select_from(PasswordReset)
            .where(
                PasswordReset.person_id == person_id,
                PasswordReset.used_at.is_(None),
                PasswordReset.expires_at > end - WINDOW,
                PasswordReset.expires_at <= end,
            )
        )
        or 0
    )


def invite(c: Context, person_id: int, at: datetime) -> None:
    """Mail a new person the link by which they choose their first password. Leaves an event."""
    _mail_link(c, person_id, at, passwords.INVITATION_LIFE, first=True)
    c.record_event(SYSTEM_CHAIN, "invite", "person", person_id)


def link_for(c: Context, *, email: str, at: datetime) -> str:
    """A link by which a person sets a password, to be handed over where no mail arrives.

    Who may: who keeps people; on the command line the operator. Leaves an event. Raises NotFound.
    """
    require_for_some(c.actor, Permission.KEEP_PEOPLE)
    person_id = person_by_email(c.session, email)
    c.require(Permission.KEEP_PEOPLE, about_person(c.session, person_id))
    c.record_event(SYSTEM_CHAIN, "link_for", "person", person_id)
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
    notify(c, KIND, [person_id], plan_id=None, facts=facts, priority=1)


def _keep_link(c: Context, token: str, person_id: int, expires_at: datetime) -> None:
    values = {"token_hash": token_hash(token), "person_id": person_id, "expires_at": expires_at}
    c.session.execute(insert(PasswordReset).values(values))


def owner_by_link(c: Context, *, token: str, at: datetime) -> PasswordOwner:
    """Whom the mailed token lets choose a password. Raises StaleLink. `at`: real time (UTC)."""
    whose = select(PasswordReset.person_id).where(
        PasswordReset.token_hash == token_hash(token),
        PasswordReset.used_at.is_(None),
        PasswordReset.expires_at > at,
    )
    owner = owner_of(c, Person.id.in_(whose))
    if owner is None:
        raise _stale()
    return owner


def reset_password(
    c: Context,
    owner: PasswordOwner,
    stored: str,
    *,
    token: str,
    source: AttemptSource,
    secret: str,
    at: datetime,
) -> str:
    """Keep the new password of whom the token was mailed to, and end all their sessions.

    Who may: whoever holds the token, once. `stored` is the password's hash. The browser is known
    to the account from now on by the token returned: whoever is slowed down by strangers gets in
    from here. Leaves an event, and sends `security` unless this is the first password. Raises
    StaleLink. `at`: real time (UTC).
    """
    used = c.session.execute(
        update(PasswordReset)
        .where(
            PasswordReset.token_hash == token_hash(token),
            PasswordReset.person_id == owner.person_id,
            PasswordReset.used_at.is_(None),
            PasswordReset.expires_at > at,
        )
        .values(used_at=at)
    )
    person = c.session.get(Person, owner.person_id)
    if used.rowcount != 1 or person is None or not person.active:  # type: ignore[attr-defined]
        raise _stale()
    person.password_hash = stored
    person.must_change_password = False
    use_up_links(c, person.id, at)
    end_sessions(c, person.id, at)
    browser = source.browser or new_token()
    remember(
        c,
        AttemptKeys.of(
            AttemptKind.LOGIN, person.email, AttemptSource(source.address, browser), secret
        ),
        at,
    )
    c.record_event(SYSTEM_CHAIN, "reset_password", "person", person.id)
    if owner.password_hash:
        notify_owner(c, person.id, AccountChange.PASSWORD_CHANGED)
    return browser


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
