"""The heat map of an overview: units by rounds, the worst light of each and its papers."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from db.queries.progress.plan_board import BoardPaper, BoardTask, PlanBoard
from workflow.rules.progress.lights import Light
from workflow.rules.reporting.punctuality import PunctualityWord
from workflow.rules.states import NOT_OWED

_WORST = (Light.RED, Light.YELLOW, Light.GREEN, Light.GREY, Light.DONE)


@dataclass(frozen=True)
class RoundHead:
    """A column of the heat map: a period, its due date in each plan that has such a round, the
    latest of these dates, and whether all of them are closed."""

    period: str
    due_on: date
    due_in: Mapping[int, date]
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


def unit_lines(
    boards: Sequence[PlanBoard],
    tasks: Iterable[BoardTask],
    rounds: Sequence[RoundHead],
    wanted: frozenset[int],
) -> tuple[UnitLine, ...]:
    """The rows of the units that owe a paper of one of these tasks, in their order; of the wanted
    ones where some are named."""
    units = {key: named for board in boards for key, named in board.units.items()}
    papers: dict[int, dict[str, list[BoardPaper]]] = defaultdict(lambda: defaultdict(list))
    lights: dict[int, dict[str, list[Light]]] = defaultdict(lambda: defaultdict(list))
    for task in tasks:
        owing = set()
        for one in task.papers:
            unit_id = one.paper.unit_id
            if one.paper.state not in NOT_OWED and (not wanted or unit_id in wanted):
                papers[unit_id][one.paper.period].append(one)
                owing.add(unit_id)
        for unit_id in owing & task.lights.keys():
            for period, light in task.lights[unit_id].items():
                lights[unit_id][period].append(light)
    return tuple(
        UnitLine(
            unit_id,
            units[unit_id][1],
            {
                head.period: _cell(papers[unit_id][head.period], lights[unit_id][head.period])
                for head in rounds
                if head.period in papers[unit_id]
            },
        )
        for unit_id in sorted(papers, key=lambda unit: (*units[unit], unit))
    )


def _cell(these: list[BoardPaper], lights: list[Light]) -> RoundCell:
    filings = [one.paper.filings for one in these]
    return RoundCell(
        min((Light.GREY, *lights), key=_WORST.index),
        owed=len(these),
        filed=sum(bool(those) and those[-1].returned_at is None for those in filings),
        words=dict(Counter(one.word.word for one in these)),
        workdays=max(one.word.workdays for one in these),
    )
