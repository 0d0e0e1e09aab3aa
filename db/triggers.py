"""Triggers that keep promises: append-only tables and intervals, whoever holds the connection.

On SQLite others keep the index of the search. All are laid down again after every migration,
because SQLite loses them when a table is rebuilt.
"""

from __future__ import annotations

from sqlalchemy import Connection, inspect, text

from db.models.table import AppendOnly, Interval, Table, tables_of

_REFUSAL = "is append-only"
_FOREVER = {"sqlite": "'9999-12-31 00:00:00.000000'", "postgresql": "'9999-12-31 00:00:00+00'"}


def install(connection: Connection) -> None:
    """Create every trigger anew on the database behind the connection.

    A database that is not yet migrated to the end lacks the youngest tables and columns.
    """
    dialect = connection.dialect.name
    known = inspect(connection)
    there = set(known.get_table_names())
    if dialect == "postgresql":
        connection.execute(
            text(
                "create or replace function luoshi_refuse() returns trigger language plpgsql as "
                f"$$ begin raise exception '% {_REFUSAL}', tg_table_name; end $$"
            )
        )
    for table in there.intersection(tables_of(AppendOnly)):
        for action in ("update", "delete"):
            _trigger(connection, table, action, "")
    for table in there.intersection(tables_of(Interval)):
        _trigger(connection, table, "delete", "")
        columns = {column["name"] for column in known.get_columns(table)}
        _trigger(connection, table, "update", _changes_more(table, dialect, columns))
    if dialect == "sqlite" and "search_entry" in there:
        _index_searched(connection)


def _changes_more(table: str, dialect: str, there: set[str]) -> str:
    """Whether a change is of more than the end."""
    differs = "is not" if dialect == "sqlite" else "is distinct from"
    columns = [
        c.name
        for c in Table.metadata.tables[table].columns
        if c.name in there - {"known_to"} and not c.info.get("filled_in_later")
    ]
    others = " or ".join(f'new."{name}" {differs} old."{name}"' for name in columns)
    # Nor does an interval end before it begins.
    return f"old.known_to <> {_FOREVER[dialect]} or new.known_to < old.known_from or {others}"


def _trigger(connection: Connection, table: str, action: str, condition: str) -> None:
    name = f"{table}_no_{action}"
    when = f"when ({condition})" if condition else ""
    head = f"create trigger {name} before {action} on {table} for each row {when}"
    if connection.dialect.name == "sqlite":
        connection.execute(text(f"drop trigger if exists {name}"))
        connection.execute(text(f"{head} begin select raise(abort, '{table} {_REFUSAL}'); end"))
    else:
        connection.execute(text(f"drop trigger if exists {name} on {table}"))
        connection.execute(text(f"{head} execute function luoshi_refuse()"))


def _index_searched(connection: Connection) -> None:
    """Let SQLite's full-text table follow the entries of the search."""
    leave = (
        "insert into search_gram (search_gram, rowid, grams) values ('delete', old.id, old.grams)"
    )
    enter = "insert into search_gram (rowid, grams) values (new.id, new.grams)"
    for action, acts in (("insert", (enter,)), ("delete", (leave,)), ("update", (leave, enter))):
        connection.execute(text(f"drop trigger if exists search_entry_{action}"))
        connection.execute(
            text(
                f"create trigger search_entry_{action} after {action} on search_entry "
                f"begin {'; '.join(acts)}; end"
            )
        )
