"""进展总览: where plans stand, today and on any past day."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Row, and_, select
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
from workflow.rules.assignments import ANSWERABLE, AssignmentRole
from workflow.rules.progress.judging import judge
from workflow.rules.progress.lights import Judgement, Light
from workflow.rules.refusals import NotFound
from workflow.rules.reporting.policy import PlanPolicy
from workflow.rules.states import LEFT_THE_UNIT, NOT_OWED, ReportStateName
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
    """The figures at the head: tasks by light; papers of each plan's newest round, without waived
    ones."""

    tasks: int
    lights: dict[Light, int]
    owed: int
    as_before: int
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
    """A heading of a plan with its tasks; `id` None for tasks without one."""

    plan_id: int
    id: int | None
    code: str
    title: str
    tasks: tuple[TaskLine, ...]


@dataclass(frozen=True)
class Overview:
    """Everything the page shows, as known at `at`; `day` is its local date. `plans`: the titles of
    those it goes over, by id in their order."""

    plans: Mapping[int, str]
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
    plan_ids: Sequence[int],
    at: datetime,
    zone: str,
    filters: OverviewSelection | None = None,
) -> Overview:
    """Plans as known at an instant, in the order of their ids as given; the heat map shows the
    rounds of the year of its local day.

    Raises NotFound where the actor does not see one of the plans.
    """
    rows = session.scalars(select(Plan).where(Plan.id.in_(plan_ids), visible_to(actor, Plan))).all()
    by_id = {plan.id: plan for plan in rows}
    if set(plan_ids) - set(by_id):
        raise NotFound(mark("There is nothing here, or it is not yours to see."))
    plans = [by_id[key] for key in plan_ids]
    wanted = filters or OverviewSelection()
    board = _gather(session, actor, plans, at, zone)
    judged = {
        key: judge(task.standing, board.day)
        for key, task in board.tasks.items()
        if _fits(task, wanted)
    }
    if wanted.lights:
        judged = {key: one for key, one in judged.items() if one.light in wanted.lights}
    mine = [paper for paper in board.papers if paper.task_id in judged]
    return Overview(
        {plan.id: plan.title for plan in plans}, at, board.day, board.day.year,
        _figures(judged.values(), mine, board.rounds), board.rounds,
        unit_lines(board, mine, wanted.units), _items(session, board, judged),
    )  # fmt: skip


def task_lights(
    session: Session, actor: Actor, plan_ids: Sequence[int], at: datetime, zone: str
) -> dict[int, Light]:
    """The light of each task of the plans that the actor sees, as known at an instant."""
    which = and_(Task.plan_id.in_(plan_ids), visible_to(actor, Task))
    day = local_date(at, zone)
    tasks = tasks_progress(session, which, at)
    return {key: judge(task.standing, day).light for key, task in tasks.items()}


def _gather(
    session: Session, actor: Actor, plans: Sequence[Plan], at: datetime, zone: str
) -> UnitRounds:
    day, ids = local_date(at, zone), [plan.id for plan in plans]
    tasks = tasks_progress(session, and_(Task.plan_id.in_(ids), visible_to(actor, Task)), at)
    of_year = and_(Round.plan_id.in_(ids), Round.year == day.year, Round.opened_at <= at)
    return UnitRounds(
        at=at,
        day=day,
        zone=zone,
        policies={plan.id: PlanPolicy.from_json(plan.policy) for plan in plans},
        calendar=Calendar(overrides(session)),
        tasks=tasks,
        papers=timeliness(
            session, and_(Report.plan_id.in_(ids), of_year, visible_to(actor, Report)), at
        ),
        rounds=_heads(session, of_year, at),
        units={
            row.id: (row.position, row.name)
            for row in session.execute(select(Unit.id, Unit.position, Unit.name))
        },
    )


def _heads(session: Session, which: ColumnElement[bool], at: datetime) -> tuple[RoundHead, ...]:
    """The periods of some rounds, in order of their dates."""
    by_period: dict[str, list[Row[str, int, date, datetime | None]]] = defaultdict(list)
    for row in session.execute(
        select(Round.period, Round.plan_id, Round.due_on, Round.closed_at).where(which)
    ):
        by_period[row.period].append(row)
    heads = [
        RoundHead(
            period,
            max(row.due_on for row in rows),
            {row.plan_id: row.due_on for row in rows},
            all(row.closed_at is not None and row.closed_at <= at for row in rows),
        )
        for period, rows in by_period.items()
    ]
    return tuple(sorted(heads, key=lambda head: (head.due_on, head.period)))


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
    newest = {plan_id: head.period for head in rounds for plan_id in head.due_in}
    now = [
        paper for paper in mine if paper.period == newest.get(paper.plan_id) and not paper.to_lead
    ]
    owed = [paper for paper in now if paper.state not in NOT_OWED]
    return OverviewFigures(
        tasks=sum(lights.values()),
        lights={light: lights[light] for light in Light},
        owed=len(owed),
        as_before=sum(p.state == ReportStateName.AS_BEFORE for p in now),
        filed=sum(p.state in LEFT_THE_UNIT for p in owed),
        accepted=sum(p.state == ReportStateName.ACCEPTED for p in owed),
        awaiting_review=sum(p.state == ReportStateName.SIGNED_OFF for p in mine),
    )


def _items(
    session: Session, board: UnitRounds, judged: dict[int, Judgement]
) -> tuple[ItemLines, ...]:
    firsts = first_dues(session, Task.plan_id.in_(board.policies), board.at)
    items = {
        row.id: row
        for row in session.execute(
            select(Item.id, Item.code, Item.title, Item.position).where(
                Item.id.in_({board.tasks[key].item_id for key in judged} - {None})
            )
        )
    }
    lines: dict[tuple[int, int | None], list[TaskLine]] = defaultdict(list)
    for key, judgement in judged.items():
        task = board.tasks[key]
        names: dict[str, list[str]] = {role: [] for role in AssignmentRole}
        for unit, role in task.parts:
            names[role].append(board.units[unit][1])
        lines[task.plan_id, task.item_id].append(
            TaskLine(
                task.id, task.code, task.title, task.kind, task.standing.state,
                task.standing.due, firsts.get(key, task.standing.due),
                tuple(unit for role in ANSWERABLE for unit in names[role]),
                tuple(names[AssignmentRole.SUPPORT]), judgement,
            )
        )  # fmt: skip
    plans = list(board.policies)

    def place(key: tuple[int, int | None]) -> tuple[int, bool, int]:
        plan_id, item_id = key
        position = 0 if item_id is None else items[item_id].position
        return plans.index(plan_id), item_id is None, position

    return tuple(
        ItemLines(
            plan_id,
            item_id,
            "" if item_id is None else items[item_id].code,
            "" if item_id is None else items[item_id].title,
            tuple(lines[plan_id, item_id]),
        )
        for plan_id, item_id in sorted(lines, key=place)
    )
