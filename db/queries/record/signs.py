"""Signs of life of the parts of a running installation."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from db.models import PartSign
from workflow.rules.record.parts import SignOfLife


def give_sign(
    session: Session, name: str, started_at: datetime, now: datetime, trouble: str = ""
) -> None:
    """Write down that a part lives, or what it says is wrong. Times are real time (UTC)."""
    postgres = session.get_bind().dialect.name == "postgresql"
    values = {"started_at": started_at, "seen_at": now, "trouble": trouble}
    new = (postgresql.insert if postgres else sqlite.insert)(PartSign).values(name=name, **values)
    session.execute(new.on_conflict_do_update(index_elements=["name"], set_=values))


def mark_down(session: Session, name: str, trouble: str) -> None:
    """Write down that a part is known to be down; its last sign of life stays to be read."""
    session.execute(update(PartSign).where(PartSign.name == name).values(trouble=trouble))


def signs(session: Session) -> dict[str, SignOfLife]:
    """The last sign of every part that ever gave one, by name."""
    return {
        row.name: SignOfLife(row.started_at, row.seen_at, row.trouble)
        for row in session.scalars(select(PartSign))
    }
