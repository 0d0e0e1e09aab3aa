"""Sharing reports out among reviewers: a unit's reports of a plan are taken, and given back."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import delete, insert, select

from db.models import Person, Plan, ReviewShare, Unit
from db.queries.places.places import about_unit
from i18n import mark
from workflow.rules.access.permissions import Permission
from workflow.rules.refusals import Conflict, NotFound
from workflow.verbs.context import Context
from workflow.verbs.finding import find_visible


def take_reviews(c: Context, *, plan_id: int, unit_ids: Sequence[int]) -> int:
    """Take the reports of these units in a plan upon oneself; how many units were free until now.

    Who may: a reviewer who holds no post for the unit. It forbids nobody else to review them: it
    says who does. One event a unit, no mail. Raises NotFound, NotAllowed, and Conflict with the
    name of whoever has one of them.
    """
    held = _held(c, find_visible(c, Plan, plan_id), unit_ids)
    for unit_id in unit_ids:
        c.require(Permission.REVIEW, about_unit(c.session, unit_id))
        if held.get(unit_id, c.actor.person_id) != c.actor.person_id:
            raise Conflict(
                mark("{unit}'s reports have been taken by {person}."),
                unit=c.session.get_one(Unit, unit_id).name,
                person=c.session.get_one(Person, held[unit_id]).name,
            )
    free = [unit_id for unit_id in dict.fromkeys(unit_ids) if unit_id not in held]
    for unit_id in free:
        row = {"plan_id": plan_id, "unit_id": unit_id, "person_id": c.actor.person_id, "at": c.now}
        c.session.execute(insert(ReviewShare).values(row))
        c.record_event(plan_id, "take_reviews", "unit", unit_id)
    return len(free)


def give_back_reviews(c: Context, *, plan_id: int, unit_ids: Sequence[int]) -> int:
    """Let the reports of these units in a plan be anybody's again, also those of a colleague who is
    away; how many units were held.

    Who may: a reviewer who holds no post for the unit. One event a unit, no mail. Raises NotFound,
    NotAllowed.
    """
    held = _held(c, find_visible(c, Plan, plan_id), unit_ids)
    for unit_id in unit_ids:
        c.require(Permission.REVIEW, about_unit(c.session, unit_id))
    for unit_id in held:
        c.session.execute(
            delete(ReviewShare).where(
                ReviewShare.plan_id == plan_id, ReviewShare.unit_id == unit_id
            )
        )
        c.record_event(plan_id, "give_back_reviews", "unit", unit_id)
    return len(held)


def _held(c: Context, plan: Plan, unit_ids: Sequence[int]) -> dict[int, int]:
    """Who has the reports of these units of the plan's place: unit → person. Held until the end of
    the transaction."""
    here = select(Unit.id).where(Unit.id.in_(unit_ids), Unit.place_id == plan.place_id)
    if set(c.session.scalars(here)) != set(unit_ids):
        raise NotFound(mark("There is nothing here, or it is not yours to see."))
    rows = select(ReviewShare.unit_id, ReviewShare.person_id).where(
        ReviewShare.plan_id == plan.id, ReviewShare.unit_id.in_(unit_ids)
    )
    return dict(c.session.execute(rows.with_for_update()).tuples().all())
