"""What came for a person: the letters that were written to them, as a page lists them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, ScalarSelect, and_, func, literal, or_, select
from sqlalchemy.orm import Session
from sqlalchemy.sql.elements import SQLCoreOperations

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


def letters_unseen(person_id: SQLCoreOperations[int]) -> ScalarSelect[int]:
    """How many letters came for a person since the last look; part of a question asked anyway."""
    seen = select(NoticesSeen.at).where(NoticesSeen.person_id == person_id).scalar_subquery()
    return (
        select(func.count())
        .select_from(Outbox)
        .where(_to(person_id), or_(seen.is_(None), Outbox.created_at > seen))
        .scalar_subquery()
    )


def notices(session: Session, actor: Actor, since: datetime | None) -> tuple[Notice, ...]:
    """The newest letters to the actor, the newest first; new is what came after `since`."""
    rows = session.execute(
        select(Outbox.created_at, Outbox.kind, Outbox.subject, Plan.title, Outbox.content)
        .join(Plan, Plan.id == Outbox.plan_id, isouter=True)
        .where(_to(literal(actor.person_id)))
        .order_by(Outbox.id.desc())
        .limit(MOST)
    ).tuples()
    return tuple(
        Notice(at, kind, subject, plan or "", content, since is None or at > since)
        for at, kind, subject, plan, content in rows
    )


def _to(person_id: SQLCoreOperations[int]) -> ColumnElement[bool]:
    return and_(
        Outbox.person_id == person_id,
        Outbox.kind.not_in(NO_NOTICES),
        Outbox.state != OutboxState.NEEDLESS,
    )
