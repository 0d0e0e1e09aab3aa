"""签收: a unit says that it has the task."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select, update

from db import record
from db.models import Assignment, GroupAssignment, Plan, Unit, UnitGroup
from db.queries.places.places import about_unit
from i18n import mark
from workflow.rules.access.permissions import Permission
from workflow.rules.mail.letters import LetterKind
from workflow.rules.refusals import Invalid, WrongState
from workflow.rules.states import LIVE_TASKS, AssignmentStateName
from workflow.verbs.assignments.assign import AssignedPart, in_force, issue_assignments, propose
from workflow.verbs.assignments.letters import announce, units_of
from workflow.verbs.context import Context
from workflow.verbs.directory import KEEP
from workflow.verbs.finding import find_visible


@dataclass(frozen=True)
class Acknowledged:
    """The task's state now, and the assignments issued to the members that the lead named."""

    assignment_id: int
    task_state: str
    named: tuple[int, ...] = ()


def acknowledge(
    c: Context, *, assignment_id: int, division: str = "", members: Sequence[int] = ()
) -> Acknowledged:
    """Take an assignment on, with the division that does the work.

    Who: liaison, deputy head or head of the unit. issued → acknowledged; when the unit that
    collects acknowledges, the task goes under way. It may name the units (`members`, ids) of a
    group that the document keeps as one (市级相关单位): each is issued an assignment and told by a
    letter. Raises NotFound, NotAllowed, WrongState, Invalid for units that cannot be named.
    """
    assignment = find_visible(c, Assignment, assignment_id)
    c.require(Permission.ACKNOWLEDGE, about_unit(c.session, assignment.unit_id))
    chain, task_id = assignment.plan_id, assignment.task_id
    state = record.state_of(c.session, "task", task_id)
    if state not in LIVE_TASKS:
        raise WrongState(mark("The task is not in force now; there is nothing to acknowledge."))
    c.transition("assignment", assignment_id, "acknowledge", chain=chain)
    c.session.execute(
        update(Assignment).where(Assignment.id == assignment_id).values(division=division.strip())
    )
    if assignment.collects and state == AssignmentStateName.ISSUED:
        state = c.transition("task", task_id, "acknowledge", chain=chain)
    named = _name(c, assignment, list(dict.fromkeys(members))) if members else ()
    return Acknowledged(assignment_id, state, named)


def _name(c: Context, lead: Assignment, members: list[int]) -> tuple[int, ...]:
    """Issue the task to the members that its lead names, in the kept group's role."""
    kept = c.session.scalars(
        select(GroupAssignment)
        .join(UnitGroup, UnitGroup.id == GroupAssignment.group_id)
        .where(
            GroupAssignment.task_id == lead.task_id,
            GroupAssignment.open(),
            UnitGroup.policy == KEEP,
        )
        .order_by(GroupAssignment.position)
    ).first()
    if kept is None or not lead.collects:
        raise Invalid(mark("Only the lead of a task with a group of related units names them."))
    known = c.session.scalars(select(Unit.id).where(Unit.id.in_(members), Unit.active)).all()
    taken = {other.unit_id for other in in_force(c, lead.task_id)}
    if len(known) < len(members) or taken.intersection(members):
        raise Invalid(mark("A unit that is named must exist and have no part in the task yet."))
    ids = propose(
        c,
        lead.plan_id,
        [
            AssignedPart(lead.task_id, unit_id, kept.role, kept.position, False, kept.group_id)
            for unit_id in members
        ],
    )
    plan = c.session.get_one(Plan, lead.plan_id)
    due = issue_assignments(c, plan, ids)
    facts = {"document": plan.issue_document, "acknowledge_due_on": due}
    announce(c, LetterKind.ISSUE, plan.id, units_of(c, ids), facts)
    return tuple(ids)
