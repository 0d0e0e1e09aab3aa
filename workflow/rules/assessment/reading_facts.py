"""Facts from their JSON, with everything that is wrong with it and its place."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from i18n import mark
from workflow.rules.assessment.facts import Facts, unit_facts
from workflow.rules.assessment.forms import check_form
from workflow.rules.refusals import Invalid, Problem

_OF_TASK = ("measures", "milestones", "reports")
_OF_UNIT = ("events", "given", "exemptions", "ranks", "ratings", "ballots")


def read_facts(data: Any, form: Mapping[str, Any]) -> Facts:
    """Read facts from their JSON; `form` is the JSON Schema of `facts_form`.

    Raises Invalid with every problem and its place. The order of the data does not matter.
    """
    message = mark("The facts cannot be used as they are.")
    check_form(data, form, message)
    problems = tuple(_problems(data))
    if problems:
        raise Invalid(message, problems)
    as_of = date.fromisoformat(data["as_of"])
    trial = data.get("trial", False)
    units = tuple(unit_facts(unit, as_of, trial) for unit in sorted(data["units"], key=_of_unit))
    return Facts(data["year"], as_of, units, trial)


def _of_unit(unit: Mapping[str, Any]) -> str:
    return str(unit["unit"])


def _problems(data: Any) -> Iterator[Problem]:
    yield from _wrong_day("as_of", data["as_of"])
    units = [unit["unit"] for unit in data["units"]]
    for name in _twice(units):
        yield Problem(name, mark("This id stands here twice."))
    for unit in data["units"]:
        yield from _unit_problems(unit)


def _unit_problems(unit: Mapping[str, Any]) -> Iterator[Problem]:
    tasks = unit.get("tasks", ())
    ids = [task["task"] for task in tasks]
    ids += [one["id"] for task in tasks for sort in _OF_TASK for one in task.get(sort, ())]
    ids += [one["id"] for sort in _OF_UNIT for one in unit.get(sort, ())]
    known = set(ids)
    if len(known) < len(ids):
        for name in _twice(ids):
            yield Problem(f"{unit['unit']} {name}", mark("This id stands here twice."))
    for one in unit.get("exemptions", ()):
        if one["of"] not in known:
            yield Problem(one["id"], mark("There is nothing with the id {of}."), of=one["of"])
    for rule in _twice([one["rule"] for one in unit.get("given", ())]):
        yield Problem(unit["unit"], mark("Points are given twice for {rule}."), rule=rule)
    for task in tasks:
        for one in task.get("milestones", ()):
            for text in (one["due"], one.get("reached_on")):
                if text:
                    yield from _wrong_day(one["id"], text)
    for one in unit.get("ranks", ()):
        if one["rank"] > one["of"]:
            yield Problem(
                f"{unit['unit']} {one['id']}",
                mark("The rank {rank} is beyond the {of} that were ranked."),
                rank=one["rank"],
                of=one["of"],
            )


def _twice(names: Iterable[str]) -> list[str]:
    return sorted(name for name, times in Counter(names).items() if times > 1)


def _wrong_day(place: str, text: str) -> Iterator[Problem]:
    try:
        date.fromisoformat(text)
    except ValueError:
        yield Problem(place, mark("There is no such day as “{text}”."), text=text)
