"""Take a proposed assignment of a running plan into force, or let it go."""

from __future__ import annotations

from db import record
from db.models import Assignment, Plan
from luoshi.language import mark
from workflow.rules.refusals import WrongState
from workflow.rules.states import LIVE_TASKS
from workflow.verbs.announcing import announce, units_of
from workflow.verbs.assigning import end_assignment, issue_assignments
from workflow.verbs.context import Context
from workflow.verbs.finding import visible


def issue_proposed(c: Context, *, assignment_id: int, take: bool = True) -> None:
    """Issue an assignment that was proposed after its plan was issued (see join_group), or end it.

    Who: the office. proposed → issued, with a date to acknowledge and a letter to the unit; or
    proposed → ended. Raises NotFound, NotAllowed, WrongState where the plan is a draft or the task
    is not in force.
    """
    assignment = visible(c, Assignment, assignment_id)
    c.require("issue")
    plan = c.session.get_one(Plan, assignment.plan_id)
    state = record.state_of(c.session, "task", assignment.task_id)
    if plan.issued_at is None or state not in LIVE_TASKS:
        raise WrongState(mark("The task is not in force now."))
    if record.state_of(c.session, "assignment", assignment_id) != "proposed":
        raise WrongState(mark("This assignment is not a proposal any more."))
    if not take:
        end_assignment(c, plan.id, assignment_id, "not_taken")
        return
    due = issue_assignments(c, plan, [assignment_id])
    facts = {"document": plan.issue_document, "acknowledge_due_on": due}
    announce(c, "issue", plan.id, units_of(c, [assignment_id]), facts)
