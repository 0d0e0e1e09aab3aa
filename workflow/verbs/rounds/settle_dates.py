"""Provisional dates of rounds are laid out anew once the workdays of their years are known."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date

from sqlalchemy import select, update

from db.models import Clock, Plan, Report, Round
from workflow.rules.reporting.ladder import ClockKind
from workflow.rules.reporting.policy import PlanPolicy, RoundDates, round_dates
from workflow.rules.time.calendar import Calendar
from workflow.verbs.context import Context
from workflow.verbs.rounds.clocks import clock_for, lay_out_again


def settle_dates(c: Context, plan: Plan) -> int:
    """Lay out anew the provisional dates of a plan's rounds whose years are known by now; the
    number of rounds that are provisional no more.

    Part of opening rounds, each morning. The round's own reports get the clocks of its new dates;
    what was extended or has a date of its own keeps it. Steps that somebody was told of are not
    told twice. One event a round with its date before and after.
    """
    waiting = c.session.scalars(
        select(Round)
        .where(Round.plan_id == plan.id, Round.provisional, Round.closed_at.is_(None))
        .order_by(Round.id)
    ).all()
    policy = PlanPolicy.from_json(plan.policy)
    rules = {rule.code: rule for rule in policy.rounds}
    settled = 0
    for to in waiting:
        rule = rules.get(to.period[4:])
        if rule is None:
            continue
        dates = round_dates(policy, to.year, rule, c.calendar)
        if are_provisional(dates, c.calendar):
            continue
        _move(c, plan, to, dates)
        settled += 1
    if settled:
        lay_out_again(c, plan)
    return settled


def are_provisional(dates: RoundDates, calendar: Calendar) -> bool:
    """Whether any of a round's dates may still move with the moved days of its year."""
    days = (dates.supports_due_on, dates.due_on, dates.review_due_on, dates.closes_on)
    return not all(calendar.is_known(day) for day in days)


def _move(c: Context, plan: Plan, to: Round, dates: RoundDates) -> None:
    before = to.due_on
    _clocks(c, plan, to, ClockKind.REPORT, to.due_on, dates.due_on)
    _clocks(c, plan, to, ClockKind.SUPPORT, to.supports_due_on, dates.supports_due_on)
    for name, value in asdict(dates).items():
        setattr(to, name, value)
    to.provisional = False
    c.session.flush()
    c.record_event(
        plan.id, "settle_dates", "round", to.id, period=to.period, before_due=before,
        due=dates.due_on,
    )  # fmt: skip


def _clocks(c: Context, plan: Plan, to: Round, kind: ClockKind, before: date, after: date) -> None:
    if before == after:
        return
    old = select(Clock.id).where(
        Clock.plan_id == plan.id, Clock.kind == kind.value, Clock.due_on == before
    )
    new = clock_for(c, plan, kind, after)
    mine = (Report.round_id == to.id, Report.first_clock_id.in_(old))
    for column in (Report.clock_id, Report.first_clock_id):
        c.session.execute(
            update(Report)
            .where(*mine, column.in_(old))
            .values({column: new})
            .execution_options(synchronize_session=False)
        )
