"""Databases that are copies of one another, so that a state can be gone back to."""

from __future__ import annotations

import shutil
from itertools import count
from pathlib import Path

from sqlalchemy.engine import make_url

import postgres
from db.engine import Database

_numbers = count(1)


class Copies:
    """Copies of databases of one kind: files in a folder, or databases of a server."""

    def __init__(self, folder: Path, url: str, template: str = "") -> None:
        """`url` is that of an empty SQLite database, or of the server that has the `template`."""
        self._folder = folder
        self._server = url if template else ""
        self.empty = postgres.named(url, template) if template else url
        self._made: set[str] = set()

    @property
    def exact(self) -> bool:
        """Whether what is done twice gets the same ids: a sequence does not go back."""
        return not self._server

    def of(self, source: str | Database) -> str:
        """A new copy's URL. Nobody may have the source open; a Database is closed first."""
        if isinstance(source, Database):
            source.dispose()
            source = source.url.render_as_string(hide_password=False)
        name = f"torture_{next(_numbers)}"
        if not self._server:
            path = self._folder / f"{name}.db"
            shutil.copy(str(make_url(source).database), path)
            return f"sqlite:///{path}"
        template = make_url(source).database
        postgres.admin(self._server, f"create database {name} template {template}")
        self._made.add(name)
        return postgres.named(self._server, name)

    def opened(self, source: str | Database) -> Database:
        """A new copy, open."""
        return Database(self.of(source))

    def put(self, database: Database, source: str) -> None:
        """Let a database that is open be a copy of another. The engine stays, with all that it has
        learned: to learn it again takes longer than most tests."""
        database.dispose()
        url = make_url(source)
        name = str(database.url.database)
        if not self._server:
            for more in ("-wal", "-shm"):
                Path(name + more).unlink(missing_ok=True)
            shutil.copy(str(url.database), name)
            return
        postgres.admin(self._server, f"drop database {name} with (force)")
        postgres.admin(self._server, f"create database {name} template {url.database}")

    def drop_all(self) -> None:
        """Leave nothing on a server."""
        for name in self._made:
            postgres.admin(self._server, f"drop database {name} with (force)")
