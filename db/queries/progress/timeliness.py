"""Reports as papers, as known at any instant: dates as extended, states, when they were filed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, select, true
from sqlalchemy.orm import Session, aliased

from db.models import Clock, Report, ReportDecision, ReportState, Round
from workflow.rules.reporting.filings import filings
from workflow.rules.reporting.punctuality import Filing, Punctuality, punctuality
from workflow.rules.states import ReportStateName
from workflow.rules.time.calendar import Calendar


@dataclass(frozen=True)
class TimelinessRow:
    """One report. `due_on` as last extended, `first_due_on` as first set; local dates. `to_lead`:
    another unit collects it. `since`: the instant at which its state began."""

    id: int
    plan_id: int
    round_id: int
    period: str
    year: int
    task_id: int
    unit_id: int
    lead_unit_id: int
    role: str
    version: int
    state: str
    since: datetime
    first_due_on: date
    due_on: date
    answer_due_on: date | None
    review_due_on: date | None
    round_due_on: date
    filings: tuple[Filing, ...]

    @property
    def to_lead(self) -> bool:
        return self.unit_id != self.lead_unit_id

    @property
    def act_by(self) -> date:
        """The date by which the unit has to act: the later one of its own and a return's."""
        if self.state == ReportStateName.RETURNED and self.answer_due_on:
            return max(self.due_on, self.answer_due_on)
        return self.due_on

    @property
    def returns(self) -> int:
        """How often the office sent it back."""
        return sum(one.returned_at is not None for one in self.filings)

    def punctuality(
        self, today: date, calendar: Calendar, return_workdays: int, zone: str
    ) -> Punctuality:
        """How the paper stands at the end of a local day."""
        return punctuality(
            self.due_on, self.filings, today, calendar, return_workdays=return_workdays, zone=zone
        )


def timeliness(
    session: Session, which: ColumnElement[bool], at: datetime, states: Collection[str] = ()
) -> list[TimelinessRow]:
    """The reports that `which` (a condition on Report and Round) names, by round and id; with
    `states`, only those in one of them (then they should be few).

    `answer_due_on` and `review_due_on` are the present ones; a past board does not show them.
    """
    review, first = aliased(Clock), aliased(Clock)
    # Not by the index on states: what `which` names is fewer than what is in a state anywhere.
    wanted = ReportState.state.concat("").in_(states) if states else true()
    rows = session.execute(
        select(
            Report.id, Report.plan_id, Report.round_id, Round.period, Round.year, Report.task_id,
            Report.unit_id, Report.lead_unit_id, Report.role, Report.version, ReportState.state,
            ReportState.known_from, first.due_on, Report.answer_due_on,
            review.due_on.label("review_due_on"), Round.due_on.label("round_due_on"),
        )
        .join(Round, Round.id == Report.round_id)
        .join(ReportState, ReportState.report_id == Report.id)
        .join(first, first.id == Report.first_clock_id)
        .outerjoin(review, review.id == Report.review_clock_id)
        .where(which, ReportState.at(at), wanted)
        .order_by(Round.due_on, Report.id)
    ).all()  # fmt: skip
    if states:
        which = Report.id.in_([row.id for row in rows])
    later = _extended(session, which, at)
    went = _states(session, which, at)
    return [
        TimelinessRow(
            id=row.id,
            plan_id=row.plan_id,
            round_id=row.round_id,
            period=row.period,
            year=row.year,
            task_id=row.task_id,
            unit_id=row.unit_id,
            lead_unit_id=row.lead_unit_id,
            role=row.role,
            version=row.version,
            state=row.state,
            since=row.known_from,
            first_due_on=row.due_on,
            due_on=later.get(row.id, row.due_on),
            answer_due_on=row.answer_due_on,
            review_due_on=row.review_due_on,
            round_due_on=row.round_due_on,
            filings=filings(went[row.id], row.unit_id != row.lead_unit_id),
        )
        for row in rows
    ]


def _extended(session: Session, which: ColumnElement[bool], at: datetime) -> dict[int, date]:
    rows = session.execute(
        select(ReportDecision.report_id, Clock.due_on)
        .join(Clock, Clock.id == ReportDecision.clock_id)
        .join(Report, Report.id == ReportDecision.report_id)
        .join(Round, Round.id == Report.round_id)
        .where(which, ReportDecision.at <= at)
        .order_by(ReportDecision.id)
    )
    return dict(rows.tuples().all())


def _states(
    session: Session, which: ColumnElement[bool], at: datetime
) -> dict[int, list[tuple[str, datetime]]]:
    found: dict[int, list[tuple[str, datetime]]] = defaultdict(list)
    for report_id, state, since in session.execute(
        select(ReportState.report_id, ReportState.state, ReportState.known_from)
        .join(Report, Report.id == ReportState.report_id)
        .join(Round, Round.id == Report.round_id)
        .where(which, ReportState.known_from <= at, ReportState.state != ReportStateName.DUE)
        .order_by(ReportState.report_id, ReportState.id)
    ):
        found[report_id].append((state, since))
    return found
