"""Gather what the lights of tasks follow from, as known at any instant: a few set queries.

For rules, not for readers: the caller names the tasks that its actor may see.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, select
from sqlalchemy.orm import Session, aliased

from db.models import (
    Assignment,
    Measure,
    MeasureVersion,
    Milestone,
    Plan,
    PlanSpan,
    Report,
    ReportState,
    Round,
    Submission,
    SubmissionMilestone,
    SubmissionValue,
    Task,
    TaskState,
    TaskVersion,
    YearTarget,
)
from workflow.rules.assignments import AssignmentRole
from workflow.rules.progress.judging import Promise, PromisedStep, ReportedRound, TaskStatus
from workflow.rules.progress.lights import Thresholds
from workflow.rules.reporting.policy import PlanPolicy
from workflow.rules.states import LEFT_THE_UNIT, ReportStateName


@dataclass(frozen=True)
class TaskProgress:
    """A task as it stood at an instant, and everything its light follows from."""

    id: int
    plan_id: int
    item_id: int | None
    code: str
    position: int
    title: str
    kind: str
    standing: TaskStatus
    parts: tuple[tuple[int, str], ...]
    """(unit, role) in order."""


def tasks_progress(
    session: Session, which: ColumnElement[bool], at: datetime
) -> dict[int, TaskProgress]:
    """The tasks that `which` (a condition on Task) names, by id in the plan's order."""
    tasks = session.execute(
        select(
            Task.id, Task.plan_id, Task.item_id, Task.code, Task.position, TaskVersion.title,
            TaskVersion.kind, TaskVersion.due, TaskState.state,
            func.coalesce(PlanSpan.first_year, Plan.first_year).label("first_year"),
            func.coalesce(PlanSpan.last_year, Plan.last_year).label("last_year"), Plan.policy,
        )
        .join(TaskVersion, TaskVersion.task_id == Task.id)
        .join(TaskState, TaskState.task_id == Task.id)
        .join(Plan, Plan.id == Task.plan_id)
        .outerjoin(PlanSpan, and_(PlanSpan.plan_id == Plan.id, PlanSpan.at(at)))
        .where(which, TaskVersion.at(at), TaskState.at(at))
        .order_by(Task.plan_id, Task.position, Task.id)
    ).all()  # fmt: skip
    promises = promises_at(session, which, at)
    steps = _steps(session, which, at)
    parts = _parts(session, which, at)
    told = _told(session, which, at)
    return {
        row.id: TaskProgress(
            id=row.id,
            plan_id=row.plan_id,
            item_id=row.item_id,
            code=row.code,
            position=row.position,
            title=row.title,
            kind=row.kind,
            standing=_standing(row, promises[row.id], steps[row.id], parts[row.id], told[row.id]),
            parts=tuple((part.unit_id, part.role) for part in parts[row.id]),
        )
        for row in tasks
    }


def _standing(
    row: Any,
    promises: list[Promise],
    steps: list[PromisedStep],
    parts: list[Any],
    told: list[ReportedRound],
) -> TaskStatus:
    answerable = [
        part.unit_id
        for part in parts
        if part.role == AssignmentRole.JOINT
        or (part.role == AssignmentRole.LEAD and (part.collects or part.from_group_id is not None))
    ]
    collecting = [part.unit_id for part in parts if part.collects and part.from_group_id is None]
    return TaskStatus(
        state=row.state,
        due=row.due,
        first_year=row.first_year,
        last_year=row.last_year,
        promises=tuple(promises),
        steps=tuple(steps),
        answerable=tuple(answerable),
        collector=collecting[0] if collecting else None,
        told=tuple(told),
        thresholds=_thresholds(row.policy),
    )


@lru_cache
def _thresholds(policy: str) -> Thresholds:
    return PlanPolicy.from_json(policy).thresholds


