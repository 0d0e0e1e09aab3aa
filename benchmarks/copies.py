"""Two thousand cities out of one: every row doubled, again and again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, func, insert, literal, select
from sqlalchemy import Table as Rows

from db.models.table import Table

ALONE = {("plan", "code"), ("unit", "name"), ("submission", "receipt"), ("submission", "key")}


Also = Callable[[Connection, dict[str, int]], None]


def copy(
    connection: Connection, names: Sequence[str], plans: int, also: Also = lambda *_given: None
) -> int:
    """Double the rows of these tables until there are at least so many plans; how many there are.

    A row's own id and those of the rows of these tables that it belongs to are moved on; `also`
    is told by how much, table by table, and doubles the rest.
    """
    tables = [Table.metadata.tables[name] for name in names]
    held = 1
    while held < plans:
        steps = _last(connection, tables)
        for table in tables:
            _insert(connection, table, steps)
        also(connection, steps)
        held *= 2
    return held


def repeat(connection: Connection, names: Sequence[str], plans: int) -> None:
    """Copy the rows of these tables, which are of one plan, until there are so many plans."""
    tables = [Table.metadata.tables[name] for name in names]
    last = _last(connection, tables)
    for n in range(1, plans):
        steps = {name: n * step for name, step in last.items()}
        for table in tables:
            _insert(connection, table, steps, _key(table) <= last[_owner(table)])


def _last(connection: Connection, tables: Sequence[Rows]) -> dict[str, int]:
    """The last id of each table."""
    return {table.name: connection.scalar(select(func.max(_key(table)))) or 0 for table in tables}


def _insert(
    connection: Connection, table: Rows, steps: dict[str, int], *which: ColumnElement[bool]
) -> None:
    columns = [_moved(table, column, steps) for column in table.columns]
    copied = select(*columns).where(*which)
    connection.execute(insert(table).from_select(list(table.columns.keys()), copied))


def _owner(table: Rows) -> str:
    """The table whose ids the key holds: its own, or the one that its rows belong to."""
    return next((one.column.table.name for one in _key(table).foreign_keys), table.name)


def _key(table: Rows) -> Any:
    return next(iter(table.primary_key.columns))


def _moved(table: Rows, column: Any, steps: dict[str, Any]) -> Any:
    """A column of a copy: ids moved on, what must be unique made so."""
    above = {key.column.table.name for key in column.foreign_keys} & steps.keys()
    if above:
        return column + steps[above.pop()]
    if column is _key(table):
        return column + steps[table.name]
    if (table.name, column.name) in ALONE:
        return column + literal(f"+{steps['plan']}")
    return column
