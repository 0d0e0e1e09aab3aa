"""征求意见: a draft work list goes round to its units."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from db import record
from db.models import Plan, Task, TaskState
from db.queries.places.places import about_plan
from i18n import mark
from workflow.rules.access.permissions import Permission
from workflow.rules.mail.letters import LetterKind
from workflow.rules.refusals import Invalid, Problem, WrongState
from workflow.rules.states import TaskStateName
from workflow.verbs.assignments.letters import announce, tasks_by_unit
from workflow.verbs.context import Context
from workflow.verbs.finding import find_visible


@dataclass(frozen=True)
class ConsultationResult:
    """How many units have the draft now; those without a liaison, by id, heard nothing."""

    plan_id: int
    units: int
    tasks: int
    unreached: tuple[int, ...]


def consult(
    c: Context, *, plan_id: int, comments_due_on: date, version: int | None = None
) -> ConsultationResult:
    """Send a draft plan round for comment by a local date; a changed draft may go round again.

    Who: the office. Tasks go drafted → consulted; one letter a unit to its liaisons. Raises
    NotFound, NotAllowed, Conflict, WrongState where the plan is issued, Invalid for a date that is
    over.
    """
    c.require(Permission.CONSULT, about_plan(c.session, plan_id))
    plan = find_visible(c, Plan, plan_id)
    if plan.issued_at is not None:
        raise WrongState(mark("The plan is already issued."))
    if comments_due_on < c.today:
        problem = Problem("comments_due_on", mark("this day is over"))
        raise Invalid(mark("The date for comments cannot be taken."), (problem,))
    record.compare_and_set(c.session, Plan, plan_id, plan.version if version is None else version)
    plan.consulted_at, plan.comments_due_on = c.now, comments_due_on
    drafted = c.session.scalars(
        select(Task.id)
        .join(TaskState, TaskState.task_id == Task.id)
        .where(Task.plan_id == plan_id, TaskState.open(), TaskState.state == TaskStateName.DRAFTED)
    ).all()
    c.transition_all("task", drafted, "consult", chain=plan_id)
    units = tasks_by_unit(c, plan_id)
    c.record_event(plan_id, "consult", "plan", plan_id, due=comments_due_on, units=len(units))
    unreached = announce(
        c, LetterKind.CONSULT, plan_id, units, {"comments_due_on": comments_due_on}
    )
    return ConsultationResult(plan_id, len(units), len(drafted), unreached)
