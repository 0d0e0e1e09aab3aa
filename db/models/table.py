"""What every table shares: naming of constraints, append-only and interval tables.

`AppendOnly` tables refuse UPDATE and DELETE, `Interval` tables refuse DELETE and every UPDATE but
the closing of an open interval; both by triggers (db/triggers.py), whoever holds the connection.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Index, MetaData, and_, text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from db.types import FOREVER, Instant, UtcDateTime

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


FILLED_IN_LATER = {"filled_in_later": True}
"""`info` of a column of an interval that may be written while the interval is open."""


class Table(DeclarativeBase):
    """Base of all tables."""

    metadata = MetaData(naming_convention=NAMES)


class AppendOnly:
    """Rows are inserted and never changed."""


class Interval:
    """A row holds from `known_from` until before `known_to`; only the end is ever written."""

    known_from: Mapped[Instant]
    known_to: Mapped[datetime] = mapped_column(UtcDateTime, default=FOREVER)

    @classmethod
    def at(cls, instant: datetime) -> ColumnElement[bool]:
        """What was known at an instant; for now and for any past moment the same."""
        return and_(cls.known_from <= instant, instant < cls.known_to)

    @classmethod
    def open(cls) -> ColumnElement[bool]:
        """What holds until something else is decided: the row that a verb may close."""
        return cls.known_to == FOREVER


def one_open(table: str, *columns: str) -> Index:
    """An index that lets at most one interval be open for what the columns name."""
    return Index(
        f"ux_{table}_open",
        *columns,
        unique=True,
        sqlite_where=text("known_to = '9999-12-31 00:00:00.000000'"),
        postgresql_where=text("known_to = '9999-12-31 00:00:00+00'"),
    )


def tables_of(kind: type[Any]) -> list[str]:
    """Names of the tables whose models have a mixin, sorted."""
    return sorted(
        mapper.local_table.name  # type: ignore[attr-defined]
        for mapper in Table.registry.mappers
        if issubclass(mapper.class_, kind)
    )
