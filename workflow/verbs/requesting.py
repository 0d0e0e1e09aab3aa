"""What units ask the office: laying a request down, who is told, and what becomes of it."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, select

from db import record
from db.models import Assignment, Plan, Request, RequestState, Task, TaskVersion, Unit
from db.queries.people.people import actor_of
from db.queries.places.places import about_unit
from db.types import canonical
from workflow.rules.access.permissions import Permission, RoleName, may
from workflow.rules.mail.letters import LetterKind
from workflow.rules.requests import RequestKind
from workflow.rules.states import RequestStateName
from workflow.verbs.context import Context
from workflow.verbs.mail.notify import notify, people_in_place, people_in_posts


@dataclass(frozen=True)
class OpenRequest:
    """A request that awaits a decision."""

    request_id: int


def speaks_for(c: Context, action: Permission, task_id: int, unit_id: int | None) -> int:
    """The unit of the task for which the actor acts: the one given, else their own.

    Raises NotAllowed where there is none.
    """
    in_task = c.session.scalars(
        select(Assignment.unit_id)
        .where(Assignment.task_id == task_id, Assignment.open())
        .order_by(Assignment.position)
    ).all()
    own = [
        unit
        for unit in in_task
        if unit_id in (None, unit) and may(c.actor, action, about_unit(c.session, unit))
    ]
    c.require(action, about_unit(c.session, own[0] if own else None))
    return own[0]


def open_request(
    c: Context,
    kind: str,
    assignment: Assignment,
    reason: str,
    *,
    before: object = None,
    after: object = None,
    document: str = "",
) -> OpenRequest:
    """Lay a pending request down and tell those who decide."""
    made = Request(
        plan_id=assignment.plan_id,
        task_id=assignment.task_id,
        assignment_id=assignment.id,
        unit_id=assignment.unit_id,
        kind=kind,
        before=canonical(before or {}),
        after=canonical(after or {}),
        reason=reason.strip(),
        document=document.strip(),
        person_id=c.actor.person_id,
        at=c.now,
    )
    c.session.add(made)
    c.session.flush()
    record.begin_state(c.session, "request", [made.id], c.now)
    c.record_event(made.plan_id, "ask", "request", made.id, kind=kind, task=made.task_id)
    if kind != RequestKind.COMMENT:
        facts = {**letter_facts(c, made), "reason": made.reason}
        people = deciders(c, made.plan_id, made.unit_id)
        notify(c, LetterKind.DISPUTE, people, plan_id=made.plan_id, facts=facts)
    return OpenRequest(made.id)


def letter_facts(c: Context, made: Request) -> dict[str, object]:
    """What every letter about a request says of it."""
    code, title, unit = c.session.execute(
        select(Task.code, TaskVersion.title, Unit.name)
        .join(TaskVersion, TaskVersion.task_id == Task.id)
        .join(Unit, Unit.id == made.unit_id)
        .where(Task.id == made.task_id, TaskVersion.open())
    ).one()
    kind = made.kind
    return {"task": made.task_id, "code": code, "title": title, "unit": unit, "request_kind": kind}


def notify_of_decision(
    c: Context, made: Request, *, approved: bool, reply: str, document: str = ""
) -> None:
    """Tell the unit that asked what was decided."""
    people = [
        *people_in_posts(c, made.unit_id, RoleName.LIAISON),
        *people_in_posts(c, made.unit_id, RoleName.DEPUTY_HEAD),
    ]
    facts = {"approved": approved, "reply": reply, "document": document}
    notify(
        c,
        LetterKind.DECISION,
        people,
        plan_id=made.plan_id,
        facts={**letter_facts(c, made), **facts},
    )


def deciders(c: Context, plan_id: int, unit_id: int) -> list[int]:
    """The reviewers who may decide for a unit: those of the plan's office, else any."""
    plan = c.session.get_one(Plan, plan_id)
    subject = about_unit(c.session, unit_id)
    everybody = people_in_place(c, plan.place_id, RoleName.REVIEWER)
    office = plan.office_unit_id
    its = people_in_posts(c, office, RoleName.REVIEWER) if office else everybody
    for people in (its, everybody):
        found = [
            person_id
            for person_id in people
            if may(
                actor_of(c.session, person_id, c.today, c.actor.separate),
                Permission.DECIDE,
                subject,
            )
        ]
        if found:
            return found
    return []


def pending_requests(c: Context, *which: ColumnElement[bool]) -> list[Request]:
    """The requests that await a decision, of those named; no comments."""
    found = select(Request).join(RequestState, RequestState.request_id == Request.id)
    found = found.where(RequestState.open(), RequestState.state == RequestStateName.PENDING, *which)
    return list(
        c.session.scalars(found.where(Request.kind != RequestKind.COMMENT).order_by(Request.id))
    )


def lay_aside(c: Context, *which: ColumnElement[bool]) -> None:
    """Withdraw the pending requests named, because what they ask for is settled otherwise."""
    for made in pending_requests(c, *which):
        c.transition("request", made.id, "withdraw", chain=made.plan_id)
