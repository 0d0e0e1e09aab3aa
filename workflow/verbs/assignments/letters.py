"""Telling units which tasks concern them: one letter a unit, to its liaisons."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import ColumnElement, select

from db.models import Assignment, Task, TaskVersion, Unit
from workflow.rules.access.permissions import RoleName
from workflow.rules.mail.letters import LetterKind
from workflow.verbs.context import Context
from workflow.verbs.mail.notify import notify, people_in_posts


@dataclass
class UnitsTasks:
    """A unit with the tasks it is told of, as the letters take them."""

    unit_id: int
    name: str
    tasks: list[dict[str, str]] = field(default_factory=list)


def tasks_by_unit(c: Context, plan_id: int) -> list[UnitsTasks]:
    """The units of a plan with all their tasks, in order of units and of tasks."""
    return _by_unit(c, Assignment.plan_id == plan_id, Assignment.open())


def units_of(c: Context, assignment_ids: Sequence[int]) -> list[UnitsTasks]:
    """The units of some assignments, in force or ended, with the tasks of these alone."""
    return _by_unit(c, Assignment.id.in_(assignment_ids))


def _by_unit(c: Context, *which: ColumnElement[bool]) -> list[UnitsTasks]:
    rows = c.session.execute(
        select(Unit.id, Unit.name, Task.code, TaskVersion.title, Assignment.role)
        .select_from(Assignment)
        .join(Unit, Unit.id == Assignment.unit_id)
        .join(Task, Task.id == Assignment.task_id)
        .join(TaskVersion, TaskVersion.task_id == Task.id)
        .where(*which, TaskVersion.open())
        .order_by(Unit.position, Unit.id, Task.position)
    )
    units: dict[int, UnitsTasks] = {}
    for unit_id, name, code, title, role in rows:
        unit = units.setdefault(unit_id, UnitsTasks(unit_id, name))
        unit.tasks.append({"code": code, "title": title, "role": role})
    return list(units.values())


def announce(
    c: Context,
    kind: LetterKind,
    plan_id: int,
    units: Iterable[UnitsTasks],
    facts: Mapping[str, object],
) -> tuple[int, ...]:
    """Write each unit's liaisons a letter with its tasks; the ids of units that have no liaison."""
    silent = []
    for unit in units:
        people = people_in_posts(c, unit.unit_id, RoleName.LIAISON)
        if not people:
            silent.append(unit.unit_id)
        more = {"unit": unit.name, "tasks": unit.tasks}
        notify(c, kind, people, plan_id=plan_id, facts={**more, **facts})
    return tuple(silent)


def announce_edition(
    c: Context,
    plan_id: int,
    *,
    gained: Sequence[UnitsTasks],
    changed: Sequence[UnitsTasks],
    lost: Sequence[UnitsTasks],
    facts: Mapping[str, object],
) -> tuple[int, ...]:
    """Write each unit's liaisons one letter with what a newer edition changes for it.

    What a unit both lost and gained, in another role, it is told as gained. Returns the ids of
    units that have no liaison.
    """
    told: dict[int, dict[str, list[dict[str, str]]]] = {}
    names: dict[int, str] = {}
    for kind, units in (("gained", gained), ("changed", changed), ("lost", lost)):
        for unit in units:
            lists = told.setdefault(unit.unit_id, {"gained": [], "changed": [], "lost": []})
            codes = {row["code"] for row in lists["gained"]}
            rows = [row for row in unit.tasks if row["code"] not in codes]
            # A code that the newer edition uses again is told as the unit knows it: 1.3, not 1.3@1.
            lists[kind] += [{**row, "code": row["code"].partition("@")[0]} for row in rows]
            names[unit.unit_id] = unit.name
    silent = []
    for unit_id, lists in told.items():
        people = people_in_posts(c, unit_id, RoleName.LIAISON)
        if not people:
            silent.append(unit_id)
        more = {"unit": names[unit_id], **lists}
        notify(c, LetterKind.EDITION, people, plan_id=plan_id, facts={**more, **facts})
    return tuple(silent)
