"""What is promised, as intervals, and rows with a version: the second writer is told."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, insert, update
from sqlalchemy.orm import Session

from db.models.table import Interval
from i18n import mark
from workflow.rules.refusals import Conflict


def batched(rows: Sequence[int], size: int) -> Iterator[Sequence[int]]:
    """The rows in parts of at most `size`, for statements that name each of them."""
    return (rows[start : start + size] for start in range(0, len(rows), size))


def replace_interval(
    session: Session,
    table: type[Interval],
    which: list[ColumnElement[bool]],
    values: dict[str, Any] | None,
    now: datetime,
) -> None:
    """Close the one open interval that `which` names and, with values, open the next.

    Raises Conflict unless exactly one was open.
    """
    session.flush()
    # What began later than now was written by somebody who was faster, or by another clock.
    closed = session.execute(
        update(table).where(*which, table.open(), table.known_from <= now).values(known_to=now)
    )
    if closed.rowcount != 1:  # type: ignore[attr-defined]
        raise somebody_else()
    if values is not None:
        session.execute(insert(table).values(known_from=now, **values))


def compare_and_set(session: Session, table: type[Any], row_id: int, version: int) -> int:
    """Compare and set the version of a row; the new one. Raises Conflict for the second writer."""
    session.flush()
    done = session.execute(
        update(table)
        .where(table.id == row_id, table.version == version)
        .values(version=version + 1)
        .execution_options(synchronize_session="fetch")
    )
    if done.rowcount != 1:  # type: ignore[attr-defined]
        raise somebody_else()
    return version + 1


def somebody_else() -> Conflict:
    """The refusal of a second writer."""
    return Conflict(
        mark(
            "Somebody else has changed this in the meantime. What you typed is kept as a draft; "
            "look at the present state and decide again."
        )
    )
