"""From what was promised and what was reported to the light of a task, as of any day.

Only reports that have left their unit (signed off or accepted) count. A number is held against its
path on the due date of the round that reported it, so that a unit does not fall behind between two
rounds; paper that is missing never turns a light (see `punctuality`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import lru_cache

from workflow.rules.progress.lights import (
    USUAL,
    Judgement,
    MilestoneState,
    NumberState,
    Thresholds,
    WorkStatus,
    task_light,
)
from workflow.rules.progress.paths import ADD_UP, PathPoint, asked, path, read_curve

_curve = lru_cache(read_curve)
YEARLY = frozenset({"annual", "growth"})
_WORST_STATUS = (WorkStatus.STUCK, WorkStatus.BEHIND, WorkStatus.ON_TRACK, WorkStatus.DONE)


@dataclass(frozen=True)
class Promise:
    """A measure of a task as promised on a day. `shares` are its year targets by unit and year."""

    id: int
    metric: str
    op: str
    unit: str
    kind: str
    value: Decimal | None
    by_year: int | None
    baseline: Decimal | None
    frequency: str
    curve: str
    written: str = ""
    definition: str = ""
    shares: Mapping[int, Mapping[int, Decimal]] | None = None

    @property
    def adds_up(self) -> bool:
        """Whether the whole is the sum of what the units reached."""
        return self.kind in ADD_UP

    def targets(self, unit_id: int | None, first_year: int, last_year: int) -> dict[int, Decimal]:
        """The target of each year: a unit's own, for None the whole, its shares added up."""
        shares = self.shares or {}
        if unit_id is not None:
            return dict(shares.get(unit_id, {}))
        if shares:
            whole: dict[int, Decimal] = {}
            for years in shares.values():
                for year, value in years.items():
                    whole[year] = whole.get(year, Decimal(0)) + value
            return whole if self.kind in ADD_UP else {}
        if self.value is None:
            return {}
        last = self.by_year or last_year
        if self.kind == "annual":
            return dict.fromkeys(range(first_year, last + 1), self.value)
        return {last: self.value}


@dataclass(frozen=True)
class ReportedRound:
    """One report that left its unit: for which round (its year and due date), with what in it.
    `submission` is the id of the version that says so; `accepted`: the office has judged it."""

    unit_id: int
    year: int
    on: date
    own: bool
    status: str
    values: Mapping[int, Decimal]
    reached: Mapping[int, date]
    submission: int = 0
    accepted: bool = True


@dataclass(frozen=True)
class PromisedStep:
    """A milestone or deliverable of a task as promised on a day."""

    id: int
    title: str
    due: date
    deliverable: bool


@dataclass(frozen=True)
class TaskStatus:
    """One task with everything its light follows from. `answerable`: the units that report to the
    office, `collector` the one that answers for numbers that are not shared out, if there is one.
    `told` in order of their rounds. `whole`: all answerable units are here, not one of several;
    `thresholds` of the plan's policy."""

    state: str
    due: date | None
    first_year: int
    last_year: int
    promises: tuple[Promise, ...]
    steps: tuple[PromisedStep, ...]
    answerable: tuple[int, ...]
    collector: int | None
    told: tuple[ReportedRound, ...]
    whole: bool = True
    thresholds: Thresholds = USUAL

    def of(self, unit_id: int) -> TaskStatus:
        """The same task as one of its units stands in it."""
        return replace(
            self,
            answerable=tuple(unit for unit in self.answerable if unit == unit_id),
            told=tuple(one for one in self.told if one.unit_id == unit_id),
            whole=self.answerable == (unit_id,),
        )

    def until(self, on: date) -> TaskStatus:
        """The same task as the rounds due up to a day told of it."""
        return replace(self, told=tuple(one for one in self.told if one.on <= on))


@dataclass(frozen=True)
class UnitNumber:
    """A number of a task as it stands, and whose it is; of `units` together where several add up
    to the whole."""

    promise: Promise
    units: tuple[int, ...]
    number: NumberState


def judge(task: TaskStatus, today: date) -> Judgement:
    """The light of a task at the end of a local day, with its reason."""
    return task_light(
        task.state,
        today,
        due=task.due,
        numbers=numbers_of(task, today),
        milestones=milestones_of(task),
        status=status_of(task),
        thresholds=task.thresholds,
    )


def status_of(task: TaskStatus) -> str | None:
    """The word last reported; the worst where several units answer for the task."""
    last = {one.unit_id: one.status for one in task.told if one.own}
    return min(last.values(), key=_WORST_STATUS.index, default=None)


