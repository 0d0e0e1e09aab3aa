"""When each flow and loop last ran."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from db.installation import is_demo
from db.models import Heartbeat, Outbox, Plan
from db.queries.record.signs import signs
from i18n import mark
from workflow.rules.record.parts import parts
from workflow.rules.time.calendar import Calendar
from workflow.rules.time.timetable import (
    ALARM,
    ALARM_DOES,
    COLLECT,
    COLLECT_DOES,
    DELIVER,
    DELIVER_DOES,
    EARLY,
    KEEPING,
    TIMETABLE,
    Slot,
    next_run,
)

GRACE = timedelta(hours=2)
"""How long after its time a slot may still come before people are told."""
DELIVERY_GRACE = timedelta(hours=1)
"""One letter to a slow relay may take half of it."""


PART_GRACE = timedelta(minutes=5)
"""How long a part may be gone, to be started again, before people are told."""
WITH_HEARTBEATS = frozenset({*(slot.name for slot in TIMETABLE), DELIVER, COLLECT, "watch"})
"""The system actors that run by themselves and leave heartbeats."""
CLOCK_BEHIND = "clock"
"""What a heartbeat says when its flow or loop waits for the clock to be right again."""
BEHIND = mark("waits: the server's clock stands before what was recorded last")


@dataclass(frozen=True)
class LastRun:
    """The last run of a flow or loop: its instant, whether it went well, what it said, and since
    when (UTC) it has not gone well."""

    name: str
    at: datetime
    ok: bool
    summary: str
    failing_since: datetime | None = None

    @property
    def trouble(self) -> str:
        """What was wrong: the words of the relay, `error=` and the class of an error, or whatever
        was said, a message of the catalogues where it is about the clock; empty if nothing."""
        if self.summary == CLOCK_BEHIND:
            return BEHIND
        _counts, found, said = self.summary.partition("relay=")
        if self.ok or found:
            return "" if self.ok else said
        _counts, found, said = self.summary.partition("error=")
        return f"error={said}" if found else self.summary


def record_run(
    session: Session, name: str, now: datetime, ok: bool = True, summary: str = ""
) -> None:
    """Remember that something ran, in the transaction of what it did. `summary` holds counts and
    ids, nothing personal."""
    postgres = session.get_bind().dialect.name == "postgresql"
    values = {"at": now, "ok": ok, "summary": summary}
    began = None if ok else now
    new = (postgresql.insert if postgres else sqlite.insert)(Heartbeat).values(
        name=name, failing_since=began, **values
    )
    since = None if ok else func.coalesce(Heartbeat.failing_since, new.excluded.failing_since)
    kept = {**values, "failing_since": since}
    session.execute(new.on_conflict_do_update(index_elements=["name"], set_=kept))


def last_runs(session: Session) -> dict[str, LastRun]:
    """The last run of everything that ever ran, by name."""
    rows = session.execute(
        select(
            Heartbeat.name,
            Heartbeat.at,
            Heartbeat.ok,
            Heartbeat.summary,
            Heartbeat.failing_since,
        )
    )
    return {row.name: LastRun(*row) for row in rows}


def first_issued(session: Session) -> datetime | None:
    """When the first plan was issued (UTC); nothing is expected of the timetable before."""
    return session.scalar(select(func.min(Plan.issued_at)))


@dataclass(frozen=True)
class Silence:
    """Something that should run by itself and does not. `does`: an English message of what it does.

    `last_at` is its last run (UTC, None: never), `expected_at` when it should have run. `failing`:
    it runs, but cannot do its work since `expected_at`, and says `why`.
    """

    name: str
    does: str
    last_at: datetime | None
    expected_at: datetime
    failing: bool = False
    why: str = ""


def silent(
    session: Session,
    *,
    now: datetime,
    calendar: Calendar,
    zone: str,
    timetable: Sequence[Slot] = TIMETABLE,
) -> tuple[Silence, ...]:
    """The slots of the timetable and the delivery loop that have not run when they should have,
    what runs but says that it cannot do its work, and parts of the installation that are gone.

    Nothing is expected before the first plan was issued, no delivery before there was a mail.
    """
    last = last_runs(session)
    found = []
    began = first_issued(session)
    if began is not None:
        demo = is_demo(session)
        for slot in timetable:
            if demo and slot.name in KEEPING:
                continue
            beaten = last[slot.name].at if slot.name in last else None
            expected = next_run(slot, beaten + EARLY if beaten else began, calendar, zone)
            if now > expected + GRACE:
                found.append(Silence(slot.name, slot.does, beaten, expected))
            elif beaten is not None and not last[slot.name].ok:
                found.append(Silence(slot.name, slot.does, beaten, beaten, failing=True))
    loop = last.get(DELIVER)
    since = loop.at if loop else session.scalar(select(func.min(Outbox.not_before)))
    if since is not None and now > since + DELIVERY_GRACE:
        found.append(Silence(DELIVER, DELIVER_DOES, loop.at if loop else None, since))
    for name, does in ((DELIVER, DELIVER_DOES), (COLLECT, COLLECT_DOES), (ALARM, ALARM_DOES)):
        told = last.get(name)
        if told and not told.ok and name not in {one.name for one in found}:
            began = told.failing_since or told.at
            found.append(Silence(name, does, told.at, began, failing=True, why=told.trouble))
    for part in parts(signs(session), now - PART_GRACE):
        if part.sign and not part.lives:
            seen = part.sign.seen_at
            found.append(Silence(part.name, part.does, seen, seen, failing=True, why=part.trouble))
    return tuple(found)
