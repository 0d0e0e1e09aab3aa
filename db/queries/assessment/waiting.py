"""Objections to scores that await an answer, over all plans: for the desk of the office."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models import Assessment, Objection, Plan, ScoreLine, Unit
from db.queries.assessment.judges import has_judged
from db.queries.places.places import about_unit
from db.queries.scope import visible_to
from workflow.rules.access.permissions import Actor, Permission, may


@dataclass(frozen=True)
class WaitingObjection:
    """One of them, with the version it is to; `mine`: the reader may answer it."""

    id: int
    plan_id: int
    plan: str
    year: int
    assessment_id: int
    unit_id: int
    unit: str
    line: str
    text: str
    at: datetime
    mine: bool


def waiting_objections(
    session: Session, actor: Actor, plan_ids: Collection[int]
) -> tuple[WaitingObjection, ...]:
    """The oldest first, of the plans named; of the reader's own units or of all."""
    rows = session.execute(
        select(Objection, Unit.name, ScoreLine.title, Assessment, Plan.title)
        .join(ScoreLine, ScoreLine.id == Objection.score_line_id)
        .join(Assessment, Assessment.id == ScoreLine.assessment_id)
        .join(Plan, Plan.id == Assessment.plan_id)
        .join(Unit, Unit.id == Objection.unit_id)
        .where(
            Objection.answered_at.is_(None), Assessment.plan_id.in_(plan_ids),
            visible_to(actor, Objection),
        )
        .order_by(Objection.id)
    )  # fmt: skip
    return tuple(
        WaitingObjection(
            id=one.id,
            plan_id=of.plan_id,
            plan=plan,
            year=of.year,
            assessment_id=of.id,
            unit_id=one.unit_id,
            unit=unit,
            line=line,
            text=one.text,
            at=one.at,
            mine=may(actor, Permission.ANSWER_OBJECTION, about_unit(session, one.unit_id))
            and not has_judged(session, actor, of.plan_id, of.year, one.unit_id),
        )
        for one, unit, line, of, plan in rows
    )
