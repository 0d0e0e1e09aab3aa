"""Chase selected units by hand (催办), at any time beside the reminders."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date

from db.models import Person, Plan
from db.queries.places.places import about_plan
from db.queries.reminders.chasing import CHASE, OwingUnit, owing_units
from i18n import mark
from notifications.rendering import Mail, render
from workflow.rules.access.permissions import Permission
from workflow.rules.refusals import Invalid, Problem
from workflow.rules.reporting.policy import PlanPolicy
from workflow.rules.time.dates import local_date
from workflow.verbs.context import Context
from workflow.verbs.finding import find_visible
from workflow.verbs.mail.notify import notify, plan_facts

LONGEST = 500


@dataclass(frozen=True)
class UnitsChased:
    """How many units were chased, and how many people were written to."""

    units: int
    people: int


def chase(c: Context, *, plan_id: int, unit_ids: Collection[int], note: str = "") -> UnitsChased:
    """Write to the liaisons and deputy heads of these units of what they owe in a plan now, with a
    note of the office's.

    Who may: reviewers, administrators. Each unit gets one letter a person with all that it owes,
    and an event. A unit that was chased within the plan's `chase_workdays`, owes nothing (a pause
    counts as such) or whose people no mail reaches is refused by name, and then nobody is written
    to. Raises NotAllowed, NotFound, Invalid.
    """
    c.require(Permission.CHASE, about_plan(c.session, plan_id))
    plan = find_visible(c, Plan, plan_id, hold=True)
    chosen = _chosen(c, plan, unit_ids, note)
    for one in chosen:
        notify(c, CHASE, one.people, plan_id=plan_id, facts=_facts(one, note))
        c.record_event(
            plan_id, "chase", "unit", one.unit_id, people=list(one.people), matters=len(one.matters)
        )
    return UnitsChased(len(chosen), len({person for one in chosen for person in one.people}))


def chase_preview(c: Context, *, plan_id: int, unit_ids: Collection[int], note: str = "") -> Mail:
    """The letter that the first of these units would get, as `chase` would write it now; nothing is
    written. Raises as `chase` does."""
    c.require(Permission.CHASE, about_plan(c.session, plan_id))
    one = _chosen(c, find_visible(c, Plan, plan_id), unit_ids, note)[0]
    person = c.session.get_one(Person, one.people[0])
    facts = _facts(one, note) | plan_facts(c.session, CHASE, plan_id)
    return render(
        CHASE, facts, c.letterhead, person.email, person.name, person.language, "<preview>", c.now
    )


def chased_again_on(c: Context, policy: PlanPolicy, one: OwingUnit) -> date | None:
    """The local day from which a unit may be chased again, None where it may be now."""
    if one.chased_at is None:
        return None
    last = local_date(one.chased_at, c.letterhead.zone)
    again = c.calendar.add_workdays(last, policy.chase_workdays)
    return again if c.today < again else None


def _chosen(c: Context, plan: Plan, unit_ids: Collection[int], note: str) -> list[OwingUnit]:
    if not unit_ids:
        raise Invalid(mark("Choose at least one unit."))
    if len(note) > LONGEST:
        raise Invalid(mark("No more than {n} characters here."), n=LONGEST)
    known = {one.unit_id: one for one in owing_units(c.session, c.actor, plan.id, c.today)}
    if not set(unit_ids) <= known.keys():
        raise Invalid(mark("Some of these units owe nothing in the plan now."))
    chosen = [one for one in known.values() if one.unit_id in unit_ids]
    problems = tuple(_problems(c, PlanPolicy.from_json(plan.policy), chosen))
    if problems:
        raise Invalid(mark("These units cannot be chased by mail now."), problems)
    return chosen


def _problems(c: Context, policy: PlanPolicy, chosen: list[OwingUnit]) -> Iterator[Problem]:
    for one in chosen:
        again = chased_again_on(c, policy, one)
        if again is not None:
            yield Problem(
                one.unit,
                mark("was chased less than {n} workdays ago; again from {day} on"),
                n=policy.chase_workdays, day=again.isoformat(),
            )  # fmt: skip
        if not one.people:
            yield Problem(one.unit, mark("no mail reaches anybody there; please telephone"))


def _facts(one: OwingUnit, note: str) -> dict[str, object]:
    return {"unit": one.unit, "matters": one.matters, "note": note.strip()}
