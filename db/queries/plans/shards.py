"""The plans in force, in parts that one process carries out after another."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models import Plan
from db.queries.scope import visible_to
from workflow.rules.access.permissions import Actor

PLANS_IN_A_SHARD = 32


def plan_shards(session: Session, actor: Actor, size: int) -> Iterator[dict[str, int]]:
    """The issued plans that the actor may see, so many together, those of a place one behind the
    other: code → id."""
    plans = session.execute(
        select(Plan.code, Plan.id)
        .where(Plan.issued_at.is_not(None), visible_to(actor, Plan))
        .order_by(Plan.place_id, Plan.id)
    ).all()
    for start in range(0, len(plans), size):
        yield {row.code: row.id for row in plans[start : start + size]}