def promises_at(
    session: Session, which: ColumnElement[bool], at: datetime
) -> dict[int, list[Promise]]:
    """What the tasks that `which` names promised in numbers at an instant, by task."""
    shares: dict[int, dict[int, dict[int, Decimal]]] = defaultdict(lambda: defaultdict(dict))
    for measure_id, unit_id, year, value in session.execute(
        select(YearTarget.measure_id, YearTarget.unit_id, YearTarget.year, YearTarget.value)
        .join(Measure, Measure.id == YearTarget.measure_id)
        .join(Task, Task.id == Measure.task_id)
        .where(which, YearTarget.at(at))
    ):
        shares[measure_id][unit_id][year] = value
    found: dict[int, list[Promise]] = defaultdict(list)
    version = MeasureVersion
    for row in session.execute(
        select(
            Measure.task_id, Measure.id, version.metric, version.op, version.unit, version.kind,
            version.value, version.by_year, version.baseline, version.frequency, version.curve,
            version.written, version.definition,
        )
        .join(version, version.measure_id == Measure.id)
        .join(Task, Task.id == Measure.task_id)
        .where(which, version.at(at))
        .order_by(Measure.no)
    ):  # fmt: skip
        named = dict(row._mapping)
        task_id = named.pop("task_id")
        found[task_id].append(Promise(**named, shares=shares.get(row.id)))
    return found


def _steps(
    session: Session, which: ColumnElement[bool], at: datetime
) -> dict[int, list[PromisedStep]]:
    found: dict[int, list[PromisedStep]] = defaultdict(list)
    for row in session.execute(
        select(
            Milestone.task_id, Milestone.id, Milestone.title, Milestone.due, Milestone.deliverable
        )
        .join(Task, Task.id == Milestone.task_id)
        .where(which, Milestone.at(at))
        .order_by(Milestone.no)
    ):
        found[row.task_id].append(PromisedStep(row.id, row.title, row.due, row.deliverable))
    return found


def _parts(session: Session, which: ColumnElement[bool], at: datetime) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    for row in session.execute(
        select(
            Assignment.task_id, Assignment.unit_id, Assignment.role, Assignment.collects,
            Assignment.from_group_id,
        )
        .join(Task, Task.id == Assignment.task_id)
        .where(which, Assignment.at(at))
        .order_by(Assignment.position, Assignment.id)
    ):  # fmt: skip
        found[row.task_id].append(row)
    return found


def _told(
    session: Session, which: ColumnElement[bool], at: datetime
) -> dict[int, list[ReportedRound]]:
    def of_tasks(query: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
        return (
            query.join(Report, Report.id == Submission.report_id)
            .join(Task, Task.id == Report.task_id)
            .where(which, Submission.at <= at)
        )

    heads = session.execute(
        of_tasks(
            select(
                Submission.id, Submission.report_id, Submission.status, Report.task_id,
                Report.unit_id, Report.lead_unit_id, Round.year, Round.due_on, ReportState.state,
            ).select_from(Submission)
        )
        .join(ReportState, ReportState.report_id == Report.id)
        .join(Round, Round.id == Report.round_id)
        .where(ReportState.at(at))
        .order_by(Round.due_on, Submission.report_id, Submission.no)
    ).all()  # fmt: skip
    # The state is looked at here: SQLite would walk every accepted report of the country by it.
    newest = {head.report_id: head for head in heads if head.state in LEFT_THE_UNIT}
    values: dict[int, dict[int, Decimal]] = defaultdict(dict)
    for submission_id, measure_id, value in session.execute(
        of_tasks(
            select(
                SubmissionValue.submission_id, SubmissionValue.measure_id, SubmissionValue.value
            ).join(Submission, Submission.id == SubmissionValue.submission_id)
        )
    ):
        values[submission_id][measure_id] = value
    reached: dict[int, dict[int, date]] = defaultdict(dict)
    # A milestone that was moved or reworded since is another row with the same number.
    step, now = SubmissionMilestone, aliased(Milestone)
    for submission_id, milestone_id, day in session.execute(
        of_tasks(
            select(step.submission_id, now.id, step.reached_on)
            .join(Submission, Submission.id == step.submission_id)
            .join(Milestone, Milestone.id == step.milestone_id)
            .join(now, and_(now.task_id == Milestone.task_id, now.no == Milestone.no, now.at(at)))
        )
    ):  # fmt: skip
        reached[submission_id][milestone_id] = day
    found: dict[int, list[ReportedRound]] = defaultdict(list)
    for head in newest.values():
        own = head.unit_id == head.lead_unit_id
        found[head.task_id].append(
            ReportedRound(
                unit_id=head.unit_id,
                year=head.year,
                on=head.due_on,
                own=own,
                status=head.status,
                values=values.get(head.id, {}),
                reached=reached.get(head.id, {}),
                submission=head.id,
                accepted=head.state == ReportStateName.ACCEPTED,
            )
        )
    return found
