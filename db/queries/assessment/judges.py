"""Who has judged a unit's year: accepted or returned its reports, noted or given facts of it."""

from __future__ import annotations

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from db.models import GivenFact, Merit, Report, Round, Submission, Verdict
from workflow.rules.access.permissions import Actor


def has_judged(session: Session, actor: Actor, plan_id: int, year: int, unit_id: int) -> bool:
    """Whether the actor has a part in what a unit's score of a plan's year came to."""
    person_id = actor.person_id or 0
    verdict = (
        select(Verdict.id)
        .join(Submission, Submission.id == Verdict.submission_id)
        .join(Report, Report.id == Submission.report_id)
        .join(Round, Round.id == Report.round_id)
        .where(
            Verdict.person_id == person_id, Report.plan_id == plan_id, Round.year == year,
            Report.unit_id == unit_id,
        )
    )  # fmt: skip
    noted = select(Merit.id).where(
        Merit.person_id == person_id, Merit.plan_id == plan_id, Merit.year == year,
        Merit.unit_id == unit_id,
    )  # fmt: skip
    given = select(GivenFact.id).where(
        GivenFact.person_id == person_id, GivenFact.plan_id == plan_id, GivenFact.year == year,
        GivenFact.unit_id == unit_id,
    )  # fmt: skip
    return bool(session.scalar(select(or_(verdict.exists(), noted.exists(), given.exists()))))
