"""Keeping the record: events in their chain, states and promises as intervals, compare-and-set."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from dataclasses import replace as changed
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from db.models import (
    Assignment,
    AssignmentState,
    ChainHead,
    Event,
    Report,
    ReportState,
    Request,
    RequestState,
    Seal,
    Task,
    TaskState,
)
from db.models.table import Interval
from db.sealing import Row, Sealed, as_they_stand, digest, noticed
from db.search import index_written
from db.types import canonical
from i18n import mark
from workflow.rules import states
from workflow.rules.access.permissions import Actor
from workflow.rules.refusals import Conflict, NotFound

SYSTEM_CHAIN = 0
SEALS = "seals"
"""The payload's name for the digest of what the event seals."""

_STATES: dict[str, tuple[type[Any], type[Any], str]] = {
    "task": (Task, TaskState, "task_id"),
    "assignment": (Assignment, AssignmentState, "assignment_id"),
    "report": (Report, ReportState, "report_id"),
    "request": (Request, RequestState, "request_id"),
}


@dataclass(frozen=True)
class EventRecord:
    """One event to be written; `payload` holds ids, codes, dates and numbers, never words."""

    chain: int
    at: datetime
    actor: str
    action: str
    subject: str
    subject_id: int
    before: str
    after: str
    payload: str


def record_event(
    session: Session,
    chain: int,
    actor: Actor,
    now: datetime,
    action: str,
    subject: str,
    subject_id: int,
    before: str = "",
    after: str = "",
    **payload: Any,
) -> None:
    """Remember an event; all of a transaction are written together at its end.

    It seals the rows that were written since the event before it: those it tells of.
    """
    who = actor.system or f"p{actor.person_id}"
    told = EventRecord(
        chain, now, who, action, subject, subject_id, before, after, canonical(payload)
    )
    _events(session).append((told, noticed(session)))


def _events(session: Session) -> list[tuple[EventRecord, list[Row]]]:
    found: list[tuple[EventRecord, list[Row]]] = session.info.setdefault("events", [])
    return found


def chain_hash(previous: str, no: int, event: EventRecord) -> str:
    """The hash of an event: SHA-256 over the previous hash and the canonical row."""
    at = event.at.astimezone(UTC).isoformat(timespec="microseconds")
    row = [event.chain, no, at, event.actor, event.action, event.subject, event.subject_id]
    row += [event.before, event.after, event.payload]
    return hashlib.sha256((previous + canonical(row)).encode()).hexdigest()


def write_events(session: Session, by: tuple[Actor, datetime] | None = None) -> None:
    """Append the transaction's events to their chains; heads are locked in order, and last.

    Rows that no event came after are sealed with the last; where there was none at all, with one
    of their own, `by` whoever wrote them.
    """
    rest = noticed(session)
    if rest and by is not None and not _events(session):
        record_event(session, SYSTEM_CHAIN, *by, "seal", "record", 0)
    events = _events(session)
    session.info.pop("events")
    alone = [] if events else rest
    if rest and events:
        events[-1] = (events[-1][0], events[-1][1] + rest)
    index_written(session, [*(row for _event, rows in events for row in rows), *alone])
    sealed = [(event, list(as_they_stand(session, rows))) for event, rows in _once(events)]
    for chain in sorted({event.chain for event, _ in sealed}):
        _append(session, chain, [one for one in sealed if one[0].chain == chain])


def _once(events: list[tuple[EventRecord, list[Row]]]) -> list[tuple[EventRecord, list[Row]]]:
    """Each row with the last event that wrote it, for it is sealed as the transaction leaves it."""
    last = {row: place for place, (_event, rows) in enumerate(events) for row in rows}
    return [
        (event, [row for row in dict.fromkeys(rows) if last[row] == place])
        for place, (event, rows) in enumerate(events)
    ]


def _append(session: Session, chain: int, told: list[tuple[EventRecord, list[Sealed]]]) -> None:
    no, last, at = locked_head(session, chain, told[0][0].at)
    events: list[dict[str, Any]] = []
    seals: list[dict[str, Any]] = []
    for event, those in told:
        # A chain never runs backwards, though verbs overlap and machines' clocks differ a little.
        at = max(at, event.at)
        payload = sealing(event.payload, digest(those)) if those else event.payload
        written = changed(event, at=at, payload=payload)
        no, last = no + 1, chain_hash(last, no + 1, written)
        events.append({**vars(written), "no": no, "hash": last})
        seals += [{"chain": chain, "no": no, **vars(one)} for one in those]
    session.execute(insert(Event), events)
    if seals:
        session.execute(insert(Seal), seals)
    move_head(session, chain, no, last, at)


