"""What stands in the way of issuing a plan that is being prepared, task by task."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from i18n import Translated, _, mark
from workflow.rules.assignments import AssignmentRole
from workflow.rules.preparing.working_copy import answered, finding_key


@dataclass(frozen=True)
class Obstacle:
    """One thing to be done; `str()` says it in the reader's language.

    `code` is what it is about, as in working_copy beside this. Where `stops` is False the plan
    can be issued all the same, but somebody should have looked.
    """

    code: str
    message: str
    fields: Mapping[str, object] = field(default_factory=dict)
    stops: bool = True

    def __str__(self) -> str:
        return _(self.message, **self.fields)


@dataclass(frozen=True)
class Units:
    """What is known already: names and other spellings of units, members of groups."""

    known: Collection[str] = ()
    groups: Mapping[str, int] = field(default_factory=dict)

    def __contains__(self, name: str) -> bool:
        return name in self.known or name in self.groups


HEAD = {
    "title": mark("the title"),
    "first_year": mark("the first year"),
    "last_year": mark("the last year"),
}


def obstacles(
    catalogue: Mapping[str, Any], units: Units, settled: Collection[str] = ()
) -> tuple[Obstacle, ...]:
    """The obstacles of a plain catalogue: its head, its tasks in order, its units, its findings.

    `settled` are the codes of findings that were settled.
    """
    checks: tuple[Callable[[Mapping[str, Any], Units], Iterator[Obstacle]], ...] = (
        _head, _unled, _unknown, _empty_groups
    )  # fmt: skip
    found = [one for check in checks for one in check(catalogue, units)]
    return (*found, *_errors(catalogue, settled))


def _head(catalogue: Mapping[str, Any], _units: Units) -> Iterator[Obstacle]:
    plan = catalogue["plan"]
    for name, word in HEAD.items():
        if not plan.get(name):
            yield Obstacle("", mark("{field} of the plan is missing"), {"field": Translated(word)})
    first, last = plan.get("first_year"), plan.get("last_year")
    if first and last and first > last:
        message = mark("the plan ends in {last}, before it begins in {first}")
        yield Obstacle("", message, {"first": first, "last": last})


def _unled(catalogue: Mapping[str, Any], _units: Units) -> Iterator[Obstacle]:
    for task in catalogue["tasks"]:
        if not answered(task):
            yield Obstacle(task["code"], mark("no unit leads this task"))


def _unknown(catalogue: Mapping[str, Any], units: Units) -> Iterator[Obstacle]:
    listed = {name for unit in catalogue["units"] for name in (unit["name"], *unit["aliases"])}
    members = {name for unit in catalogue["units"] for name in unit["members"]}
    for name, code in _named(catalogue).items():
        if name in units:
            continue
        if name in listed | members:
            message = mark("“{unit}” is not yet a unit here; it will be made")
            yield Obstacle(f"unit:{name}", message, {"unit": name}, stops=False)
        else:
            message = mark("“{unit}” is neither a unit here nor in the list of units")
            yield Obstacle(code, message, {"unit": name})


def _named(catalogue: Mapping[str, Any]) -> dict[str, str]:
    """Every unit that a task names, groups aside, with the first such task."""
    found: dict[str, str] = {}
    for task in catalogue["tasks"]:
        for unit in task["units"]:
            if not unit["group"]:
                found.setdefault(unit["name"], task["code"])
    return found


def _empty_groups(catalogue: Mapping[str, Any], units: Units) -> Iterator[Obstacle]:
    """A group that answers for a task needs members; one that supports gets them from the lead."""
    members = {unit["name"]: len(unit["members"]) for unit in catalogue["units"] if unit["group"]}
    for task in catalogue["tasks"]:
        for unit in task["units"]:
            name = unit["name"]
            if not unit["group"] or members.get(name) or units.groups.get(name):
                continue
            stops = unit["role"] != AssignmentRole.SUPPORT
            message = (
                mark("“{group}” answers for this task and has no members")
                if stops
                else mark("“{group}” has no members; the lead will name them")
            )
            yield Obstacle(task["code"], message, {"group": name}, stops=stops)


def _errors(catalogue: Mapping[str, Any], settled: Collection[str]) -> Iterator[Obstacle]:
    for no, finding in enumerate(catalogue["findings"], 1):
        if finding["severity"] == "error" and finding_key(no) not in settled:
            message = mark("an error found in the document is not settled: {finding}")
            yield Obstacle(finding_key(no), message, {"finding": finding["message"]})
