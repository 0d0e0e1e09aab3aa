"""What an assessment is worked out from: the facts of every unit as frozen; `luoshi.facts/1`.

Every fact becomes an Item with words and numbers that a scheme's rules may look at (WORDS and
NUMBERS name them). What is not to be judged on the frozen day says why in `left_out`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from i18n import mark
from workflow.rules.assessment.forms import check_form
from workflow.rules.progress.paths import CAPS, PathPoint, attained
from workflow.rules.progress.quantities import plain
from workflow.rules.refusals import Invalid, Problem

FORM = "facts.schema.json"
"""The JSON Schema of facts, beside this module; whoever reads facts loads it."""

EXEMPTION = "exemption"
"""The kind of a merit that keeps a failure of one task from counting."""

_TASK_WORDS = frozenset({"task", "role", "task_kind", "state", "light"})

WORDS: Mapping[str, frozenset[str]] = {
    "tasks": _TASK_WORDS,
    "measures": _TASK_WORDS | {"metric", "op", "kind", "unit", "firmness"},
    "milestones": _TASK_WORDS | {"due", "reached", "deliverable"},
    "reports": _TASK_WORDS | {"period", "word"},
    "events": frozenset({"kind"}),
}
"""The words that the facts of each sort have; `reached` is yes or no."""

NUMBERS: Mapping[str, frozenset[str]] = {
    "tasks": frozenset(),
    "measures": frozenset({"attained", "attained_path", "target", "expected", "actual"}),
    "milestones": frozenset({"days_late"}),
    "reports": frozenset({"workdays"}),
    "events": frozenset({"count"}),
}
"""The numbers that they have. `attained` is the share reached of the year's target,
`attained_path` of the path on the frozen day, both counted from the start and exact; `days_late`
counts calendar days from the due date to the day it was reached."""

NO_TARGET = mark("No target is set for this year.")
NOT_DUE = mark("It is not due yet.")
EXEMPT = mark("Exempted; it does not count.")


@dataclass(frozen=True)
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
    """A task that a unit has, by its role."""

    code: str
    title: str
    role: str
    weight: Decimal


@dataclass(frozen=True)
class UnitFacts:
    """All that is known of one unit; items in order of their ids, tasks of their codes."""

    unit: str
    name: str
    kind: str
    tasks: Mapping[str, TaskFacts]
    items: tuple[FactItem, ...]
    given: Mapping[str, ManualPoints]


@dataclass(frozen=True)
class Facts:
    """The facts of a year as of the end of a local day; units in order of their ids."""

    year: int
    as_of: date
    units: tuple[UnitFacts, ...]


def read_facts(data: Any, form: Mapping[str, Any]) -> Facts:
    """Read facts from their JSON; `form` is the JSON Schema named by FORM.

    Raises Invalid with every problem and its place. The order of the data does not matter.
    """
    message = mark("The facts cannot be used as they are.")
    check_form(data, form, message)
    problems = tuple(_problems(data))
    if problems:
        raise Invalid(message, problems)
    as_of = date.fromisoformat(data["as_of"])
    units = tuple(_unit(unit, as_of) for unit in sorted(data["units"], key=lambda u: u["unit"]))
    return Facts(data["year"], as_of, units)


def _problems(data: Any) -> Iterator[Problem]:
    dates = [("as_of", data["as_of"])]
    seen: set[tuple[str, str]] = set()
    for unit in data["units"]:
        ids = [("", unit["unit"])]
        for task in unit.get("tasks", ()):
            ids.append((unit["unit"], task["task"]))
            for sort in ("measures", "milestones", "reports"):
                ids += [(unit["unit"], one["id"]) for one in task.get(sort, ())]
            for one in task.get("milestones", ()):
                dates += [(one["id"], one[key]) for key in ("due", "reached_on") if one.get(key)]
        for sort in ("events", "given", "exemptions"):
            ids += [(unit["unit"], one["id"]) for one in unit.get(sort, ())]
        for one in unit.get("exemptions", ()):
            if (unit["unit"], one["of"]) not in ids:
                yield Problem(one["id"], mark("There is nothing with the id {of}."), of=one["of"])
        rules = [one["rule"] for one in unit.get("given", ())]
        for rule in sorted({rule for rule in rules if rules.count(rule) > 1}):
            yield Problem(unit["unit"], mark("Points are given twice for {rule}."), rule=rule)
        for owner, name in ids:
            if (owner, name) in seen:
                yield Problem(f"{owner} {name}".strip(), mark("This id stands here twice."))
            seen.add((owner, name))
    for place, text in dates:
        try:
            date.fromisoformat(text)
        except ValueError:
            yield Problem(place, mark("There is no such day as “{text}”."), text=text)


def _unit(data: Mapping[str, Any], as_of: date) -> UnitFacts:
    exempt = {one["of"]: _evidence(one) for one in data.get("exemptions", ())}
    items: list[FactItem] = []
    for task in data.get("tasks", ()):
        items += _task_items(task, as_of)
    for event in data.get("events", ()):
        numbers = {"count": Fraction(event.get("count", 1))}
        words = {"kind": event["kind"]}
        items.append(
            FactItem("events", event["id"], event["title"], "", words, numbers, _evidence(event))
        )
    return UnitFacts(
        unit=data["unit"],
        name=data["name"],
        kind=data["kind"],
        tasks={
            t["task"]: TaskFacts(t["task"], t["title"], t["role"], Decimal(t.get("weight", 1)))
            for t in sorted(data.get("tasks", ()), key=lambda t: t["task"])
        },
        items=tuple(sorted((_exempted(item, exempt) for item in items), key=lambda item: item.id)),
        given={
            g["rule"]: ManualPoints(g["id"], g["rule"], Decimal(g["points"]), _evidence(g))
            for g in sorted(data.get("given", ()), key=lambda g: g["id"])
        },
    )


def _exempted(item: FactItem, exempt: Mapping[str, tuple[str, ...]]) -> FactItem:
    """The item, left out with the exemption's evidence beside its own if it or its task is exempt.

    What is not judged anyway keeps its own reason."""
    cases = [exempt[key] for key in (item.id, item.task) if key in exempt]
    if not cases or item.left_out:
        return item
    evidence = sorted({*item.evidence, *(reference for case in cases for reference in case)})
    return FactItem(
        item.over, item.id, item.title, item.task, item.words, item.numbers, tuple(evidence), EXEMPT
    )


def _task_items(task: Mapping[str, Any], as_of: date) -> Iterator[FactItem]:
    code = task["task"]
    words = {"task": code, "role": task["role"]}
    for name, key in (("task_kind", "kind"), ("state", "state"), ("light", "light")):
        if task.get(key):
            words[name] = task[key]
    yield FactItem("tasks", code, task["title"], code, words, {}, _evidence(task))
    for one in task.get("measures", ()):
        yield _measure(one, code, words)
    for one in task.get("milestones", ()):
        yield _milestone(one, code, words, as_of)
    for one in task.get("reports", ()):
        yield FactItem(
            "reports",
            one["id"],
            one["period"],
            code,
            {**words, "period": one["period"], "word": one["word"]},
            {"workdays": Fraction(one.get("workdays", 0))},
            _evidence(one),
            NOT_DUE if one["word"] == "not_due" else "",
        )


def _measure(one: Mapping[str, Any], code: str, words: Mapping[str, str]) -> FactItem:
    told = {key: one[key] for key in ("metric", "op", "kind", "unit", "firmness") if one.get(key)}
    given = {
        key: Decimal(one[key])
        for key in ("target", "expected", "actual")
        if one.get(key) is not None
    }
    start, op = Decimal(one.get("start", 0)), one["op"]
    target, actual = given.get("target"), given.get("actual")
    if target is not None and "expected" in given:
        on_path = PathPoint(start, given["expected"], target)
        if attained(on_path, op, start) is None:
            del given["expected"]  # the path has not begun: nothing is expected yet
    numbers = {key: Fraction(value) for key, value in given.items()}
    if target is not None and actual is not None:
        for name, goal in (("attained", target), ("attained_path", given.get("expected"))):
            made = None if goal is None else attained(PathPoint(start, goal, target), op, actual)
            if made is not None:
                numbers[name] = made
    return FactItem(
        "measures",
        one["id"],
        one["metric"],
        code,
        {**words, **told},
        numbers,
        _evidence(one),
        NO_TARGET if target is None or (target == 0 and op not in CAPS) else "",
    )


def _milestone(
    one: Mapping[str, Any], code: str, words: Mapping[str, str], as_of: date
) -> FactItem:
    due = date.fromisoformat(one["due"])
    reached = date.fromisoformat(one["reached_on"]) if one.get("reached_on") else None
    done = reached is not None and reached <= as_of
    numbers = {"days_late": Fraction(max(0, (reached - due).days))} if reached and done else {}
    return FactItem(
        "milestones",
        one["id"],
        one["title"],
        code,
        {
            **words,
            "due": one["due"],
            "deliverable": "true" if one.get("deliverable") else "false",
            "reached": "yes" if done else "no",
            **({"reached_on": one["reached_on"]} if done else {}),
        },
        numbers,
        _evidence(one),
        NOT_DUE if not done and due > as_of else "",
    )


def _evidence(one: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(sorted(set(one.get("evidence", ()))))


def shown_inputs(item: FactItem) -> dict[str, str]:
    """What a rule looked at, as text: words as they are, numbers exact or as a percentage."""
    texts = dict(item.words)
    for name, value in item.numbers.items():
        if name.startswith("attained"):
            texts[name] = f"{plain(Decimal(value.numerator * 10_000 // value.denominator) / 100)}%"
        else:
            texts[name] = plain(Decimal(value.numerator) / Decimal(value.denominator))
    return texts
