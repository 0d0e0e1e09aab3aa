"""A leader looks at the board of a plan."""

from __future__ import annotations

from db.models import Plan
from db.queries.places.places import about_plan
from db.queries.plans.choices import last_look
from workflow.rules.access.permissions import Permission
from workflow.rules.time.dates import end_of_day, start_of_day
from workflow.verbs.context import Context
from workflow.verbs.finding import find_visible


def record_look(c: Context, *, plan_id: int) -> None:
    """Remember that the actor looked, once a local day, so that what changed since can be shown.

    Who: leaders and reviewers. Nothing changes and nothing is sent; one event in the plan's chain.
    Raises NotFound, NotAllowed.
    """
    c.require(Permission.LOOK, about_plan(c.session, plan_id))
    find_visible(c, Plan, plan_id)
    zone = c.letterhead.zone
    seen = last_look(c.session, c.actor, [plan_id], end_of_day(c.today, zone))
    if seen is None or seen < start_of_day(c.today, zone):
        c.record_event(plan_id, "look", "plan", plan_id)
