"""Sealing what was in the database before contents were sealed, as it stands at that moment."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import datetime
from itertools import islice
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Select, func, insert, select
from sqlalchemy import Table as Columns
from sqlalchemy.orm import Session

from db.models import ChainHead, Event, Seal, Table
from db.record import SEALS, SYSTEM_CHAIN, EventRecord, chain_hash, locked_head, move_head
from db.sealing import AT_ONCE, SEALED, Sealed, content_of
from db.types import canonical

ACTION, SUBJECT = "seal", "record"
"""The event that seals what was there before; its payload counts the rows."""
ACTOR = "upgrade"


def seal_older(session: Session, at: datetime | None) -> int:
    """Seal every row of the sealed tables by one event a chain; how many rows.

    A row belongs to its plan's chain, or to the system's. `at` is when (UTC; without it the
    instant of the last event), but never before the chain's last event. Few rows at a time are in
    memory. A database without an event has nothing to seal.
    """
    when = at or session.scalar(select(func.max(ChainHead.at)))
    if when is None:
        return 0
    plans = session.scalars(select(Table.metadata.tables["plan"].c.id)).all()
    return sum(_seal_chain(session, chain, when) for chain in sorted({SYSTEM_CHAIN, *plans}))


def _seal_chain(session: Session, chain: int, when: datetime) -> int:
    every = (one for kind in SEALED for one in _rows(session, kind, chain))
    some = list(islice(every, AT_ONCE))
    if not some:
        return 0
    no, last, head_at = locked_head(session, chain, when)
    at, no = max(when, head_at), no + 1
    told, count = hashlib.sha256(), 0
    while some:
        session.execute(insert(Seal), [{"chain": chain, "no": no, **vars(one)} for one in some])
        for one in some:
            told.update(one.line)
        count += len(some)
        some = list(islice(every, AT_ONCE))
    payload = canonical({"rows": count, SEALS: told.hexdigest()})
    note = EventRecord(
        chain=chain,
        at=at,
        actor=ACTOR,
        action=ACTION,
        subject=SUBJECT,
        subject_id=chain,
        before="",
        after="",
        payload=payload,
    )
    last = chain_hash(last, no, note)
    session.execute(insert(Event).values(**vars(note), no=no, hash=last))
    move_head(session, chain, no, last, at)
    return count


def _rows(session: Session, kind: str, chain: int) -> Iterator[Sealed]:
    table = Table.metadata.tables[kind]
    found = _of_chain(table, chain)
    if found is None:
        return
    mine = list(table.primary_key)
    places = [list(table.columns).index(column) for column in mine]
    rows = session.execute(found.order_by(*mine), execution_options={"yield_per": AT_ONCE})
    for row in rows:
        yield Sealed(kind, "/".join(str(row[place]) for place in places), content_of(table, row))


def _of_chain(table: Columns, chain: int) -> Select[Any] | None:
    """The rows of a table that belong to a chain."""
    way = way_to_plan(table)
    if way is None:
        return select(*table.columns) if chain == SYSTEM_CHAIN else None
    source, plan = way
    mine = plan.is_(None) if chain == SYSTEM_CHAIN else plan == chain
    return select(*table.columns).select_from(source).where(mine)


def way_to_plan(
    table: Columns, been: frozenset[str] = frozenset()
) -> tuple[FromClause, ColumnElement[Any]] | None:
    """A table joined with those that lead to its plan, and the column of the plan's id."""
    if table.name == "plan":
        return table, table.c.id
    if "plan_id" in table.c:
        return table, table.c.plan_id
    for column in table.columns:
        for key in column.foreign_keys:
            other = key.column.table
            if other.name in been | {table.name} or other.name not in SEALED:
                continue
            way = way_to_plan(other, been | {table.name})
            if way is not None:
                source, plan = way
                on = column == key.column
                return table.join(source, on, isouter=bool(column.nullable)), plan
    return None
