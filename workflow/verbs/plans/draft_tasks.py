"""Laying a catalogue's tasks down as a draft: what each demands, and who is to answer for it.

Everything is compared with what stands, so that a changed catalogue replaces only what changed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, insert, select

from db import record
from db.models import (
    Assignment,
    GroupAssignment,
    Measure,
    MeasureVersion,
    Milestone,
    Task,
    TaskVersion,
)
from db.models.table import Interval
from tasks_catalog import model
from workflow.rules.assignments import ANSWERABLE, AssignmentRole
from workflow.rules.reporting.policy import EACH, YEARLY
from workflow.verbs.assignments.assign import AssignedPart, end_assignment, propose
from workflow.verbs.context import Context
from workflow.verbs.directory import EXPAND, Directory

Row = dict[str, Any]
_KNOWN_YEARLY = frozenset({"ratio", "growth"})
_DATED = frozenset({"by", "instalment"})


def replace_intervals(
    c: Context,
    table: type[Interval],
    key: Sequence[str],
    within: ColumnElement[bool],
    wanted: Iterable[Row],
) -> None:
    """Make the open intervals `within` be the wanted rows, by key: replaced, begun and closed."""
    columns = table.__table__  # type: ignore[attr-defined]
    rows = c.session.execute(select(columns).where(within, table.open())).mappings()
    present = {tuple(row[name] for name in key): row for row in rows}
    new = []
    for row in wanted:
        old = present.pop(tuple(row[name] for name in key), None)
        if old is None:
            new.append({"known_from": c.now, **row})
        elif any(old[name] != value for name, value in row.items()):
            record.replace_interval(c.session, table, [columns.c.id == old["id"]], row, c.now)
    for old in present.values():
        record.replace_interval(c.session, table, [columns.c.id == old["id"]], None, c.now)
    if new:
        c.session.execute(insert(table), new)


def lay_down(
    c: Context,
    plan_id: int,
    tasks: Mapping[int, model.CatalogueTask],
    last_year: int,
    directory: Directory,
) -> None:
    """Make what a draft's tasks demand, by task id, be what the catalogue says."""
    within = select(Task.id).where(Task.plan_id == plan_id)
    words = [task_row(task_id, task) for task_id, task in tasks.items()]
    replace_intervals(c, TaskVersion, ["task_id"], TaskVersion.task_id.in_(within), words)
    _measures(c, plan_id, tasks)
    end = date(last_year, 12, 31)
    steps = [row for task_id, task in tasks.items() for row in milestone_rows(task_id, task, end)]
    replace_intervals(c, Milestone, ["task_id", "no"], Milestone.task_id.in_(within), steps)
    assign(c, plan_id, tasks, directory)


def task_row(task_id: int, task: model.CatalogueTask) -> Row:
    """What a task says, as columns of TaskVersion."""
    return {
        "task_id": task_id,
        "title": task.title,
        "text": task.text,
        "kind": task.kind,
        "due": task.due,
        "due_text": task.due_text or "",
        "document": "",
    }


def _measures(c: Context, plan_id: int, tasks: Mapping[int, model.CatalogueTask]) -> None:
    found = c.session.execute(
        select(Measure.task_id, Measure.no, Measure.id)
        .join(Task, Task.id == Measure.task_id)
        .where(Task.plan_id == plan_id)
    )
    ids = {(task_id, no): measure_id for task_id, no, measure_id in found}
    wanted = {
        (task_id, no): measure
        for task_id, task in tasks.items()
        for no, measure in enumerate(task.measures, 1)
    }
    new = [Measure(task_id=task_id, no=no) for task_id, no in wanted if (task_id, no) not in ids]
    c.session.add_all(new)
    c.session.flush()
    ids.update({(measure.task_id, measure.no): measure.id for measure in new})
    rows = [measure_row(ids[key], measure) for key, measure in wanted.items()]
    replace_intervals(
        c, MeasureVersion, ["measure_id"], MeasureVersion.measure_id.in_(ids.values()), rows
    )


def measure_row(measure_id: int, measure: model.CatalogueMeasure) -> Row:
    """What a measure demands, as columns of MeasureVersion."""
    return {
        "measure_id": measure_id,
        "metric": measure.metric,
        "op": measure.op,
        "value": measure.value,
        "value_max": measure.value_max,
        "unit": measure.unit,
        "by_year": measure.by_year,
        "kind": measure.kind,
        "firm": measure.firm,
        "text": measure.text,
        "frequency": YEARLY if measure.kind in _KNOWN_YEARLY else EACH,
    }


