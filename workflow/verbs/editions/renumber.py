"""Tasks and headings that go on under another code."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sqlalchemy import select, update

from db.models import Item, Task
from workflow.verbs.context import Context


def renumber(
    c: Context,
    table: type[Task] | type[Item],
    plan_id: int,
    codes: Mapping[str, str],
    needed: Iterable[str],
    edition: int,
) -> None:
    """Give a plan's tasks or headings new codes (`codes`: old → new), all at once.

    Whatever else holds a code that is `needed` is called after the `edition` it stood in: 1.3 of
    the first becomes 1.3@1. Each task that is called otherwise has an event with both codes.
    """
    rows = c.session.execute(select(table.code, table.id).where(table.plan_id == plan_id))
    held = dict(rows.tuples().all())
    moves = {held[old]: new for old, new in codes.items() if old in held and old != new}
    going_on = {held[old] for old in codes if old in held}
    for code in set(needed) & set(held):
        if held[code] not in going_on:
            moves[held[code]] = f"{code}@{edition}"
    # Two steps, because codes may change places.
    for each in ("#{id}", "{code}"):
        for row_id, code in moves.items():
            c.session.execute(
                update(table)
                .where(table.id == row_id)
                .values(code=each.format(id=row_id, code=code))
                .execution_options(synchronize_session="fetch")
            )
    if table is Task:
        was = {row_id: code for code, row_id in held.items()}
        for row_id, code in moves.items():
            c.record_event(plan_id, "renumber", "task", row_id, was[row_id], code)
