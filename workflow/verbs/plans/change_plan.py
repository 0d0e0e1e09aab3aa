"""Change how a plan is run: its reporting policy and its office."""

from __future__ import annotations

from db import record
from db.models import Plan, Unit
from db.queries.places.places import about_plan
from i18n import mark
from workflow.rules.access.permissions import Permission
from workflow.rules.refusals import Invalid, Problem
from workflow.rules.reporting.policy import PlanPolicy, check_policy
from workflow.verbs.context import Context
from workflow.verbs.finding import find_visible
from workflow.verbs.rounds.clocks import lay_out_again

DAYS = (
    "support_days", "acknowledge_workdays", "review_workdays", "return_workdays", "close_workdays",
)  # fmt: skip
"""The fields of a policy that are numbers of days."""
PERCENTS = ("green_percent", "yellow_percent")
"""The fields that are shares of a path, the higher first."""


def change_plan(
    c: Context, *, plan_id: int, version: int, policy: PlanPolicy, office_unit_id: int | None = None
) -> None:
    """Set a plan's policy and, where given, the unit whose reviewers look after it.

    Who: administrators. Ladders that are running are laid out anew; rounds that are open keep their
    dates. No mail. Raises NotFound, NotAllowed, Conflict, Invalid with everything wrong.
    """
    c.require(Permission.CHANGE_PLAN, about_plan(c.session, plan_id))
    plan = find_visible(c, Plan, plan_id)
    check_policy(policy)
    office = c.session.get(Unit, office_unit_id) if office_unit_id is not None else None
    if office_unit_id is not None and (office is None or office.place_id != plan.place_id):
        problem = Problem("office", mark("there is no such unit"))
        raise Invalid(mark("The policy cannot be taken."), (problem,))
    record.compare_and_set(c.session, Plan, plan_id, version)
    plan.policy = policy.to_json()
    plan.office_unit_id = office_unit_id or plan.office_unit_id
    c.session.flush()
    lay_out_again(c, plan)
    c.record_event(plan_id, "change_plan", "plan", plan_id, office=plan.office_unit_id)
