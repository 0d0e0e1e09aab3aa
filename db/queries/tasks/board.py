"""What the pages about single tasks add to their story: light, numbers over time, words, mails."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from db.models import Reminder, Report, ReportState, Round, Submission, Task, Unit
from db.queries.progress.progress import TaskProgress, tasks_progress
from db.queries.reports.submissions import as_read
from db.queries.scope import visible_to
from i18n import mark
from workflow.rules.access.permissions import Actor
from workflow.rules.progress.judging import Promise, judge, last_value, point_of
from workflow.rules.progress.lights import Judgement
from workflow.rules.refusals import NotFound
from workflow.rules.reporting.report_content import ReportContent
from workflow.rules.states import LEFT_THE_UNIT
from workflow.rules.time.dates import local_date


@dataclass(frozen=True)
class SeriesPoint:
    """A number on the due date of a round: what was told by then and where its path was."""

    period: str
    on: date
    actual: Decimal | None
    expected: Decimal | None


@dataclass(frozen=True)
class Series:
    """A measure over the rounds, in its unit; the last mark is the end of the year (`period` "").
    `target` is to be reached in `year` (None: in every one), None where nothing is promised."""

    measure_id: int
    metric: str
    unit: str
    definition: str
    target: Decimal | None
    year: int | None
    marks: tuple[SeriesPoint, ...]


@dataclass(frozen=True)
class TaskBoard:
    """The light of a task at the end of a local day, and its numbers."""

    judgement: Judgement
    series: tuple[Series, ...]


@dataclass(frozen=True, kw_only=True)
class LastWords(ReportContent):
    """What a unit said of a task in the last report that left it."""

    unit: str
    period: str
    at: datetime


@dataclass(frozen=True)
class DayReminders:
    """Reminders of one day about a task: to how many people of a role of a unit."""

    at: datetime
    unit: str
    role: str
    people: int


def task_board(session: Session, actor: Actor, task_id: int, at: datetime, zone: str) -> TaskBoard:
    """One task as known at an instant. Raises NotFound where it is not the reader's to see."""
    which = and_(Task.id == task_id, visible_to(actor, Task))
    task = tasks_progress(session, which, at).get(task_id)
    if task is None:
        raise NotFound(mark("There is nothing here, or it is not yours to see."))
    today = local_date(at, zone)
    rounds = session.execute(
        select(Round.period, Round.due_on)
        .where(Round.plan_id == task.plan_id, Round.opened_at <= at)
        .order_by(Round.due_on)
    )
    days = [(row.period, row.due_on) for row in rounds]
    series = tuple(_series(task, promise, days, today) for promise in task.standing.promises)
    return TaskBoard(judge(task.standing, today), series)


def _series(
    task: TaskProgress, promise: Promise, days: list[tuple[str, date]], today: date
) -> Series:
    marks = [_mark(task, promise, period, on) for period, on in days]
    end = point_of(task.standing, promise, None, date(today.year, 12, 31))
    if end is not None:
        marks.append(SeriesPoint("", date(today.year, 12, 31), None, end.expected))
    return Series(
        promise.id, promise.metric, promise.unit, promise.definition,
        end.target if end else promise.value, today.year if end else promise.by_year,
        tuple(marks),
    )  # fmt: skip


def _mark(task: TaskProgress, promise: Promise, period: str, on: date) -> SeriesPoint:
    """The whole of a measure: what adds up is the sum of all units that answer for the task."""
    told = task.standing.until(on).told
    units = task.standing.answerable if promise.adds_up else (task.standing.collector,)
    found = [last_value(told, promise, unit, on)[1] for unit in units]
    known = [value for value in found if value is not None]
    point = point_of(task.standing, promise, None, on)
    actual = sum(known, Decimal(0)) if known else None
    return SeriesPoint(period, on, actual, point.expected if point else None)


def own_words(
    session: Session, actor: Actor, task_ids: Collection[int], at: datetime
) -> dict[int, list[LastWords]]:
    """What the units that answer for tasks last said of them, by task, in the order of units."""
    rows = session.execute(
        select(
            Report.task_id, Report.unit_id, Unit.name, Round.period, Submission, ReportState.state
        )
        .join(Submission, Submission.report_id == Report.id)
        .join(ReportState, ReportState.report_id == Report.id)
        .join(Round, Round.id == Report.round_id)
        .join(Unit, Unit.id == Report.unit_id)
        .where(
            Report.task_id.in_(tuple(task_ids)),
            Report.unit_id == Report.lead_unit_id,
            visible_to(actor, Report),
            ReportState.at(at),
            Submission.at <= at,
        )
        .order_by(Unit.position, Unit.id, Round.due_on, Submission.no)
    )  # fmt: skip
    last = {}
    for task_id, unit_id, unit, period, sent, state in rows:
        if state in LEFT_THE_UNIT:
            said = LastWords(**sent.content.columns(), unit=unit, period=period, at=sent.at)
            last[task_id, unit_id] = as_read(said, actor, (unit_id,))
    found: dict[int, list[LastWords]] = defaultdict(list)
    for (task_id, _unit), words in last.items():
        found[task_id].append(words)
    return found


def reminded(session: Session, actor: Actor, task_id: int, at: datetime) -> list[DayReminders]:
    """The reminders about a task's reports, by run, unit and role, in order of time."""
    rows = session.execute(
        select(
            Reminder.at, Unit.name, Reminder.role, func.count(Reminder.person_id.distinct())
        )
        .join(Report, and_(Reminder.subject == "report", Report.id == Reminder.subject_id))
        .join(Unit, Unit.id == Reminder.unit_id)
        .where(Report.task_id == task_id, visible_to(actor, Report), Reminder.at <= at)
        .group_by(Reminder.at, Unit.name, Reminder.role)
        .order_by(Reminder.at)
    )  # fmt: skip
    return [DayReminders(*row) for row in rows]
