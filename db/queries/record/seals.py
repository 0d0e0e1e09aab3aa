"""The seals of rows as they were stored, and the rows that they are about."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import String, cast, func, literal, select
from sqlalchemy import Table as Columns
from sqlalchemy.orm import Session

from db.models import Event, Evidence, ObjectionFile, Seal, Table
from db.sealing import AT_ONCE, SEALED, Sealed, as_they_stand


@dataclass(frozen=True)
class StoredSeal:
    """A seal with the event that it belongs to; the highest id of a row's seals is the last."""

    id: int
    chain: int
    no: int
    seal: Sealed


@dataclass(frozen=True)
class RowPlace:
    """Where a row belongs, in the words of the record; "" for what it has not."""

    plan: str = ""
    unit: str = ""
    task: str = ""
    period: str = ""


def seals(session: Session, chain: int, *, after: int = 0) -> Iterator[StoredSeal]:
    """The seals of a chain's events behind `after`, in order; few at a time are in memory."""
    rows = session.execute(
        select(Seal.id, Seal.no, Seal.kind, Seal.key, Seal.sha)
        .where(Seal.chain == chain, Seal.no > after)
        .order_by(Seal.no, Seal.id),
        execution_options={"yield_per": AT_ONCE},
    )
    for row_id, no, kind, key, sha in rows:
        yield StoredSeal(row_id, chain, no, Sealed(kind, key, sha))


def still_last(session: Session, kind: str, some: Iterable[StoredSeal]) -> list[StoredSeal]:
    """Those of a table's seals that nothing sealed anew since."""
    asked = list(some)
    last = dict(
        session.execute(
            select(Seal.key, func.max(Seal.id))
            .where(Seal.kind == kind, Seal.key.in_([one.seal.key for one in asked]))
            .group_by(Seal.key)
        )
        .tuples()
        .all()
    )
    return [one for one in asked if last[one.seal.key] == one.id]


def as_they_are(session: Session, kind: str, keys: Iterable[str]) -> dict[str, str]:
    """Key → SHA-256 of the rows of a table that are there."""
    rows = [(kind, tuple(map(int, key.split("/")))) for key in keys]
    return {one.key: one.sha for one in as_they_stand(session, rows)}


def unsealed(session: Session, kind: str, limit: int) -> list[str]:
    """Keys of rows that no event sealed."""
    table = Table.metadata.tables[kind]
    first, *others = table.primary_key
    key: Any = cast(first, String)
    for column in others:
        key = key + literal("/") + cast(column, String)
    known = select(Seal.id).where(Seal.kind == kind, Seal.key == key).exists()
    return list(
        session.scalars(select(key).where(~known).order_by(*table.primary_key).limit(limit))
    )


FILES: tuple[type[Evidence | ObjectionFile], ...] = (Evidence, ObjectionFile)
"""The tables whose rows name a file of the evidence store by its SHA-256."""


def files_from(session: Session, after: int, limit: int) -> list[tuple[StoredSeal, str | None]]:
    """The next seals of rows that name a file, behind the id `after`, each with the file that its
    row names now; None where the row is gone or another seal is the last."""
    rows = session.execute(
        select(Seal.id, Seal.chain, Seal.no, Seal.kind, Seal.key, Seal.sha)
        .where(Seal.kind.in_([one.__tablename__ for one in FILES]), Seal.id > after)
        .order_by(Seal.id)
        .limit(limit)
    )
    some = [
        StoredSeal(row.id, row.chain, row.no, Sealed(row.kind, row.key, row.sha)) for row in rows
    ]
    named: dict[int, str | None] = {}
    for table in FILES:
        kind = table.__tablename__
        last = still_last(session, kind, [one for one in some if one.seal.kind == kind])
        ids = [int(one.seal.key) for one in last]
        shas = session.execute(select(table.id, table.sha).where(table.id.in_(ids)))
        of = dict(shas.tuples().all())
        named |= {one.id: of.get(int(one.seal.key)) for one in last}
    return [(one, named.get(one.id)) for one in some]


def place_of(session: Session, kind: str, key: str, event: tuple[int, int] | None) -> RowPlace:
    """Where a row belongs; of one that is gone, where the event that sealed it (chain, number) was.

    Follows the row's keys, the nearest first, but never to a person.
    """
    table = Table.metadata.tables[kind]
    start = _row(session, table, tuple(map(int, key.split("/"))))
    if start is None and event is not None:
        told = session.execute(
            select(Event.subject, Event.subject_id).where(
                Event.chain == event[0], Event.no == event[1]
            )
        ).one_or_none()
        if told is not None and told.subject in SEALED:
            table = Table.metadata.tables[told.subject]
            start = _row(session, table, (told.subject_id,))
    found: dict[str, str] = {}
    waiting, been = [(table, start)], {table.name}
    while waiting:
        here, row = waiting.pop(0)
        if row is None:
            continue
        if here.name in _WORDS:
            found[_WORDS[here.name][0]] = str(row[_WORDS[here.name][1]])
        for column in here.columns:
            for other in (one.column.table for one in column.foreign_keys):
                if row[column.name] is not None and other.name not in been | {"person"}:
                    been.add(other.name)
                    waiting.append((other, _row(session, other, (row[column.name],))))
    return RowPlace(**found)


_WORDS = {
    "plan": ("plan", "title"),
    "unit": ("unit", "name"),
    "task": ("task", "code"),
    "round": ("period", "period"),
}


def _row(session: Session, table: Columns, key: tuple[int, ...]) -> Any:
    which = [column == part for column, part in zip(table.primary_key, key, strict=False)]
    return session.execute(select(*table.columns).where(*which)).mappings().one_or_none()
