"""The database behind a URL: read and write transactions, migrations."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DataError, DBAPIError, OperationalError
from sqlalchemy.orm import Session

from db import record
from db.room import DiskFull, says_full
from db.sealing import Writing
from i18n import mark
from workflow.rules.refusals import Invalid, Refused

BUSY_MILLISECONDS = 30_000


class Unreachable(Refused):
    """The database does not answer."""

    code = "unreachable"


class Database:
    """One database. Nothing is opened before the first transaction."""

    def __init__(self, url: str) -> None:
        """Raises Invalid for the address of anything but a SQLite or PostgreSQL database."""
        parsed = _parsed(url)
        if parsed.drivername == "postgresql":
            parsed = parsed.set(drivername="postgresql+psycopg")
        if parsed.get_backend_name() == "sqlite" and parsed.database:
            Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
        self.url = parsed
        self.engine: Engine = create_engine(
            parsed,
            pool_pre_ping=parsed.drivername != "sqlite",
            # An error of a statement goes to the log, what people wrote does not.
            hide_parameters=True,
        )
        if self.engine.dialect.name == "sqlite":
            event.listen(self.engine, "connect", _prepare_sqlite)
            event.listen(self.engine, "begin", _begin_sqlite)

    @contextmanager
    def write(self, wait: bool = True) -> Iterator[Session]:
        """A session that is committed at the end with the events noted in it, or rolled back.

        One verb, one of these. On SQLite it takes the write lock at once; without `wait` it raises
        Unreachable rather than wait for it, or on PostgreSQL for a row, more than a moment.
        """
        engine = self.engine.execution_options(luoshi_writes=True, luoshi_waits=wait)
        with _reachable(), Writing(engine, expire_on_commit=False) as session, session.begin():
            if not wait and engine.dialect.name == "postgresql":
                session.execute(text("set local lock_timeout = '50ms'"))
            yield session
            session.flush()
            record.write_events(session, session.info.get("by"))

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session that sees one moment and writes nothing."""
        options: dict[str, Any] = {}
        if self.engine.dialect.name == "postgresql":
            options = {"postgresql_readonly": True, "isolation_level": "REPEATABLE READ"}
        with _reachable(), Session(self.engine.execution_options(**options)) as session:
            yield session

    def upgrade(self, at: datetime | None = None) -> tuple[str | None, str]:
        """Create or migrate the tables; the revisions before and after.

        The migration that brings seals is followed by sealing what is there, as of `at` (UTC), the
        one that brings the search by indexing it, the one that brings indicators by taking up
        those of the plans that are there.
        """
        from alembic import command
        from alembic.config import Config
        from alembic.runtime.migration import MigrationContext

        config = Config()
        config.set_main_option("script_location", "db:migrations")
        with _reachable(), self.rebuilding() as connection:
            before = MigrationContext.configure(connection).get_current_revision()
            config.attributes.update(connection=connection, at=at)
            command.upgrade(config, "head")
            after = MigrationContext.configure(connection).get_current_revision()
        return before, str(after)

    @contextmanager
    def rebuilding(self) -> Iterator[Connection]:
        """A writing transaction in which SQLite lets a table be rebuilt that others point to: it
        is dropped on the way, so that foreign keys are looked at in the end only."""
        engine = self.engine.execution_options(luoshi_writes=True)
        if engine.dialect.name != "sqlite":
            with engine.begin() as connection:
                yield connection
            return
        with engine.connect() as connection:
            raw = connection.connection.driver_connection
            assert raw is not None  # noqa: S101
            raw.execute("pragma foreign_keys = off")
            try:
                with connection.begin():
                    yield connection
                    if connection.exec_driver_sql("pragma foreign_key_check").first():
                        raise RuntimeError("the migration left rows that point nowhere")
            finally:
                raw.execute("pragma foreign_keys = on")

    @property
    def files(self) -> tuple[Path, ...]:
        """The files that SQLite keeps of it on this machine; none for PostgreSQL."""
        if self.engine.dialect.name != "sqlite" or not self.url.database:
            return ()
        return tuple(Path(self.url.database + end) for end in ("", "-wal", "-shm"))

    def dispose(self) -> None:
        """Close all connections."""
        self.engine.dispose()


def _parsed(url: str) -> URL:
    try:
        parsed = make_url(url)
        known = parsed.get_backend_name() in ("sqlite", "postgresql")
    except (ArgumentError, ValueError):
        known = False
    if not known:
        # The address itself is not repeated: it may hold a password.
        raise Invalid(
            mark(
                "LUOSHI_DATABASE_URL is no address of a database. Write sqlite:///folder/file.db "
                "or postgresql://user:password@host/name."
            )
        )
    return parsed


@contextmanager
def _reachable() -> Iterator[None]:
    try:
        yield
    except (DataError, OverflowError) as error:
        raise Invalid(
            mark("A number here is too large, or a text holds a character that cannot be kept.")
        ) from error
    except DBAPIError as error:
        if says_full(error.orig):
            raise DiskFull from error
        # SQLite says of a wrong statement, too, that it could not operate.
        wrong = getattr(error.orig, "sqlite_errorname", "") == "SQLITE_ERROR"
        if error.connection_invalidated or (isinstance(error, OperationalError) and not wrong):
            raise Unreachable(
                mark(
                    "The database does not answer just now. Nothing was lost; try again in a "
                    "minute, and tell the administrator if it stays so."
                )
            ) from error
        raise


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None
    cursor = connection.cursor()
    # Before WAL: two starting processes would find the file locked.
    cursor.execute(f"pragma busy_timeout = {BUSY_MILLISECONDS}")
    cursor.execute("pragma journal_mode = wal")
    cursor.execute("pragma synchronous = full")
    cursor.execute("pragma foreign_keys = on")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    # Reading and then writing in a deferred transaction fails at once when another one wrote.
    options = connection.get_execution_options()
    begin = "BEGIN IMMEDIATE" if options.get("luoshi_writes") else "BEGIN"
    if options.get("luoshi_waits", True):
        connection.exec_driver_sql(begin)
        return
    connection.exec_driver_sql("pragma busy_timeout = 0")
    try:
        connection.exec_driver_sql(begin)
    finally:
        connection.exec_driver_sql(f"pragma busy_timeout = {BUSY_MILLISECONDS}")
