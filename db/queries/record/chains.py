"""The event chains as they stand, read as a stream."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, true, union
from sqlalchemy.orm import Session

from db.models import ChainHead, Checkpoint, Event
from db.record import EventRecord

AT_ONCE = 2_000


@dataclass(frozen=True)
class ChainEnd:
    """The last event of a chain at some moment: its number, its hash and its instant."""

    chain: int
    no: int
    hash: str
    at: datetime


@dataclass(frozen=True)
class StoredEvent:
    """One stored event with the hash that it claims."""

    no: int
    note: EventRecord
    hash: str


def chains(session: Session) -> list[int]:
    """Every chain that has events, a head, or a head that left the installation."""
    every = union(select(Event.chain), select(ChainHead.chain), select(Checkpoint.chain))
    return sorted(session.scalars(every))


def head(session: Session, chain: int) -> ChainEnd | None:
    """The head that the installation itself remembers."""
    found = session.get(ChainHead, chain)
    return None if found is None else ChainEnd(chain, found.no, found.hash, found.at)


def heads(session: Session) -> list[ChainEnd]:
    """The heads of all chains."""
    rows = session.scalars(select(ChainHead).order_by(ChainHead.chain))
    return [ChainEnd(row.chain, row.no, row.hash, row.at) for row in rows]


def checkpoints(session: Session, chain: int) -> list[ChainEnd]:
    """The heads of a chain that left the installation, in order."""
    rows = session.scalars(
        select(Checkpoint).where(Checkpoint.chain == chain).order_by(Checkpoint.no, Checkpoint.id)
    )
    return [ChainEnd(chain, row.no, row.hash, row.at) for row in rows]


def last_checkpoints(session: Session, until: datetime | None = None) -> dict[int, int]:
    """Chain → the number of its last head that was kept, up to an instant."""
    rows = session.execute(
        select(Checkpoint.chain, func.max(Checkpoint.no).label("no"))
        .where(true() if until is None else Checkpoint.at <= until)
        .group_by(Checkpoint.chain)
    )
    return {row.chain: row.no for row in rows}


def links(session: Session, chain: int, *, after: int = 0) -> Iterator[StoredEvent]:
    """The events of a chain in order, from the one behind `after`; few at a time are in memory."""
    columns = [getattr(Event, name) for name in (*EventRecord.__dataclass_fields__, "no", "hash")]
    rows = session.execute(
        select(*columns).where(Event.chain == chain, Event.no > after).order_by(Event.no),
        execution_options={"yield_per": AT_ONCE},
    )
    for *fields, no, stored in rows:
        yield StoredEvent(no, EventRecord(*fields), stored)
