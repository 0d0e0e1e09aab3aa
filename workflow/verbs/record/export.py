"""A table leaves the installation as a file."""

from __future__ import annotations

from db.models import Plan
from db.queries.places.places import about_unit
from workflow.rules.access.permissions import Permission
from workflow.verbs.context import Context
from workflow.verbs.finding import find_visible


def export(c: Context, *, plan_id: int, what: str, rows: int, unit_id: int | None = None) -> None:
    """Put on record that so many rows of a kind (`what`, such as overview) were taken out.

    Who: leaders and the office; people of a unit for that unit (`unit_id`). One event, no mail.
    Raises NotFound, NotAllowed.
    """
    c.require(Permission.EXPORT, about_unit(c.session, unit_id))
    find_visible(c, Plan, plan_id)
    c.record_event(plan_id, "exported", "plan", plan_id, what=what, rows=rows, unit=unit_id)
