"""Remember that a person looked at what had come for them."""

from __future__ import annotations

from sqlalchemy import delete, insert

from db.models import NoticesSeen
from workflow.verbs.context import Context


def see_notices(c: Context) -> None:
    """Keep when the actor last looked, so that what comes later is new. Who may: every person for
    themselves. It is no act that would have to be accounted for: no event, no mail."""
    if c.actor.person_id is None:
        return
    mine = NoticesSeen.person_id == c.actor.person_id
    c.session.execute(delete(NoticesSeen).where(mine))
    c.session.execute(insert(NoticesSeen).values(person_id=c.actor.person_id, at=c.now))
