"""市县联动: what a plan above hands down to a place, what the place made of it, and what comes up.

A place below shows the place above what was handed down alone: targets, sums of accepted values,
never drafts, reports or persons.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import select, true
from sqlalchemy.orm import Session, aliased

from db.models import (
    Assignment,
    MeasureVersion,
    Place,
    Plan,
    Report,
    ReportState,
    Round,
    Submission,
    SubmissionValue,
    TakenTask,
    Task,
    Unit,
)
from db.queries.progress.progress import TaskProgress, tasks_progress
from db.queries.scope import visible_to
from workflow.rules.access.permissions import Actor
from workflow.rules.progress.judging import YEARLY, Promise, TaskStatus, targeted
from workflow.rules.progress.paths import SUMS
from workflow.rules.reporting.cascade import (
    HandedUp,
    MeasureKey,
    RaisedTarget,
    TaskBelow,
    handed_up,
    raised_target,
)
from workflow.rules.states import LIVE_TASKS, ReportStateName, TaskStateName

GIVEN_UP = frozenset({TaskStateName.TERMINATED, TaskStateName.DROPPED})
"""States of a task that nobody works at any more."""


@dataclass(frozen=True)
class HandedDown:
    """A task that a plan above gives to the unit that a place is.

    `targets`: the name, unit and number of the last year that are asked of the place. `taken`: the
    tasks of the place's own plans that were taken down from it.
    """

    assignment_id: int
    plan_id: int
    plan: str
    plan_code: str
    place_id: int
    task_id: int
    code: str
    title: str
    role: str
    due: date | None
    targets: tuple[tuple[str, str, Decimal | None], ...]
    taken: tuple[TaskBelow, ...]


@dataclass(frozen=True)
class CascadeRow:
    """What one place made of one task: its numbers on their way down and up."""

    place_id: int
    place: str
    unit_id: int
    task_id: int
    code: str
    title: str
    taken: int
    units: int
    targets: tuple[RaisedTarget, ...]
    up: tuple[HandedUp, ...]


def handed_down(session: Session, actor: Actor, at: datetime, year: int) -> tuple[HandedDown, ...]:
    """What plans above ask of the places whose office the actor is of, as at an instant; sums of
    what counts by the year are of `year`."""
    own = Unit.stands_for_id.in_(actor.place_ids)
    rows = session.execute(
        select(Assignment, Unit, Plan, Task.code)
        .join(Unit, Unit.id == Assignment.unit_id)
        .join(Plan, Plan.id == Assignment.plan_id)
        .join(Task, Task.id == Assignment.task_id)
        .where(own, Assignment.at(at), Plan.issued_at <= at)
        .order_by(Plan.id, Task.position, Assignment.id)
    ).all()
    tasks = tasks_progress(session, Task.id.in_([row.Assignment.task_id for row in rows]), at)
    taken = taken_from(session, [row.Assignment.id for row in rows], at, year, drafts=True)
    found = []
    for part, unit, plan, code in rows:
        task = tasks.get(part.task_id)
        if task is None or task.standing.state not in LIVE_TASKS:
            continue
        found.append(
            HandedDown(
                part.id, plan.id, plan.title, plan.code, unit.stands_for_id or 0, task.id, code,
                task.title, part.role, task.standing.due,
                tuple(
                    (one.metric, one.unit, asked_of(task.standing, one, part.unit_id))
                    for one in task.standing.promises
                ),
                taken[part.id],
            )
        )  # fmt: skip
    return tuple(found)


def plans_below(session: Session, actor: Actor, plan_id: int) -> tuple[int, ...]:
    """The plans into which tasks of a plan that the actor sees were taken down: on what is accepted
    there depends what its reports are compared with."""
    rows = session.scalars(
        select(Task.plan_id)
        .join(TakenTask, TakenTask.task_id == Task.id)
        .join(Assignment, Assignment.id == TakenTask.assignment_id)
        .join(Plan, Plan.id == Assignment.plan_id)
        .where(Plan.id == plan_id, visible_to(actor, Plan))
        .distinct()
        .order_by(Task.plan_id)
    )
    return tuple(rows)


def cascade(
    session: Session, actor: Actor, plan_id: int, at: datetime, year: int
) -> tuple[CascadeRow, ...]:
    """Who has taken down what of a plan that the actor reads all of, task by task."""
    rows = session.execute(
        select(Assignment.id, Assignment.task_id, Assignment.unit_id, Place.id, Place.name)
        .join(Unit, Unit.id == Assignment.unit_id)
        .join(Place, Place.id == Unit.stands_for_id)
        .join(Task, Task.id == Assignment.task_id)
        .join(Plan, Plan.id == Assignment.plan_id)
        .where(
            Assignment.plan_id == plan_id,
            Plan.place_id.in_(actor.place_ids),
            Assignment.at(at),
            visible_to(actor, Assignment),
        )
        .order_by(Task.position, Place.code)
    ).tuples()
    found = rows.all()
    tasks = tasks_progress(session, Task.id.in_({row[1] for row in found}), at)
    taken = taken_from(session, [row[0] for row in found], at, year)
    made = []
    for assignment_id, task_id, unit_id, place_id, place in found:
        task, below = tasks[task_id], taken[assignment_id]
        targets, up = [], []
        for one in task.standing.promises:
            key = (one.metric, one.unit)
            asked = asked_of(task.standing, one, unit_id)
            targets.append(raised_target(key, one.kind, one.value, asked, below))
            total = handed_up(key, one.kind, below)
            up += [total] if total else []
        made.append(
            CascadeRow(
                place_id, place, unit_id, task_id, task.code, task.title, len(below),
                len({one.unit for one in below}), tuple(targets), tuple(up),
            )
        )  # fmt: skip
    return tuple(made)


def sums_below(
    session: Session, papers: Mapping[int, tuple[Collection[Promise], int]], at: datetime
) -> dict[int, dict[int, HandedUp]]:
    """What was accepted below of the numbers of reports: by the id of the report and of the
    measure. `papers` are the reports with their task's promises and their year, for whoever sees
    them; most have nothing below and are missing in the answer."""
    rows = session.execute(
        select(Report.id, Report.assignment_id)
        .join(TakenTask, TakenTask.assignment_id == Report.assignment_id)
        .where(Report.id.in_(sorted(papers)))
        .distinct()
    ).tuples()
    found: dict[int, dict[int, HandedUp]] = {}
    for report_id, assignment_id in rows.all():
        promises, year = papers[report_id]
        below = taken_from(session, [assignment_id], at, year)[assignment_id]
        sums = {one.id: handed_up((one.metric, one.unit), one.kind, below) for one in promises}
        found[report_id] = {key: up for key, up in sums.items() if up is not None}
    return found


def asked_of(task: TaskStatus, promise: Promise, unit_id: int) -> Decimal | None:
    """What a task asks of a unit by its last year: its share, or all where it answers alone. The
    shares of what adds up over the years are added up."""
    target_of, has = targeted(task, promise, unit_id)
    if not has:
        return None
    targets = promise.targets(target_of, task.first_year, task.last_year)
    if not targets:
        return None
    return sum(targets.values(), Decimal(0)) if promise.kind in SUMS else targets[max(targets)]


def taken_from(
    session: Session,
    assignment_ids: Sequence[int],
    at: datetime,
    year: int,
    *,
    drafts: bool = False,
) -> dict[int, tuple[TaskBelow, ...]]:
    """The tasks of issued plans that were taken down from assignments above, with what they promise
    and what was accepted of them; with `drafts`, which are the place's own alone, of those too.
    What was given up counts no more."""
    lead, unit = aliased(Assignment), aliased(Unit)
    rows = session.execute(
        select(TakenTask.assignment_id, Task.id, unit.name)
        .join(Task, Task.id == TakenTask.task_id)
        .join(Plan, Plan.id == Task.plan_id)
        .join(lead, (lead.task_id == Task.id) & lead.collects & lead.at(at))
        .join(unit, unit.id == lead.unit_id)
        .where(
            TakenTask.assignment_id.in_(assignment_ids), true() if drafts else Plan.issued_at <= at
        )
        .order_by(Task.plan_id, Task.position, lead.position)
    ).tuples()
    found = rows.all()
    tasks = tasks_progress(session, Task.id.in_({row[1] for row in found}), at)
    accepted = _accepted(session, list(tasks), at, year)
    made: dict[int, dict[int, TaskBelow]] = defaultdict(dict)
    for assignment_id, task_id, name in found:
        task = tasks[task_id]
        if task.standing.state in GIVEN_UP:
            continue
        known = made[assignment_id].get(task_id)
        if known is not None:
            made[assignment_id][task_id] = replace(known, unit=f"{known.unit}、{name}")
            continue
        made[assignment_id][task_id] = _taken(task, name, accepted)
    return {one: tuple(made[one].values()) for one in assignment_ids}


def _taken(task: TaskProgress, unit: str, accepted: dict[int, Decimal]) -> TaskBelow:
    targets: dict[MeasureKey, Decimal] = {}
    values: dict[MeasureKey, Decimal] = {}
    for one in task.standing.promises:
        key = (one.metric, one.unit)
        if one.value is not None:
            targets[key] = one.value
        if one.id in accepted:
            values[key] = accepted[one.id]
    return TaskBelow(task.id, task.code, task.title, unit, targets, values)


def _accepted(
    session: Session, task_ids: Collection[int], at: datetime, year: int
) -> dict[int, Decimal]:
    """What was last accepted of each measure, the collecting units of a task added up. What counts
    by the year is that of `year`."""
    rows = session.execute(
        select(
            SubmissionValue.measure_id, Report.unit_id, SubmissionValue.value, Round.year,
            MeasureVersion.kind,
        )
        .join(Submission, Submission.id == SubmissionValue.submission_id)
        .join(Report, Report.id == Submission.report_id)
        .join(Round, Round.id == Report.round_id)
        .join(ReportState, ReportState.report_id == Report.id)
        .join(MeasureVersion, MeasureVersion.measure_id == SubmissionValue.measure_id)
        .where(
            Report.task_id.in_(task_ids),
            Report.unit_id == Report.lead_unit_id,
            ReportState.at(at),
            ReportState.state == ReportStateName.ACCEPTED,
            MeasureVersion.at(at),
            Submission.at <= at,
        )
        .order_by(Round.due_on, Submission.no)
    ).tuples()  # fmt: skip
    newest: dict[int, dict[int, Decimal]] = defaultdict(dict)
    for measure_id, unit_id, value, of_year, kind in rows:
        if kind not in YEARLY or of_year == year:
            newest[measure_id][unit_id] = value
    return {key: sum(values.values(), Decimal(0)) for key, values in newest.items()}
