"""The office decides what a unit asked for."""

from __future__ import annotations

import json
from dataclasses import dataclass

from db.models import Plan, Request, Task
from db.queries.places.places import about_unit
from i18n import mark
from workflow.rules.access.permissions import Permission
from workflow.rules.refusals import Invalid, NotFound
from workflow.rules.requests import (
    NEEDS_DOCUMENT,
    TASK_ACTIONS,
    RequestKind,
    completion,
    new_date,
    new_target,
)
from workflow.verbs.assignments.assign import in_force, waive_open, wind_clock
from workflow.verbs.assignments.hand_over import hand_over
from workflow.verbs.context import Context
from workflow.verbs.finding import find_visible
from workflow.verbs.requesting import lay_aside, notify_of_decision
from workflow.verbs.requests.amend_promises import move_date, move_target
from workflow.verbs.requests.close_out import require_complete


@dataclass(frozen=True)
class Decision:
    """What became of a request; `assignment_id` is new where another unit took the task over."""

    request_id: int
    approved: bool
    assignment_id: int | None = None


def decide(
    c: Context,
    *,
    request_id: int,
    approve: bool,
    reply: str = "",
    document: str = "",
    to_unit_id: int | None = None,
) -> Decision:
    """Grant or refuse a request, with a reply and the document that approves it.

    Who: reviewers and administrators who hold no post for the unit that asked. pending → approved
    or refused. A dispute that is granted ends the assignment and issues the task to `to_unit_id`
    (a support may just end); refused, it is upheld and to be acknowledged again. An extension moves
    the date, a target change the number: the earlier ones stay as closed intervals. A close-out
    needs every deliverable with document and date, and numbers and milestones reached or a `reply`
    that says why not. Suspension and termination waive what is not filed yet. The unit is told.
    Raises NotFound, NotAllowed, WrongState, Conflict where what would change has changed since,
    Invalid where a reply, document or unit is missing.
    """
    made = find_visible(c, Request, request_id)
    c.require(Permission.DECIDE, about_unit(c.session, made.unit_id))
    if made.kind == RequestKind.COMMENT:
        raise NotFound(mark("There is nothing here, or it is not yours to see."))
    if not approve and not reply.strip():
        raise Invalid(mark("A refusal needs a reason."))
    paper = document.strip() or made.document
    if approve and made.kind in NEEDS_DOCUMENT and not paper:
        raise Invalid(mark("This can only be granted with the document that approves it."))
    c.transition(
        "request",
        request_id,
        "approve" if approve else "refuse",
        chain=made.plan_id,
        more={"reply": reply.strip(), "document": paper, "person_id": c.actor.person_id},
        kind=made.kind,
        task=made.task_id,
    )
    new = None
    if approve:
        new = _grant(c, made, reply, paper, to_unit_id)
    else:
        _refuse(c, made)
    notify_of_decision(c, made, approved=approve, reply=reply.strip(), document=paper)
    return Decision(request_id, approve, new)


def _refuse(c: Context, made: Request) -> None:
    if made.kind == RequestKind.COMPLETION:
        c.transition("task", made.task_id, "refuse_completion", chain=made.plan_id)
    if made.kind == RequestKind.DISPUTE and made.assignment_id is not None:
        c.transition("assignment", made.assignment_id, "uphold", chain=made.plan_id)
        wind_clock(c, c.session.get_one(Plan, made.plan_id), [made.assignment_id])


def _grant(c: Context, made: Request, reply: str, paper: str, to_unit_id: int | None) -> int | None:
    before, after = json.loads(made.before), json.loads(made.after)
    task = c.session.get_one(Task, made.task_id)
    match made.kind:
        case RequestKind.DISPUTE:
            if made.assignment_id is not None:
                return hand_over(c, made.assignment_id, to_unit_id, RequestKind.DISPUTE)
        case RequestKind.EXTENSION:
            move_date(c, task, new_date(after), before["due"], paper)
        case RequestKind.TARGET_CHANGE:
            move_target(c, task, new_target(after), before["value"], made.unit_id, paper)
        case RequestKind.COMPLETION:
            require_complete(c, task, completion(after), reply)
            _finish(c, task, "close_out", RequestKind.COMPLETION)
        case kind:
            _finish(c, task, TASK_ACTIONS[kind], kind)
    return None


def _finish(c: Context, task: Task, action: str, reason: str) -> None:
    """Take the task's step; what is not filed is waived, what else was asked is laid aside."""
    c.transition("task", task.id, action, chain=task.plan_id)
    if action == "resume":
        return
    waive_open(c, task.plan_id, [part.id for part in in_force(c, task.id)], reason)
    aside = (
        [Request.kind == RequestKind.COMPLETION]
        if action == "suspend"
        else [Request.kind != RequestKind.DISPUTE]
    )
    lay_aside(c, Request.task_id == task.id, *aside)
