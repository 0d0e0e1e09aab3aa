"""进度灯: how the work of a task stands, and why. Never about paper: see `punctuality`.

A light is the worst of what the task is held to (numbers, milestones and deliverables, its date)
and what the unit itself says. Each comes with its reason.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_FLOOR, Decimal
from enum import StrEnum

from i18n import _, mark
from workflow.rules.progress.paths import PathPoint, attainment
from workflow.rules.progress.quantities import shown
from workflow.rules.states import TaskStateName


class WorkStatus(StrEnum):
    """How the work stands, as the unit says."""

    ON_TRACK = "on_track"
    BEHIND = "behind"
    STUCK = "stuck"
    DONE = "done"


HELD_UP = frozenset({WorkStatus.BEHIND, WorkStatus.STUCK})
"""How work stands that something holds up."""


class Light(StrEnum):
    """The state of work. Grey: there is nothing to judge yet, or nothing to judge any more."""

    GREEN = "green"
    YELLOW = "yellow"
    RED = "red"
    GREY = "grey"
    DONE = "done"


LIGHT_WORDS: Mapping[str, str] = {
    Light.GREEN: mark("On track"),
    Light.YELLOW: mark("At risk"),
    Light.RED: mark("Behind"),
    Light.GREY: mark("Not started"),
    Light.DONE: mark("Closed out"),
}
"""What a person reads for a light."""


_WORST_FIRST = (Light.RED, Light.YELLOW, Light.GREEN, Light.GREY, Light.DONE)


@dataclass(frozen=True)
class Judgement:
    """A light and its reason: an English message of the catalogue with its fields."""

    light: Light
    message: str
    fields: Mapping[str, str | date] = field(default_factory=dict)

    def __str__(self) -> str:
        return _(self.message, **self.fields)


@dataclass(frozen=True)
class Thresholds:
    """The shares of the path from which a number is green and yellow; below it is red.

    `about` replaces `green` where the plan says 左右 (op approx). The plan's policy names them.
    """

    green: Decimal = Decimal(1)
    yellow: Decimal = Decimal("0.8")
    about: Decimal = Decimal("0.9")


USUAL = Thresholds()


@dataclass(frozen=True)
class NumberState:
    """A measure as it stands: where its path is (None: nothing expected yet) and what was reported.

    `actual` counts as its path does (see `paths`), None where no number was reported.
    """

    metric: str
    op: str
    unit: str
    point: PathPoint | None
    actual: Decimal | None


@dataclass(frozen=True)
class MilestoneState:
    """A dated step or a deliverable; `reached_on` the local date on which it was there."""

    title: str
    due: date
    reached_on: date | None = None
    deliverable: bool = False


_WORDS: Mapping[str, Judgement] = {
    WorkStatus.ON_TRACK: Judgement(Light.GREEN, mark("The unit reports that work is on track.")),
    WorkStatus.BEHIND: Judgement(Light.YELLOW, mark("The unit reports that work is behind.")),
    WorkStatus.STUCK: Judgement(Light.RED, mark("The unit reports that work is stuck.")),
    WorkStatus.DONE: Judgement(Light.GREEN, mark("The unit reports that the work is done.")),
}
"""What each status that a unit may report means for the light."""

_STATES: Mapping[str, Judgement] = {
    TaskStateName.DRAFTED: Judgement(Light.GREY, mark("The task has not been issued yet.")),
    TaskStateName.CONSULTED: Judgement(Light.GREY, mark("The task has not been issued yet.")),
    TaskStateName.CLOSED: Judgement(Light.DONE, mark("The task is closed out.")),
    TaskStateName.SUSPENDED: Judgement(Light.GREY, mark("The task is suspended.")),
    TaskStateName.TERMINATED: Judgement(Light.GREY, mark("The task has been terminated.")),
}
"""States of a task in which its work is not judged."""


def number_light(number: NumberState, thresholds: Thresholds = USUAL) -> Judgement:
    """The light of one number against its path."""
    point = number.point
    if point is None:
        return Judgement(
            Light.GREY, mark("{metric}: nothing is expected yet."), {"metric": number.metric}
        )
    if number.actual is None:
        return Judgement(
            Light.GREY, mark("{metric}: no number has been reported."), {"metric": number.metric}
        )
    made = attainment(point, number.op, number.actual)
    fields: dict[str, str | date] = {
        "metric": number.metric,
        "actual": shown(number.actual, number.unit),
        "expected": shown(point.expected, number.unit),
    }
    if made is None:
        return Judgement(
            Light.GREY, mark("{metric}: {actual} so far; nothing is expected yet."), fields
        )
    green = thresholds.about if number.op == "approx" else thresholds.green
    if made >= green:
        return Judgement(Light.GREEN, mark("{metric}: {actual}, on its path ({expected})."), fields)
    fields["percent"] = f"{(made * 100).to_integral_value(ROUND_FLOOR)}%"
    light = Light.YELLOW if made >= min(green, thresholds.yellow) else Light.RED
    return Judgement(
        light,
        mark("{metric}: {actual}, {percent} of where it should be ({expected})."),
        fields,
    )


def milestone_light(milestone: MilestoneState, today: date) -> Judgement:
    """The light of one milestone or deliverable as of a day: overdue is red, to come is grey."""
    fields: dict[str, str | date] = {"title": milestone.title, "due": milestone.due}
    if milestone.reached_on is not None and milestone.reached_on <= today:
        return Judgement(Light.GREEN, mark("“{title}” has been reached."), fields)
    if milestone.due < today:
        return Judgement(Light.RED, mark("“{title}” was due on {due}."), fields)
    return Judgement(Light.GREY, mark("“{title}” is due on {due}."), fields)


def task_light(
    state: str,
    today: date,
    *,
    due: date | None = None,
    numbers: Iterable[NumberState] = (),
    milestones: Iterable[MilestoneState] = (),
    status: str | None = None,
    thresholds: Thresholds = USUAL,
) -> Judgement:
    """The light of a task at the end of a local day: the worst of everything it is held to.

    `state` is the task's (see `states`), `due` its date as last extended, `status` the word last
    reported: on_track, behind, stuck or done. Whatever the kind of the task, what it has is judged;
    steady work has its status alone. A unit that has asked for close-out is not behind its date:
    the office's time is not the unit's.
    """
    if state in _STATES:
        return _STATES[state]
    found = [number_light(number, thresholds) for number in numbers]
    found += [milestone_light(milestone, today) for milestone in milestones]
    if (
        due is not None
        and due < today
        and state != TaskStateName.COMPLETION_REQUESTED
        and status != WorkStatus.DONE
    ):
        found.append(Judgement(Light.RED, mark("The task was due on {due}."), {"due": due}))
    if status is not None:
        found.append(_WORDS[status])
    return worst(found)


def worst(judgements: Sequence[Judgement]) -> Judgement:
    """The worst light and the first reason for it; grey says nothing against the others."""
    if not judgements:
        return Judgement(Light.GREY, mark("Nothing has been reported yet."))
    return min(judgements, key=lambda one: _WORST_FIRST.index(one.light))


def settled(lights: Sequence[Light]) -> tuple[Light, ...]:
    """The lights of consecutive periods as they are remembered: red that was made up is yellow.

    Missed in March and made up in April, March is yellow and April green (the custom of
    supervision offices). A period is made up by any later one that is green or done; a red that was
    never made up stays. Give the periods over which the work adds up: a year for an annual number.
    """
    made_up = False
    remembered: list[Light] = []
    for light in reversed(lights):
        remembered.append(Light.YELLOW if made_up and light == Light.RED else light)
        made_up = made_up or light in (Light.GREEN, Light.DONE)
    return tuple(reversed(remembered))
