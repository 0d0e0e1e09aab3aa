"""反馈意见: a unit's word on a draft work list."""

from __future__ import annotations

from sqlalchemy import select

from db.models import Assignment, Plan, Task
from i18n import mark
from workflow.rules.access.permissions import Permission
from workflow.rules.refusals import Invalid, WrongState
from workflow.rules.requests import RequestKind
from workflow.verbs.context import Context
from workflow.verbs.finding import find_visible
from workflow.verbs.requesting import OpenRequest, open_request, speaks_for


def comment(c: Context, *, task_id: int, text: str, unit_id: int | None = None) -> OpenRequest:
    """Leave a comment on a task of a draft that went round; late ones count until it is issued.

    Who: liaisons and heads of a unit in the task (`unit_id` where they act for several). It awaits
    an answer (see answer_comment). No mail. Raises NotFound, NotAllowed, WrongState where the plan
    is not round for comment, Invalid without words.
    """
    task = find_visible(c, Task, task_id)
    unit = speaks_for(c, Permission.COMMENT, task_id, unit_id)
    plan = c.session.get_one(Plan, task.plan_id)
    if plan.consulted_at is None or plan.issued_at is not None:
        raise WrongState(mark("The plan is not open for comments."))
    if not text.strip():
        raise Invalid(mark("Please write what should be changed, or that nothing should."))
    assignment = c.session.scalars(
        select(Assignment).where(
            Assignment.task_id == task_id, Assignment.unit_id == unit, Assignment.open()
        )
    ).one()
    return open_request(c, RequestKind.COMMENT, assignment, text)
