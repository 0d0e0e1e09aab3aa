"""Who answers for what: proposing, issuing and ending assignments, for the verbs that do."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date

from sqlalchemy import insert, select, update

from db import record
from db.models import (
    Assignment,
    AssignmentState,
    Plan,
    Report,
    ReportDecision,
    ReportState,
    Request,
    Unit,
)
from i18n import mark
from workflow.rules.refusals import Invalid
from workflow.rules.reporting.ladder import ClockKind
from workflow.rules.reporting.policy import PlanPolicy
from workflow.rules.reporting.verdicts import ReportDecisionOutcome
from workflow.rules.requests import RequestKind
from workflow.rules.states import UNFILED, AssignmentStateName
from workflow.verbs.context import Context
from workflow.verbs.requesting import pending_requests
from workflow.verbs.rounds.clocks import clock_for


@dataclass(frozen=True)
class AssignedPart:
    """One unit's role in one task, as it is to be; columns of the same names in `assignment`."""

    task_id: int
    unit_id: int
    role: str
    position: int
    collects: bool
    from_group_id: int | None = None


def propose(c: Context, plan_id: int, parts: Sequence[AssignedPart]) -> list[int]:
    """New assignments, proposed; their ids in the order of the parts. Leaves no event.

    Raises Invalid for a unit of another place than the plan's.
    """
    if not parts:
        return []
    units = {part.unit_id for part in parts}
    strange = (
        select(Unit.id)
        .join(Plan, Plan.place_id != Unit.place_id)
        .where(Plan.id == plan_id, Unit.id.in_(units))
    )
    if c.session.scalar(strange.limit(1)) is not None:
        raise Invalid(mark("A unit of another place cannot be given a task of this plan."))
    rows = [{"plan_id": plan_id, "known_from": c.now, **asdict(part)} for part in parts]
    new = insert(Assignment).returning(Assignment.id, sort_by_parameter_order=True)
    ids = list(c.session.scalars(new, rows))
    record.begin_state(c.session, "assignment", ids, c.now)
    return ids


def issue_assignments(c: Context, plan: Plan, ids: Sequence[int]) -> date:
    """Take proposed assignments into force, with a clock to acknowledge; its local due date."""
    c.transition_all("assignment", ids, "issue", chain=plan.id)
    return wind_clock(c, plan, ids)


def wind_clock(c: Context, plan: Plan, ids: Sequence[int]) -> date:
    """Give assignments that are to be acknowledged the plan's date for it, counted from today."""
    policy = PlanPolicy.from_json(plan.policy)
    due = c.calendar.add_workdays(c.today, policy.acknowledge_workdays)
    clock_id = clock_for(c, plan, ClockKind.ACKNOWLEDGE, due)
    for some in record.batched(ids, 5000):
        c.session.execute(
            update(Assignment).where(Assignment.id.in_(some)).values(clock_id=clock_id)
        )
    return due


def end_assignment(c: Context, plan_id: int, assignment_id: int, reason: str) -> None:
    """End an assignment for good: what it still owes is waived, what its unit asked is laid aside.

    `reason` is a code, no words.
    """
    asked = pending_requests(c, Request.assignment_id == assignment_id)
    for made in asked:
        c.transition("request", made.id, "withdraw", chain=plan_id)
        if made.kind == RequestKind.COMPLETION:
            c.transition("task", made.task_id, "refuse_completion", chain=plan_id)
    c.transition("assignment", assignment_id, "end", chain=plan_id, reason=reason)
    record.replace_interval(c.session, Assignment, [Assignment.id == assignment_id], None, c.now)
    waive_open(c, plan_id, [assignment_id], reason)


WAIVERS = {
    "dispute": mark("the assignment passed to another unit"),
    "left_group": mark("the unit left the group"),
    "merged": mark("the unit was merged into another"),
    "not_taken": mark("the proposal was not taken"),
    "draft": mark("the draft changed"),
    "edition": mark("a newer edition of the plan changed the task"),
    "completion": mark("the task is closed out"),
    "suspension": mark("the task is suspended"),
    "termination": mark("the task is terminated"),
}
"""Why a report is waived by what happens to its task or unit: the codes that the record keeps."""


def waive_open(c: Context, plan_id: int, assignment_ids: Iterable[int], reason: str) -> None:
    """Waive the reports that the units have not filed yet, with a code of WAIVERS as the reason."""
    owed = select(Report.id).join(ReportState, ReportState.report_id == Report.id)
    owed = owed.where(
        Report.assignment_id.in_(list(assignment_ids)),
        ReportState.open(),
        ReportState.state.in_(UNFILED),
    )
    for report_id in c.session.scalars(owed).all():
        c.transition("report", report_id, "waive", chain=plan_id, reason=reason)
        if c.actor.person_id is not None:
            c.session.add(
                ReportDecision(
                    report_id=report_id,
                    person_id=c.actor.person_id,
                    at=c.now,
                    outcome=ReportDecisionOutcome.WAIVED,
                    reason=reason,
                )
            )
        c.session.execute(
            update(Report).where(Report.id == report_id).values(version=Report.version + 1)
        )


def in_force(c: Context, task_id: int) -> list[Assignment]:
    """The assignments of a task that have not ended, leads first."""
    found = c.session.scalars(
        select(Assignment)
        .where(Assignment.task_id == task_id, Assignment.open())
        .order_by(Assignment.position, Assignment.id)
    )
    return list(found)


def proposed(c: Context, plan_id: int) -> list[Assignment]:
    """The proposed assignments of a plan, in order."""
    return list(
        c.session.scalars(
            select(Assignment)
            .join(AssignmentState, AssignmentState.assignment_id == Assignment.id)
            .where(
                Assignment.plan_id == plan_id,
                Assignment.open(),
                AssignmentState.open(),
                AssignmentState.state == AssignmentStateName.PROPOSED,
            )
            .order_by(Assignment.task_id, Assignment.position)
        )
    )
