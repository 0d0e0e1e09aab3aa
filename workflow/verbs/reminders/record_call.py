"""Record a call that was made to a silent unit."""

from __future__ import annotations

from sqlalchemy import insert

from db.models import Person, PhoneReminder, Plan, Unit
from db.queries.places.places import about_plan
from i18n import mark
from workflow.rules.access.permissions import Permission
from workflow.rules.refusals import Invalid
from workflow.verbs.context import Context
from workflow.verbs.finding import find_visible

LONGEST = 500


def record_call(
    c: Context, *, plan_id: int, unit_id: int, outcome: str, person_id: int | None = None
) -> int:
    """Record a call (电话催办) about a plan to a unit, with its outcome; the id of the record.

    Who may: reviewers, administrators, who are the callers. `person_id`: who answered, where it is
    somebody known here. Nothing is sent; the event holds ids alone. Raises NotAllowed, NotFound
    and, for an outcome that is missing or too long, Invalid.
    """
    c.require(Permission.RECORD_CALL, about_plan(c.session, plan_id))
    outcome = outcome.strip()
    if not outcome:
        raise Invalid(mark("Say what came out of the call."))
    if len(outcome) > LONGEST:
        raise Invalid(mark("No more than {n} characters here."), n=LONGEST)
    find_visible(c, Plan, plan_id)
    find_visible(c, Unit, unit_id)
    if person_id:
        find_visible(c, Person, person_id)
    call_id = c.session.scalars(
        insert(PhoneReminder)
        .values(
            plan_id=plan_id,
            unit_id=unit_id,
            person_id=person_id,
            caller_id=c.actor.person_id,
            at=c.now,
            outcome=outcome,
        )
        .returning(PhoneReminder.id)
    ).one()
    c.record_event(plan_id, "record_call", "unit", unit_id, call=call_id, person=person_id)
    return call_id
