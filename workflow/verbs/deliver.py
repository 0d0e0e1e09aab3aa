"""Send what is in the outbox: claim, network, settle; three steps, two transactions."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Event
from uuid import uuid4

from sqlalchemy import and_, or_, select, update
from sqlalchemy.orm import Session

from db.models import Outbox, Person
from db.queries.heartbeats import CLOCK_BEHIND, beat, beats
from notifications.smtp import Fate, Letter, Outcome, PostOffice, Relay
from workflow.rules.refusals import Refused
from workflow.rules.timetable import DELIVER
from workflow.verbs.context import Context

log = logging.getLogger(__name__)
Acting = Callable[[], AbstractContextManager[Context]]
"""Opens one transaction of whoever delivers; the edge gives it."""

BATCH = 20
"""Letters claimed, sent and settled together: so many are in doubt after a crash."""
NETWORK_TIME = timedelta(minutes=10)
LEASE = timedelta(minutes=45)
"""Longer than the last letter begun within NETWORK_TIME may take."""
RELAY_PAUSE = timedelta(minutes=5)
LONGEST_PAUSE = timedelta(hours=1)
ATTEMPTS = 60
"""With pauses up to an hour this is a little more than two days; then a person must look."""
BEAT_EVERY = timedelta(minutes=1)
IDLE_SECONDS = 2.0
TROUBLE_SECONDS = 30.0


@dataclass(frozen=True)
class Delivered:
    """What came of a run. `relay` says why the relay took nothing, or is empty."""

    sent: int = 0
    failed: int = 0
    postponed: int = 0
    relay: str = ""

    def plus(self, other: Delivered) -> Delivered:
        """Both runs together."""
        return Delivered(
            self.sent + other.sent,
            self.failed + other.failed,
            self.postponed + other.postponed,
            other.relay,
        )


def deliver(acting: Acting, relay: Relay) -> Delivered:
    """Send everything that is due, batch by batch, until nothing is left or the relay is down.

    Who may: administrators, the system. No transaction is open while the network is used. A letter
    is sent once; only where a process died between network and settling, its frozen bytes go again
    with the same Message-ID when the lease is over. A refused address fails and marks the person;
    what is refused for now waits longer each time; if the relay itself refuses, everything waits.
    Raises NotAllowed.
    """
    done = Delivered()
    with PostOffice(relay) as office:
        while (more := deliver_once(acting, office)) is not None:
            done = done.plus(more)
            if more.relay:
                break
    return done


def deliver_once(acting: Acting, office: PostOffice) -> Delivered | None:
    """Claim one batch, send it over kept connections, settle it; None where nothing is due."""
    owner = uuid4().hex
    with acting() as c:
        letters = claim(c, owner)
        if not letters:
            _beat_if_late(c)
            return None
    outcomes = office.send(letters, NETWORK_TIME.total_seconds())
    with acting() as c:
        return settle(c, owner, outcomes, office.down)


def deliver_for_ever(
    acting: Acting, relay: Relay, stop: Event, idle_seconds: float = IDLE_SECONDS
) -> None:
    """Deliver until `stop` is set, with a heartbeat; what does not answer is waited for."""
    with PostOffice(relay) as office:
        while not stop.is_set():
            try:
                done = deliver_once(acting, office)
            except Refused as refusal:
                log.error("delivery waits: %s", refusal.code)
                stop.wait(TROUBLE_SECONDS)
                continue
            if done is None or done.relay:
                stop.wait(idle_seconds if done is None else TROUBLE_SECONDS)


def claim(c: Context, owner: str, batch: int = BATCH) -> list[Letter]:
    """Take the most urgent letters that are due, and those in doubt, under a lease of our own."""
    c.require("deliver")
    due = or_(
        and_(Outbox.state == "queued", Outbox.not_before <= c.now),
        and_(Outbox.state == "sending", Outbox.lease_until <= c.now),
    )
    chosen = c.session.scalars(
        select(Outbox.id)
        .where(due)
        .order_by(Outbox.priority, Outbox.id)
        .limit(batch)
        .with_for_update(skip_locked=True)
    ).all()
    if not chosen:
        return []
    taken = c.session.scalars(
        update(Outbox)
        .where(Outbox.id.in_(chosen), due)
        .values(
            state="sending",
            lease_until=c.now + LEASE,
            lease_owner=owner,
            attempts=Outbox.attempts + 1,
        )
        .returning(Outbox.id)
        .execution_options(synchronize_session=False)
    ).all()
    # The envelope bears the address of today, should it have been corrected since.
    rows = c.session.execute(
        select(Outbox.id, Person.email, Outbox.content)
        .join(Person, Person.id == Outbox.person_id)
        .where(Outbox.id.in_(taken))
        .order_by(Outbox.priority, Outbox.id)
    )
    return [Letter(*row) for row in rows]


def settle(c: Context, owner: str, outcomes: Sequence[Outcome], down: str = "") -> Delivered:
    """Write down what became of the letters of a lease; one that was lost meanwhile is let be."""
    c.require("deliver")
    ours = {
        row.id: row
        for row in c.session.execute(
            select(Outbox.id, Outbox.person_id, Outbox.attempts)
            .where(
                Outbox.id.in_([outcome.id for outcome in outcomes]),
                Outbox.state == "sending",
                Outbox.lease_owner == owner,
            )
            .with_for_update()
        )
    }
    counted = {"sent": 0, "failed": 0, "postponed": 0}
    for outcome in sorted(outcomes, key=lambda one: one.id):
        row = ours.get(outcome.id)
        if row is None:
            continue
        values = _settled(outcome, row.attempts, c.now)
        state = str(values["state"])
        counted["postponed" if state == "queued" else state] += 1
        c.session.execute(
            update(Outbox)
            .where(Outbox.id == outcome.id)
            .values(lease_until=None, lease_owner="", **values)
            .execution_options(synchronize_session=False)
        )
        _mark_person(c.session, row.person_id, outcome.fate, c.now)
        if state == "failed":
            c.note(0, "mail_failed", "outbox", outcome.id, person=row.person_id)
            log.warning("mail %s failed: %s", outcome.id, outcome.fate.value)
    done = Delivered(**counted, relay=down)
    if down:
        log.error("the mail relay takes nothing; %s letters wait", counted["postponed"])
    beat(c.session, DELIVER, c.now, ok=not down, summary=_summary(done))
    return done


def _settled(outcome: Outcome, attempts: int, now: datetime) -> dict[str, object]:
    if outcome.fate == Fate.SENT:
        return {"state": "sent", "sent_at": now, "last_error": ""}
    if outcome.fate == Fate.WAITS:
        wait = {"state": "queued", "attempts": attempts - 1, "last_error": outcome.reason}
        return {**wait, "not_before": now + RELAY_PAUSE if outcome.reason else now}
    if outcome.fate == Fate.POSTPONED and attempts < ATTEMPTS:
        pause = min(LONGEST_PAUSE, timedelta(minutes=2 ** min(attempts - 1, 10)))
        return {"state": "queued", "not_before": now + pause, "last_error": outcome.reason}
    return {"state": "failed", "last_error": outcome.reason}


def _mark_person(session: Session, person_id: int, fate: Fate, now: datetime) -> None:
    if fate == Fate.NO_SUCH_ADDRESS:
        unmarked = (Person.id == person_id, Person.bounced_at.is_(None))
        session.execute(update(Person).where(*unmarked).values(bounced_at=now))
    elif fate == Fate.SENT:
        marked = (Person.id == person_id, Person.bounced_at.is_not(None))
        session.execute(update(Person).where(*marked).values(bounced_at=None))


def _beat_if_late(c: Context) -> None:
    last = beats(c.session).get(DELIVER)
    waited = last is not None and last.summary == CLOCK_BEHIND
    if last is None or waited or c.now - last.at >= BEAT_EVERY:
        # What the relay said last stays to be read until a letter tells otherwise.
        ok, said = (last.ok, last.summary) if last and not waited else (True, _summary(Delivered()))
        beat(c.session, DELIVER, c.now, ok=ok, summary=said)


def _summary(done: Delivered) -> str:
    counts = f"sent={done.sent} failed={done.failed} postponed={done.postponed}"
    return f"{counts} relay={done.relay}" if done.relay else counts
