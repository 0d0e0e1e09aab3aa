"""Events in their chains: each holds the hash of the one before it and seals what it tells of."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from dataclasses import replace as changed
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from db.models import ChainHead, Event, Seal
from db.sealing import Row, Sealed, as_they_stand, digest, noticed
from db.search import index_written
from db.types import canonical
from workflow.rules.access.permissions import Actor

SYSTEM_CHAIN = 0
SEALS = "seals"
"""The payload's name for the digest of what the event seals."""


@dataclass(frozen=True)
class EventRecord:
    """One event to be written; `payload` holds ids, codes, dates and numbers, never words."""

    chain: int
    at: datetime
    actor: str
    action: str
    subject: str
    subject_id: int
    before: str
    after: str
    payload: str


def record_event(
    session: Session,
    chain: int,
    actor: Actor,
    now: datetime,
    action: str,
    subject: str,
    subject_id: int,
    before: str = "",
    after: str = "",
    **payload: Any,
) -> None:
    """Remember an event; all of a transaction are written together at its end.

    It seals the rows that were written since the event before it: those it tells of.
    """
    who = actor.system or f"p{actor.person_id}"
    told = EventRecord(
        chain=chain,
        at=now,
        actor=who,
        action=action,
        subject=subject,
        subject_id=subject_id,
        before=before,
        after=after,
        payload=canonical(payload),
    )
    _events(session).append((told, noticed(session)))


def _events(session: Session) -> list[tuple[EventRecord, list[Row]]]:
    found: list[tuple[EventRecord, list[Row]]] = session.info.setdefault("events", [])
    return found


def chain_hash(previous: str, no: int, event: EventRecord) -> str:
    """The hash of an event: SHA-256 over the previous hash and the canonical row."""
    at = event.at.astimezone(UTC).isoformat(timespec="microseconds")
    row = [event.chain, no, at, event.actor, event.action, event.subject, event.subject_id]
    row += [event.before, event.after, event.payload]
    return hashlib.sha256((previous + canonical(row)).encode()).hexdigest()


def write_events(session: Session, by: tuple[Actor, datetime] | None = None) -> None:
    """Append the transaction's events to their chains; heads are locked in order, and last.

    Rows that no event came after are sealed with the last; where there was none at all, with one
    of their own, `by` whoever wrote them.
    """
    rest = noticed(session)
    if rest and by is not None and not _events(session):
        record_event(session, SYSTEM_CHAIN, *by, "seal", "record", 0)
    events = _events(session)
    session.info.pop("events")
    alone = [] if events else rest
    if rest and events:
        events[-1] = (events[-1][0], events[-1][1] + rest)
    index_written(session, [*(row for _event, rows in events for row in rows), *alone])
    sealed = [(event, list(as_they_stand(session, rows))) for event, rows in _once(events)]
    for chain in sorted({event.chain for event, _ in sealed}):
        _append(session, chain, [one for one in sealed if one[0].chain == chain])


def _once(events: list[tuple[EventRecord, list[Row]]]) -> list[tuple[EventRecord, list[Row]]]:
    """Each row with the last event that wrote it, for it is sealed as the transaction leaves it."""
    last = {row: place for place, (_event, rows) in enumerate(events) for row in rows}
    return [
        (event, [row for row in dict.fromkeys(rows) if last[row] == place])
        for place, (event, rows) in enumerate(events)
    ]


def _append(session: Session, chain: int, told: list[tuple[EventRecord, list[Sealed]]]) -> None:
    no, last, at = locked_head(session, chain, told[0][0].at)
    events: list[dict[str, Any]] = []
    seals: list[dict[str, Any]] = []
    for event, those in told:
        # A chain never runs backwards, though verbs overlap and machines' clocks differ a little.
        at = max(at, event.at)
        payload = sealing(event.payload, digest(those)) if those else event.payload
        written = changed(event, at=at, payload=payload)
        no, last = no + 1, chain_hash(last, no + 1, written)
        events.append({**vars(written), "no": no, "hash": last})
        seals += [{"chain": chain, "no": no, **vars(one)} for one in those]
    session.execute(insert(Event), events)
    if seals:
        session.execute(insert(Seal), seals)
    move_head(session, chain, no, last, at)


def sealing(payload: str, seals: str) -> str:
    """A payload with the digest of the event's seals."""
    return canonical(json.loads(payload) | {SEALS: seals})


def locked_head(session: Session, chain: int, at: datetime) -> tuple[int, str, datetime]:
    """Number, hash and instant of a chain's last event, locked; of a chain that begins 0 and ""."""
    head = session.execute(
        select(ChainHead.no, ChainHead.hash, ChainHead.at)
        .where(ChainHead.chain == chain)
        .with_for_update()
    ).one_or_none()
    if head is not None:
        return head.no, head.hash, head.at
    kind = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    start = {"chain": chain, "no": 0, "hash": "", "at": at}
    session.execute(kind(ChainHead).values(**start).on_conflict_do_nothing())
    return locked_head(session, chain, at)


def move_head(session: Session, chain: int, no: int, last: str, at: datetime) -> None:
    """Let a locked head point to the chain's new last event."""
    session.execute(
        update(ChainHead).where(ChainHead.chain == chain).values(no=no, hash=last, at=at)
    )
