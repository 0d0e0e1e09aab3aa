"""A task passes from one unit to another."""

from __future__ import annotations

from sqlalchemy import select, update

from db.models import Assignment, Plan, Report, ReportState, Unit
from i18n import mark
from workflow.rules.mail.letters import LetterKind
from workflow.rules.refusals import Invalid
from workflow.rules.states import UNFILED
from workflow.verbs.assignments.assign import (
    AssignedPart,
    end_assignment,
    in_force,
    issue_assignments,
    propose,
)
from workflow.verbs.assignments.letters import announce, units_of
from workflow.verbs.context import Context


def hand_over(c: Context, assignment_id: int, to_unit_id: int | None, reason: str) -> int | None:
    """End an assignment and issue its part to another unit, which is told; the new one's id.

    A part that the other unit has already ends as well, and it takes over the higher one. Without
    another unit the part just ends, which the unit that collects may not. Raises Invalid for a unit
    that does not exist, is the same, or is missing where it is needed.
    """
    old = c.session.get_one(Assignment, assignment_id)
    if to_unit_id is None:
        if old.collects:
            raise Invalid(mark("Name the unit that takes the task over."))
        end_assignment(c, old.plan_id, old.id, reason)
        return None
    known = c.session.scalar(select(Unit.id).where(Unit.id == to_unit_id, Unit.active))
    if known is None or to_unit_id == old.unit_id:
        raise Invalid(mark("Name another unit that takes the task over."))
    end_assignment(c, old.plan_id, old.id, reason)
    same = [part for part in in_force(c, old.task_id) if part.unit_id == to_unit_id]
    if same and same[0].position < old.position:
        return same[0].id
    for part in same:
        end_assignment(c, old.plan_id, part.id, reason)
    # Who stands in for a member of a group answers for itself as the member did.
    taken = AssignedPart(
        old.task_id, to_unit_id, old.role, old.position, old.collects, old.from_group_id
    )
    ids = propose(c, old.plan_id, [taken])
    plan = c.session.get_one(Plan, old.plan_id)
    due = issue_assignments(c, plan, ids)
    if old.collects:
        collect_at(c, old.task_id, old.unit_id, to_unit_id)
    facts = {"document": plan.issue_document, "acknowledge_due_on": due}
    announce(c, LetterKind.ISSUE, plan.id, units_of(c, ids), facts)
    return ids[0]


def collect_at(c: Context, task_id: int, from_unit_id: int, to_unit_id: int) -> None:
    """What supports have not filed yet goes to the unit that collects from now on."""
    unfiled = select(ReportState.report_id).where(
        ReportState.open(), ReportState.state.in_(UNFILED)
    )
    c.session.execute(
        update(Report)
        .where(
            Report.task_id == task_id,
            Report.lead_unit_id == from_unit_id,
            Report.id.in_(unfiled),
        )
        .values(lead_unit_id=to_unit_id, version=Report.version + 1)
    )
