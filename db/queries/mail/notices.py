"""What came for a person: the letters that were written to them, as a page lists them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session

from db.models import NoticesSeen, Outbox, Plan
from workflow.rules.access.permissions import Actor
from workflow.rules.mail.delivery import OutboxState
from workflow.rules.mail.letters import LetterKind

MOST = 50
NO_NOTICES = (LetterKind.RESET, LetterKind.HEADS, LetterKind.RECEIPT)
"""Kinds of letters that are no news on a page: a way in, a keepsake, what one did oneself."""


@dataclass(frozen=True)
class Notice:
    """One letter. `subject` is empty for a digest that is not written down yet; `content` holds its
    bytes, with the link to what it is about; `new`: it came since the last visit."""

    at: datetime
    kind: str
    subject: str
    plan: str
    content: bytes
    new: bool


def notices_seen_at(session: Session, actor: Actor) -> datetime | None:
    """When the actor last looked at what had come."""
    return session.scalar(select(NoticesSeen.at).where(NoticesSeen.person_id == actor.person_id))


def count_new(session: Session, actor: Actor) -> int:
    """How many letters came since the actor's last look, MOST at the most."""
    some: Select[int] = select(Outbox.id).where(_mine(actor), _since(actor)).limit(MOST)
    return session.scalar(select(func.count()).select_from(some.subquery())) or 0


def notices(session: Session, actor: Actor, since: datetime | None) -> tuple[Notice, ...]:
    """The newest letters to the actor, the newest first; new is what came after `since`."""
    rows = session.execute(
        select(Outbox.created_at, Outbox.kind, Outbox.subject, Plan.title, Outbox.content)
        .join(Plan, Plan.id == Outbox.plan_id, isouter=True)
        .where(_mine(actor))
        .order_by(Outbox.id.desc())
        .limit(MOST)
    ).tuples()
    return tuple(
        Notice(at, kind, subject, plan or "", content, since is None or at > since)
        for at, kind, subject, plan, content in rows
    )


def _mine(actor: Actor) -> ColumnElement[bool]:
    return and_(
        Outbox.person_id == actor.person_id,
        Outbox.kind.not_in(NO_NOTICES),
        Outbox.state != OutboxState.NEEDLESS,
    )


def _since(actor: Actor) -> ColumnElement[bool]:
    mine = select(NoticesSeen.at).where(NoticesSeen.person_id == actor.person_id)
    seen = mine.scalar_subquery()
    return or_(seen.is_(None), Outbox.created_at > seen)
