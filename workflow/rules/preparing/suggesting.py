"""Who might lead a task: suggestions with the reason for each, for a person to decide.

Four reasons, that an official would give too: the unit leads a task much like this one, it reports
the same number, the words of the task are of its field of duty, its own name stands in the task.
Likeness counts pairs of characters, rare ones for more than those found everywhere.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from i18n import _, mark
from workflow.rules.assignments import AssignmentRole

LEAD, SUPPORT = AssignmentRole.LEAD, AssignmentRole.SUPPORT
MOST = 5
"""How many units are suggested for a role of a task."""

LIKE_ENOUGH = 0.18
METRIC_ENOUGH = 0.6
_WEIGHTS = {
    "name": 3.0, "metric": 3.0, "like": 6.0, "duty": 1.0, "entered": 2.0, "heading": 0.1,
    "usual": 1.0,
}  # fmt: skip
_MOST_OF_DUTY = 3.0
_WORDS = re.compile(r"[^一-鿿A-Za-z]+")

REASONS = {
    "name": mark("its name stands in the task"),
    "metric": mark("leads “{title}” ({plan} {code}) with the same number: {metric}"),
    "like": mark("leads the similar task “{title}” ({plan} {code})"),
    "beside": mark("supports the similar task “{title}” ({plan} {code})"),
    "duty": mark("its field of duty: {words}"),
    "usual": mark("leads {n} tasks of this plan"),
}


@dataclass(frozen=True)
class Reason:
    """Why a unit is suggested; `str()` says it in the reader's language."""

    kind: str
    fields: Mapping[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        return _(REASONS[self.kind], **self.fields)


@dataclass(frozen=True)
class Suggestion:
    """A unit for a role of a task, with its strongest reason; `weight` only orders."""

    unit: str
    role: str
    reason: Reason
    weight: float


@dataclass(frozen=True)
class TaskToAssign:
    """A task as far as suggestions look at it. `metrics`: what its numbers count; `heading`: the
    title of the item under which it stands."""

    code: str
    title: str
    text: str = ""
    metrics: tuple[str, ...] = ()
    heading: str = ""

    @property
    def words(self) -> str:
        return self.text if self.title in self.text else f"{self.title} {self.text}"


@dataclass(frozen=True)
class Assigned:
    """A task whose units are known. `parts`: unit and role; `here`: it is of the same plan."""

    task: TaskToAssign
    plan: str = ""
    parts: tuple[tuple[str, str], ...] = ()
    here: bool = False

    @property
    def named(self) -> dict[str, object]:
        return {"title": self.task.title, "plan": self.plan, "code": self.task.code}


@dataclass(frozen=True)
class Known:
    """What is known of units: assigned tasks, their fields of duty, and words for their own names.

    `entered` are fields of duty that the office wrote down itself. `names` may leave out units
    whose names say nothing; units are named as the plan names them.
    """

    tasks: Sequence[Assigned] = ()
    duties: Mapping[str, Sequence[str]] = field(default_factory=dict)
    names: Mapping[str, Sequence[str]] = field(default_factory=dict)
    entered: Mapping[str, Sequence[str]] = field(default_factory=dict)


Found = dict[str, list[tuple[float, Reason]]]


def suggest(tasks: Iterable[TaskToAssign], known: Known) -> dict[str, tuple[Suggestion, ...]]:
    """For each task by its code up to `MOST` units to lead and `MOST` to support, best first.

    A task of the same plan and code is no reason for itself.
    """
    asked = list(tasks)
    likeness = _Likeness([*asked, *(one.task for one in known.tasks)])
    usual = Counter(unit for task in known.tasks if task.here for unit in _units(task, LEAD))
    return {task.code: _suggest(task, known, likeness, usual) for task in asked}


def _suggest(
    task: TaskToAssign, known: Known, likeness: _Likeness, usual: Counter[str]
) -> tuple[Suggestion, ...]:
    leads: Found = defaultdict(list)
    beside: Found = defaultdict(list)
    others = [one for one in known.tasks if not (one.here and one.task.code == task.code)]
    for unit, words in known.names.items():
        if any(word in task.words or word in task.heading for word in words):
            leads[unit].append((_WEIGHTS["name"], Reason("name")))
    fields = [("duty", unit, words) for unit, words in known.duties.items()]
    fields += [("entered", unit, words) for unit, words in known.entered.items()]
    for kind, unit, words in fields:
        found, weight = _of_duty(task.words, words)
        above, more = _of_duty(task.heading, [word for word in words if word not in found])
        if found or above:
            reason = Reason("duty", {"words": "、".join([*found, *above][:4])})
            leads[unit].append((_WEIGHTS[kind] * weight + _WEIGHTS["heading"] * more, reason))
    for other, like in likeness.nearest(task, others):
        for unit in _units(other, LEAD):
            leads[unit].append((_WEIGHTS["like"] * like, Reason("like", other.named)))
        for unit in _units(other, SUPPORT):
            beside[unit].append((_WEIGHTS["like"] * like, Reason("beside", other.named)))
    for other in others if task.metrics else ():
        for metric in _same_number(task, other.task):
            reason = Reason("metric", {**other.named, "metric": metric})
            for unit in _units(other, LEAD):
                leads[unit].append((_WEIGHTS["metric"], reason))
    all_led = sum(usual.values())
    for unit, n in usual.items():
        share = n / all_led
        if unit in leads or share >= 0.2:
            leads[unit].append((_WEIGHTS["usual"] * share, Reason("usual", {"n": n})))
    first = _best(leads, LEAD)
    for unit, reasons in leads.items():
        beside[unit] += [(weight / 2, why) for weight, why in reasons if why.kind != "usual"]
    chosen = {one.unit for one in first[:1]}
    return first + _best({u: why for u, why in beside.items() if why and u not in chosen}, SUPPORT)


def _best(found: Found, role: str) -> tuple[Suggestion, ...]:
    """The units with the most reason. Reasons of one kind count once, the strongest."""
    made = []
    for unit, reasons in found.items():
        strongest: dict[str, float] = {}
        for weight, why in reasons:
            strongest[why.kind] = max(weight, strongest.get(why.kind, 0))
        _weight, reason = max(reasons, key=lambda one: one[0])
        made.append(Suggestion(unit, role, reason, round(sum(strongest.values()), 3)))
    return tuple(sorted(made, key=lambda one: (-one.weight, one.unit))[:MOST])


def _units(task: Assigned, role: str) -> Iterator[str]:
    """Who leads or answers jointly; or who supports."""
    return (unit for unit, part in task.parts if (part == SUPPORT) == (role == SUPPORT))


def _of_duty(text: str, words: Sequence[str]) -> tuple[list[str], float]:
    """The words of a duty that stand in a text, none inside another, and what they weigh."""
    there = {word for word in words if word in text}
    found: list[str] = []
    for word in sorted(there, key=lambda word: (-len(word), word)):
        if not any(word in longer for longer in found):
            found.append(word)
    weight = sum(0.5 + 0.25 * min(len(word), 6) for word in found)
    return found, min(weight, _MOST_OF_DUTY)


def _same_number(task: TaskToAssign, other: TaskToAssign) -> Iterator[str]:
    for metric in task.metrics if other.metrics else ():
        mine = _pairs(metric)
        if mine and any(_shared(mine, _pairs(known)) >= METRIC_ENOUGH for known in other.metrics):
            yield metric


def _shared(one: frozenset[str], other: frozenset[str]) -> float:
    return 2 * len(one & other) / (len(one) + len(other)) if one and other else 0.0


@lru_cache(maxsize=20_000)
def _pairs(text: str) -> frozenset[str]:
    """The pairs of neighbouring characters, punctuation and figures aside."""
    return frozenset(
        piece[at : at + 2] for piece in _WORDS.split(text) for at in range(len(piece) - 1)
    )


class _Likeness:
    """How alike tasks are, 0 to 1, by the pairs they share; what many tasks share counts little."""

    def __init__(self, tasks: Sequence[TaskToAssign]) -> None:
        self._pairs = {id(task): _pairs(task.words) for task in tasks}
        often = Counter(pair for pairs in self._pairs.values() for pair in pairs)
        self._weight = {pair: math.log(1 + len(tasks) / n) for pair, n in often.items()}
        self._norm = {
            key: math.sqrt(sum(self._weight[pair] ** 2 for pair in pairs))
            for key, pairs in self._pairs.items()
        }
        self._with: dict[str, set[int]] = defaultdict(set)
        for key, pairs in self._pairs.items():
            for pair in pairs:
                self._with[pair].add(key)

    def nearest(
        self, task: TaskToAssign, others: Sequence[Assigned]
    ) -> list[tuple[Assigned, float]]:
        """The tasks that are like enough, the likest first."""
        shared: dict[int, float] = defaultdict(float)
        for pair in self._pairs[id(task)]:
            for key in self._with[pair]:
                shared[key] += self._weight[pair] ** 2
        found = []
        for other in others:
            key = id(other.task)
            both = self._norm[id(task)] * self._norm[key]
            like = shared.get(key, 0.0) / both if both else 0.0
            if like >= LIKE_ENOUGH:
                found.append((other, like))
        return sorted(found, key=lambda one: -one[1])[: 3 * MOST]
