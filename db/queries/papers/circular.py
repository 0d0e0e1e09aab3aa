"""通报: everything a circular states of one plan, as known at an instant."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from db.models import (
    Plan,
    Report,
    ReportState,
    Round,
    Submission,
    SubmissionValue,
    Task,
    TaskState,
    Unit,
)
from db.queries.papers.office import office_of
from db.queries.progress.first_dates import first_dues
from db.queries.progress.overview import task_lights
from db.queries.progress.progress import TaskProgress, tasks_progress
from db.queries.progress.timeliness import timeliness
from db.queries.record.calendar import overrides
from db.queries.scope import visible_to
from db.queries.tasks.board import own_words
from i18n import mark
from workflow.rules.access.permissions import Actor
from workflow.rules.assignments import AssignmentRole
from workflow.rules.indicators.words import Firmness
from workflow.rules.papers.circular import Circular, NumberFact, StepFact, TaskFact, UnitFact, Voice
from workflow.rules.progress.judging import (
    UnitNumber,
    judge,
    last_told,
    milestones_of,
    unit_numbers,
)
from workflow.rules.progress.lights import Light
from workflow.rules.refusals import NotFound
from workflow.rules.reporting.policy import PlanPolicy
from workflow.rules.states import NOT_OWED, ReportStateName, TaskStateName
from workflow.rules.time.calendar import Calendar
from workflow.rules.time.dates import end_of_day, local_date

AHEAD = timedelta(days=92)
"""How far a circular looks ahead: a quarter."""


@dataclass(frozen=True)
class Source:
    """Where a reported number comes from."""

    period: str
    on: date
    accepted: bool
    firmness: dict[int, str]
    """By measure."""


def circular(session: Session, actor: Actor, plan_id: int, at: datetime, zone: str) -> Circular:
    """The circular of the last period whose reports were due by the local day of an instant; of the
    first period, if that is not due yet.

    Raises NotFound where the plan is not the reader's to see or no period has been opened.
    """
    plan = session.scalar(select(Plan).where(Plan.id == plan_id, visible_to(actor, Plan)))
    rounds = session.scalars(
        select(Round)
        .where(Round.plan_id == plan_id, Round.opened_at <= at)
        .order_by(Round.due_on, Round.id)
    ).all()
    if plan is None:
        raise NotFound(mark("There is nothing here, or it is not yours to see."))
    if not rounds:
        raise NotFound(mark("No reporting period of this plan has been opened yet."))
    day = local_date(at, zone)
    due = [one for one in rounds if one.due_on <= day]
    now, earlier = (due or rounds[:1])[-1], due[-2] if len(due) > 1 else None
    # In the new year the numbers of the old one are still the ones to speak of.
    judged_on = min(day, date(now.year, 12, 31))
    names = dict(session.execute(select(Unit.id, Unit.name)).tuples().all())
    tasks = tasks_progress(session, and_(Task.plan_id == plan_id, visible_to(actor, Task)), at)
    before = None
    if earlier:
        then = end_of_day(earlier.due_on, zone) - datetime.resolution
        before = Counter(task_lights(session, actor, [plan_id], then, zone).values())
    papers = timeliness(session, and_(Report.round_id == now.id, visible_to(actor, Report)), at)
    calendar, policy = Calendar(overrides(session)), PlanPolicy.from_json(plan.policy)
    words = defaultdict(list)
    for paper in papers:
        if paper.state not in NOT_OWED and not paper.to_lead:
            words[paper.unit_id].append(
                paper.punctuality(day, calendar, policy.return_workdays, zone)
            )
    return Circular(
        plan=plan.title,
        office=office_of(session, actor, plan_id),
        period=now.period,
        due_on=now.due_on,
        day=day,
        judged_on=judged_on,
        earlier=earlier.period if earlier else "",
        earlier_day=earlier.due_on if earlier else None,
        before=before,
        tasks=tuple(_tasks(session, actor, plan_id, tasks, names, at, judged_on, zone)),
        numbers=tuple(_numbers(session, tasks, names, at, judged_on, zone)),
        steps=tuple(_steps(tasks.values(), names)),
        units=tuple(
            UnitFact(names[unit], _lights_of(unit, tasks.values(), judged_on), tuple(words[unit]))
            for unit in _order(session, tasks.values(), words)
        ),
        accepted=sum(
            paper.state == ReportStateName.ACCEPTED and not paper.to_lead for paper in papers
        ),
        until=day + AHEAD,
    )


def _tasks(
    session: Session,
    actor: Actor,
    plan_id: int,
    tasks: dict[int, TaskProgress],
    names: dict[int, str],
    at: datetime,
    day: date,
    zone: str,
) -> list[TaskFact]:
    firsts = first_dues(session, Task.plan_id == plan_id, at)
    closed = dict(
        session.execute(
            select(TaskState.task_id, TaskState.known_from).where(
                TaskState.task_id.in_(tasks),
                TaskState.state == TaskStateName.CLOSED,
                TaskState.at(at),
            )
        ).tuples().all()
    )  # fmt: skip
    said = own_words(session, actor, tasks, at)
    return [
        TaskFact(
            task.code, task.title, leads_of(task, names), judge(task.standing, day),
            task.standing.due, firsts.get(key, task.standing.due),
            local_date(closed[key], zone) if key in closed else None,
            tuple(
                Voice(one.unit, one.period, one.problem, one.next_steps)
                for one in said.get(key, ())
            ),
        )
        for key, task in tasks.items()
    ]  # fmt: skip


def leads_of(task: TaskProgress, names: dict[int, str]) -> tuple[str, ...]:
    """The units that lead a task or answer for it together, by name."""
    return tuple(names[unit] for unit, role in task.parts if role != AssignmentRole.SUPPORT)


def _steps(tasks: Collection[TaskProgress], names: dict[int, str]) -> list[StepFact]:
    return [
        StepFact(
            task.code, step.title, leads_of(task, names), step.due, step.reached_on,
            step.deliverable,
        )
        for task in tasks
        for step in milestones_of(task.standing)
    ]  # fmt: skip


def _numbers(
    session: Session,
    tasks: dict[int, TaskProgress],
    names: dict[int, str],
    at: datetime,
    day: date,
    zone: str,
) -> list[NumberFact]:
    found = [(task, one) for task in tasks.values() for one in unit_numbers(task.standing, day)]
    told = [_submissions(task, one, day) for task, one in found]
    sources = _sources(session, [key for keys in told for key in keys], at, zone)
    return [
        _number(task, one, [sources[key] for key in keys], names)
        for (task, one), keys in zip(found, told, strict=True)
    ]


def _submissions(task: TaskProgress, one: UnitNumber, day: date) -> list[int]:
    found = (last_told(task.standing.told, one.promise, unit, day) for unit in one.units)
    return [report.submission for report in found if report is not None]


def _number(
    task: TaskProgress, one: UnitNumber, sources: Sequence[Source], names: dict[int, str]
) -> NumberFact:
    """The number with its source; of several units, the latest date and the weakest firmness."""
    weakest = (Firmness.EXPECTED, Firmness.PRELIMINARY, Firmness.CONFIRMED)
    firm = [source.firmness.get(one.promise.id, Firmness.EXPECTED) for source in sources]
    last = max(sources, key=lambda source: source.on, default=None)
    return NumberFact(
        task.code, tuple(names[unit] for unit in one.units), one.number,
        last.period if last else "", last.on if last else None,
        min(firm, key=weakest.index, default=""),
        bool(sources) and all(source.accepted for source in sources),
    )  # fmt: skip


def _sources(
    session: Session, submissions: Collection[int], at: datetime, zone: str
) -> dict[int, Source]:
    firmness: dict[int, dict[int, str]] = defaultdict(dict)
    value = SubmissionValue
    for key, measure, firm in session.execute(
        select(value.submission_id, value.measure_id, value.firmness).where(
            value.submission_id.in_(submissions)
        )
    ):
        firmness[key][measure] = firm
    rows = session.execute(
        select(Submission.id, Submission.at, Round.period, ReportState.state)
        .join(Report, Report.id == Submission.report_id)
        .join(Round, Round.id == Report.round_id)
        .join(ReportState, ReportState.report_id == Report.id)
        .where(Submission.id.in_(submissions), ReportState.at(at))
    )
    return {
        row.id: Source(
            row.period,
            local_date(row.at, zone),
            row.state == ReportStateName.ACCEPTED,
            firmness[row.id],
        )
        for row in rows
    }


def _lights_of(unit: int, tasks: Collection[TaskProgress], day: date) -> Counter[Light]:
    return Counter(
        judge(task.standing.of(unit), day).light
        for task in tasks
        if unit in task.standing.answerable
    )


def _order(
    session: Session, tasks: Collection[TaskProgress], words: Collection[int]
) -> Sequence[int]:
    """The units that answer for a task or owe a report, in their usual order."""
    wanted = {unit for task in tasks for unit in task.standing.answerable} | set(words)
    return session.scalars(
        select(Unit.id).where(Unit.id.in_(wanted)).order_by(Unit.position, Unit.id)
    ).all()
