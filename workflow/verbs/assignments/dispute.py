"""分工异议: a unit objects to an assignment."""

from __future__ import annotations

from db import record
from db.models import Assignment
from db.queries.places.places import about_unit
from i18n import mark
from workflow.rules.access.permissions import Permission
from workflow.rules.refusals import Invalid, WrongState
from workflow.rules.requests import RequestKind
from workflow.rules.states import LIVE_TASKS
from workflow.verbs.context import Context
from workflow.verbs.finding import find_visible
from workflow.verbs.requesting import OpenRequest, open_request


def dispute(c: Context, *, assignment_id: int, reason: str) -> OpenRequest:
    """Object to an assignment with a reason; the work goes on until it is decided.

    Who: liaison, deputy head or head of the unit. issued or acknowledged → disputed, and a request
    of kind dispute; the reviewers who may decide are told. Raises NotFound, NotAllowed, WrongState,
    Invalid without a reason.
    """
    assignment = find_visible(c, Assignment, assignment_id)
    c.require(Permission.DISPUTE, about_unit(c.session, assignment.unit_id))
    if not reason.strip():
        raise Invalid(mark("A reason is needed."))
    if record.state_of(c.session, "task", assignment.task_id) not in LIVE_TASKS:
        raise WrongState(mark("The task is not in force now."))
    c.transition("assignment", assignment_id, "dispute", chain=assignment.plan_id)
    return open_request(c, RequestKind.DISPUTE, assignment, reason)
