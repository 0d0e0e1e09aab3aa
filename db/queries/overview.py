"""进展总览: where a plan stands, today and on any past day."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from db.models import Item, Plan, Report, Round, Task, TaskVersion, Unit
from db.queries.calendar import overrides
from db.queries.papers import PaperRow, papers
from db.queries.scope import visible_to
from db.queries.standing import TaskRow, tasks_standing
from luoshi.language import mark
from workflow.rules.calendar import Calendar
from workflow.rules.dates import local_date
from workflow.rules.judging import judge
from workflow.rules.lights import Judgement, Light, settled
from workflow.rules.permissions import Actor
from workflow.rules.policy import PlanPolicy
from workflow.rules.punctuality import Punctuality, Word
from workflow.rules.refusals import NotFound

_WORST = (Light.RED, Light.YELLOW, Light.GREEN, Light.GREY, Light.DONE)
LEFT_THE_UNIT = frozenset({"signed_off", "accepted"})


@dataclass(frozen=True)
class Filters:
    """What is left out of an overview. `units`: tasks in which one of them has a part; `search`
    looks in code and title."""

    units: frozenset[int] = frozenset()
    items: frozenset[int] = frozenset()
    lights: frozenset[Light] = frozenset()
    kinds: frozenset[str] = frozenset()
    search: str = ""


@dataclass(frozen=True)
class Figures:
    """The figures at the head: tasks by light; papers of the newest round, without waived ones."""

    tasks: int
    lights: dict[Light, int]
    period: str
    owed: int
    filed: int
    accepted: int
    awaiting_review: int


@dataclass(frozen=True)
class RoundHead:
    """A column of the heat map."""

    id: int
    period: str
    due_on: date
    closed: bool


@dataclass(frozen=True)
class Cell:
    """A unit in a round. Work: the worst light of its tasks, a red made up since shown yellow.
    Paper: how many reports stood by each word, `workdays` the most that one was over."""

    light: Light
    owed: int
    filed: int
    words: dict[Word, int]
    workdays: int


@dataclass(frozen=True)
class UnitLine:
    """A row of the heat map; `cells` by period, none where nothing was owed."""

    unit_id: int
    name: str
    cells: dict[str, Cell]


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
    figures: Figures
    rounds: tuple[RoundHead, ...]
    units: tuple[UnitLine, ...]
    items: tuple[ItemLines, ...]


@dataclass(frozen=True)
class _Board:
    """What one query of a plan gathered, before anything is judged."""

    day: date
    zone: str
    policy: PlanPolicy
    calendar: Calendar
    tasks: dict[int, TaskRow]
    papers: list[PaperRow]
    rounds: tuple[RoundHead, ...]
    units: dict[int, tuple[int, str]] = field(default_factory=dict)


def overview(
    session: Session,
    actor: Actor,
    plan_id: int,
    at: datetime,
    zone: str,
    filters: Filters | None = None,
) -> Overview:
    """The plan as known at an instant; the heat map shows the rounds of the year of its local day.

    Raises NotFound where the actor sees no such plan.
    """
    plan = session.scalar(select(Plan).where(Plan.id == plan_id, visible_to(actor, Plan)))
    if plan is None:
        raise NotFound(mark("There is nothing here, or it is not yours to see."))
    wanted = filters or Filters()
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
        _unit_lines(board, mine, wanted), _items(session, board, judged),
    )  # fmt: skip


def task_lights(
    session: Session, actor: Actor, plan_id: int, at: datetime, zone: str
) -> dict[int, Light]:
    """The light of each task of the plan that the actor sees, as known at an instant."""
    which = and_(Task.plan_id == plan_id, visible_to(actor, Task))
    day = local_date(at, zone)
    tasks = tasks_standing(session, which, at)
    return {key: judge(task.standing, day).light for key, task in tasks.items()}


def _gather(session: Session, actor: Actor, plan: Plan, at: datetime, zone: str) -> _Board:
    day = local_date(at, zone)
    tasks = tasks_standing(session, and_(Task.plan_id == plan.id, visible_to(actor, Task)), at)
    of_year = and_(Round.plan_id == plan.id, Round.year == day.year, Round.opened_at <= at)
    rounds = session.execute(
        select(Round.id, Round.period, Round.due_on, Round.closed_at)
        .where(of_year)
        .order_by(Round.due_on)
    ).all()
    return _Board(
        day=day,
        zone=zone,
        policy=PlanPolicy.from_json(plan.policy),
        calendar=Calendar(overrides(session)),
        tasks=tasks,
        papers=papers(
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


def _fits(task: TaskRow, wanted: Filters) -> bool:
    return (
        (not wanted.units or any(unit in wanted.units for unit, _ in task.parts))
        and (not wanted.items or task.item_id in wanted.items)
        and (not wanted.kinds or task.kind in wanted.kinds)
        and wanted.search.strip().lower() in f"{task.code} {task.title}".lower()
    )


def _figures(
    judged: Iterable[Judgement], mine: list[PaperRow], rounds: tuple[RoundHead, ...]
) -> Figures:
    lights = Counter(one.light for one in judged)
    period = rounds[-1].period if rounds else ""
    now = [p for p in mine if p.period == period and p.state != "waived" and not p.to_lead]
    return Figures(
        tasks=sum(lights.values()),
        lights={light: lights[light] for light in Light},
        period=period,
        owed=len(now),
        filed=sum(p.state in LEFT_THE_UNIT for p in now),
        accepted=sum(p.state == "accepted" for p in now),
        awaiting_review=sum(p.state == "signed_off" for p in mine),
    )


def _unit_lines(board: _Board, mine: list[PaperRow], wanted: Filters) -> tuple[UnitLine, ...]:
    by_unit: dict[int, list[PaperRow]] = defaultdict(list)
    for paper in mine:
        if paper.state != "waived" and (not wanted.units or paper.unit_id in wanted.units):
            by_unit[paper.unit_id].append(paper)
    lines = []
    for unit_id in sorted(by_unit, key=lambda unit: (*board.units[unit], unit)):
        lights = _lights(board, unit_id, {paper.task_id for paper in by_unit[unit_id]})
        cells = {}
        for head in board.rounds:
            these = [paper for paper in by_unit[unit_id] if paper.period == head.period]
            if these:
                cells[head.period] = _cell(board, these, lights[head.period])
        lines.append(UnitLine(unit_id, board.units[unit_id][1], cells))
    return tuple(lines)


def _lights(board: _Board, unit_id: int, task_ids: set[int]) -> dict[str, Light]:
    """The unit's worst light at the end of each round of the year."""
    found: dict[str, list[Light]] = {head.period: [Light.GREY] for head in board.rounds}
    for task_id in sorted(task_ids):
        task = board.tasks.get(task_id)
        if task is None or unit_id not in task.standing.answerable:
            continue
        alone = task.standing.of(unit_id)
        lights = [
            judge(alone.until(head.due_on), min(head.due_on, board.day)).light
            for head in board.rounds
        ]
        for head, light in zip(board.rounds, settled(lights), strict=True):
            found[head.period].append(light)
    return {period: min(lights, key=_WORST.index) for period, lights in found.items()}


