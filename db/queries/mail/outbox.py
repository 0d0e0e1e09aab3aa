"""The mail log and the backlog."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select, true
from sqlalchemy.orm import InstrumentedAttribute, Session

from db.models import Outbox, Person, Unit
from db.queries.scope import visible_to
from workflow.rules.access.permissions import INSTALLATION, Actor, Permission, may, require_for_some
from workflow.rules.mail.delivery import OutboxState


@dataclass(frozen=True)
class LoggedMail:
    """One mail: whose, what, and how far it came; instants are UTC."""

    id: int
    plan_id: int | None
    kind: str
    subject: str
    person_id: int
    person: str
    email: str
    unit: str
    state: str
    created_at: datetime
    sent_at: datetime | None
    not_before: datetime
    attempts: int
    last_error: str


@dataclass(frozen=True)
class Backlog:
    """How many mails stand in each state, and since when (UTC) the oldest due one waits."""

    queued: int
    sending: int
    sent: int
    failed: int
    waiting_since: datetime | None


def mail_log(
    session: Session,
    actor: Actor,
    *,
    state: str | None = None,
    plan_id: int | None = None,
    person_id: int | None = None,
    limit: int = 200,
) -> tuple[LoggedMail, ...]:
    """The newest mails, of one state, plan or person where that is asked. Who may: the office;
    raises NotAllowed."""
    require_for_some(actor, Permission.READ_MAIL)
    found = (
        select(
            Outbox.id,
            Outbox.plan_id,
            Outbox.kind,
            Outbox.subject,
            Outbox.person_id,
            Person.name.label("person"),
            Person.email,
            func.coalesce(Unit.name, "").label("unit"),
            Outbox.state,
            Outbox.created_at,
            Outbox.sent_at,
            Outbox.not_before,
            Outbox.attempts,
            Outbox.last_error,
        )
        .join(Person, Person.id == Outbox.person_id)
        .join(Unit, Unit.id == Person.unit_id, isouter=True)
        .where(of_known_people(actor, Outbox.person_id))
        .order_by(Outbox.id.desc())
        .limit(limit)
    )
    if state is not None:
        found = found.where(Outbox.state == state)
    if plan_id is not None:
        found = found.where(Outbox.plan_id == plan_id)
    if person_id is not None:
        found = found.where(Outbox.person_id == person_id)
    return tuple(LoggedMail(**row) for row in session.execute(found).mappings())


def backlog(session: Session, actor: Actor, *, at: datetime) -> Backlog:
    """How the outbox stands. Who may: the office; raises NotAllowed."""
    require_for_some(actor, Permission.READ_MAIL)
    known = of_known_people(actor, Outbox.person_id)
    counted = dict(
        session.execute(
            select(Outbox.state, func.count()).where(known).group_by(Outbox.state)
        ).tuples().all()
    )  # fmt: skip
    oldest = session.scalar(
        select(func.min(Outbox.not_before)).where(
            known, Outbox.state == OutboxState.QUEUED, Outbox.not_before <= at
        )
    )
    return Backlog(
        queued=counted.get(OutboxState.QUEUED, 0),
        sending=counted.get("sending", 0),
        sent=counted.get(OutboxState.SENT, 0),
        failed=counted.get(OutboxState.FAILED, 0),
        waiting_since=oldest,
    )


def last_letter(session: Session, kind: str) -> datetime | None:
    """When a letter of a kind was last written, to whomever; for the system, not for readers."""
    return session.scalar(select(func.max(Outbox.created_at)).where(Outbox.kind == kind))


def mail_waits(session: Session) -> bool:
    """Whether any letter in the outbox has not been sent."""
    return (
        session.scalar(select(Outbox.id).where(Outbox.state == OutboxState.QUEUED).limit(1))
        is not None
    )


def of_known_people(actor: Actor, person_id: InstrumentedAttribute[Any]) -> ColumnElement[bool]:
    """What comes from or goes to the people of a place; for who runs the installation, of all."""
    if may(actor, Permission.OPERATE, INSTALLATION):
        return true()
    known = select(Person.id).where(visible_to(actor, Person)).correlate(None)
    return person_id.in_(known)
