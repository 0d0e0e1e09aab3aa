"""The ledger of reminders as it stands, and what the events of its runs say of it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from sqlalchemy import String, cast, select
from sqlalchemy.orm import Session

from db.ledger import ledger_digest, line_of, order_of
from db.models import Event, Reminder, Seal
from db.queries.record.chains import AT_ONCE
from db.record import batched


@dataclass(frozen=True)
class LedgerRun:
    """What one run wrote of a plan: its event, how many rows, and the digest of them."""

    plan_id: int
    no: int
    count: int
    sha: str


@dataclass(frozen=True)
class LedgerPart:
    """The rows of one plan and instant as they stand; `ids` in their order."""

    plan_id: int
    at: datetime
    ids: tuple[int, ...]
    sha: str


def ledger_runs(session: Session) -> dict[tuple[int, datetime], LedgerRun]:
    """(plan, instant) → what the event of the run says, of those that sealed all rows at once."""
    rows = session.execute(
        select(Event.chain, Event.no, Event.payload).where(Event.action == "remind"),
        execution_options={"yield_per": AT_ONCE},
    )
    found = {}
    for chain, no, payload in rows:
        said = json.loads(payload)
        if "ledger" in said:
            at = datetime.fromisoformat(said["at"])
            found[chain, at] = LedgerRun(chain, no, said["count"], said["ledger"])
    return found


def ledger_parts(session: Session) -> Iterator[LedgerPart]:
    """The ledger, plan by plan and instant by instant; few rows at a time are in memory."""
    r = Reminder
    rows = session.execute(
        select(r.plan_id, r.at, r.id, line_of(r)).order_by(r.plan_id, r.at, *order_of(r)),
        execution_options={"yield_per": AT_ONCE},
    )
    for (plan_id, at), some in groupby(rows, lambda row: (row[0], row[1])):
        part = list(some)
        _count, sha = ledger_digest(line for *_, line in part)
        yield LedgerPart(plan_id, at, tuple(row[2] for row in part), sha)


def sealed_one_by_one(session: Session, ids: Iterable[int]) -> set[int]:
    """Those of the rows that have a seal of their own, as all had before runs sealed them."""
    kind, found = Reminder.__tablename__, set()
    for some in batched(list(ids), AT_ONCE):
        keys = select(cast(Reminder.id, String)).where(Reminder.id.in_(some))
        sealed = select(Seal.key).where(Seal.kind == kind, Seal.key.in_(keys))
        found |= {int(key) for key in session.scalars(sealed)}
    return found
