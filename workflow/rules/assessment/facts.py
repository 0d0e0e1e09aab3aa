"""What an assessment is worked out from: the facts of every unit as frozen; `luoshi.facts/1`.

Every fact becomes an Item with words and numbers that a scheme's rules may look at (WORDS and
NUMBERS name them). What is not to be judged on the frozen day says why in `left_out`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from i18n import mark
from workflow.rules.assessment.exact import (
    millionths,
    of_millionths,
    of_text,
)
from workflow.rules.progress.paths import CAPS, way_made

EXEMPTION = "exemption"
"""The kind of a merit that keeps a failure of one task from counting."""

_TASK_WORDS = frozenset({"task", "role", "task_kind", "state", "light"})

WORDS: Mapping[str, frozenset[str]] = {
    "tasks": _TASK_WORDS,
    "measures": _TASK_WORDS | {"metric", "op", "kind", "unit", "firmness"},
    "milestones": _TASK_WORDS | {"due", "reached", "reached_on", "deliverable"},
    "reports": _TASK_WORDS | {"period", "word", "returned"},
    "events": frozenset({"kind", "level", "matter", "role", "date"}),
}
"""The words that the facts of each sort have; `reached` and `returned` are yes or no."""

NUMBERS: Mapping[str, frozenset[str]] = {
    "tasks": frozenset(),
    "measures": frozenset(
        {"attained", "attained_path", "target", "expected", "actual", "last_year"}
    ),
    "milestones": frozenset({"days_late"}),
    "reports": frozenset({"workdays", "returns"}),
    "events": frozenset({"count", "amount"}),
}
"""The numbers that they have. `attained` is the share reached of the year's target,
`attained_path` of the path on the frozen day, both counted from the start and exact; `days_late`
counts calendar days from the due date to the day it was reached."""

NO_TARGET = mark("No target is set for this year.")
NOT_DUE = mark("It is not due yet.")
EXEMPT = mark("Exempted; it does not count.")


@dataclass(slots=True)  # frozen takes twice as long, tens of thousands of times
class FactItem:
    """One fact: what it is about, what may be looked at, where its evidence lies."""

    over: str
    id: str
    title: str
    task: str
    words: Mapping[str, str]
    numbers: Mapping[str, Fraction]
    evidence: tuple[str, ...]
    left_out: str = ""


@dataclass(frozen=True)
class ManualPoints:
    """Points that people gave under a manual rule."""

    id: str
    rule: str
    points: Decimal
    evidence: tuple[str, ...]


@dataclass(frozen=True)
class TaskFacts:
    """A task that a unit has, by its role. `difficulty` is a factor; `share` the unit's own share
    where one was agreed."""

    code: str
    title: str
    role: str
    weight: Decimal
    difficulty: Decimal = Decimal(1)
    share: Decimal | None = None


@dataclass(frozen=True)
class UnitFacts:
    """All that is known of one unit, tasks in order of their codes; `data` is as it was read.

    `trial`: the year is not over, and the place on its path is what is asked of a measure."""

    unit: str
    name: str
    kind: str
    as_of: date
    tasks: Mapping[str, TaskFacts]
    given: Mapping[str, ManualPoints]
    data: Mapping[str, Any]
    trial: bool = False
    _items: dict[str, tuple[FactItem, ...]] = field(default_factory=dict, repr=False, compare=False)

    def over(self, sort: str) -> tuple[FactItem, ...]:
        """The facts of a sort in order of their ids, made when a rule first asks for them."""
        if sort not in self._items:
            self._items[sort] = tuple(sorted(self._made(sort), key=lambda item: item.id))
        return self._items[sort]

    def forget(self) -> None:
        """Let go of the facts that were made; whoever asks again has them made anew."""
        self._items.clear()

    def _made(self, sort: str) -> Iterator[FactItem]:
        exempt = {one["of"]: _evidence(one) for one in self.data.get("exemptions", ())}
        make = _MAKERS.get(sort)
        items = (
            (_event(one) for one in self.data.get("events", ()))
            if make is None
            else (
                item
                for task in self.data.get("tasks", ())
                if sort == "tasks" or task.get(sort)
                for item in make(task, task["task"], _words(task), self)
            )
        )
        return (_exempted(item, exempt) for item in items) if exempt else iter(items)


@dataclass(frozen=True)
class Facts:
    """The facts of a year as of the end of a local day; units in order of their ids. `trial`: the
    year is not over."""

    year: int
    as_of: date
    units: tuple[UnitFacts, ...]
    trial: bool = False


def unit_facts(data: Mapping[str, Any], as_of: date, trial: bool = False) -> UnitFacts:
    """One unit's facts from data of the right form."""
    return UnitFacts(
        unit=data["unit"],
        name=data["name"],
        kind=data["kind"],
        as_of=as_of,
        tasks={
            t["task"]: TaskFacts(
                t["task"],
                t["title"],
                t["role"],
                Decimal(t.get("weight", 1)),
                Decimal(t.get("difficulty", 1)),
                Decimal(t["share"]) if "share" in t else None,
            )
            for t in sorted(data.get("tasks", ()), key=lambda t: str(t["task"]))
        },
        given={
            g["rule"]: ManualPoints(g["id"], g["rule"], Decimal(g["points"]), _evidence(g))
            for g in sorted(data.get("given", ()), key=lambda g: str(g["id"]))
        },
        data=data,
        trial=trial,
    )


