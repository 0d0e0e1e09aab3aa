"""A unit joins a group."""

from __future__ import annotations

from sqlalchemy import select

from db.models import Assignment, GroupAssignment, Membership, Plan, TaskState, Unit, UnitGroup
from db.queries.places.places import about_group
from db.types import FAR_DAY
from i18n import mark
from workflow.rules.access.permissions import Permission
from workflow.rules.refusals import Invalid, NotFound
from workflow.rules.states import LIVE_TASKS
from workflow.verbs.assignments.assign import AssignedPart, propose
from workflow.verbs.context import Context
from workflow.verbs.directory import EXPAND


def join_group(c: Context, *, group_id: int, unit_id: int) -> tuple[int, ...]:
    """Make a unit a member of a group from today on; the assignments proposed to it, by id.

    Who: administrators. In every task in force that the group answers for by its members, the unit
    is proposed the group's role; the office issues or ends that proposal (issue_proposed). A draft
    follows its groups by itself when it is issued. No mail. Raises NotFound, NotAllowed, Invalid
    for a member or an inactive unit.
    """
    c.require(Permission.KEEP_UNITS, about_group(c.session, group_id))
    group, unit = c.session.get(UnitGroup, group_id), c.session.get(Unit, unit_id)
    if group is None or unit is None or group.place_id != unit.place_id:
        raise NotFound(mark("There is no such unit."))
    rows = c.session.scalars(
        select(Membership).where(
            Membership.group_id == group_id,
            Membership.unit_id == unit_id,
            Membership.valid_to >= c.today,
        )
    ).all()
    if not unit.active or any(row.valid_to > c.today for row in rows):
        raise Invalid(mark("Only an active unit that is not a member yet can join."))
    again = next((row for row in rows if row.valid_from == c.today), None)
    if again is not None:
        again.valid_to = FAR_DAY
    else:
        c.session.add(Membership(group_id=group_id, unit_id=unit_id, valid_from=c.today))
    c.record_event(0, "join_group", "unit_group", group_id, unit=unit_id)
    return _propose(c, group_id, unit_id) if group.policy == EXPAND else ()


def _propose(c: Context, group_id: int, unit_id: int) -> tuple[int, ...]:
    has_part = (
        select(Assignment.id)
        .where(
            Assignment.task_id == GroupAssignment.task_id,
            Assignment.unit_id == unit_id,
            Assignment.open(),
        )
        .exists()
    )
    parts = c.session.scalars(
        select(GroupAssignment)
        .join(Plan, Plan.id == GroupAssignment.plan_id)
        .join(TaskState, TaskState.task_id == GroupAssignment.task_id)
        .where(
            GroupAssignment.group_id == group_id,
            GroupAssignment.open(),
            Plan.issued_at.is_not(None),
            TaskState.open(),
            TaskState.state.in_(LIVE_TASKS),
            ~has_part,
        )
        .order_by(GroupAssignment.id)
    ).all()
    made = []
    for row in parts:
        part = AssignedPart(row.task_id, unit_id, row.role, row.position, row.collects, group_id)
        made += propose(c, row.plan_id, [part])
        c.record_event(
            row.plan_id, "propose", "assignment", made[-1], task=row.task_id, unit=unit_id
        )
    return tuple(made)