def sealing(payload: str, seals: str) -> str:
    """A payload with the digest of the event's seals."""
    return canonical(json.loads(payload) | {SEALS: seals})


def locked_head(session: Session, chain: int, at: datetime) -> tuple[int, str, datetime]:
    """Number, hash and instant of a chain's last event, locked; of a chain that begins 0 and ""."""
    head = session.execute(
        select(ChainHead.no, ChainHead.hash, ChainHead.at)
        .where(ChainHead.chain == chain)
        .with_for_update()
    ).one_or_none()
    if head is not None:
        return head.no, head.hash, head.at
    kind = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    start = {"chain": chain, "no": 0, "hash": "", "at": at}
    session.execute(kind(ChainHead).values(**start).on_conflict_do_nothing())
    return locked_head(session, chain, at)


def move_head(session: Session, chain: int, no: int, last: str, at: datetime) -> None:
    """Let a locked head point to the chain's new last event."""
    session.execute(
        update(ChainHead).where(ChainHead.chain == chain).values(no=no, hash=last, at=at)
    )


def begin_state(session: Session, subject: str, subject_ids: Iterable[int], now: datetime) -> None:
    """Give new subjects their first state."""
    _, table, key = _STATES[subject]
    rows = [
        {key: subject_id, "state": states.INITIAL[subject], "known_from": now}
        for subject_id in subject_ids
    ]
    if rows:
        session.execute(insert(table), rows)


def state_of(session: Session, subject: str, subject_id: int) -> str:
    """The present state; NotFound if there is no such subject."""
    _, table, key = _STATES[subject]
    found = session.scalar(
        select(table.state).where(getattr(table, key) == subject_id, table.open())
    )
    if found is None:
        raise NotFound(mark("There is nothing here, or it is not yours to see."))
    return str(found)


def change_state(
    session: Session,
    subject: str,
    subject_id: int,
    action: str,
    actor: Actor,
    now: datetime,
    *,
    chain: int,
    more: dict[str, Any] | None = None,
    **payload: Any,
) -> str:
    """Take a subject through the transition table, with its event; the new state.

    `more` are further columns of the new state's row. Raises WrongState; Conflict if somebody
    else was faster.
    """
    _, table, key = _STATES[subject]
    before = state_of(session, subject, subject_id)
    after = states.after(subject, action, before)
    replace_interval(
        session,
        table,
        [getattr(table, key) == subject_id, table.state == before],
        {key: subject_id, "state": after, **(more or {})},
        now,
    )
    record_event(session, chain, actor, now, action, subject, subject_id, before, after, **payload)
    return after


def change_states(
    session: Session,
    subject: str,
    subject_ids: Sequence[int],
    action: str,
    actor: Actor,
    now: datetime,
    *,
    chain: int,
    **payload: Any,
) -> None:
    """Take many subjects through the same row of the transition table, each with its event.

    Raises as `change_state` does; then none has changed.
    """
    session.flush()
    _, table, key = _STATES[subject]
    which = getattr(table, key)
    for some in batched(subject_ids, 5000):
        found = session.execute(select(which, table.state).where(which.in_(some), table.open()))
        before = {subject_id: state for subject_id, state in found}  # noqa: C416 (rows, not pairs)
        after = {state: states.after(subject, action, state) for state in set(before.values())}
        closed = session.execute(
            update(table)
            .where(which.in_(some), table.state.in_(after), table.open(), table.known_from <= now)
            .values(known_to=now)
        )
        if not len(some) == len(before) == closed.rowcount:  # type: ignore[attr-defined]
            raise _second()
        session.execute(
            insert(table),
            [{key: i, "state": after[before[i]], "known_from": now} for i in some],
        )
        for i in some:
            state = before[i]
            record_event(
                session, chain, actor, now, action, subject, i, state, after[state], **payload
            )


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
        raise _second()
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
        raise _second()
    return version + 1


def _second() -> Conflict:
    return Conflict(
        mark(
            "Somebody else has changed this in the meantime. What you typed is kept as a draft; "
            "look at the present state and decide again."
        )
    )
