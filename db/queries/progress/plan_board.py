"""The board of one plan as known at an instant: what an overview of plans is put together from.

It is gathered plan by plan, so that what is reported in one leaves the others as they are, and
mended task by task.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, select, true
from sqlalchemy.orm import Session

from db.models import Item, Plan, Report, Round, Task, Unit
from db.queries.progress.first_dates import first_dues
from db.queries.progress.progress import TaskProgress, tasks_progress
from db.queries.progress.timeliness import TimelinessRow, timeliness
from db.queries.record.calendar import overrides
from db.queries.scope import visible_to
from i18n import mark
from workflow.rules.access.permissions import Actor
from workflow.rules.progress.judging import judge
from workflow.rules.progress.lights import Judgement, Light, settled
from workflow.rules.refusals import NotFound
from workflow.rules.reporting.policy import PlanPolicy
from workflow.rules.reporting.punctuality import Punctuality
from workflow.rules.time.calendar import Calendar
from workflow.rules.time.dates import local_date


@dataclass(frozen=True)
class PlanRound:
    """A round of the year: its period, due date and when it closed, None while it is open."""

    period: str
    due_on: date
    closed_at: datetime | None


@dataclass(frozen=True)
class BoardPaper:
    """A report of the year with how it stands."""

    paper: TimelinessRow
    word: Punctuality


@dataclass(frozen=True)
class BoardTask:
    """A task with its light. `first_due` is the date with which it was issued; `lights` those of
    each unit that answers for it, at the end of each round, a red made up since shown yellow."""

    progress: TaskProgress
    judgement: Judgement
    first_due: date | None
    papers: tuple[BoardPaper, ...]
    lights: Mapping[int, Mapping[str, Light]]


@dataclass(frozen=True)
class BoardItem:
    """A heading of the plan."""

    code: str
    title: str
    position: int


@dataclass(frozen=True)
class PlanBoard:
    """A plan with its tasks in order, by id, and the rounds of the year of the local day. `units`:
    position and name of every unit."""

    plan_id: int
    title: str
    at: datetime
    day: date
    rounds: tuple[PlanRound, ...]
    items: Mapping[int, BoardItem]
    tasks: Mapping[int, BoardTask]
    units: Mapping[int, tuple[int, str]]


def plan_board(session: Session, actor: Actor, plan_id: int, at: datetime, zone: str) -> PlanBoard:
    """The board of a plan. Raises NotFound where the actor does not see it."""
    title, policy = _plan(session, actor, plan_id)
    day = local_date(at, zone)
    rounds = tuple(
        PlanRound(row.period, row.due_on, row.closed_at)
        for row in session.execute(
            select(Round.period, Round.due_on, Round.closed_at)
            .where(Round.plan_id == plan_id, Round.year == day.year, Round.opened_at <= at)
            .order_by(Round.due_on, Round.period)
        )
    )
    items = {
        row.id: BoardItem(row.code, row.title, row.position)
        for row in session.execute(
            select(Item.id, Item.code, Item.title, Item.position).where(Item.plan_id == plan_id)
        )
    }
    units = {
        row.id: (row.position, row.name)
        for row in session.execute(select(Unit.id, Unit.position, Unit.name))
    }
    board = PlanBoard(plan_id, title, at, day, rounds, items, {}, units)
    return replace(board, tasks=_tasks(session, actor, board, policy, zone, at))


def mended(
    session: Session,
    actor: Actor,
    board: PlanBoard,
    tasks: Collection[int],
    at: datetime,
    zone: str,
) -> PlanBoard:
    """The board after something was reported on these tasks and nothing else has happened, later
    on the same day or at the same instant."""
    _title, policy = _plan(session, actor, board.plan_id)
    anew = _tasks(session, actor, board, policy, zone, at, tasks)
    return replace(board, at=at, tasks={**board.tasks, **anew})


def _plan(session: Session, actor: Actor, plan_id: int) -> tuple[str, PlanPolicy]:
    row = session.execute(
        select(Plan.title, Plan.policy).where(Plan.id == plan_id, visible_to(actor, Plan))
    ).one_or_none()
    if row is None:
        raise NotFound(mark("There is nothing here, or it is not yours to see."))
    return row.title, PlanPolicy.from_json(row.policy)


def _tasks(
    session: Session,
    actor: Actor,
    board: PlanBoard,
    policy: PlanPolicy,
    zone: str,
    at: datetime,
    only: Collection[int] | None = None,
) -> dict[int, BoardTask]:
    of_plan: ColumnElement[bool] = Task.plan_id == board.plan_id
    if only is not None:
        of_plan = and_(of_plan, Task.id.in_(only))
    tasks = tasks_progress(session, and_(of_plan, visible_to(actor, Task)), at)
    firsts = first_dues(session, of_plan, at)
    calendar = Calendar(overrides(session))
    papers: dict[int, list[BoardPaper]] = defaultdict(list)
    of_year = and_(
        Report.plan_id == board.plan_id,
        Report.task_id.in_(only) if only is not None else true(),
        Round.plan_id == board.plan_id,
        Round.year == board.day.year,
        Round.opened_at <= at,
        visible_to(actor, Report),
    )
    for paper in timeliness(session, of_year, at):
        word = paper.punctuality(board.day, calendar, policy.return_workdays, zone)
        papers[paper.task_id].append(BoardPaper(paper, word))
    return {
        key: BoardTask(
            task,
            judge(task.standing, board.day),
            firsts.get(key, task.standing.due),
            tuple(papers[key]),
            {
                unit: _lights(board, task, unit)
                for unit in {one.paper.unit_id for one in papers[key]}
                if unit in task.standing.answerable
            },
        )
        for key, task in tasks.items()
    }


def _lights(board: PlanBoard, task: TaskProgress, unit_id: int) -> dict[str, Light]:
    """A unit's light in a task at the end of each round of the year."""
    alone = task.standing.of(unit_id)
    lights = [
        judge(alone.until(head.due_on), min(head.due_on, board.day)).light for head in board.rounds
    ]
    return dict(zip((head.period for head in board.rounds), settled(lights), strict=True))
