"""What many tests begin with is built by its verbs once in a process and kind of database, and
copied into the empty databases of the others.

    @built_once
    def little_city(database: Database) -> World: …

A fixture whose only argument is a database may be built so, too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from copy import copy, deepcopy
from dataclasses import dataclass
from functools import wraps
from typing import Any, TypeVar

from db.engine import Database
from db.models import Table

World = TypeVar("World")


@dataclass(frozen=True)
class Kept:
    """What was built: the database's content, and what the builder said of it."""

    content: Any
    said: dict[str, Any]
    world: Any


def built_once(build: Callable[[Database], World]) -> Callable[[Database], World]:
    """For a builder that is given an empty database and nothing else, and whose result tells of it
    in plain attributes beside `database`."""
    kept: dict[str, Kept] = {}

    @wraps(build)
    def built(*positional: Database, **named: Database) -> World:
        (database,) = (*positional, *named.values())
        kind = database.engine.dialect.name
        if kind not in kept:
            world = build(database)
            said = {name: value for name, value in vars(world).items() if value is not database}
            kept[kind] = Kept(_taken(database), deepcopy(said), copy(world))
            return world
        _put(database, kept[kind].content)
        world = copy(kept[kind].world)
        vars(world).update(deepcopy(kept[kind].said), database=database)
        return world

    return built


def _taken(database: Database) -> Any:
    if database.files:
        database.dispose()  # the last to leave brings all of the log into the file
        return database.files[0].read_bytes()
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
        for name, rows in tables.items():
            with cursor.copy(f'copy "{name}" from stdin') as into:
                into.write(rows)
        for name, last in numbers:
            if last is not None:
                cursor.execute("select setval(%s, %s)", (f'"{name}"', last))
