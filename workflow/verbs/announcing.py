"""Telling units which tasks concern them: one letter a unit, to its liaisons."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import ColumnElement, select

from db.models import Assignment, Task, TaskVersion, Unit
from workflow.verbs.context import Context
from workflow.verbs.posting import holders, tell


@dataclass
class UnitsTasks:
    """A unit with the tasks it is told of, as the letters take them."""

    unit_id: int
    name: str
    tasks: list[dict[str, str]] = field(default_factory=list)


def tasks_by_unit(c: Context, plan_id: int) -> list[UnitsTasks]:
    """The units of a plan with all their tasks, in order of units and of tasks."""
    return _by_unit(c, Assignment.plan_id == plan_id)


def units_of(c: Context, assignment_ids: Sequence[int]) -> list[UnitsTasks]:
    """The units of some assignments, with the tasks of these alone."""
    return _by_unit(c, Assignment.id.in_(assignment_ids))


def _by_unit(c: Context, which: ColumnElement[bool]) -> list[UnitsTasks]:
    rows = c.session.execute(
        select(Unit.id, Unit.name, Task.code, TaskVersion.title, Assignment.role)
        .select_from(Assignment)
        .join(Unit, Unit.id == Assignment.unit_id)
        .join(Task, Task.id == Assignment.task_id)
        .join(TaskVersion, TaskVersion.task_id == Task.id)
        .where(which, Assignment.open(), TaskVersion.open())
        .order_by(Unit.position, Unit.id, Task.position)
    )
    units: dict[int, UnitsTasks] = {}
    for unit_id, name, code, title, role in rows:
        unit = units.setdefault(unit_id, UnitsTasks(unit_id, name))
        unit.tasks.append({"code": code, "title": title, "role": role})
    return list(units.values())


def announce(
    c: Context, kind: str, plan_id: int, units: Iterable[UnitsTasks], facts: Mapping[str, object]
) -> tuple[int, ...]:
    """Write each unit's liaisons a letter with its tasks; the ids of units that have no liaison."""
    silent = []
    for unit in units:
        people = holders(c, unit.unit_id, "liaison")
        if not people:
            silent.append(unit.unit_id)
        more = {"unit": unit.name, "tasks": unit.tasks}
        tell(c, kind, people, plan_id=plan_id, facts={**more, **facts})
    return tuple(silent)
