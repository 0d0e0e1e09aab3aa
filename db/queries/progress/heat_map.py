"""The heat map of an overview: units by rounds, the worst light of each and its papers."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date, datetime

from db.queries.progress.progress import TaskProgress
from db.queries.progress.timeliness import TimelinessRow
from workflow.rules.progress.judging import judge
from workflow.rules.progress.lights import Light, settled
from workflow.rules.reporting.policy import PlanPolicy
from workflow.rules.reporting.punctuality import PunctualityWord
from workflow.rules.time.calendar import Calendar

_WORST = (Light.RED, Light.YELLOW, Light.GREEN, Light.GREY, Light.DONE)


@dataclass(frozen=True)
class RoundHead:
    """A column of the heat map."""

    id: int
    period: str
    due_on: date
    closed: bool


@dataclass(frozen=True)
class RoundCell:
    """A unit in a round. Work: the worst light of its tasks, a red made up since shown yellow.
    Paper: how many reports stood by each word, `workdays` the most that one was over."""

    light: Light
    owed: int
    filed: int
    words: dict[PunctualityWord, int]
    workdays: int


@dataclass(frozen=True)
class UnitLine:
    """A row of the heat map; `cells` by period, none where nothing was owed."""

    unit_id: int
    name: str
    cells: dict[str, RoundCell]


@dataclass(frozen=True)
class UnitRounds:
    """What one query of a plan gathered, before anything is judged."""

    plan_id: int
    at: datetime
    day: date
    zone: str
    policy: PlanPolicy
    calendar: Calendar
    tasks: dict[int, TaskProgress]
    papers: list[TimelinessRow]
    rounds: tuple[RoundHead, ...]
    units: dict[int, tuple[int, str]]


def unit_lines(
    board: UnitRounds, mine: list[TimelinessRow], wanted: frozenset[int]
) -> tuple[UnitLine, ...]:
    """The rows of the units that owe one of these papers, in their order; of the wanted ones where
    some are named."""
    by_unit: dict[int, list[TimelinessRow]] = defaultdict(list)
    for paper in mine:
        if paper.state != "waived" and (not wanted or paper.unit_id in wanted):
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


def _lights(board: UnitRounds, unit_id: int, task_ids: set[int]) -> dict[str, Light]:
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


def _cell(board: UnitRounds, these: list[TimelinessRow], light: Light) -> RoundCell:
    days = board.policy.return_workdays
    words = [paper.punctuality(board.day, board.calendar, days, board.zone) for paper in these]
    return RoundCell(
        light,
        owed=len(these),
        filed=sum(bool(p.filings) and p.filings[-1].returned_at is None for p in these),
        words=dict(Counter(word.word for word in words)),
        workdays=max(word.workdays for word in words),
    )
