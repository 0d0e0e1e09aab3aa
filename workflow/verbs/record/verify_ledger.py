"""Whether the ledger of reminders is as the events of its runs left it."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy.orm import Session

from db.models import Reminder
from db.queries.record.ledger import LedgerPart, ledger_parts, ledger_runs, sealed_one_by_one
from db.queries.record.seals import place_of
from workflow.verbs.record.verify_contents import ROW_ADDED, ROW_CHANGED, ROW_GONE, Difference


def verify_ledger(session: Session) -> Iterator[Difference]:
    """The parts of the ledger that are not what their runs wrote, and rows that no run wrote.

    A difference in a part is told once, by its first row: the digest is of all of them.
    """
    runs = ledger_runs(session)
    for part in ledger_parts(session):
        run = runs.pop((part.plan_id, part.at), None)
        if run is None:
            yield from _added(session, part)
        elif run.sha != part.sha:
            less, more = len(part.ids) < run.count, len(part.ids) > run.count
            why = ROW_GONE if less else ROW_ADDED if more else ROW_CHANGED
            yield _differs(session, part.ids[0], why, run.plan_id, run.no)
    for run in runs.values():
        yield _differs(session, 0, ROW_GONE, run.plan_id, run.no)


def _added(session: Session, part: LedgerPart) -> Iterator[Difference]:
    sealed = sealed_one_by_one(session, part.ids)
    for row in part.ids:
        if row not in sealed:
            yield _differs(session, row, ROW_ADDED, part.plan_id, 0)


def _differs(session: Session, row: int, why: str, plan_id: int, no: int) -> Difference:
    of = (Reminder.__tablename__, str(row)) if row else ("plan", str(plan_id))
    place = place_of(session, *of, None)
    return Difference(Reminder.__tablename__, str(row), why, place, plan_id if no else 0, no)