def milestone_rows(task_id: int, task: model.CatalogueTask, end: date) -> list[Row]:
    """Columns of Milestone: deliverables, then dated steps.

    What has no date is due with its task or its plan.
    """
    due = task.due or end
    made = [(entry.name, entry.due or due, True) for entry in task.deliverables]
    if task.kind == "deliverable" and not made:
        made.append((task.title, due, True))
    if task.kind == "milestones":
        dated = [d for d in task.deadlines if d.date is not None and d.kind in _DATED]
        made += [(d.what or d.text, d.date, False) for d in dated if d.date is not None]
    return [
        {"task_id": task_id, "no": no, "title": title, "due": day, "deliverable": exists}
        for no, (title, day, exists) in enumerate(made, 1)
    ]


def assign(
    c: Context, plan_id: int, tasks: Mapping[int, model.CatalogueTask], directory: Directory
) -> None:
    """Propose the assignments that the tasks name, end the proposals they no longer name."""
    groups: list[Row] = []
    wanted: dict[tuple[int, int], AssignedPart] = {}
    for task_id, task in tasks.items():
        for part in parts_named(task_id, task, plan_id, groups, directory):
            wanted.setdefault((part.task_id, part.unit_id), part)
    replace_intervals(
        c, GroupAssignment, ["task_id", "group_id"], GroupAssignment.plan_id == plan_id, groups
    )
    _settle(c, plan_id, wanted)


def follow_groups(c: Context, plan_id: int, directory: Directory) -> None:
    """Make the proposals of a draft follow its groups as they are today."""
    wanted = {
        (old.task_id, old.unit_id): _part(old)
        for old in _open(c, plan_id)
        if old.from_group_id is None
    }
    groups = c.session.scalars(
        select(GroupAssignment)
        .where(GroupAssignment.plan_id == plan_id, GroupAssignment.open())
        .order_by(GroupAssignment.task_id, GroupAssignment.position)
    ).all()
    members = {g.group_id: directory.members(g.group_id) for g in groups}
    for group in groups:
        if directory.policies[group.group_id] == EXPAND:
            for unit_id in members[group.group_id]:
                key = (group.task_id, unit_id)
                part = AssignedPart(
                    *key, group.role, group.position, group.collects, group.group_id
                )
                wanted.setdefault(key, part)
    _settle(c, plan_id, wanted)


def _settle(c: Context, plan_id: int, wanted: Mapping[tuple[int, int], AssignedPart]) -> None:
    """Make a draft's proposals be the wanted parts, by task and unit."""
    standing = set()
    for old in _open(c, plan_id):
        key = (old.task_id, old.unit_id)
        if wanted.get(key) == _part(old):
            standing.add(key)
        else:
            end_assignment(c, plan_id, old.id, "draft")
    propose(c, plan_id, [part for key, part in wanted.items() if key not in standing])


def _open(c: Context, plan_id: int) -> Sequence[Assignment]:
    return c.session.scalars(
        select(Assignment).where(Assignment.plan_id == plan_id, Assignment.open())
    ).all()


def _part(old: Assignment) -> AssignedPart:
    key = (old.task_id, old.unit_id)
    return AssignedPart(*key, old.role, old.position, old.collects, old.from_group_id)


def parts_named(
    task_id: int, task: model.CatalogueTask, plan_id: int, groups: list[Row], directory: Directory
) -> list[AssignedPart]:
    """A task's parts, those named alone before those of groups; a group's row goes to `groups`.

    Of several leads the first named collects; of a group that leads, each member does.
    """
    answering = [unit for role in ANSWERABLE for unit in task.units if unit.role == role]
    alone: list[AssignedPart] = []
    grouped: list[AssignedPart] = []
    order = sorted(task.units, key=lambda unit: list(AssignmentRole).index(unit.role))
    for position, unit in enumerate(order, 1):
        collects = bool(answering) and unit is answering[0]
        group_id = directory.groups.get(unit.name)
        if group_id is None:
            unit_id = directory.unit(unit.name)
            if unit_id is not None:
                alone.append(AssignedPart(task_id, unit_id, unit.role, position, collects))
            continue
        row = {"task_id": task_id, "group_id": group_id, "plan_id": plan_id, "role": unit.role}
        groups.append({**row, "position": position, "collects": collects})
        if directory.policies[group_id] == EXPAND:
            grouped += [
                AssignedPart(task_id, member, unit.role, position, collects, group_id)
                for member in directory.members(group_id)
            ]
    return alone + grouped
