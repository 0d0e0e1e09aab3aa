"""Checks of who answers: leads without an order, groups that lead, nobody beside, two names."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tasks_catalog.checking.messages import finding
from tasks_catalog.model import Catalogue, CatalogueTask, Finding, SourcePlace

SHOWN = 6  # codes in a sentence
MOST = 0.5  # of the tasks with a lead have supports, where one without stands out


def check_answering(catalogue: Catalogue) -> Iterator[Finding]:
    """What the division of work leaves open, one finding for all tasks that it touches."""
    several, groups, alone, nobody = [], [], [], []
    for task in catalogue.tasks:
        leads = [unit for unit in task.units if unit.role == "lead"]
        joint = [unit for unit in task.units if unit.role == "joint"]
        if sum(not unit.group for unit in leads) > 1:
            several.append(task)
        if task.units and all(unit.group for unit in leads or joint):
            groups.append(task)
        if leads and len(leads) == len(task.units):
            alone.append(task)
        if len(joint) > 1 and not leads:
            nobody.append(task)
    led = sum(any(unit.role == "lead" for unit in task.units) for task in catalogue.tasks)
    if len(alone) > MOST * led:
        alone = []  # this document names no supports at all
    for kind, tasks in (
        ("several-leads", several), ("group-leads", groups), ("no-support", alone),
        ("no-lead", nobody),
    ):  # fmt: skip
        if tasks:
            yield finding(kind, _places(tasks), n=len(tasks), tasks=_codes(tasks))
    yield from _two_names(catalogue)


def _two_names(catalogue: Catalogue) -> Iterator[Finding]:
    """One unit under several names, with the first task that uses each."""
    for unit in catalogue.units:
        if unit.group or not unit.aliases:
            continue
        users = [next((t for t in catalogue.tasks if any(u.written == name for u in t.units)), None)
                 for name in (unit.name, *unit.aliases)]  # fmt: skip
        places = _places([task for task in users if task])
        yield finding("unit-two-names", places, name=unit.name, others="、".join(unit.aliases))


def _places(tasks: Sequence[CatalogueTask]) -> list[SourcePlace]:
    return [task.source for task in tasks if task.source]


def _codes(tasks: Sequence[CatalogueTask]) -> str:
    shown = "、".join(task.code for task in tasks[:SHOWN])
    return shown + ("…" if len(tasks) > SHOWN else "")
