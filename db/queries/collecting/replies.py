"""What mails said of a unit's reports and nobody has confirmed yet."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from db.models import MailReply, Person, Report
from db.queries.scope import visible_to
from workflow.rules.access.permissions import Actor


@dataclass(frozen=True)
class ReplyRead:
    """One mail's words about a report: whose, when (UTC), which fields of the draft it filled, and
    the numbers that went into none."""

    id: int
    person: str
    at: datetime
    text: str
    placed: Mapping[str, str]
    doubtful: tuple[str, ...]


def open_replies(session: Session, actor: Actor, report_id: int) -> tuple[ReplyRead, ...]:
    """What waits to be confirmed in a report, for the unit's own people."""
    own = select(Report.id).where(
        Report.id == report_id, Report.unit_id.in_(actor.unit_ids), visible_to(actor, Report)
    )
    return _found(session, MailReply.report_id.in_(own))


def loose_replies(session: Session, actor: Actor) -> tuple[ReplyRead, ...]:
    """The actor's own mails of which it is not certain which report they are about."""
    own = MailReply.person_id == (actor.person_id or 0)
    return _found(session, own & MailReply.report_id.is_(None))


def _found(session: Session, which: ColumnElement[bool]) -> tuple[ReplyRead, ...]:
    rows = session.execute(
        select(MailReply, Person.name)
        .join(Person, Person.id == MailReply.person_id)
        .where(which, MailReply.state == "open")
        .order_by(MailReply.id)
    )
    return tuple(
        ReplyRead(
            one.id, name, one.at, one.text, json.loads(one.placed), tuple(json.loads(one.doubtful))
        )
        for one, name in rows
    )
