"""How a plan is run now."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models import Plan, Unit
from db.queries.scope import visible_to
from i18n import mark
from workflow.rules.access.permissions import Actor
from workflow.rules.refusals import NotFound
from workflow.rules.reporting.policy import PlanPolicy


@dataclass(frozen=True)
class PlanSettings:
    """A plan's policy and the unit whose reviewers look after it; `version` of the plan."""

    plan_id: int
    version: int
    policy: PlanPolicy
    office_unit_id: int | None
    office: str | None


def plan_settings(session: Session, actor: Actor, plan_id: int) -> PlanSettings:
    """The settings of one plan. Raises NotFound."""
    found = session.execute(
        select(Plan, Unit.name)
        .outerjoin(Unit, Unit.id == Plan.office_unit_id)
        .where(Plan.id == plan_id, visible_to(actor, Plan))
    ).one_or_none()
    if found is None:
        raise NotFound(mark("There is nothing here, or it is not yours to see."))
    plan, office = found
    policy = PlanPolicy.from_json(plan.policy)
    return PlanSettings(plan.id, plan.version, policy, plan.office_unit_id, office)
