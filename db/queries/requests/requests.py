"""What units asked for and what was decided."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session, aliased

from db.models import Person, Plan, Request, RequestState, Task, TaskVersion, Unit
from db.queries.reports.submissions import as_read
from db.queries.scope import visible_to
from workflow.rules.access.permissions import Actor, Permission, Subject, may
from workflow.rules.requests import RequestKind
from workflow.rules.states import RequestStateName


@dataclass(frozen=True)
class RequestRow:
    """A request as it stood; `before` and `after` as workflow.rules.requests writes them.

    `decided_at`, `reply`, `outcome`, `decided_document` and `decided_by` are of the decision;
    `may_decide`: the reader may decide it now.
    """

    request_id: int
    kind: str
    plan_id: int
    plan: str
    task_id: int
    code: str
    title: str
    assignment_id: int | None
    unit_id: int
    unit: str
    at: datetime
    person: str | None
    reason: str
    document: str
    before: dict[str, Any]
    after: dict[str, Any]
    state: str
    outcome: str
    reply: str
    decided_document: str
    decided_at: datetime | None
    decided_by: str | None
    may_decide: bool


def waiting_requests(
    session: Session, actor: Actor, at: datetime, plan_ids: Sequence[int]
) -> list[RequestRow]:
    """What awaits a decision about these plans, comments excepted, the longest waiting first."""
    which = (RequestState.state == RequestStateName.PENDING, Request.kind != RequestKind.COMMENT)
    return list_requests(session, actor, at, *which, Request.plan_id.in_(plan_ids))


def plan_comments(session: Session, actor: Actor, plan_id: int, at: datetime) -> list[RequestRow]:
    """The comments on a draft with what became of them (采纳情况), by task and time."""
    return list_requests(
        session,
        actor,
        at,
        Request.plan_id == plan_id,
        Request.kind == RequestKind.COMMENT,
        by_task=True,
    )


def requests_about(session: Session, actor: Actor, task_id: int, at: datetime) -> list[RequestRow]:
    """All that was asked about a task, in order of time."""
    return list_requests(session, actor, at, Request.task_id == task_id)


def list_requests(
    session: Session,
    actor: Actor,
    at: datetime,
    *which: ColumnElement[bool],
    by_task: bool = False,
) -> list[RequestRow]:
    """The requests that the reader may see, of those named, with their state at an instant;
    personal numbers are masked for whoever need not see them."""
    asker, decider = aliased(Person), aliased(Person)
    order = [Task.position, Request.id] if by_task else [Request.id]
    rows = session.execute(
        select(
            Request, RequestState, Plan.title, Plan.place_id, Task.code,
            TaskVersion.title, Unit.name, asker.name, decider.name,
        )
        .join(RequestState, RequestState.request_id == Request.id)
        .join(Plan, Plan.id == Request.plan_id)
        .join(Task, Task.id == Request.task_id)
        .join(TaskVersion, TaskVersion.task_id == Task.id)
        .join(Unit, Unit.id == Request.unit_id)
        .outerjoin(asker, asker.id == Request.person_id)
        .outerjoin(decider, decider.id == RequestState.person_id)
        .where(
            visible_to(actor, Request), RequestState.at(at), TaskVersion.at(at), *which
        )
        .order_by(*order)
    )  # fmt: skip
    found = (
        RequestRow(
            request_id=made.id,
            kind=made.kind,
            plan_id=made.plan_id,
            plan=plan,
            task_id=made.task_id,
            code=code,
            title=title,
            assignment_id=made.assignment_id,
            unit_id=made.unit_id,
            unit=unit,
            at=made.at,
            person=person,
            reason=made.reason,
            document=made.document,
            before=json.loads(made.before),
            after=json.loads(made.after),
            state=state.state,
            outcome=state.outcome,
            reply=state.reply,
            decided_document=state.document,
            decided_at=None if state.state == RequestStateName.PENDING else state.known_from,
            decided_by=by,
            may_decide=state.state == RequestStateName.PENDING and _may(actor, made, place),
        )
        for made, state, plan, place, code, title, unit, person, by in rows
    )
    return [as_read(row, actor, (row.unit_id,)) for row in found]


def _may(actor: Actor, made: Request, place_id: int) -> bool:
    action = Permission.ANSWER_COMMENT if made.kind == RequestKind.COMMENT else Permission.DECIDE
    return may(actor, action, Subject(place_id, unit_id=made.unit_id))
