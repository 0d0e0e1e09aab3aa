"""A unit is merged into another, its successor."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select, update

from db.models import Assignment, AssignmentState, Membership, TaskState, Unit
from db.queries.places.places import about_unit
from db.queries.units.changes import GOES_ON
from i18n import mark
from workflow.rules.access.permissions import Permission
from workflow.rules.refusals import Invalid, NotFound
from workflow.rules.states import AssignmentStateName
from workflow.verbs.assignments.assign import AssignedPart, end_assignment, in_force, propose
from workflow.verbs.assignments.hand_over import hand_over
from workflow.verbs.context import Context
from workflow.verbs.indicators.hand_over_indicators import hand_over_indicators


@dataclass(frozen=True)
class Merged:
    """How many assignments the successor took over, or had a part in already."""

    unit_id: int
    successor_id: int
    assignments: int


def merge_units(c: Context, *, unit_id: int, successor_id: int) -> Merged:
    """Name a unit's successor: it takes over every assignment in tasks that go on.

    Who: administrators. Old assignments end, what they still owe is waived; new ones are issued
    (proposed in a draft) and the successor is told. It answers and vouches for the indicators that
    the unit did. The unit becomes inactive, leaves its groups
    today, and its names lead to the successor from now on. Raises NotFound, NotAllowed, Invalid.
    """
    c.require(Permission.KEEP_UNITS, about_unit(c.session, unit_id))
    unit, successor = c.session.get(Unit, unit_id), c.session.get(Unit, successor_id)
    if unit is None or successor is None or unit.place_id != successor.place_id:
        raise NotFound(mark("There is no such unit."))
    if not unit.active or not successor.active or unit_id == successor_id:
        raise Invalid(mark("A unit is merged into another one that goes on."))
    unit.active, unit.successor_id = False, successor_id
    c.session.execute(
        update(Membership)
        .where(Membership.unit_id == unit_id, Membership.valid_to > c.today)
        .values(valid_to=c.today)
    )
    c.record_event(0, "merge_units", "unit", unit_id, successor=successor_id)
    hand_over_indicators(c, unit_id, successor_id)
    rows = c.session.execute(
        select(Assignment, AssignmentState.state)
        .join(AssignmentState, AssignmentState.assignment_id == Assignment.id)
        .join(TaskState, TaskState.task_id == Assignment.task_id)
        .where(
            Assignment.unit_id == unit_id,
            Assignment.open(),
            AssignmentState.open(),
            TaskState.open(),
            TaskState.state.in_(GOES_ON),
        )
        .order_by(Assignment.id)
    ).all()
    for assignment, state in rows:
        if state == AssignmentStateName.PROPOSED:
            _propose_again(c, assignment, successor_id)
        else:
            hand_over(c, assignment.id, successor_id, "merged")
    return Merged(unit_id, successor_id, len(rows))


def _propose_again(c: Context, old: Assignment, successor_id: int) -> None:
    end_assignment(c, old.plan_id, old.id, "merged")
    if any(part.unit_id == successor_id for part in in_force(c, old.task_id)):
        return
    part = AssignedPart(old.task_id, successor_id, old.role, old.position, old.collects)
    propose(c, old.plan_id, [part])
