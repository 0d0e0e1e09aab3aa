"""Change how a plan is run: its reporting policy and its office."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from db import record
from db.models import Plan, Unit
from db.queries.places.places import about_plan
from i18n import mark
from workflow.rules.access.permissions import Permission
from workflow.rules.refusals import Invalid, Problem
from workflow.rules.reporting.ladder import ClockKind, read_ladder
from workflow.rules.reporting.policy import EACH, HALF_YEARLY, YEARLY, PlanPolicy
from workflow.verbs.context import Context
from workflow.verbs.finding import find_visible
from workflow.verbs.rounds.clocks import lay_out_again

DETAILS = ("count", "titles", "full")
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
    problems = list(_problems(policy))
    office = c.session.get(Unit, office_unit_id) if office_unit_id is not None else None
    if office_unit_id is not None and (office is None or office.place_id != plan.place_id):
        problems.append(Problem("office", mark("there is no such unit")))
    if problems:
        raise Invalid(mark("The policy cannot be taken."), tuple(problems))
    record.compare_and_set(c.session, Plan, plan_id, version)
    plan.policy = policy.to_json()
    plan.office_unit_id = office_unit_id or plan.office_unit_id
    c.session.flush()
    lay_out_again(c, plan)
    c.record_event(plan_id, "change_plan", "plan", plan_id, office=plan.office_unit_id)


def _problems(policy: PlanPolicy) -> Iterator[Problem]:
    codes = [rule.code for rule in policy.rounds]
    if not codes or len(set(codes)) < len(codes):
        yield Problem("rounds", mark("each round needs a code of its own"))
    for rule in policy.rounds:
        try:
            # A common year, so that 02-29 is refused.
            opens, due = (date.fromisoformat(f"2021-{day}") for day in (rule.opens, rule.due))
        except ValueError:
            yield Problem(rule.code, mark("a day is written like 03-25"))
            continue
        if opens >= due:
            yield Problem(rule.code, mark("the round must open before it is due"))
        if not set(rule.asks) <= {EACH, HALF_YEARLY, YEARLY}:
            yield Problem(rule.code, mark("the round asks for something unknown"))
    for name in DAYS:
        if not 0 <= getattr(policy, name) <= 90:
            yield Problem(name, mark("numbers of days lie between 0 and 90"))
    green, yellow = (getattr(policy, name) for name in PERCENTS)
    if not 50 <= green <= 100:
        yield Problem(PERCENTS[0], mark("on track is from 50 to 100 percent of the path"))
    if not 0 <= yellow <= green:
        yield Problem(PERCENTS[1], mark("at risk begins no higher than on track"))
    if policy.mail_detail not in DETAILS:
        yield Problem("mail_detail", mark("a mail says count, titles or full"))
    for kind, rows in policy.ladders.items():
        if kind not in list(ClockKind):
            yield Problem(kind, mark("there is no such clock"))
            continue
        try:
            read_ladder(rows)
        except Invalid as error:
            yield Problem(kind, error.message, **error.fields)
