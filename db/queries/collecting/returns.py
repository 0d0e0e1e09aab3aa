"""The record of returns: what came in by which way, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from db.models import IncomingReturn, Person, Unit
from db.queries.mail.outbox import of_known_people
from workflow.rules.access.permissions import Actor, Permission, require_for_some


@dataclass(frozen=True)
class LoggedReturn:
    """One return; `person` and `unit` are empty where a stranger or a machine wrote."""

    id: int
    at: datetime
    way: str
    kind: str
    outcome: str
    person: str
    unit: str
    period: str
    submitted: int
    drafted: int
    problems: int


def return_log(session: Session, actor: Actor, *, limit: int = 100) -> tuple[LoggedReturn, ...]:
    """The newest returns of the people whom the reader knows. Who may: whoever may read mails;
    raises NotAllowed."""
    require_for_some(actor, Permission.READ_MAIL)
    rows = session.execute(
        select(
            IncomingReturn.id, IncomingReturn.at, IncomingReturn.way, IncomingReturn.kind,
            IncomingReturn.outcome, func.coalesce(Person.name, "").label("person"),
            func.coalesce(Unit.name, "").label("unit"),
            IncomingReturn.period, IncomingReturn.submitted, IncomingReturn.drafted,
            IncomingReturn.problems,
        )
        .outerjoin(Person, Person.id == IncomingReturn.person_id)
        .outerjoin(Unit, Unit.id == func.coalesce(IncomingReturn.unit_id, Person.unit_id))
        .where(of_known_people(actor, IncomingReturn.person_id))
        .order_by(IncomingReturn.id.desc())
        .limit(limit)
    )  # fmt: skip
    return tuple(LoggedReturn(**row) for row in rows.mappings())
