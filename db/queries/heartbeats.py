"""When each flow and loop last ran."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from db.models import Heartbeat


@dataclass(frozen=True)
class Beat:
    """The last run of a flow or loop: its instant, whether it went well, what it said."""

    name: str
    at: datetime
    ok: bool
    summary: str


def beat(session: Session, name: str, now: datetime, ok: bool = True, summary: str = "") -> None:
    """Remember that something ran, in the transaction of what it did. `summary` holds counts and
    ids, nothing personal."""
    postgres = session.get_bind().dialect.name == "postgresql"
    values = {"at": now, "ok": ok, "summary": summary}
    new = (postgresql.insert if postgres else sqlite.insert)(Heartbeat).values(name=name, **values)
    session.execute(new.on_conflict_do_update(index_elements=["name"], set_=values))


def beats(session: Session) -> dict[str, Beat]:
    """The last run of everything that ever ran, by name."""
    rows = session.execute(select(Heartbeat.name, Heartbeat.at, Heartbeat.ok, Heartbeat.summary))
    return {row.name: Beat(row.name, row.at, row.ok, row.summary) for row in rows}
