"""A unit takes back what it asked."""

from __future__ import annotations

from db.models import Plan, Request
from db.queries.places.places import about_unit
from workflow.rules.access.permissions import Permission
from workflow.rules.requests import RequestKind
from workflow.verbs.assignments.assign import wind_clock
from workflow.verbs.context import Context
from workflow.verbs.finding import find_visible


def withdraw_request(c: Context, *, request_id: int) -> None:
    """Take back a pending comment, dispute or request.

    Who: liaison, deputy head or head of the unit that asked. pending → withdrawn; a disputed
    assignment is to be acknowledged again, a task whose close-out was asked for is under way again.
    No mail. Raises NotFound, NotAllowed, WrongState where it is decided.
    """
    made = find_visible(c, Request, request_id)
    c.require(Permission.REQUEST, about_unit(c.session, made.unit_id))
    c.transition("request", request_id, "withdraw", chain=made.plan_id)
    if made.kind == RequestKind.COMPLETION:
        c.transition("task", made.task_id, "refuse_completion", chain=made.plan_id)
    if made.kind == RequestKind.DISPUTE and made.assignment_id is not None:
        c.transition("assignment", made.assignment_id, "uphold", chain=made.plan_id)
        wind_clock(c, c.session.get_one(Plan, made.plan_id), [made.assignment_id])