def _cell(board: _Board, these: list[PaperRow], light: Light) -> Cell:
    words = [word_of(paper, board.day, board.calendar, board.policy, board.zone) for paper in these]
    return Cell(
        light,
        owed=len(these),
        filed=sum(bool(p.filings) and p.filings[-1].returned_at is None for p in these),
        words=dict(Counter(word.word for word in words)),
        workdays=max(word.workdays for word in words),
    )


def word_of(
    paper: PaperRow, day: date, calendar: Calendar, policy: PlanPolicy, zone: str
) -> Punctuality:
    """The paper's word at the end of a local day."""
    return paper.punctuality(day, calendar, policy.return_workdays, zone)


def _items(session: Session, board: _Board, judged: dict[int, Judgement]) -> tuple[ItemLines, ...]:
    firsts = first_dues(session, judged)
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


def first_dues(session: Session, tasks: Iterable[int]) -> dict[int, date | None]:
    """The date that a task first had, of those whose words were changed since."""
    changed = (
        select(TaskVersion.task_id)
        .where(TaskVersion.task_id.in_(tuple(tasks)))
        .group_by(TaskVersion.task_id)
        .having(func.count() > 1)
    )
    rows = session.execute(
        select(TaskVersion.task_id, TaskVersion.due)
        .where(TaskVersion.task_id.in_(changed))
        .order_by(TaskVersion.id.desc())
    )
    return dict(rows.tuples().all())
