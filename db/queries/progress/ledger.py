"""本单位台账: what a unit owes, how it stands, and how its paper stood."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from db.models import Assignment, AssignmentState, Plan, Report, Round, Task, Unit
from db.queries.progress.first_dates import first_dues
from db.queries.progress.progress import TaskProgress, tasks_progress
from db.queries.progress.timeliness import TimelinessRow, timeliness
from db.queries.record.calendar import overrides
from db.queries.scope import visible_to
from i18n import mark
from workflow.rules.access.permissions import Actor
from workflow.rules.progress.judging import judge, numbers_of
from workflow.rules.progress.lights import Judgement, NumberState
from workflow.rules.refusals import NotFound
from workflow.rules.reporting.policy import PlanPolicy
from workflow.rules.reporting.punctuality import Punctuality
from workflow.rules.time.calendar import Calendar
from workflow.rules.time.dates import local_date


@dataclass(frozen=True)
class LedgerPaper:
    """One of the year's reports with its word."""

    paper: TimelinessRow
    word: Punctuality


@dataclass(frozen=True)
class LedgerLine:
    """One part of the unit in a task. The light is its own where it answers to the office, else the
    task's; `numbers` are its own."""

    task: TaskProgress
    role: str
    assignment_state: str
    first_due: date | None
    judgement: Judgement
    numbers: tuple[NumberState, ...]
    papers: tuple[LedgerPaper, ...]


@dataclass(frozen=True)
class Ledger:
    """A unit's tasks in one plan: those it answers for, then those it supports."""

    unit_id: int
    unit: str
    plan_id: int
    plan: str
    day: date
    answers: tuple[LedgerLine, ...]
    supports: tuple[LedgerLine, ...]


def ledger(
    session: Session, actor: Actor, unit_id: int, plan_id: int, at: datetime, zone: str
) -> Ledger:
    """The unit's ledger as known at an instant, with the papers of the year of its local day.

    Who may: the unit's own people and whoever reads everything; NotFound for anybody else.
    """
    plan = session.scalar(select(Plan).where(Plan.id == plan_id, visible_to(actor, Plan)))
    unit = session.get(Unit, unit_id)
    if (
        plan is None
        or unit is None
        or not (actor.reads_all_of(unit.place_id) or unit_id in actor.unit_ids)
    ):
        raise NotFound(mark("There is nothing here, or it is not yours to see."))
    day = local_date(at, zone)
    parts = dict(
        session.execute(
            select(Assignment.task_id, AssignmentState.state)
            .join(AssignmentState, AssignmentState.assignment_id == Assignment.id)
            .where(
                Assignment.plan_id == plan_id, Assignment.unit_id == unit_id, Assignment.at(at),
                AssignmentState.at(at),
            )
        ).tuples().all()
    )  # fmt: skip
    tasks = tasks_progress(session, and_(Task.plan_id == plan_id, Task.id.in_(sorted(parts))), at)
    firsts = first_dues(session, Task.id.in_(tasks), at)
    which = and_(Report.plan_id == plan_id, Report.unit_id == unit_id, Round.year == day.year)
    policy, calendar = PlanPolicy.from_json(plan.policy), Calendar(overrides(session))
    found: dict[int, list[LedgerPaper]] = {task: [] for task in tasks}
    for paper in timeliness(session, which, at):
        word = paper.punctuality(day, calendar, policy.return_workdays, zone)
        found.setdefault(paper.task_id, []).append(LedgerPaper(paper, word))
    lines = [
        _line(task, unit_id, parts[key], firsts, tuple(found[key]), day)
        for key, task in tasks.items()
    ]
    return Ledger(
        unit_id, unit.name, plan_id, plan.title, day,
        tuple(line for line in lines if unit_id in line.task.standing.answerable),
        tuple(line for line in lines if unit_id not in line.task.standing.answerable),
    )  # fmt: skip


def _line(
    task: TaskProgress,
    unit_id: int,
    state: str,
    firsts: dict[int, date | None],
    found: tuple[LedgerPaper, ...],
    day: date,
) -> LedgerLine:
    answers = unit_id in task.standing.answerable
    own = task.standing.of(unit_id) if answers else task.standing
    return LedgerLine(
        task, next(role for unit, role in task.parts if unit == unit_id), state,
        firsts.get(task.id, task.standing.due), judge(own, day),
        tuple(numbers_of(own, day)) if answers else (), found,
    )  # fmt: skip
