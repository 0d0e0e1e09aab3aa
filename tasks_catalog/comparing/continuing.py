"""What a newer edition leaves unsaid of a task that goes on stays as the office laid it down."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from tasks_catalog.comparing.matching import match
from tasks_catalog.comparing.pairing import measures_alike, pair
from tasks_catalog.model import Catalogue, CatalogueMeasure, CatalogueTask

_LAID_DOWN = ("kind", "units", "leaders", "frequency", "due", "due_text", "deadlines", "measures",
              "deliverables")  # fmt: skip


def with_units(old: Catalogue, new: Catalogue, confirmed: Mapping[str, str] | None) -> Catalogue:
    """The newer edition, in which a matched task that names no unit keeps those it had.

    The text of a plan rarely says who leads a task; whoever leads it goes on. `confirmed` as for
    `compare`, whose Invalid it raises.
    """
    olds = {task.code: task for task in old.tasks}
    was = match(old, new, confirmed or {}).settled
    tasks = tuple(
        replace(task, units=olds[was[task.code]].units)
        if task.code in was and not task.units
        else task
        for task in new.tasks
    )
    return _with_named_units(old, replace(new, tasks=tasks))


def carried_over(old: Catalogue, new: Catalogue) -> Catalogue:
    """A newer edition as it was just read, with what the office laid down for its matched tasks.

    Where the words are the same, everything stays as it was corrected; where they changed, units
    and dates that the new words do not name, and the names of measures that go on with their
    number, so that their shares follow.
    """
    olds = {task.code: task for task in old.tasks}
    was = match(old, new, {}).settled
    tasks = tuple(
        _carried(olds[was[task.code]], task) if task.code in was else task for task in new.tasks
    )
    return _with_named_units(old, replace(new, tasks=tasks))


def _carried(old: CatalogueTask, new: CatalogueTask) -> CatalogueTask:
    if (old.title, old.text) == (new.title, new.text):
        return replace(new, **{name: getattr(old, name) for name in _LAID_DOWN})
    units = new.units or old.units
    leaders = new.leaders or old.leaders
    new = replace(new, units=units, leaders=leaders, measures=_measures(old, new))
    if new.due is None and not new.due_text and not new.deadlines:
        new = replace(new, due=old.due, due_text=old.due_text, deadlines=old.deadlines)
    return new


def _measures(old: CatalogueTask, new: CatalogueTask) -> tuple[CatalogueMeasure, ...]:
    """The newer measures, those that go on under the name that they had."""
    if not new.measures and new.text in ("", old.text):
        return old.measures
    names = {
        two: one.metric
        for one, two in pair(old.measures, new.measures, measures_alike)
        if one is not None and two is not None
    }
    return tuple(replace(one, metric=names.get(one, one.metric)) for one in new.measures)


def _with_named_units(old: Catalogue, new: Catalogue) -> Catalogue:
    """The newer edition with the entries of all units that its tasks name."""
    named = {unit.name for task in new.tasks for unit in task.units}
    known = {unit.name for unit in new.units}
    missing = tuple(unit for unit in old.units if unit.name in named - known)
    members = {name for unit in missing for name in unit.members} - known - named
    missing += tuple(unit for unit in old.units if unit.name in members)
    return replace(new, units=(*new.units, *missing))
