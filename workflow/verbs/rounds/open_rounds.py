"""Open the rounds that are due."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from sqlalchemy import select

from db.models import Plan, Round
from db.queries.places.places import about_plan
from db.queries.record.heartbeats import record_run
from workflow.rules.access.permissions import Permission
from workflow.rules.reporting.policy import PlanPolicy, RoundDates, rounds_opened
from workflow.rules.time.dates import local_date
from workflow.verbs.context import Context
from workflow.verbs.rounds.let_stand import let_stand
from workflow.verbs.rounds.owe_reports import owe_reports
from workflow.verbs.rounds.settle_dates import are_provisional, settle_dates


@dataclass(frozen=True)
class Opened:
    """A round that gained reports. `new`: it was opened now, not only joined by new tasks."""

    plan_id: int
    round_id: int
    period: str
    new: bool
    reports: int


def open_rounds(c: Context, plan_id: int | None = None) -> tuple[Opened, ...]:
    """Open every round whose day has come, of one issued plan or of all, with its reports.

    Who may: reviewers, administrators, the system. What was missed is caught up; twice changes
    nothing more. Assignments issued since join a round whose due date is not over. Dates of a
    round stay as they were when it opened, whatever becomes of the policy; only provisional ones
    are settled when their year is known. One event a round.
    """
    c.require(Permission.OPEN_ROUNDS, about_plan(c.session, plan_id))
    plans = select(Plan).where(Plan.issued_at.is_not(None)).order_by(Plan.id)
    if plan_id is not None:
        plans = plans.where(Plan.id == plan_id)
    # Held, so that another one at the same time waits and finds the rounds there.
    held = c.session.scalars(plans.with_for_update(key_share=True)).all()
    found = tuple(opened for plan in held for opened in _open(c, plan))
    if plan_id is None:  # else whoever goes through the plans says when all had their turn
        record_run(c.session, "open_rounds", c.now, summary=f"rounds={len(found)}")
    return found


def _open(c: Context, plan: Plan) -> list[Opened]:
    assert plan.issued_at is not None  # noqa: S101
    settle_dates(c, plan)
    first = local_date(plan.issued_at, c.letterhead.zone)
    policy = PlanPolicy.from_json(plan.policy)
    known = {
        row.period: row for row in c.session.scalars(select(Round).where(Round.plan_id == plan.id))
    }
    found = []
    for dates in rounds_opened(policy, first, c.today, c.calendar):
        present = known.get(dates.period)
        if present is not None and (present.closed_at or present.due_on < c.today):
            continue
        to = present or _new(c, plan, dates)
        count = owe_reports(c, plan, to)
        let_stand(c, plan, to)
        if count or present is None:
            action = "join_round" if present else "open_round"
            c.record_event(plan.id, action, "round", to.id, period=to.period, reports=count)
            found.append(Opened(plan.id, to.id, to.period, present is None, count))
    return found


def _new(c: Context, plan: Plan, dates: RoundDates) -> Round:
    made = Round(
        plan_id=plan.id, opened_at=c.now, closed_at=None,
        provisional=are_provisional(dates, c.calendar), **asdict(dates),
    )  # fmt: skip
    c.session.add(made)
    c.session.flush()
    return made
