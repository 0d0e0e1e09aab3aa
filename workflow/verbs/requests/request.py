"""A lead asks the office: more time, another target, close-out, suspension, resumption, the end."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import select

from db import record
from db.models import (
    Assignment,
    Measure,
    MeasureVersion,
    Milestone,
    Request,
    Task,
    TaskVersion,
    YearTarget,
)
from db.queries.places.places import about_unit
from i18n import Translated, mark
from workflow.rules.access.permissions import Permission
from workflow.rules.assignments import AssignmentRole
from workflow.rules.refusals import Invalid, NotFound, WrongState
from workflow.rules.requests import (
    KINDS,
    TASK_ACTIONS,
    Completion,
    NewDate,
    NewTarget,
    RequestKind,
    Wish,
    to_plain,
)
from workflow.rules.states import LIVE_TASKS, STATES, possible
from workflow.verbs.context import Context
from workflow.verbs.finding import find_visible
from workflow.verbs.requesting import OpenRequest, open_request, pending_requests

_WISHES: Mapping[str, type[Wish]] = {
    RequestKind.EXTENSION: NewDate,
    RequestKind.TARGET_CHANGE: NewTarget,
    RequestKind.COMPLETION: Completion,
}


def request(
    c: Context,
    *,
    assignment_id: int,
    kind: str,
    reason: str,
    wish: Wish | None = None,
    document: str = "",
) -> OpenRequest:
    """Ask for a decision on a task: extension (wish: NewDate), target_change (NewTarget),
    completion (Completion), suspension, resumption or termination.

    Who: liaison, deputy head or head of a unit that leads the task or answers for it jointly. The
    request is pending; asking for completion takes the task under_way → completion_requested; all
    else only changes when it is decided. The reviewers who may decide are told. Raises NotFound,
    NotAllowed, WrongState where the task's state or an open request of the kind forbids it, Invalid
    without a reason or with a wish that makes no sense.
    """
    assignment = find_visible(c, Assignment, assignment_id)
    c.require(Permission.REQUEST, about_unit(c.session, assignment.unit_id))
    if kind == RequestKind.DISPUTE or kind not in KINDS:
        raise Invalid(mark("“{kind}” cannot be asked for."), kind=kind)
    if assignment.role == AssignmentRole.SUPPORT or assignment.known_to <= c.now:
        raise WrongState(mark("Only a unit that leads the task may ask for this."))
    if not reason.strip():
        raise Invalid(mark("A reason is needed."))
    find_visible(c, Task, assignment.task_id, hold=True)
    _check_state(c, assignment, kind)
    wanted = _WISHES.get(kind)
    wish = Completion() if kind == RequestKind.COMPLETION and wish is None else wish
    if (wanted is None) != (wish is None) or (wanted and not isinstance(wish, wanted)):
        raise Invalid(mark("Please say what should change."))
    before = _before(c, assignment, wish)
    if kind == RequestKind.COMPLETION:
        chain = assignment.plan_id
        c.transition("task", assignment.task_id, "request_completion", chain=chain)
    after = to_plain(wish) if wish is not None else None
    return open_request(c, kind, assignment, reason, before=before, after=after, document=document)


def _check_state(c: Context, assignment: Assignment, kind: str) -> None:
    state = record.state_of(c.session, "task", assignment.task_id)
    action = TASK_ACTIONS.get(kind)
    if (action not in possible("task", state)) if action else (state not in LIVE_TASKS):
        raise WrongState(
            mark("This is not possible now: it is already “{state}”. Open it again to see it."),
            state=Translated(STATES["task"][state]),
        )
    if pending_requests(c, Request.task_id == assignment.task_id, Request.kind == kind):
        raise WrongState(mark("The same was asked already and awaits a decision."))


def _before(c: Context, assignment: Assignment, wish: Wish | None) -> dict[str, object]:
    """What stands now, of what the wish would change."""
    if isinstance(wish, NewDate):
        return {"due": str(_due(c, assignment, wish))}
    if isinstance(wish, NewTarget):
        return {"value": str(_target(c, assignment, wish))}
    if isinstance(wish, Completion):
        _check_deliverables(c, assignment, wish)
    return {}


def _due(c: Context, assignment: Assignment, wish: NewDate) -> object:
    which = select(TaskVersion.due).where(
        TaskVersion.task_id == assignment.task_id, TaskVersion.open()
    )
    if wish.milestone is not None:
        which = select(Milestone.due).where(
            Milestone.task_id == assignment.task_id,
            Milestone.no == wish.milestone,
            Milestone.open(),
        )
    due = c.session.scalar(which)
    if due is None or wish.due <= due or wish.due < c.today:
        raise Invalid(mark("The new date must lie after the present one, and not be over."))
    return due


def _target(c: Context, assignment: Assignment, wish: NewTarget) -> object:
    known = c.session.scalar(
        select(Measure.id).where(
            Measure.id == wish.measure_id, Measure.task_id == assignment.task_id
        )
    )
    if known is None:
        raise NotFound(mark("There is nothing here, or it is not yours to see."))
    if wish.year is None:
        return c.session.scalars(
            select(MeasureVersion.value).where(
                MeasureVersion.measure_id == wish.measure_id, MeasureVersion.open()
            )
        ).one()
    found = c.session.scalar(
        select(YearTarget.value).where(
            YearTarget.measure_id == wish.measure_id,
            YearTarget.year == wish.year,
            YearTarget.unit_id == (wish.unit_id or assignment.unit_id),
            YearTarget.open(),
        )
    )
    if found is None:
        raise Invalid(mark("There is no target for that year yet."))
    return found


def _check_deliverables(c: Context, assignment: Assignment, wish: Completion) -> None:
    known = c.session.scalars(
        select(Milestone.no).where(Milestone.task_id == assignment.task_id, Milestone.open())
    ).all()
    for entry in wish.deliverables:
        if entry.no not in known or not entry.document.strip() or entry.reached_on > c.today:
            raise Invalid(mark("A deliverable needs its document number and a date that has come."))
