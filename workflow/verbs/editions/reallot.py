"""Who answers for a running task after a newer edition; what is alike in both stays."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select

from db.models import Assignment, GroupAssignment
from tasks_catalog import model
from workflow.verbs.assignments.assign import AssignedPart, end_assignment, in_force, propose
from workflow.verbs.assignments.hand_over import collect_at
from workflow.verbs.context import Context
from workflow.verbs.directory import Directory
from workflow.verbs.plans.draft_tasks import Row, parts_named, replace_intervals


@dataclass(frozen=True)
class Allotment:
    """Who answers for one task: the parts by unit, and the groups as the document names them."""

    parts: Mapping[int, AssignedPart]
    groups: tuple[Row, ...] = ()

    @property
    def collectors(self) -> frozenset[int]:
        """The units that answer to the office for it."""
        return frozenset(unit_id for unit_id, part in self.parts.items() if part.collects)

    @property
    def group_ids(self) -> frozenset[int]:
        return frozenset(row["group_id"] for row in self.groups)


NOBODY = Allotment({})


def allotment(
    plan_id: int, task_id: int, task: model.CatalogueTask, directory: Directory
) -> Allotment:
    """Who is to answer for a task, with groups as they are today."""
    groups: list[Row] = []
    parts: dict[int, AssignedPart] = {}
    for part in parts_named(task_id, task, plan_id, groups, directory):
        parts.setdefault(part.unit_id, part)
    return Allotment(parts, tuple(groups))


def reallot(
    c: Context, plan_id: int, task_id: int, before: Allotment, after: Allotment
) -> tuple[list[int], list[int]]:
    """End and propose assignments; the ids of the ended and of the new, which are to be issued.

    What was handed over in between stays, unless another unit is to collect now. What supports
    have not filed yet goes to the unit that collects.
    """
    if before == after:
        return [], []
    standing = {part.unit_id: part for part in in_force(c, task_id)}
    wanted = [
        part for unit_id, part in after.parts.items()
        if _duty(before.parts.get(unit_id)) != _duty(part)
        and _duty(standing.get(unit_id)) != _duty(part)
    ]  # fmt: skip
    going = {unit_id for unit_id in before.parts if unit_id not in after.parts}
    going |= {part.unit_id for part in wanted}
    gone_groups = before.group_ids - after.group_ids
    for unit_id, part in standing.items():
        if unit_id not in after.parts and part.from_group_id in gone_groups:
            going.add(unit_id)
        if before.collectors != after.collectors and part.collects:
            going |= {unit_id} - after.collectors
    ended = [part for unit_id, part in standing.items() if unit_id in going]
    for part in ended:
        end_assignment(c, plan_id, part.id, "edition")
    new = propose(c, plan_id, wanted)
    _pass_on(c, task_id, ended, after)
    rows = ["task_id", "group_id"]
    replace_intervals(c, GroupAssignment, rows, GroupAssignment.task_id == task_id, after.groups)
    return [part.id for part in ended], new


def _duty(part: AssignedPart | Assignment | None) -> tuple[str, bool, int | None] | None:
    """What a part asks of its unit; its place in the list of units does not matter."""
    return (part.role, part.collects, part.from_group_id) if part is not None else None


def _pass_on(c: Context, task_id: int, ended: list[Assignment], after: Allotment) -> None:
    to = next((unit_id for unit_id, part in after.parts.items() if part.collects), None)
    for part in ended:
        if part.collects and to is not None and part.unit_id != to:
            collect_at(c, task_id, part.unit_id, to)


def assignments_of(c: Context, task_ids: list[int]) -> list[int]:
    """The ids of all assignments in force in some tasks."""
    found = select(Assignment.id).where(Assignment.task_id.in_(task_ids), Assignment.open())
    return list(c.session.scalars(found))
