"""When each flow and loop last ran."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from db.models import Heartbeat, Outbox, Plan
from workflow.rules.calendar import Calendar
from workflow.rules.timetable import DELIVER, DELIVER_DOES, TIMETABLE, next_run

GRACE = timedelta(hours=2)
"""How long after its time a slot may still come before people are told."""
DELIVERY_GRACE = timedelta(hours=1)
"""One letter to a slow relay may take half of it."""


WITH_HEARTBEATS = frozenset({*(slot.name for slot in TIMETABLE), DELIVER, "watch"})
"""The system actors that run by themselves and leave heartbeats."""
CLOCK_BEHIND = "clock"
"""What a heartbeat says when its flow or loop waits for the clock to be right again."""


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


@dataclass(frozen=True)
class Silence:
    """Something that should run by itself and does not. `does`: an English message of what it does.

    `last_at` is its last run (UTC, None: never), `expected_at` when it should have run. `failing`:
    it runs, but says that it cannot do its work.
    """

    name: str
    does: str
    last_at: datetime | None
    expected_at: datetime
    failing: bool = False


def silent(
    session: Session, *, now: datetime, calendar: Calendar, zone: str
) -> tuple[Silence, ...]:
    """The slots of the timetable and the delivery loop that have not run when they should have.

    Nothing is expected before the first plan was issued, no delivery before there was a mail.
    """
    last = beats(session)
    found = []
    began = session.scalar(select(func.min(Plan.issued_at)))
    if began is not None:
        for slot in TIMETABLE:
            beaten = last[slot.name].at if slot.name in last else None
            expected = next_run(slot, beaten or began, calendar, zone)
            if now > expected + GRACE:
                found.append(Silence(slot.name, slot.does, beaten, expected))
    loop = last.get(DELIVER)
    since = loop.at if loop else session.scalar(select(func.min(Outbox.not_before)))
    if since is not None and now > since + DELIVERY_GRACE:
        found.append(Silence(DELIVER, DELIVER_DOES, loop.at if loop else None, since))
    elif loop is not None and not loop.ok:
        found.append(Silence(DELIVER, DELIVER_DOES, loop.at, loop.at, failing=True))
    return tuple(found)
