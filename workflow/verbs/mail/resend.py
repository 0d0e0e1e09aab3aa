"""Send a failed mail once more."""

from __future__ import annotations

from sqlalchemy import select, update

from db.models import Outbox, Person
from db.queries.places.places import about_person
from i18n import mark
from workflow.rules.access.permissions import Permission
from workflow.rules.mail.delivery import OutboxState
from workflow.rules.refusals import NotFound, WrongState
from workflow.verbs.context import Context


def resend(c: Context, *, outbox_id: int) -> None:
    """Put a failed mail back into the outbox: the same bytes, to the person's address of today.

    Who may: reviewers, administrators. Only from failed. The person counts as reachable again
    until the address is refused once more. Raises NotAllowed, NotFound, WrongState.
    """
    found = c.session.execute(
        select(Outbox.state, Outbox.person_id, Outbox.plan_id)
        .where(Outbox.id == outbox_id)
        .with_for_update()
    ).one_or_none()
    c.require(Permission.RESEND, about_person(c.session, found.person_id if found else 0))
    if found is None:
        raise NotFound(mark("There is nothing here, or it is not yours to see."))
    if found.state != OutboxState.FAILED:
        raise WrongState(mark("Only a mail that failed can be sent once more."))
    c.session.execute(
        update(Outbox)
        .where(Outbox.id == outbox_id)
        .values(
            state=OutboxState.QUEUED,
            not_before=c.now,
            attempts=0,
            fault=None,
            tried_since=None,
            failed_at=None,
        )
        .execution_options(synchronize_session=False)
    )
    c.session.execute(update(Person).where(Person.id == found.person_id).values(bounced_at=None))
    c.record_event(found.plan_id or 0, "resend", "outbox", outbox_id)
