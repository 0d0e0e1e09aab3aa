"""Whether a task is finished: what its close-out (办结销号) has to show."""

from __future__ import annotations

from decimal import Decimal

from db.models import Task
from db.queries.tasks.task import accepted_milestones, accepted_values, measures_of, milestones_of
from i18n import mark
from workflow.rules.progress.paths import ADD_UP
from workflow.rules.progress.quantities import shown
from workflow.rules.refusals import Invalid, Problem
from workflow.rules.requests import Completion, reached
from workflow.verbs.context import Context


def require_complete(c: Context, task: Task, wish: Completion, reason: str) -> None:
    """Raises Invalid with everything that is missing.

    Deliverables need a document number and a date, from the request or an accepted report, whatever
    the reason says; numbers and milestones must be reached in accepted reports unless there is one.
    Numbers of several units add up unless they are shares or growth; of those each must be reached.
    """
    problems = _deliverables(c, task, wish)
    if not reason.strip():
        problems += _steps(c, task, wish) + _numbers(c, task)
    if problems:
        raise Invalid(mark("The task cannot be closed out yet."), tuple(problems))


def _reached(c: Context, task: Task, wish: Completion) -> dict[int, str]:
    """The milestones that are reached, by number, with their documents."""
    told = {row.no: row.document for row in accepted_milestones(c.session, task.id, c.now)}
    return {**told, **{entry.no: entry.document for entry in wish.deliverables}}


def _deliverables(c: Context, task: Task, wish: Completion) -> list[Problem]:
    there = _reached(c, task, wish)
    return [
        Problem(step.title, mark("the document number and the date are missing"))
        for step in milestones_of(c.session, task.id, c.now)
        if step.deliverable and not there.get(step.no)
    ]


def _steps(c: Context, task: Task, wish: Completion) -> list[Problem]:
    there = _reached(c, task, wish)
    return [
        Problem(step.title, mark("this milestone is not reached"))
        for step in milestones_of(c.session, task.id, c.now)
        if not step.deliverable and step.no not in there
    ]


def _numbers(c: Context, task: Task) -> list[Problem]:
    values = accepted_values(c.session, task.id, c.now)
    problems = []
    for measure in measures_of(c.session, task.id, c.now):
        found = [row.value for row in values if row.measure_id == measure.measure_id]
        adds = measure.kind in ADD_UP
        stands = [sum(found, start=Decimal(0))] if found and adds else found
        if not stands or not all(reached(measure.op, measure.value, value) for value in stands):
            told = ", ".join(shown(value, measure.unit) for value in stands) or "–"
            wanted = "" if measure.value is None else shown(measure.value, measure.unit)
            problems.append(
                Problem(
                    measure.metric,
                    mark("{actual} of {target} accepted so far"),
                    actual=told,
                    target=wanted,
                )
            )
    return problems
