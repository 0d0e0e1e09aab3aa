"""In whose name papers about a plan are written."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models import Plan, Unit
from db.queries.scope import visible_to
from workflow.rules.access.permissions import Actor


def office_of(session: Session, actor: Actor, plan_id: int) -> str:
    """The name of the unit that keeps a plan, else of the plan's issuer; empty for a plan that the
    reader does not see."""
    row = session.execute(
        select(Unit.name, Plan.issuer)
        .select_from(Plan)
        .outerjoin(Unit, Unit.id == Plan.office_unit_id)
        .where(Plan.id == plan_id, visible_to(actor, Plan))
    ).one_or_none()
    return "" if row is None else row.name or row.issuer