def _exempted(item: FactItem, exempt: Mapping[str, tuple[str, ...]]) -> FactItem:
    """The item, left out with the exemption's evidence beside its own if it or its task is exempt.

    What is not judged anyway keeps its own reason."""
    cases = [exempt[key] for key in (item.id, item.task) if key in exempt]
    if not cases or item.left_out:
        return item
    evidence = sorted({*item.evidence, *(reference for case in cases for reference in case)})
    return replace(item, evidence=tuple(evidence), left_out=EXEMPT)


Words = Mapping[str, str]
Raw = Mapping[str, Any]


def _words(task: Raw) -> Words:
    words = {"task": task["task"], "role": task["role"]}
    for name, key in (("task_kind", "kind"), ("state", "state"), ("light", "light")):
        if task.get(key):
            words[name] = task[key]
    return words


def _task(task: Raw, code: str, words: Words, _unit: UnitFacts) -> Iterator[FactItem]:
    yield FactItem("tasks", code, task["title"], code, words, {}, _evidence(task))


def _reports(task: Raw, code: str, words: Words, _unit: UnitFacts) -> Iterator[FactItem]:
    for one in task.get("reports", ()):
        returns = one.get("returns", 0)
        said = {**words, "period": one["period"], "word": one["word"],
                "returned": "yes" if returns else "no"}  # fmt: skip
        numbers = {"workdays": Fraction(one.get("workdays", 0)), "returns": Fraction(returns)}
        left_out = NOT_DUE if one["word"] == "not_due" else ""
        yield FactItem(
            "reports", one["id"], one["period"], code, said, numbers, _evidence(one), left_out
        )


_EVENT_WORDS = ("kind", "level", "matter", "role", "date")


def _event(one: Raw) -> FactItem:
    words = {key: one[key] for key in _EVENT_WORDS if one.get(key)}
    numbers = {"count": of_text(one.get("count", 1))}
    if "amount" in one:
        numbers["amount"] = of_text(one["amount"])
    numbers.update((name, of_text(value)) for name, value in one.get("values", {}).items())
    return FactItem("events", one["id"], one["title"], "", words, numbers, _evidence(one))


def _measures(task: Raw, code: str, words: Words, unit: UnitFacts) -> Iterator[FactItem]:
    for one in task.get("measures", ()):
        op = one["op"]
        said = {**words, "metric": one["metric"], "op": op}
        for key in ("kind", "unit", "firmness"):
            if one.get(key):
                said[key] = one[key]
        numbers = _numbers_of_measure(one, op, unit.trial)
        target = numbers.get("target")
        left_out = "" if target is not None and (target != 0 or op in CAPS) else NO_TARGET
        if left_out and unit.trial and one.get("target") is not None:
            left_out = NOT_DUE
        yield FactItem(
            "measures",
            one["id"],
            one["metric"],
            code,
            said,
            numbers,
            _evidence(one),
            left_out,
        )


def _numbers_of_measure(one: Raw, op: str, trial: bool) -> dict[str, Fraction]:
    """The measure's numbers. They are counted in whole millionths first, which is fast. On trial
    what the path asks for takes the place of the target."""
    whole = {
        key: millionths(one[key])
        for key in ("target", "expected", "actual", "last_year")
        if one.get(key) is not None
    }
    start = millionths(one.get("start", 0))
    target, actual, expected = map(whole.get, ("target", "actual", "expected"))
    if (
        expected is not None
        and target is not None
        and way_made(start, expected, target, op, start) is None
    ):
        del whole["expected"]  # the path has not begun: nothing is expected yet
        expected = None
    if trial and expected is not None:
        target = whole["target"] = expected
    elif trial:
        target = None
        whole.pop("target", None)
    numbers = {key: of_millionths(value) for key, value in whole.items()}
    if target is not None and actual is not None:
        for name, goal in (("attained", target), ("attained_path", expected)):
            made = None if goal is None else way_made(start, goal, target, op, actual)
            if made is not None:
                numbers[name] = made
    if start:
        numbers["start"] = of_millionths(start)
    for name, value in one.get("values", {}).items():
        numbers[name] = of_text(value)
    return numbers


def _milestones(task: Raw, code: str, words: Words, unit: UnitFacts) -> Iterator[FactItem]:
    as_of = unit.as_of
    for one in task.get("milestones", ()):
        due = date.fromisoformat(one["due"])
        reached = date.fromisoformat(one["reached_on"]) if one.get("reached_on") else None
        done = reached is not None and reached <= as_of
        numbers = {}
        if reached and done:
            late = (reached - due).days
            numbers = {"days_late": Fraction(max(0, late)), "days_early": Fraction(max(0, -late))}
        said = {
            **words,
            "due": one["due"],
            "deliverable": "true" if one.get("deliverable") else "false",
            "reached": "yes" if done else "no",
            **({"reached_on": one["reached_on"]} if done else {}),
        }
        left_out = NOT_DUE if not done and due > as_of else ""
        yield FactItem(
            "milestones", one["id"], one["title"], code, said, numbers, _evidence(one), left_out
        )


_MAKERS: Mapping[str, Callable[[Raw, str, Words, UnitFacts], Iterator[FactItem]]] = {
    "tasks": _task,
    "measures": _measures,
    "milestones": _milestones,
    "reports": _reports,
}


def _evidence(one: Mapping[str, Any]) -> tuple[str, ...]:
    found = one.get("evidence", ())
    return tuple(found) if len(found) <= 1 else tuple(sorted(set(found)))