def milestones_of(task: TaskStatus) -> list[MilestoneState]:
    """The task's milestones with the day on which they were reached, as last told."""
    reached: dict[int, date] = {}
    for one in task.told:
        reached |= one.reached
    return [
        MilestoneState(step.title, step.due, reached.get(step.id), step.deliverable)
        for step in task.steps
    ]


def numbers_of(task: TaskStatus, today: date, held_on: date | None = None) -> list[NumberState]:
    """The task's numbers against their paths: each unit's share, or the whole. Each is held against
    its path on the day of the round that told it, or `held_on` a day."""
    return [one.number for one in unit_numbers(task, today, held_on)]


def unit_numbers(task: TaskStatus, today: date, held_on: date | None = None) -> list[UnitNumber]:
    """The same, each with the unit that it is of."""
    return [one for promise in task.promises for one in _numbers(task, promise, today, held_on)]


def _numbers(
    task: TaskStatus, promise: Promise, today: date, held_on: date | None
) -> Iterable[UnitNumber]:
    shares = promise.shares or {}
    shared = [unit for unit in task.answerable if unit in shares]
    for unit in shared:
        state = number_of(task, promise, unit, unit, today, held_on)
        yield UnitNumber(promise, (unit,), state)
    left = [unit for unit in task.answerable if unit not in shares]
    if task.collector in left:
        state = number_of(task, promise, None, task.collector, today, held_on)
        yield UnitNumber(promise, (task.collector,), state)
    elif left and not shared and task.collector is None:
        if promise.kind in ADD_UP:
            if task.whole:
                state = _added_up(task, promise, left, today, held_on)
                yield UnitNumber(promise, tuple(left), state)
        else:
            for unit in left:
                state = number_of(task, promise, None, unit, today, held_on)
                yield UnitNumber(promise, (unit,), state)


def number_of(
    task: TaskStatus,
    promise: Promise,
    target_of: int | None,
    unit_id: int | None,
    today: date,
    held_on: date | None = None,
) -> NumberState:
    """What a unit last told of a measure, against the targets of a unit or (None) the whole."""
    on, actual = last_value(task.told, promise, unit_id, today)
    return _number(task, promise, target_of, held_on or on, actual)


def last_value(
    told: Iterable[ReportedRound], promise: Promise, unit_id: int | None, today: date
) -> tuple[date, Decimal | None]:
    """The last number of a unit and the day it counts for (today where there is none)."""
    found = last_told(told, promise, unit_id, today)
    return (today, None) if found is None else (min(found.on, today), found.values[promise.id])


def last_told(
    told: Iterable[ReportedRound], promise: Promise, unit_id: int | None, today: date
) -> ReportedRound | None:
    """The report that last told a unit's number. What counts by the year is forgotten in the
    next."""
    found = None
    for one in told:
        fits = one.unit_id == unit_id and promise.id in one.values
        if fits and (promise.kind not in YEARLY or one.year == today.year):
            found = one
    return found


def targeted(task: TaskStatus, promise: Promise, unit_id: int) -> tuple[int | None, bool]:
    """Against whose targets a unit's number stands (None: the whole), and whether it does."""
    if unit_id in (promise.shares or {}):
        return unit_id, True
    alone = task.answerable == (unit_id,)
    return None, task.collector == unit_id or alone or not promise.adds_up


def point_of(
    task: TaskStatus, promise: Promise, target_of: int | None, on: date
) -> PathPoint | None:
    """Where the measure should be on a day, for one unit's share or (None) the whole."""
    # A baseline is of the whole: it is a unit's own only where nobody else has a share.
    whole = target_of is None or set(promise.shares or ()) == {target_of}
    point = path(
        promise.kind,
        promise.op,
        promise.targets(target_of, task.first_year, task.last_year),
        on,
        curve=_curve(promise.curve),
        baseline=promise.baseline if whole else None,
        baseline_year=task.first_year - 1 if whole else None,
    )
    return None if point is None else asked(point, promise.op, promise.unit)


def _number(
    task: TaskStatus, promise: Promise, target_of: int | None, on: date, actual: Decimal | None
) -> NumberState:
    point = point_of(task, promise, target_of, on)
    return NumberState(promise.metric, promise.op, promise.unit, point, actual)


def _added_up(
    task: TaskStatus, promise: Promise, units: list[int], today: date, held_on: date | None
) -> NumberState:
    found = [last_value(task.told, promise, unit, today) for unit in units]
    known = [(on, value) for on, value in found if value is not None]
    if not known:
        return _number(task, promise, None, held_on or today, None)
    told_on = max(on for on, _ in known)
    whole = sum((value for _, value in known), Decimal(0))
    return _number(task, promise, None, held_on or told_on, whole)
