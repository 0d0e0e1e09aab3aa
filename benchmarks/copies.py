"""Two thousand cities out of one: every row doubled, again and again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import Connection, func, insert, literal, select
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
        steps = {table.name: connection.scalar(select(func.max(_key(table)))) for table in tables}
        for table in tables:
            columns = [_moved(table, column, steps) for column in table.columns]
            into = list(table.columns.keys())
            connection.execute(insert(table).from_select(into, select(*columns)))
        also(connection, steps)
        held *= 2
    return held


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
