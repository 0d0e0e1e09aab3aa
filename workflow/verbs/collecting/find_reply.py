"""What a mail said, as long as nobody has settled it, held until the end of a verb."""

from __future__ import annotations

from sqlalchemy import select

from db.models import MailReply
from i18n import mark
from workflow.rules.access.permissions import Permission, require_for_some
from workflow.rules.refusals import NotFound
from workflow.verbs.context import Context

_NOTHING = mark("There is nothing here, or it is not yours to see.")


def find_reply(c: Context, reply_id: int) -> MailReply:
    """The open reply, its row locked. Raises NotFound for one that is settled."""
    found = c.session.scalar(
        select(MailReply)
        .where(MailReply.id == reply_id, MailReply.state == "open")
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise NotFound(_NOTHING)
    return found


def find_own_reply(c: Context, reply_id: int) -> MailReply:
    """The open reply of the actor's own that belongs to no report yet. Raises NotFound."""
    reply = find_reply(c, reply_id)
    if reply.person_id != c.actor.person_id or reply.report_id is not None:
        raise NotFound(_NOTHING)
    require_for_some(c.actor, Permission.FILE)
    return reply


def settle(c: Context, reply: MailReply, state: str) -> None:
    """Close it as confirmed or put_aside; its words are kept no longer."""
    reply.state, reply.text = state, ""
    reply.settled_at, reply.settled_by = c.now, c.actor.person_id
    c.session.flush()
