"""The database as lines that any database takes: one row a line, table by table.

The lines of a table begin with that of its column names; each further one is a JSON array in that
order. They leave in pieces of a size that fits into memory, and come back from one file a table,
`<name>.jsonl`. Instants are ISO 8601 in UTC, dates ISO, quantities decimal text, bytes base64.
What makes a login possible (sessions, attempts, reset links), signs of life and the index of the
search, which is made anew, stay behind.
"""

from __future__ import annotations

import hashlib
import json
from base64 import b64decode
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import (
    Column,
    LargeBinary,
    Select,
    Table,
    delete,
    func,
    insert,
    literal,
    select,
    text,
    update,
)
from sqlalchemy import Date as DateColumn
from sqlalchemy.orm import Session

from db import models, triggers
from db.sealing import AS_IT_WAS
from db.search import index_all
from db.types import Millionths, UtcDateTime, plain
from i18n import mark
from workflow.rules.refusals import Invalid, Problem

LEFT_BEHIND = frozenset(
    {
        "known_source",
        "login_attempt",
        "login_session",
        "login_step",
        "part_sign",
        "password_reset",
        "search_entry",
    }
)
LAID_DOWN = {"place": 1}
"""Rows that migrations lay down in an empty database: the top place."""
AT_ONCE = 1_000
PIECE = 4 << 20
"""Bytes of a table that leave together."""
UNUSABLE = mark("The backup cannot be used.")


@dataclass(frozen=True)
class StoredTable:
    """One written table: how many rows, and the SHA-256 of its file."""

    rows: int
    sha256: str


def tables() -> list[Table]:
    """The tables that travel, those before others that point to them."""
    every = models.Table.metadata.sorted_tables
    return [table for table in every if table.name not in LEFT_BEHIND]


def write(session: Session, put: Callable[[str, bytes], None]) -> dict[str, StoredTable]:
    """Give every table to `put`, piece by piece with its name, all as of the session's moment."""
    return {table.name: _write_table(session, table, put) for table in tables()}


def _write_table(session: Session, table: Table, put: Callable[[str, bytes], None]) -> StoredTable:
    digest, piece, rows = hashlib.sha256(), bytearray(), 0
    columns = list(table.columns)
    found = session.execute(
        select(*columns).order_by(*table.primary_key.columns),
        execution_options={"yield_per": AT_ONCE},
    )

    def leave() -> None:
        digest.update(piece)
        put(table.name, bytes(piece))
        piece.clear()

    piece += _line([column.name for column in columns])
    for row in found:
        piece += _line([plain(value) for value in row])
        rows += 1
        if len(piece) >= PIECE:
            leave()
    leave()
    return StoredTable(rows, digest.hexdigest())


def _line(value: list[Any]) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def check(folder: Path, stored: dict[str, StoredTable]) -> None:
    """Raise Invalid, naming each file that is missing or is not the one that was written."""
    problems = []
    names = {table.name for table in tables()}
    for name in sorted(names - set(stored)):
        problems.append(Problem(name, mark("the file is missing")))
    for name in sorted(set(stored) - names):
        problems.append(Problem(name, mark("this version knows no such table")))
    for name in sorted(names & set(stored)):
        place = _place(folder, name)
        if not place.is_file():
            problems.append(Problem(name, mark("the file is missing")))
        elif file_sha(place) != stored[name].sha256:
            problems.append(Problem(name, mark("the file is not the one that was written")))
    if problems:
        raise Invalid(UNUSABLE, tuple(problems))


def _one_of(table: Table) -> Select[int]:
    """A row of the table beyond those that migrations lay down."""
    return select(literal(1)).select_from(table).offset(LAID_DOWN.get(table.name, 0)).limit(1)


def require_empty(session: Session) -> None:
    """Raise Invalid where the database holds anything already."""
    full = [t.name for t in tables() if session.execute(_one_of(t)).first()]
    if full:
        raise Invalid(
            mark("The database is not empty: there are rows in {tables}. Nothing was restored."),
            tables=", ".join(full),
        )


def read(session: Session, folder: Path) -> None:
    """Put every table below `folder` into an empty database, and lay its triggers down again."""
    if session.get_bind().dialect.name == "sqlite":
        session.execute(text("pragma defer_foreign_keys = on"))
    for table in tables():
        _read_table(session, table, folder)
    triggers.install(session.connection())
    index_all(session)


def _read_table(session: Session, table: Table, folder: Path) -> None:
    to_itself = {
        column.name for column in table.columns for key in column.foreign_keys
        if key.column.table is table
    }  # fmt: skip
    later = []
    if table.name in LAID_DOWN:
        session.execute(delete(table))
    with _place(folder, table.name).open(encoding="utf-8") as lines:
        names = json.loads(next(lines))
        if set(names) != set(table.columns.keys()):
            message = mark("the columns are those of another version")
            raise Invalid(UNUSABLE, (Problem(table.name, message),))
        columns = [table.columns[name] for name in names]
        for several in _batches(lines):
            rows = [
                {c.name: _in(c, value) for c, value in zip(columns, json.loads(line), strict=True)}
                for line in several
            ]
            # A row may point to a later one of its own table.
            later += [row for row in rows if any(row[name] is not None for name in to_itself)]
            empty = dict.fromkeys(to_itself)
            session.execute(
                insert(table), [{**r, **empty} for r in rows], execution_options={AS_IT_WAS: True}
            )
    for row in later:
        session.execute(
            update(table).where(table.c.id == row["id"]).values({n: row[n] for n in to_itself}),
            execution_options={AS_IT_WAS: True},
        )
    _number_on(session, table)


def _batches(lines: Iterator[str]) -> Iterator[list[str]]:
    while several := list(islice(lines, AT_ONCE)):
        yield several


def _number_on(session: Session, table: Table) -> None:
    """PostgreSQL counts ids in a sequence that knows nothing of rows put in with theirs."""
    key = table.columns.get("id")
    if key is None or session.get_bind().dialect.name != "postgresql":
        return
    highest = session.scalar(select(func.max(key)))
    if highest is not None:
        session.execute(select(func.setval(func.pg_get_serial_sequence(table.name, "id"), highest)))


def count(session: Session) -> dict[str, int]:
    """How many rows each table holds."""
    return {
        table.name: session.scalar(select(func.count()).select_from(table)) or 0
        for table in tables()
    }


def file_sha(place: Path) -> str:
    """The SHA-256 of a file, read in pieces."""
    with place.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _place(folder: Path, name: str) -> Path:
    return folder / f"{name}.jsonl"


def _in(column: Column[Any], value: Any) -> Any:
    if value is None:
        return None
    kind = column.type
    if isinstance(kind, UtcDateTime):
        return datetime.fromisoformat(value)
    if isinstance(kind, DateColumn):
        return date.fromisoformat(value)
    if isinstance(kind, Millionths):
        return Decimal(value)
    return b64decode(value) if isinstance(kind, LargeBinary) else value
