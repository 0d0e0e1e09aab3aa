"""The rounds of plans that have begun, to choose among."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models import Plan, Round
from db.queries.scope import visible_to
from workflow.rules.access.permissions import Actor
from workflow.rules.time.dates import local_date


@dataclass(frozen=True)
class BegunRound:
    """A round of a plan with the local days of its beginning and end."""

    plan_id: int
    plan: str
    period: str
    opens_on: date
    closes_on: date

    def covers(self, plan_id: int | None, at: datetime, zone: str) -> bool:
        """Whether something of a plan (None: of several) happened while the round ran."""
        day = local_date(at, zone)
        return plan_id in (None, self.plan_id) and self.opens_on <= day <= self.closes_on


def begun_rounds(session: Session, actor: Actor, plan_ids: Sequence[int]) -> tuple[BegunRound, ...]:
    """The rounds of these plans that the actor may see, the newest first."""
    rows = session.execute(
        select(Plan.id, Plan.title, Round.period, Round.opens_on, Round.closes_on)
        .join(Round, Round.plan_id == Plan.id)
        .where(Plan.id.in_(plan_ids), visible_to(actor, Plan))
        .order_by(Round.opens_on.desc(), Plan.id)
    )
    return tuple(BegunRound(*row) for row in rows.tuples())
