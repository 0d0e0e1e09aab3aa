"""Which reviewer has taken which unit's reports of a plan."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models import Person, Plan, ReviewShare
from workflow.rules.access.permissions import Actor


@dataclass(frozen=True)
class ShareHeld:
    """Who has a unit's reports of a plan; `mine`: it is the actor."""

    person: str
    mine: bool


def review_shares(
    session: Session, actor: Actor, plan_ids: Sequence[int]
) -> dict[tuple[int, int], ShareHeld]:
    """By plan and unit, within the places whose office the actor is of: others read no names."""
    rows = session.execute(
        select(ReviewShare.plan_id, ReviewShare.unit_id, Person.id, Person.name)
        .join(Person, Person.id == ReviewShare.person_id)
        .join(Plan, Plan.id == ReviewShare.plan_id)
        .where(ReviewShare.plan_id.in_(plan_ids), Plan.place_id.in_(actor.place_ids), Person.active)
    ).tuples()
    return {
        (plan_id, unit_id): ShareHeld(name, person_id == actor.person_id)
        for plan_id, unit_id, person_id, name in rows
    }
