"""A unit leaves a group."""

from __future__ import annotations

from sqlalchemy import select, update

from db.models import Assignment, Membership
from db.queries.places.places import about_group
from i18n import mark
from workflow.rules.access.permissions import Permission
from workflow.rules.refusals import NotFound
from workflow.verbs.assignments.assign import end_assignment
from workflow.verbs.context import Context


def leave_group(c: Context, *, group_id: int, unit_id: int) -> int:
    """End a unit's membership today, with the assignments that came from it; how many.

    Who: administrators. What it has not filed yet is waived with the reason left_group. No mail.
    Raises NotFound where it is no member, NotAllowed.
    """
    c.require(Permission.KEEP_UNITS, about_group(c.session, group_id))
    done = c.session.execute(
        update(Membership)
        .where(
            Membership.group_id == group_id,
            Membership.unit_id == unit_id,
            Membership.valid_to > c.today,
        )
        .values(valid_to=c.today)
    )
    if done.rowcount == 0:  # type: ignore[attr-defined]
        raise NotFound(mark("The unit is no member of this group."))
    c.record_event(0, "leave_group", "unit_group", group_id, unit=unit_id)
    parts = c.session.execute(
        select(Assignment.id, Assignment.plan_id).where(
            Assignment.unit_id == unit_id, Assignment.from_group_id == group_id, Assignment.open()
        )
    ).all()
    for assignment_id, plan_id in parts:
        end_assignment(c, plan_id, assignment_id, "left_group")
    return len(parts)
