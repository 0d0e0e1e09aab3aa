"""印发下达: a work list becomes binding."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from db import record
from db.models import Assignment, Plan, Task, TaskState
from db.queries.places.places import about_plan
from i18n import mark
from workflow.rules.access.permissions import Permission
from workflow.rules.mail.letters import LetterKind
from workflow.rules.refusals import Invalid, Problem, WrongState
from workflow.rules.states import TaskStateName
from workflow.verbs.assignments.assign import issue_assignments, proposed
from workflow.verbs.assignments.letters import announce, tasks_by_unit
from workflow.verbs.context import Context
from workflow.verbs.directory import Directory
from workflow.verbs.finding import find_visible
from workflow.verbs.plans.draft_tasks import follow_groups


@dataclass(frozen=True)
class Issued:
    """What is binding now; units without a liaison, by id, heard nothing."""

    plan_id: int
    tasks: int
    assignments: int
    units: int
    acknowledge_due_on: date
    unreached: tuple[int, ...]


def issue(
    c: Context,
    *,
    plan_id: int,
    document: str,
    document_date: date | None = None,
    version: int | None = None,
) -> Issued:
    """Make every task of a plan binding by a document with its number and date (default: today).

    Who: the office. Tasks go drafted or consulted → issued; groups expand to their members of
    today; assignments are issued with a date to acknowledge. One letter a unit to its liaisons.
    Raises NotFound, NotAllowed, Conflict, WrongState where the plan is issued already, Invalid
    without a document or with the tasks that no unit leads.
    """
    c.require(Permission.ISSUE, about_plan(c.session, plan_id))
    plan = find_visible(c, Plan, plan_id)
    if plan.issued_at is not None:
        raise WrongState(mark("The plan is already issued."))
    if not document.strip():
        problem = Problem("document", mark("the document's number is missing"))
        raise Invalid(mark("The plan cannot be issued yet."), (problem,))
    record.compare_and_set(c.session, Plan, plan_id, plan.version if version is None else version)
    follow_groups(c, plan_id, Directory(c, plan.place_id))
    tasks = _draft(c, plan_id)
    _refuse_unled(c, plan_id, tasks)
    plan.issued_at, plan.issue_document = c.now, document.strip()
    plan.issue_date = document_date or c.today
    c.record_event(plan_id, "issue", "plan", plan_id, date=plan.issue_date, tasks=len(tasks))
    c.transition_all("task", list(tasks), "issue", chain=plan_id)
    ids = [assignment.id for assignment in proposed(c, plan_id)]
    due = issue_assignments(c, plan, ids)
    units = tasks_by_unit(c, plan_id)
    facts = {"document": plan.issue_document, "acknowledge_due_on": due}
    unreached = announce(c, LetterKind.ISSUE, plan_id, units, facts)
    return Issued(plan_id, len(tasks), len(ids), len(units), due, unreached)


def _draft(c: Context, plan_id: int) -> dict[int, str]:
    """The draft's tasks in order: id → code."""
    rows = c.session.execute(
        select(Task.id, Task.code)
        .join(TaskState, TaskState.task_id == Task.id)
        .where(
            Task.plan_id == plan_id,
            TaskState.open(),
            TaskState.state.in_((TaskStateName.DRAFTED, TaskStateName.CONSULTED)),
        )
        .order_by(Task.position)
    )
    return {row.id: row.code for row in rows}


def _refuse_unled(c: Context, plan_id: int, tasks: dict[int, str]) -> None:
    led = set(
        c.session.scalars(
            select(Assignment.task_id).where(
                Assignment.plan_id == plan_id, Assignment.open(), Assignment.collects
            )
        )
    )
    problems = [
        Problem(code, mark("no unit leads this task")) for i, code in tasks.items() if i not in led
    ]
    if problems or not tasks:
        raise Invalid(mark("The plan cannot be issued yet."), tuple(problems))
