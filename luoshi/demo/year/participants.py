"""Who has which part in a plan, its measures and milestones by number, what a round is owed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from db.models import (
    Assignment,
    AssignmentState,
    Clock,
    ClockStep,
    Measure,
    Milestone,
    Plan,
    Report,
    ReportState,
    Round,
    Task,
    Unit,
)


@dataclass(frozen=True)
class PartOf:
    """One unit's part in one task, with the state of its assignment."""

    assignment_id: int
    task_id: int
    code: str
    unit_id: int
    unit: str
    role: str
    collects: bool
    state: str


@dataclass(frozen=True)
class RunningReport:
    """A report with its date and state; `lead` is the unit that collects it."""

    report_id: int
    version: int
    code: str
    unit_id: int
    unit: str
    lead: str
    due_on: date
    state: str

    @property
    def own(self) -> bool:
        """Whether it goes to the office, not to another lead."""
        return self.lead == self.unit


def parts_of(session: Session, plan_id: int, at: datetime) -> list[PartOf]:
    """Every part of every task of a plan, in order of tasks; for the system, not for readers."""
    rows = session.execute(
        select(
            Assignment.id,
            Task.id,
            Task.code,
            Unit.id,
            Unit.name,
            Assignment.role,
            Assignment.collects,
            AssignmentState.state,
        )
        .join(Task, Task.id == Assignment.task_id)
        .join(Unit, Unit.id == Assignment.unit_id)
        .join(AssignmentState, AssignmentState.assignment_id == Assignment.id)
        .where(Assignment.plan_id == plan_id, Assignment.at(at), AssignmentState.at(at))
        .order_by(Task.position, Assignment.position, Assignment.id)
    )
    return [PartOf(*row) for row in rows]


def running_reports(
    session: Session, plan_id: int, period: str, at: datetime
) -> list[RunningReport]:
    """Every report of a round, in order; for the system, not for readers."""
    lead = aliased(Unit)
    rows = session.execute(
        select(
            Report.id,
            Report.version,
            Task.code,
            Unit.id,
            Unit.name,
            lead.name,
            Clock.due_on,
            ReportState.state,
        )
        .join(Round, Round.id == Report.round_id)
        .join(Task, Task.id == Report.task_id)
        .join(Unit, Unit.id == Report.unit_id)
        .join(lead, lead.id == Report.lead_unit_id)
        .join(Clock, Clock.id == Report.clock_id)
        .join(ReportState, ReportState.report_id == Report.id)
        .where(Report.plan_id == plan_id, Round.period == period, ReportState.at(at))
        .order_by(Report.id)
    )
    return [RunningReport(*row) for row in rows]


def numbered(session: Session, plan_id: int, at: datetime) -> dict[tuple[str, str, int], int]:
    """("measure" or "milestone", task code, number within the task) → id."""
    measures = session.execute(
        select(Task.code, Measure.no, Measure.id)
        .join(Measure, Measure.task_id == Task.id)
        .where(Task.plan_id == plan_id)
    )
    steps = session.execute(
        select(Task.code, Milestone.no, Milestone.id)
        .join(Milestone, Milestone.task_id == Task.id)
        .where(Task.plan_id == plan_id, Milestone.at(at))
    )
    found = {("measure", code, no): key for code, no, key in measures}
    return found | {("milestone", code, no): key for code, no, key in steps}


def running_rounds(session: Session, plan_id: int) -> list[str]:
    """The periods of a plan's rounds that are open, in order."""
    rows = select(Round.period).where(Round.plan_id == plan_id, Round.closed_at.is_(None))
    return list(session.scalars(rows.order_by(Round.opens_on)))


def plans_by_code(session: Session) -> dict[str, int]:
    """The ids of all plans."""
    return dict(session.execute(select(Plan.code, Plan.id)).tuples().all())


def steps_between(session: Session, first: date, last: date) -> int:
    """How many steps of reminder ladders fall on local days from `first` to `last`."""
    between = ClockStep.fire_on.between(first, last)
    return session.scalar(select(func.count()).select_from(ClockStep).where(between)) or 0
