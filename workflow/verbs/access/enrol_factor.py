"""Set up a second factor, renew its recovery codes, take it away.

What is being set up travels in the page's form, sealed, and is kept only when the first code of it
was right. Whoever sets up, renews or gives up their own proves their password first (see
`workflow/verbs/access/change_password.py`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import delete, insert

from db.models import Person, RecoveryCode, SecondFactor
from db.queries.places.places import about_person
from db.record import SYSTEM_CHAIN
from i18n import mark
from workflow.rules.access import codes
from workflow.rules.access.changes import AccountChange
from workflow.rules.access.permissions import Permission
from workflow.rules.refusals import Invalid, NotFound
from workflow.verbs.access.attempts import Attempt
from workflow.verbs.access.change_password import unchanged
from workflow.verbs.access.credentials import PasswordOwner, end_sessions
from workflow.verbs.access.notify_owner import notify_owner
from workflow.verbs.access.prove_code import needs_factor, purpose_of, recovery_hash
from workflow.verbs.access.seal_secret import seal, unseal
from workflow.verbs.context import Context

LIFE = timedelta(minutes=30)
"""How long a page that shows a new secret may be used."""
ISSUER = "Luoshi"


@dataclass(frozen=True)
class Offer:
    """A new secret, as a page shows it; `sealed` comes back with the first code."""

    secret: str
    address: str
    sealed: str


def offer(c: Context, *, secret: str, at: datetime) -> Offer:
    """A new secret for the actor; nothing is kept yet. `at`: real time (UTC)."""
    person = _actor(c)
    new = codes.new_secret()
    sealed = seal(f"{at.timestamp():.0f} {new}", _offered(person.id), secret)
    return Offer(new, codes.address_of(new, person.email, ISSUER), sealed)


def offered_again(c: Context, sealed: str, *, secret: str, at: datetime) -> Offer:
    """The same offer, to be shown once more. Raises Unreadable, and Invalid for an old one."""
    person = _actor(c)
    made, new = unseal(sealed, _offered(person.id), secret).split(" ")
    if datetime.fromtimestamp(int(made), UTC) + LIFE <= at:
        raise Invalid(mark("This page was open for too long. Begin anew."))
    return Offer(new, codes.address_of(new, person.email, ISSUER), sealed)


def enrol_factor(
    c: Context,
    owner: PasswordOwner,
    attempt: Attempt,
    *,
    sealed: str,
    code: str,
    secret: str,
    at: datetime,
) -> list[str]:
    """Keep the offered secret in place of any other; the new recovery codes, shown this once.

    Leaves an event, sends `security`. Raises Invalid for a wrong code. `at`: real time (UTC).
    """
    person = unchanged(c, owner, attempt)
    new = offered_again(c, sealed, secret=secret, at=at).secret
    step = codes.step_of(new, code, at, 0)
    if step is None:
        raise Invalid(mark("This code is not right. Is the time of the telephone right?"))
    c.session.execute(delete(SecondFactor).where(SecondFactor.person_id == person.id))
    kept = seal(new, purpose_of(person.id), secret)
    values = {"person_id": person.id, "secret": kept, "last_step": step, "since": at}
    c.session.execute(insert(SecondFactor).values(values))
    c.record_event(SYSTEM_CHAIN, "enrol_factor", "person", person.id)
    notify_owner(c, person.id, AccountChange.FACTOR_SET_UP)
    return _new_codes(c, person.id, secret)


def renew_recovery_codes(
    c: Context, owner: PasswordOwner, attempt: Attempt, *, secret: str
) -> list[str]:
    """New recovery codes in place of the old ones, shown this once. Leaves an event.

    Raises NotFound.
    """
    person = unchanged(c, owner, attempt)
    needs_factor(c, person.id)
    c.record_event(SYSTEM_CHAIN, "renew_recovery_codes", "person", person.id)
    return _new_codes(c, person.id, secret)


def give_up_factor(c: Context, owner: PasswordOwner, attempt: Attempt) -> None:
    """Take one's own second factor away; where the settings ask for one, the next page is that
    which sets up another. Leaves an event, sends `security`. Raises NotFound."""
    person = unchanged(c, owner, attempt)
    _take_away(c, person.id)


def remove_factor(c: Context, person_id: int, *, at: datetime) -> None:
    """Take a lost second factor away and end the person's sessions, wherever the lost one is.

    Who may: whoever guards people and roles, and the operator at the console. Leaves an event,
    sends `security`. Raises NotFound. `at`: real time (UTC).
    """
    c.require(Permission.REMOVE_FACTOR, about_person(c.session, person_id))
    _take_away(c, person_id)
    end_sessions(c, person_id, at)


def _take_away(c: Context, person_id: int) -> None:
    c.session.delete(needs_factor(c, person_id))
    c.session.execute(delete(RecoveryCode).where(RecoveryCode.person_id == person_id))
    c.record_event(SYSTEM_CHAIN, "remove_factor", "person", person_id)
    notify_owner(c, person_id, AccountChange.FACTOR_REMOVED)


def _new_codes(c: Context, person_id: int, secret: str) -> list[str]:
    c.session.execute(delete(RecoveryCode).where(RecoveryCode.person_id == person_id))
    made = codes.recovery_codes()
    rows = [{"person_id": person_id, "code_hash": recovery_hash(person_id, code, secret)}
            for code in made]  # fmt: skip
    c.session.execute(insert(RecoveryCode), rows)
    return made


def _actor(c: Context) -> Person:
    person = c.session.get(Person, c.actor.person_id or 0)
    if person is None:
        raise NotFound(mark("There is no such person."))
    return person


def _offered(person_id: int) -> str:
    return f"offer to person {person_id}"
