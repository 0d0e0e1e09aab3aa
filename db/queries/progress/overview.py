"""进展总览: where a plan stands, today and on any past day."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from db.models import Item, Plan, Report, Round, Task, Unit
from db.queries.progress.first_dates import first_dues
from db.queries.progress.heat_map import RoundHead, UnitLine, UnitRounds, unit_lines
from db.queries.progress.progress import TaskProgress, tasks_progress
from db.queries.progress.timeliness import TimelinessRow, timeliness
from db.queries.record.calendar import overrides
from db.queries.scope import visible_to
from i18n import mark
from workflow.rules.access.permissions import Actor
from workflow.rules.progress.judging import judge
from workflow.rules.progress.lights import Judgement, Light
from workflow.rules.refusals import NotFound
from workflow.rules.reporting.policy import PlanPolicy
from workflow.rules.states import LEFT_THE_UNIT
from workflow.rules.time.calendar import Calendar
from workflow.rules.time.dates import local_date


@dataclass(frozen=True)
class OverviewSelection:
    """What is left out of an overview. `units`: tasks in which one of them has a part; `search`
    looks in code and title."""

    units: frozenset[int] = frozenset()
    items: frozenset[int] = frozenset()
    lights: frozenset[Light] = frozenset()
    kinds: frozenset[str] = frozenset()
    search: str = ""


@dataclass(frozen=True)
class OverviewFigures:
    """The figures at the head: tasks by light; papers of the newest round, without waived ones."""

    tasks: int
    lights: dict[Light, int]
    period: str
    owed: int
    filed: int
    accepted: int
    awaiting_review: int


@dataclass(frozen=True)
class TaskLine:
    """A task with its light. `first_due` differs from `due` where the date was moved."""

    id: int
    code: str
    title: str
    kind: str
    state: str
    due: date | None
    first_due: date | None
    leads: tuple[str, ...]
    supports: tuple[str, ...]
    judgement: Judgement


@dataclass(frozen=True)
class ItemLines:
    """A heading with its tasks; `id` None for tasks without one."""

    id: int | None
    code: str
    title: str
    tasks: tuple[TaskLine, ...]


@dataclass(frozen=True)
class Overview:
    """Everything the page shows, as known at `at`; `day` is its local date."""

    plan_id: int
    title: str
    at: datetime
    day: date
    year: int
    figures: OverviewFigures
    rounds: tuple[RoundHead, ...]
    units: tuple[UnitLine, ...]
    items: tuple[ItemLines, ...]


def overview(
    session: Session,
    actor: Actor,
    plan_id: int,
    at: datetime,
    zone: str,
    filters: OverviewSelection | None = None,
) -> Overview:
    """The plan as known at an instant; the heat map shows the rounds of the year of its local day.

    Raises NotFound where the actor sees no such plan.
    """
    plan = session.scalar(select(Plan).where(Plan.id == plan_id, visible_to(actor, Plan)))
    if plan is None:
        raise NotFound(mark("There is nothing here, or it is not yours to see."))
    wanted = filters or OverviewSelection()
    board = _gather(session, actor, plan, at, zone)
    judged = {
        key: judge(task.standing, board.day)
        for key, task in board.tasks.items()
        if _fits(task, wanted)
    }
    if wanted.lights:
        judged = {key: one for key, one in judged.items() if one.light in wanted.lights}
    mine = [paper for paper in board.papers if paper.task_id in judged]
    return Overview(
        plan.id, plan.title, at, board.day, board.day.year,
        _figures(judged.values(), mine, board.rounds), board.rounds,
        unit_lines(board, mine, wanted.units), _items(session, board, judged),
    )  # fmt: skip


def task_lights(
    session: Session, actor: Actor, plan_id: int, at: datetime, zone: str
) -> dict[int, Light]:
    """The light of each task of the plan that the actor sees, as known at an instant."""
    which = and_(Task.plan_id == plan_id, visible_to(actor, Task))
    day = local_date(at, zone)
    tasks = tasks_progress(session, which, at)
    return {key: judge(task.standing, day).light for key, task in tasks.items()}


def _gather(session: Session, actor: Actor, plan: Plan, at: datetime, zone: str) -> UnitRounds:
    day = local_date(at, zone)
    tasks = tasks_progress(session, and_(Task.plan_id == plan.id, visible_to(actor, Task)), at)
    of_year = and_(Round.plan_id == plan.id, Round.year == day.year, Round.opened_at <= at)
    rounds = session.execute(
        select(Round.id, Round.period, Round.due_on, Round.closed_at)
        .where(of_year)
        .order_by(Round.due_on)
    ).all()
    return UnitRounds(
        plan_id=plan.id,
        at=at,
        day=day,
        zone=zone,
        policy=PlanPolicy.from_json(plan.policy),
        calendar=Calendar(overrides(session)),
        tasks=tasks,
        papers=timeliness(
            session, and_(Report.plan_id == plan.id, of_year, visible_to(actor, Report)), at
        ),
        rounds=tuple(
            RoundHead(r.id, r.period, r.due_on, r.closed_at is not None and r.closed_at <= at)
            for r in rounds
        ),
        units={
            row.id: (row.position, row.name)
            for row in session.execute(select(Unit.id, Unit.position, Unit.name))
        },
    )


def _fits(task: TaskProgress, wanted: OverviewSelection) -> bool:
    return (
        (not wanted.units or any(unit in wanted.units for unit, _ in task.parts))
        and (not wanted.items or task.item_id in wanted.items)
        and (not wanted.kinds or task.kind in wanted.kinds)
        and wanted.search.strip().lower() in f"{task.code} {task.title}".lower()
    )


def _figures(
    judged: Iterable[Judgement], mine: list[TimelinessRow], rounds: tuple[RoundHead, ...]
) -> OverviewFigures:
    lights = Counter(one.light for one in judged)
    period = rounds[-1].period if rounds else ""
    now = [p for p in mine if p.period == period and p.state != "waived" and not p.to_lead]
    return OverviewFigures(
        tasks=sum(lights.values()),
        lights={light: lights[light] for light in Light},
        period=period,
        owed=len(now),
        filed=sum(p.state in LEFT_THE_UNIT for p in now),
        accepted=sum(p.state == "accepted" for p in now),
        awaiting_review=sum(p.state == "signed_off" for p in mine),
    )


def _items(
    session: Session, board: UnitRounds, judged: dict[int, Judgement]
) -> tuple[ItemLines, ...]:
    firsts = first_dues(session, Task.plan_id == board.plan_id, board.at)
    items = {
        row.id: row
        for row in session.execute(
            select(Item.id, Item.code, Item.title, Item.position).where(
                Item.id.in_({board.tasks[key].item_id for key in judged} - {None})
            )
        )
    }
    lines: dict[int | None, list[TaskLine]] = defaultdict(list)
    for key, judgement in judged.items():
        task = board.tasks[key]
        names = {role: [] for role in ("lead", "joint", "support")}  # type: dict[str, list[str]]
        for unit, role in task.parts:
            names[role].append(board.units[unit][1])
        lines[task.item_id].append(
            TaskLine(
                task.id, task.code, task.title, task.kind, task.standing.state,
                task.standing.due, firsts.get(key, task.standing.due),
                tuple(names["lead"] + names["joint"]), tuple(names["support"]), judgement,
            )
        )  # fmt: skip
    order = sorted(lines, key=lambda k: (k is None, items[k].position if k in items else 0))
    return tuple(
        ItemLines(
            key,
            items[key].code if key in items else "",
            items[key].title if key in items else "",
            tuple(lines[key]),
        )
        for key in order
    )
