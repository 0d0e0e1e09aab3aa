"""Mark the address of a person whose mail came back."""

from __future__ import annotations

from sqlalchemy import select

from db.models import Outbox, Person
from documents.mail.mail_file import IncomingMail
from notifications.answers import of_recipient
from workflow.rules.access.permissions import INSTALLATION, Permission
from workflow.rules.mail.delivery import MARKING
from workflow.rules.mail.returns import ReturnKind, ReturnOutcome
from workflow.verbs.collecting.record_return import ReturnResult
from workflow.verbs.context import Context
from workflow.verbs.mail.notify_unreached import notify_unreached

_REFUSED_FOR_GOOD = 550


def record_bounce(c: Context, mail: IncomingMail) -> ReturnResult:
    """Mark whom a notice of non-delivery is about as unreachable, where it returns a mail of ours
    (anybody can write such a notice, but not with its Message-ID), says that it failed for good for
    the mailbox's sake, and names the address that the person still has.

    Who may: administrators, the system.
    """
    c.require(Permission.COLLECT, INSTALLATION)
    returned = c.session.execute(
        select(Outbox.id, Outbox.person_id, Person.email, Person.bounced_at)
        .join(Person, Person.id == Outbox.person_id)
        .where(Outbox.message_id.in_(mail.references))
    ).first()
    gone = {
        one.recipient
        for one in mail.failures
        if one.permanent and of_recipient(_REFUSED_FOR_GOOD, one.status) in MARKING and one.status
    }
    if returned is None or returned.email.lower() not in gone:
        return ReturnResult(ReturnOutcome.AUTOMATIC, ReturnKind.BOUNCE)
    if returned.bounced_at is None:
        c.session.get_one(Person, returned.person_id).bounced_at = c.now
        c.session.flush()
        c.record_event(0, "bounce", "person", returned.person_id, outbox=returned.id)
        notify_unreached(c, returned.person_id)
    return ReturnResult(ReturnOutcome.BOUNCED, ReturnKind.BOUNCE, person_id=returned.person_id)
