"""Take proposed assignments of a running plan into force, or let them go."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from db import record
from db.models import Assignment, Plan
from db.queries.places.places import about_plan
from i18n import mark
from workflow.rules.access.permissions import Permission, require_for_some
from workflow.rules.mail.letters import LetterKind
from workflow.rules.refusals import WrongState
from workflow.rules.states import LIVE_TASKS, AssignmentStateName
from workflow.verbs.assignments.assign import end_assignment, issue_assignments
from workflow.verbs.assignments.letters import announce, units_of
from workflow.verbs.context import Context
from workflow.verbs.finding import find_visible


def issue_proposed(c: Context, *, assignment_ids: Sequence[int], take: bool = True) -> None:
    """Issue assignments that were proposed after their plan was issued (see join_group), or end
    them: all of them or none.

    Who: the office. proposed → issued, with a date to acknowledge and one letter to each unit; or
    proposed → ended. Raises NotFound, NotAllowed, WrongState where a plan is a draft or a task is
    not in force.
    """
    require_for_some(c.actor, Permission.ISSUE)
    by_plan: dict[int, list[int]] = defaultdict(list)
    for assignment_id in dict.fromkeys(assignment_ids):
        assignment = find_visible(c, Assignment, assignment_id, hold=True)
        c.require(Permission.ISSUE, about_plan(c.session, assignment.plan_id))
        by_plan[_checked(c, assignment).id].append(assignment_id)
    for plan_id, ids in by_plan.items():
        if not take:
            for assignment_id in ids:
                end_assignment(c, plan_id, assignment_id, "not_taken")
            continue
        plan = c.session.get_one(Plan, plan_id)
        due = issue_assignments(c, plan, ids)
        facts = {"document": plan.issue_document, "acknowledge_due_on": due}
        announce(c, LetterKind.ISSUE, plan_id, units_of(c, ids), facts)


def _checked(c: Context, assignment: Assignment) -> Plan:
    """The plan in force in which the assignment is proposed."""
    plan = c.session.get_one(Plan, assignment.plan_id)
    state = record.state_of(c.session, "task", assignment.task_id)
    if plan.issued_at is None or state not in LIVE_TASKS:
        raise WrongState(mark("The task is not in force now."))
    if record.state_of(c.session, "assignment", assignment.id) != AssignmentStateName.PROPOSED:
        raise WrongState(mark("This assignment is not a proposal any more."))
    return plan
