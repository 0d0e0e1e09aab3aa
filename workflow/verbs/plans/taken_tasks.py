"""Which tasks of a plan were taken down from assignments of plans above."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import select

from db.models import Assignment, Plan, TakenTask, Task, Unit
from i18n import mark
from tasks_catalog.model import CatalogueTask
from workflow.rules.refusals import Invalid, Problem
from workflow.verbs.context import Context


def link_taken(c: Context, plan: Plan, tasks: Mapping[int, CatalogueTask]) -> None:
    """Keep, for the tasks of a plan (by id), from which assignments above they were taken down.

    Raises Invalid for one that the plan above does not hand down to this place.
    """
    named = {task_id: task for task_id, task in tasks.items() if task.taken_from}
    known = set(c.session.scalars(select(TakenTask.task_id).where(TakenTask.task_id.in_(named))))
    problems = []
    for task_id, task in named.items():
        if task_id in known:
            continue
        found = _handed_down(c, plan, task.taken_from or "")
        if found is None:
            message = mark("no plan above hands “{task}” down to this place")
            problems.append(Problem(task.code, message, task=task.taken_from))
        else:
            c.session.add(TakenTask(task_id=task_id, assignment_id=found))
    if problems:
        raise Invalid(mark("The catalogue cannot be taken."), tuple(problems))
    c.session.flush()


def _handed_down(c: Context, plan: Plan, taken_from: str) -> int | None:
    above, _slash, code = taken_from.rpartition("/")
    return c.session.scalar(
        select(Assignment.id)
        .join(Task, Task.id == Assignment.task_id)
        .join(Plan, Plan.id == Assignment.plan_id)
        .join(Unit, Unit.id == Assignment.unit_id)
        .where(
            Plan.code == above,
            Task.code == code,
            Unit.stands_for_id == plan.place_id,
            Assignment.open(),
        )
        .order_by(Assignment.position)
        .limit(1)
    )
