"""States of subjects: only through the transition table, each change with its event."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from db.models import (
    Assignment,
    AssignmentState,
    Procedure,
    ProcedureState,
    Report,
    ReportState,
    Request,
    RequestState,
    Task,
    TaskState,
)
from db.record.chain import record_event
from db.record.intervals import batched, replace_interval, somebody_else
from i18n import mark
from workflow.rules import states
from workflow.rules.access.permissions import Actor
from workflow.rules.refusals import NotFound

_STATES: dict[str, tuple[type[Any], type[Any], str]] = {
    "task": (Task, TaskState, "task_id"),
    "assignment": (Assignment, AssignmentState, "assignment_id"),
    "report": (Report, ReportState, "report_id"),
    "request": (Request, RequestState, "request_id"),
    "procedure": (Procedure, ProcedureState, "procedure_id"),
}


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
            raise somebody_else()
        session.execute(
            insert(table),
            [{key: i, "state": after[before[i]], "known_from": now} for i in some],
        )
        for i in some:
            state = before[i]
            record_event(
                session, chain, actor, now, action, subject, i, state, after[state], **payload
            )
