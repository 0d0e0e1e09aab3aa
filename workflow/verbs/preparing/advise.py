"""What helps to prepare a plan: units that might lead its tasks, and what stands in its way."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import cache

import tasks_catalog
from db.queries.preparing.decided_leads import assigned_tasks, uneven_shares
from i18n import mark
from tasks_catalog.duties import duties_of, names_here, names_said
from tasks_catalog.model import Catalogue, CatalogueTask
from workflow.rules.preparing.obstacles import Obstacle, Units, obstacles
from workflow.rules.preparing.suggesting import Assigned, Known, Suggestion, TaskToAssign, suggest
from workflow.verbs.context import Context
from workflow.verbs.directory import Directory
from workflow.verbs.preparing.find_copy import find_copy


def suggestions(
    c: Context, *, copy_id: int, codes: Collection[str] | None = None
) -> dict[str, tuple[Suggestion, ...]]:
    """Units for the tasks of a working copy, by the task's code, best first; all tasks or some.

    Who: whoever sees the copy. Looks at what the copy itself assigns, at the tasks of the plans of
    its place, at the shipped plans, at the usual fields of duty and at those entered for
    its units. Raises NotFound.
    """
    copy = find_copy(c, copy_id)
    catalogue = copy.catalogue
    directory = Directory(c, copy.row.place_id)
    own = [part.name for task in catalogue.tasks for part in task.units]
    own += [unit.name for unit in catalogue.units]
    # One unit, one name: as the copy writes it, else as the installation does.
    said = {directory.unit(name) for name in own} - {None}
    here = [n for n in directory.own_names if directory.unit(n) not in said]
    names = list(dict.fromkeys([*own, *here]))
    headings = {item.code: item.title for item in catalogue.items}
    known = [Assigned(_asked(task), parts=_parts(task), here=True) for task in catalogue.tasks]
    laid = copy.stage.plan_id or copy.row.plan_id
    known += [
        Assigned(TaskToAssign(row.code, row.title, row.text, row.metrics), row.plan, row.parts)
        for row in assigned_tasks(c.session, c.actor, place_id=copy.row.place_id, at=c.now)
        if row.plan_id != laid
    ]
    known += _of_samples(names, {task.plan for task in known})
    asked = [
        _asked(task, headings.get(task.item or "", ""))
        for task in catalogue.tasks
        if codes is None or task.code in codes
    ]
    with_units = [task for task in known if task.parts]
    return suggest(
        asked,
        Known(with_units, duties_of(names), names_said(names), _entered(directory, names)),
    )


def _entered(directory: Directory, names: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """The fields of duty that the office has entered, by the names used here."""
    used = {directory.unit(name): name for name in reversed(names)}
    return {used.get(directory.unit(own), own): words for own, words in directory.duties.items()}


def _asked(task: CatalogueTask, heading: str = "") -> TaskToAssign:
    metrics = tuple(measure.metric for measure in task.measures)
    return TaskToAssign(task.code, task.title, task.text, metrics, heading)


def _parts(task: CatalogueTask) -> tuple[tuple[str, str], ...]:
    return tuple((part.name, part.role) for part in task.units)


def _of_samples(names: Sequence[str], known: Collection[str]) -> list[Assigned]:
    """The assigned tasks of the shipped plans that are not here already, units by their names
    here."""
    found = []
    for sample in _samples():
        title = sample.plan.title or ""
        if title in known:
            continue
        others = {part.name for task in sample.tasks for part in task.units}
        same = names_here(others, names)
        for task in sample.tasks:
            parts = tuple((same[name], role) for name, role in _parts(task) if name in same)
            found.append(Assigned(_asked(task), title, parts))
    return found


@cache
def _samples() -> tuple[Catalogue, ...]:
    """The shipped plans; they are the same for everybody and never change."""
    return tuple(tasks_catalog.sample(name) for name in tasks_catalog.samples())


def find_obstacles(c: Context, *, copy_id: int) -> tuple[Obstacle, ...]:
    """What is still to be done before the plan of a working copy can be issued.

    Who: whoever sees the copy. Where the copy was laid down, the year targets of its plan are
    looked at too. Raises NotFound.
    """
    copy = find_copy(c, copy_id)
    directory = Directory(c, copy.row.place_id)
    groups = {name: len(directory.members(key)) for name, key in directory.groups.items()}
    found = obstacles(copy.plain, Units(directory.names, groups), copy.settled)
    if copy.stage.plan_id is None:
        return found
    message = mark("the year targets of “{metric}”: {problem}")
    return found + tuple(
        Obstacle(row.code, message, {"metric": row.metric, "problem": str(row.problem)})
        for row in uneven_shares(c.session, copy.stage.plan_id, at=c.now)
    )
