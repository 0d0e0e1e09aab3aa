"""The ledger of reminders, sealed by the run: one digest a plan, in the run's event.

Sealing each of some hundred thousand rows of a morning by itself would take longer than writing
them. So the event of a run bears a digest of all rows that it wrote of its plan.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, String, cast


def line_of(columns: Any) -> ColumnElement[str]:
    """A row as it goes into the digest, of the table of reminders or what will be put into it."""
    line: ColumnElement[str] = cast(columns.subject, String)
    for column in (columns.subject_id, columns.unit_id, columns.clock_step_id, columns.person_id):
        line = line + " " + cast(column, String)
    said: ColumnElement[str] = line + " " + columns.role
    return said


def order_of(columns: Any) -> tuple[ColumnElement[Any], ...]:
    """The order of the rows of a plan in its digest."""
    return columns.subject, columns.subject_id, columns.clock_step_id, columns.person_id


def ledger_digest(lines: Iterable[str]) -> tuple[int, str]:
    """How many rows there are, and the SHA-256 over them, each with the end of its line."""
    rows = list(lines)
    return len(rows), hashlib.sha256("\n".join([*rows, ""]).encode()).hexdigest()
