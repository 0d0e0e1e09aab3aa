"""What many tests begin with is built by its verbs once in a process and kind of database, and
copied into the empty databases of the others.

    @built_once
    def little_city(database: Database) -> World: …

A fixture whose only argument is a database may be built so, too.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from copy import copy, deepcopy
from functools import wraps
from typing import Any, TypeVar

from db.engine import Database
from db.models import Table

World = TypeVar("World")


_kept: dict[tuple[str, str], tuple[Any, Any]] = {}
"""What was built, by its name and kind of database: the content, and what the builder said."""


def once(name: str, database: Database, build: Callable[[], Any]) -> Any:
    """Let an empty database hold what `build` writes into it; what it said."""
    key = (name, database.engine.dialect.name)
    if key not in _kept:
        said = build()
        _kept[key] = _taken(database), deepcopy(said)
        return said
    content, said = _kept[key]
    _put(database, content)
    return deepcopy(said)


def built_once(build: Callable[[Database], World]) -> Callable[[Database], World]:
    """For a builder that is given an empty database and nothing else, and whose result tells of it
    in plain attributes beside `database`."""
    worlds: dict[str, World] = {}
    name = f"{build.__module__}.{build.__qualname__}"

    @wraps(build)
    def built(*positional: Database, **named: Database) -> World:
        (database,) = (*positional, *named.values())

        def told() -> dict[str, Any]:
            world = worlds[name] = build(database)
            return {key: value for key, value in vars(world).items() if value is not database}

        said = once(name, database, told)
        world = copy(worlds[name])
        vars(world).update(said, database=database)
        return world

    return built


def _taken(database: Database) -> Any:
    if database.files:
        with closing(sqlite3.connect(database.files[0])) as connection:
            return connection.serialize()
    with database.engine.begin() as connection:
        cursor = connection.connection.cursor()
        tables = {name: b"".join(_copied(cursor, name)) for name in _tables()}
        cursor.execute("select sequencename, last_value from pg_sequences")
        return {name: rows for name, rows in tables.items() if rows}, cursor.fetchall()


def _copied(cursor: Any, name: str) -> Iterator[bytes]:
    with cursor.copy(f'copy "{name}" to stdout') as lines:
        yield from map(bytes, lines)


def _tables() -> list[str]:
    """Those before others that point to them."""
    return [table.name for table in Table.metadata.sorted_tables]


def _put(database: Database, content: Any) -> None:
    if database.files:
        database.dispose()
        for place in database.files:
            place.unlink(missing_ok=True)
        database.files[0].write_bytes(content)
        return
    tables, numbers = content
    with database.engine.begin() as connection:
        cursor = connection.connection.cursor()
        # What migrations lay down is among what was taken.
        cursor.execute("delete from place")
        for name, rows in tables.items():
            with cursor.copy(f'copy "{name}" from stdin') as into:
                into.write(rows)
        for name, last in numbers:
            if last is not None:
                cursor.execute("select setval(%s, %s)", (f'"{name}"', last))
