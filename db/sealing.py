"""What the record seals: every row of the sealed tables as an event left it, by its SHA-256.

A session that writes (`Writing`) notices each row that it inserts or changes, whoever writes it;
`db.record` seals them with the event that is noted next. So no verb can forget to.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from sqlalchemy import Table as Columns
from sqlalchemy import event, select, tuple_
from sqlalchemy.engine.result import IteratorResult, Result, SimpleResultMetaData
from sqlalchemy.orm import ORMExecuteState, Session, SessionTransaction, UOWTransaction

from db import models
from db.models.table import AppendOnly, Interval
from db.types import canonical, plain

AT_ONCE = 2_000
AS_IT_WAS = "luoshi_as_it_was"
"""Execution option of a statement that puts rows back with their seals (a restored backup)."""

SEALED_TOO: tuple[type[models.Table], ...] = (
    models.Plan,
    models.Item,
    models.Task,
    models.Measure,
    models.Round,
    models.Report,
    models.Evidence,
    models.Objection,
)
"""Tables whose rows may change and are sealed anew each time."""
UNSEALED: dict[type[models.Table], str] = {
    models.Event: "its hash seals it",
    models.Checkpoint: "it repeats the hash of an event, and is compared with it",
    models.Seal: "the event that it belongs to bears its digest",
    models.Reminder: "the event of its run bears the digest of all that the run wrote",
}
"""Append-only tables and intervals that are not sealed, and why."""
SEALED_BEFORE = frozenset({models.Reminder.__tablename__})
"""Tables of which older rows have a seal each, which is still looked at."""


def _sealed() -> dict[str, type[models.Table]]:
    every = {mapper.local_table.name: mapper.class_ for mapper in models.Table.registry.mappers}  # type: ignore[attr-defined]
    return {
        name: every[name]
        for name in sorted(every)
        if every[name] not in UNSEALED
        and (issubclass(every[name], AppendOnly | Interval) or every[name] in SEALED_TOO)
    }


SEALED = _sealed()
"""Table name → model of every table whose rows are sealed."""
Row = tuple[str, tuple[int, ...]]
"""The name of a table and the key of one of its rows."""


@dataclass(frozen=True)
class Sealed:
    """One row as it stood: its table, its key ("12", or "12/7" of two columns), its SHA-256."""

    kind: str
    key: str
    sha: str

    @property
    def line(self) -> bytes:
        """How it goes into the digest of an event's seals."""
        return f"{self.kind} {self.key} {self.sha}\n".encode()


class Writing(Session):
    """A session that notices the rows of sealed tables that it writes."""


def _notice(session: Session, kind: str, keys: Iterable[Sequence[int]]) -> None:
    noticed: dict[Row, None] = session.info.setdefault("noticed", {})
    for key in keys:
        noticed[kind, tuple(key)] = None


def noticed(session: Session) -> list[Row]:
    """The rows written since this was last asked."""
    return list(session.info.pop("noticed", ()))


@event.listens_for(Writing, "after_transaction_create")
def _tried(session: Session, part: SessionTransaction) -> None:
    if part.nested:
        session.info[part] = dict(session.info.get("noticed", {}))


@event.listens_for(Writing, "after_soft_rollback")
def _taken_back(session: Session, part: SessionTransaction) -> None:
    # What a savepoint took back was not written; there is nothing of it to seal.
    if part.nested and part in session.info:
        session.info["noticed"] = session.info.pop(part)


@event.listens_for(Writing, "after_flush")
def _flushed(session: Session, _work: UOWTransaction) -> None:
    changed = [one for one in session.dirty if session.is_modified(one)]
    for one in (*session.new, *changed):
        if (kind := type(one).__tablename__) in SEALED:
            keys = [getattr(one, c.name) for c in models.Table.metadata.tables[kind].primary_key]
            _notice(session, kind, [keys])


@event.listens_for(Writing, "do_orm_execute")
def _executed(state: ORMExecuteState) -> Result[Any] | None:
    if not (state.is_insert or state.is_update) or state.execution_options.get(AS_IT_WAS):
        return None
    statement: Any = state.statement
    kind = statement.table.name
    if kind not in SEALED:
        return None
    keys = [c.name for c in statement.table.primary_key]
    if statement.returning_column_descriptions:
        frozen = state.invoke_statement().freeze()
        _notice(state.session, kind, frozen().columns(*keys))
        return frozen()
    mine = [getattr(SEALED[kind], name) for name in keys]
    rows = state.invoke_statement(statement.returning(*mine)).all()
    _notice(state.session, kind, rows)
    # Whoever asked for no rows reads their number.
    done: Any = IteratorResult(SimpleResultMetaData([]), iter(()))
    done.rowcount = len(rows)
    return done  # type: ignore[no-any-return]


def content_of(table: Columns, row: Sequence[Any]) -> str:
    """The SHA-256 of a row: the name of its table, and all its columns in the order of the model.

    Empty ones are left out, and what a column means `as_before` it came (its `info`), so that one
    that is added later changes no older seal.
    """
    told = {
        column.name: plain(value)
        for column, value in zip(table.columns, row, strict=True)
        if value is not None and value != "" and value != column.info.get("as_before")
    }
    return hashlib.sha256(canonical([table.name, told]).encode()).hexdigest()


def as_they_stand(session: Session, rows: Iterable[Row]) -> Iterator[Sealed]:
    """The seals of rows as they stand now, table by table; a row that is not there has none."""
    for kind, some in groupby(sorted(rows), lambda row: row[0]):
        table = models.Table.metadata.tables[kind]
        yield from _digests(session, table, [key for _kind, key in some])


def _digests(session: Session, table: Columns, keys: list[tuple[int, ...]]) -> Iterator[Sealed]:
    mine = list(table.primary_key)
    places = [list(table.columns).index(column) for column in mine]
    for start in range(0, len(keys), AT_ONCE):
        some = keys[start : start + AT_ONCE]
        which = mine[0].in_([key[0] for key in some]) if len(mine) == 1 else tuple_(*mine).in_(some)
        for row in session.execute(select(*table.columns).where(which).order_by(*mine)):
            key = "/".join(str(row[place]) for place in places)
            yield Sealed(table.name, key, content_of(table, row))


def digest(seals: Iterable[Sealed]) -> str:
    """What an event's payload bears of its seals: SHA-256 over their lines, in order."""
    told = hashlib.sha256()
    for one in seals:
        told.update(one.line)
    return told.hexdigest()
