"""One at a time, on however many machines: a turn that is taken, and ends with its process."""

from __future__ import annotations

import fcntl
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import text

from db.engine import Database


@contextmanager
def turn(database: Database, name: str) -> Iterator[None]:
    """Wait for the turn of this name in this database, and keep it for as long as the block lasts.

    It is kept by PostgreSQL for its connection, with SQLite on a file beside the database: whoever
    is killed has it no longer.
    """
    if database.engine.dialect.name == "sqlite":
        with Path(f"{database.url.database}-{name}").open("w") as kept:
            fcntl.flock(kept, fcntl.LOCK_EX)
            yield
        return
    key = {"key": zlib.crc32(name.encode())}
    engine = database.engine.execution_options(isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text("select pg_advisory_lock(:key)"), key)
        try:
            yield
        finally:
            connection.execute(text("select pg_advisory_unlock(:key)"), key)
