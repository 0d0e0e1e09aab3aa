"""Close the rounds that are over."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select

from db.models import Report, ReportState, Round
from db.queries.places.places import about_plan
from db.queries.record.heartbeats import record_run
from workflow.rules.access.permissions import Permission
from workflow.rules.states import UNFILED
from workflow.verbs.context import Context


@dataclass(frozen=True)
class Closed:
    """A round that was closed, and how many of its reports were never filed."""

    plan_id: int
    round_id: int
    period: str
    unfiled: int


def close_rounds(c: Context, plan_id: int | None = None) -> tuple[Closed, ...]:
    """Close every round whose closing day is over, of one plan or of all.

    Who may: reviewers, administrators, the system. After it only what was returned or extended can
    be submitted. No report changes its state: silence stays visible. One event a round.
    """
    c.require(Permission.CLOSE_ROUNDS, about_plan(c.session, plan_id))
    due = select(Round).where(Round.closed_at.is_(None), Round.closes_on < c.today)
    if plan_id is not None:
        due = due.where(Round.plan_id == plan_id)
    found = []
    for row in c.session.scalars(due.order_by(Round.id).with_for_update(key_share=True)).all():
        row.closed_at = c.now
        unfiled = c.session.scalar(
            select(func.count())
            .select_from(Report)
            .join(ReportState, ReportState.report_id == Report.id)
            .where(Report.round_id == row.id, ReportState.open(), ReportState.state.in_(UNFILED))
        )
        c.record_event(
            row.plan_id, "close_round", "round", row.id, period=row.period, unfiled=unfiled
        )
        found.append(Closed(row.plan_id, row.id, row.period, unfiled or 0))
    if plan_id is None:  # else whoever goes through the plans says when all had their turn
        record_run(c.session, "close_rounds", c.now, summary=f"rounds={len(found)}")
    return tuple(found)
