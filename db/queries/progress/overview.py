"""进展总览: where plans stand, today and on any past day."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import and_
from sqlalchemy.orm import Session

from db.models import Task
from db.queries.progress.heat_map import RoundHead, UnitLine, unit_lines
from db.queries.progress.plan_board import BoardTask, PlanBoard, PlanRound, plan_board
from db.queries.progress.progress import tasks_progress
from db.queries.scope import visible_to
from workflow.rules.access.permissions import Actor
from workflow.rules.assignments import ANSWERABLE, AssignmentRole
from workflow.rules.progress.judging import judge
from workflow.rules.progress.lights import Judgement, Light
from workflow.rules.states import LEFT_THE_UNIT, NOT_OWED, ReportStateName
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
    boards = [plan_board(session, actor, plan_id, at, zone) for plan_id in plan_ids]
    return overview_of(boards, at, zone, filters)


def overview_of(
    boards: Sequence[PlanBoard], at: datetime, zone: str, filters: OverviewSelection | None = None
) -> Overview:
    """The boards of plans put together, with what is left out of them."""
    wanted = filters or OverviewSelection()
    shown = {
        board.plan_id: {key: one for key, one in board.tasks.items() if _fits(one, wanted)}
        for board in boards
    }
    tasks = [one for of_plan in shown.values() for one in of_plan.values()]
    rounds, day = _heads(boards, at), local_date(at, zone)
    return Overview(
        {board.plan_id: board.title for board in boards}, at, day, day.year,
        _figures(tasks, rounds), rounds, unit_lines(boards, tasks, rounds, wanted.units),
        tuple(lines for board in boards for lines in _items(board, shown[board.plan_id])),
    )  # fmt: skip


def task_lights(
    session: Session, actor: Actor, plan_ids: Sequence[int], at: datetime, zone: str
) -> dict[int, Light]:
    """The light of each task of the plans that the actor sees, as known at an instant."""
    which = and_(Task.plan_id.in_(plan_ids), visible_to(actor, Task))
    day = local_date(at, zone)
    tasks = tasks_progress(session, which, at)
    return {key: judge(task.standing, day).light for key, task in tasks.items()}


def _heads(boards: Sequence[PlanBoard], at: datetime) -> tuple[RoundHead, ...]:
    """The periods of the plans' rounds, in order of their dates."""
    by_period: dict[str, list[tuple[int, PlanRound]]] = defaultdict(list)
    for board in boards:
        for one in board.rounds:
            by_period[one.period].append((board.plan_id, one))
    heads = [
        RoundHead(
            period,
            max(one.due_on for _plan, one in rounds),
            {plan_id: one.due_on for plan_id, one in rounds},
            all(one.closed_at is not None and one.closed_at <= at for _plan, one in rounds),
        )
        for period, rounds in by_period.items()
    ]
    return tuple(sorted(heads, key=lambda head: (head.due_on, head.period)))


def _fits(one: BoardTask, wanted: OverviewSelection) -> bool:
    task = one.progress
    return (
        (not wanted.units or any(unit in wanted.units for unit, _ in task.parts))
        and (not wanted.items or task.item_id in wanted.items)
        and (not wanted.kinds or task.kind in wanted.kinds)
        and (not wanted.lights or one.judgement.light in wanted.lights)
        and wanted.search.strip().lower() in f"{task.code} {task.title}".lower()
    )


def _figures(tasks: Sequence[BoardTask], rounds: tuple[RoundHead, ...]) -> OverviewFigures:
    lights = Counter(one.judgement.light for one in tasks)
    newest = {plan_id: head.period for head in rounds for plan_id in head.due_in}
    papers = [one.paper for task in tasks for one in task.papers]
    now = [
        paper for paper in papers if paper.period == newest.get(paper.plan_id) and not paper.to_lead
    ]
    owed = [paper for paper in now if paper.state not in NOT_OWED]
    return OverviewFigures(
        tasks=sum(lights.values()),
        lights={light: lights[light] for light in Light},
        owed=len(owed),
        as_before=sum(p.state == ReportStateName.AS_BEFORE for p in now),
        filed=sum(p.state in LEFT_THE_UNIT for p in owed),
        accepted=sum(p.state == ReportStateName.ACCEPTED for p in owed),
        awaiting_review=sum(p.state == ReportStateName.SIGNED_OFF for p in papers),
    )


def _items(board: PlanBoard, shown: Mapping[int, BoardTask]) -> list[ItemLines]:
    """The plan's headings with their tasks, in order; tasks without one come last."""
    lines: dict[int | None, list[TaskLine]] = defaultdict(list)
    for one in shown.values():
        task = one.progress
        names: dict[str, list[str]] = {role: [] for role in AssignmentRole}
        for unit, role in task.parts:
            names[role].append(board.units[unit][1])
        lines[task.item_id].append(
            TaskLine(
                task.id, task.code, task.title, task.kind, task.standing.state,
                task.standing.due, one.first_due,
                tuple(unit for role in ANSWERABLE for unit in names[role]),
                tuple(names[AssignmentRole.SUPPORT]), one.judgement,
            )
        )  # fmt: skip
    known = {item_id: board.items[item_id] for item_id in lines if item_id is not None}
    found = [
        ItemLines(board.plan_id, item_id, item.code, item.title, tuple(lines[item_id]))
        for item_id, item in sorted(known.items(), key=lambda pair: pair[1].position)
    ]
    if None in lines:
        found.append(ItemLines(board.plan_id, None, "", "", tuple(lines[None])))
    return found
