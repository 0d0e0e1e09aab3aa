"""One task: its words, numbers, milestones, parts, requests, and all that happened to it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from db.models import (
    Assignment,
    Measure,
    MeasureVersion,
    Milestone,
    Plan,
    Report,
    ReportState,
    Round,
    Submission,
    SubmissionMilestone,
    SubmissionValue,
    Task,
    YearTarget,
)
from db.queries.scope import visible_to
from i18n import mark
from workflow.rules.access.permissions import Actor
from workflow.rules.assignments import AssignmentRole
from workflow.rules.progress.shares import MeasureToShare, Share, suggest
from workflow.rules.refusals import NotFound
from workflow.rules.states import ReportStateName


@dataclass(frozen=True)
class MeasureRow:
    """A measure as it stood at an instant."""

    measure_id: int
    no: int
    metric: str
    op: str
    value: Decimal | None
    value_max: Decimal | None
    written: str
    unit: str
    by_year: int | None
    kind: str
    firm: bool
    text: str
    baseline: Decimal | None
    frequency: str
    curve: str
    source_unit_id: int | None
    definition: str
    document: str


@dataclass(frozen=True)
class MilestoneRow:
    """A dated step or a deliverable as it stood; `due` a local date."""

    milestone_id: int
    no: int
    title: str
    due: date
    deliverable: bool


@dataclass(frozen=True)
class ReachedMilestoneRow:
    """A milestone that an accepted report told of, by its number."""

    no: int
    reached_on: date
    document: str
    unit_id: int


@dataclass(frozen=True)
class AcceptedValue:
    """The last accepted number of a unit that answers to the office; `due_on` of its round."""

    measure_id: int
    unit_id: int
    value: Decimal
    written: str
    firmness: str
    period: str
    due_on: date


@dataclass(frozen=True)
class YearTargetRow:
    """The share of a measure for one unit and year."""

    measure_id: int
    unit_id: int
    year: int
    value: Decimal
    written: str
    document: str


def measures_of(session: Session, task_id: int, at: datetime) -> list[MeasureRow]:
    """The measures of a task in order, as they stood."""
    names = [name for name in MeasureRow.__dataclass_fields__ if name not in ("measure_id", "no")]
    rows = session.execute(
        select(Measure.id, Measure.no, *(getattr(MeasureVersion, name) for name in names))
        .join(MeasureVersion, MeasureVersion.measure_id == Measure.id)
        .where(Measure.task_id == task_id, MeasureVersion.at(at))
        .order_by(Measure.no)
    )
    return [MeasureRow(*row) for row in rows]


def milestones_of(session: Session, task_id: int, at: datetime) -> list[MilestoneRow]:
    """The milestones and deliverables of a task in order, as they stood."""
    rows = session.execute(
        select(Milestone.id, Milestone.no, Milestone.title, Milestone.due, Milestone.deliverable)
        .where(Milestone.task_id == task_id, Milestone.at(at))
        .order_by(Milestone.no)
    )
    return [MilestoneRow(*row) for row in rows]


def year_targets_of(
    session: Session, actor: Actor, task_id: int, at: datetime
) -> list[YearTargetRow]:
    """The year targets of all measures of a task that the actor sees, by measure, year, unit."""
    rows = session.execute(
        select(
            YearTarget.measure_id,
            YearTarget.unit_id,
            YearTarget.year,
            YearTarget.value,
            YearTarget.written,
            YearTarget.document,
        )
        .join(Measure, Measure.id == YearTarget.measure_id)
        .join(Task, Task.id == Measure.task_id)
        .where(Task.id == task_id, visible_to(actor, Task), YearTarget.at(at))
        .order_by(Measure.no, YearTarget.year, YearTarget.unit_id)
    )
    return [YearTargetRow(*row) for row in rows]


def accepted_values(session: Session, task_id: int, at: datetime) -> list[AcceptedValue]:
    """The last accepted number of each measure and unit, of reports that the office accepted."""
    rows = session.execute(
        select(
            SubmissionValue.measure_id,
            Report.unit_id,
            SubmissionValue.value,
            SubmissionValue.written,
            SubmissionValue.firmness,
            Round.period,
            Round.due_on,
        )
        .join(Submission, Submission.id == SubmissionValue.submission_id)
        .join(Report, Report.id == Submission.report_id)
        .join(Round, Round.id == Report.round_id)
        .join(ReportState, ReportState.report_id == Report.id)
        .where(Report.task_id == task_id, *_accepted(at))
        .order_by(Round.due_on, Report.unit_id)
    )
    last = {(row.measure_id, row.unit_id): AcceptedValue(*row) for row in rows}
    return list(last.values())


def accepted_milestones(session: Session, task_id: int, at: datetime) -> list[ReachedMilestoneRow]:
    """The milestones that accepted reports told of, the last word on each."""
    rows = session.execute(
        select(
            Milestone.no,
            SubmissionMilestone.reached_on,
            SubmissionMilestone.document,
            Report.unit_id,
        )
        .join(SubmissionMilestone, SubmissionMilestone.milestone_id == Milestone.id)
        .join(Submission, Submission.id == SubmissionMilestone.submission_id)
        .join(Report, Report.id == Submission.report_id)
        .join(Round, Round.id == Report.round_id)
        .join(ReportState, ReportState.report_id == Report.id)
        .where(Milestone.task_id == task_id, *_accepted(at))
        .order_by(Round.due_on, Report.unit_id)
    )
    return list({row.no: ReachedMilestoneRow(*row) for row in rows}.values())


def _accepted(at: datetime) -> tuple[ColumnElement[bool], ...]:
    """The newest submission of a report to the office that stood accepted."""
    newest = (
        select(func.max(Submission.no))
        .where(Submission.report_id == Report.id, Submission.at <= at)
        .correlate(Report)
        .scalar_subquery()
    )
    return (
        Report.unit_id == Report.lead_unit_id,
        ReportState.at(at),
        ReportState.state == ReportStateName.ACCEPTED,
        Submission.no == newest,
    )


def suggest_year_targets(
    session: Session, actor: Actor, measure_id: int, at: datetime
) -> tuple[Share, ...]:
    """A straight-line split of a measure over the plan's years and the units that answer to the
    office. Raises NotFound."""
    found = session.execute(
        select(MeasureVersion, Task.id, Plan.first_year, Plan.last_year)
        .join(Measure, Measure.id == MeasureVersion.measure_id)
        .join(Task, Task.id == Measure.task_id)
        .join(Plan, Plan.id == Task.plan_id)
        .where(Measure.id == measure_id, MeasureVersion.at(at), visible_to(actor, Task))
    ).one_or_none()
    if found is None:
        raise NotFound(mark("There is nothing here, or it is not yours to see."))
    wanted, task_id, first, last = found
    own = or_(
        Assignment.role == AssignmentRole.JOINT,
        Assignment.collects,
        and_(Assignment.role == AssignmentRole.LEAD, Assignment.from_group_id.is_not(None)),
    )
    units = session.scalars(
        select(Assignment.unit_id)
        .where(Assignment.task_id == task_id, Assignment.at(at), own)
        .order_by(Assignment.position, Assignment.id)
    ).all()
    by_year = wanted.by_year or last
    whole = MeasureToShare(
        wanted.kind, wanted.op, wanted.value, wanted.unit, by_year, wanted.baseline
    )
    return suggest(whole, units, first, last)
