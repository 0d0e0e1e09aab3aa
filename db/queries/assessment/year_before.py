"""The result of the year before, for comparing places and totals."""

from __future__ import annotations

from sqlalchemy.orm import Session

from db.queries.assessment.assessment import ranking, runs
from workflow.rules.access.permissions import Actor
from workflow.rules.assessment.result import AssessmentRun, Ranking


def year_before(session: Session, actor: Actor, run: AssessmentRun) -> Ranking | None:
    """The newest result of a run's plan in the year before, of the units that the reader may see;
    None where there is none."""
    newest = next(iter(runs(session, actor, run.plan_id, run.year - 1)), None)
    return ranking(session, actor, newest.id) if newest else None
