"""What a report is asked for: the numbers of its round and the milestones of its task."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from db.models import (
    Measure,
    MeasureVersion,
    Milestone,
    Plan,
    Report,
    Round,
    Submission,
    Verdict,
    YearTarget,
)
from workflow.rules.reporting.content import Required, RequiredMeasure, RequiredMilestone, asks
from workflow.rules.reporting.policy import EACH, PlanPolicy
from workflow.rules.states import ReportStateName


def required_fields(session: Session, report: Report, at: datetime) -> Required:
    """What the report is asked for, as its task stands at an instant."""
    policy, period = session.execute(
        select(Plan.policy, Round.period)
        .join(Round, Round.plan_id == Plan.id)
        .where(Round.id == report.round_id)
    ).one()
    share = exists().where(
        YearTarget.measure_id == Measure.id,
        YearTarget.unit_id == report.unit_id,
        YearTarget.at(at),
    )
    measures = session.execute(
        select(
            Measure.id, MeasureVersion.metric, MeasureVersion.unit, MeasureVersion.frequency, share
        )
        .join(MeasureVersion, MeasureVersion.measure_id == Measure.id)
        .where(Measure.task_id == report.task_id, MeasureVersion.at(at))
        .order_by(Measure.no)
    ).all()
    own = report.unit_id == report.lead_unit_id
    rules = {rule.code: rule.asks for rule in PlanPolicy.from_json(policy).rounds}
    # A policy may have dropped the round since; what it certainly asks are each round's numbers.
    round_asks = rules.get(period[4:], (EACH,))
    milestones = session.execute(
        select(Milestone.id, Milestone.title)
        .where(Milestone.task_id == report.task_id, Milestone.at(at))
        .order_by(Milestone.no)
    ).all()
    again = session.scalar(
        select(Verdict.outcome)
        .join(Submission, Submission.id == Verdict.submission_id)
        .where(Submission.report_id == report.id, Verdict.at <= at)
        .order_by(Verdict.id.desc())
        .limit(1)
    )
    return Required(
        tuple(
            RequiredMeasure(key, metric, unit)
            for key, metric, unit, frequency, has_share in measures
            if asks(frequency, round_asks, own, has_share)
        ),
        tuple(RequiredMilestone(key, title) for key, title in milestones) if own else (),
        again == ReportStateName.RETURNED,
    )
