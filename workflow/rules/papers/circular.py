"""通报: the facts that a circular of a period states, and which of them it names first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from workflow.rules.progress.lights import Judgement, Light, NumberState, number_light
from workflow.rules.progress.paths import attainment
from workflow.rules.reporting.punctuality import Punctuality, PunctualityWord


@dataclass(frozen=True)
class Voice:
    """What a unit itself said of a task in the last report that left it."""

    unit: str
    period: str
    problem: str
    next_steps: str


@dataclass(frozen=True)
class TaskFact:
    """A task as it stood. `closed_on`: the local date on which it was closed out; `first_due`
    differs from `due` where the date was moved; `voices` of the units that answer for it."""

    code: str
    title: str
    leads: tuple[str, ...]
    judgement: Judgement
    due: date | None
    first_due: date | None
    closed_on: date | None
    voices: tuple[Voice, ...]

    @property
    def light(self) -> Light:
        return self.judgement.light


@dataclass(frozen=True)
class NumberFact:
    """A number of a task with its source: who reported it for which period, the local date on which
    that left the unit, how firm it is, and whether the office has accepted it."""

    task: str
    units: tuple[str, ...]
    state: NumberState
    period: str
    reported_on: date | None
    firmness: str
    accepted: bool

    @property
    def light(self) -> Light:
        return number_light(self.state).light

    @property
    def attained(self) -> Decimal | None:
        """The part of the path that was reached, None where nothing can be said."""
        if self.state.point is None or self.state.actual is None:
            return None
        return attainment(self.state.point, self.state.op, self.state.actual)


@dataclass(frozen=True)
class StepFact:
    """A milestone or deliverable: reached, or to come."""

    task: str
    title: str
    leads: tuple[str, ...]
    due: date
    reached_on: date | None
    deliverable: bool


@dataclass(frozen=True)
class UnitFact:
    """A unit: the lights of the tasks it answers for, and how its reports of the period stand."""

    name: str
    lights: Mapping[Light, int]
    papers: tuple[Punctuality, ...]

    def count(self, word: PunctualityWord) -> int:
        """How many of its reports stand by a word."""
        return sum(paper.word == word for paper in self.papers)

    @property
    def workdays(self) -> int:
        """By how many workdays it was over at most."""
        return max((paper.workdays for paper in self.papers), default=0)


@dataclass(frozen=True)
class Circular:
    """Everything a circular states of one plan, as known at the end of `day`; the work is judged as
    of `judged_on`, which lies in the year of the period. `due_on`: when the period's reports were
    due; `before`: the lights at the end of the period before, None where
    there is none; `until`: up to when what is due next is listed."""

    plan: str
    office: str
    period: str
    due_on: date
    day: date
    judged_on: date
    earlier: str
    earlier_day: date | None
    before: Mapping[Light, int] | None
    tasks: tuple[TaskFact, ...]
    numbers: tuple[NumberFact, ...]
    steps: tuple[StepFact, ...]
    units: tuple[UnitFact, ...]
    accepted: int
    until: date

    @property
    def lights(self) -> Counter[Light]:
        return Counter(task.light for task in self.tasks)

    def standing(self, light: Light) -> tuple[TaskFact, ...]:
        """The tasks with a light, in the plan's order."""
        return tuple(task for task in self.tasks if task.light == light)

    def reports(self, word: PunctualityWord) -> int:
        """How many of the period's reports stand by a word."""
        return sum(unit.count(word) for unit in self.units)

    @property
    def ahead(self) -> tuple[NumberFact, ...]:
        """The numbers on their path or before it, the farthest ahead first."""
        found = [one for one in self.numbers if one.light == Light.GREEN]
        return tuple(sorted(found, key=lambda one: -Fraction(one.attained or 0)))

    @property
    def reached(self) -> tuple[StepFact, ...]:
        """What was reached since the end of the period before (in the year, if there is none)."""
        since = self.earlier_day or date(self.judged_on.year - 1, 12, 31)
        return tuple(one for one in self.steps if one.reached_on and one.reached_on > since)

    @property
    def punctual(self) -> tuple[UnitFact, ...]:
        """The units all of whose reports came on time."""
        return tuple(
            unit for unit in self.units
            if unit.papers and unit.count(PunctualityWord.ON_TIME) == len(unit.papers)
        )  # fmt: skip

    @property
    def unpunctual(self) -> tuple[UnitFact, ...]:
        """The units with a report that was late or is missing, the longest over first."""
        found = [unit for unit in self.units if unit.workdays]
        return tuple(sorted(found, key=lambda unit: -unit.workdays))

    @property
    def to_come(self) -> tuple[StepFact, ...]:
        """What is due next, by date."""
        found = [
            one for one in self.steps
            if one.reached_on is None and self.day < one.due <= self.until
        ]  # fmt: skip
        return tuple(sorted(found, key=lambda one: one.due))

    @property
    def due_next(self) -> tuple[TaskFact, ...]:
        """The tasks that are due next, by date."""
        found = [
            task for task in self.tasks
            if task.due and self.day < task.due <= self.until and task.closed_on is None
        ]  # fmt: skip
        return tuple(sorted(found, key=lambda task: task.due or self.until))
