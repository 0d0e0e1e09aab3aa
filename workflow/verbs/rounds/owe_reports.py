"""Which assignments owe a report in a round: laid down set by set, for one task or for a plan."""

from __future__ import annotations

from collections import defaultdict
from datetime import date

from sqlalchemy import ColumnElement, and_, case, func, insert, literal, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import aliased

from db.models import (
    Assignment,
    AssignmentState,
    Plan,
    Report,
    ReportState,
    Round,
    Task,
    TaskVersion,
)
from db.queries.rounds.owing import live_in_round, owes_report, reports_to_office
from db.types import FOREVER, UtcDateTime
from workflow.rules.assignments import ANSWERABLE
from workflow.rules.reporting.ladder import ClockKind
from workflow.rules.reporting.policy import PlanPolicy
from workflow.rules.states import INITIAL, LIVE_ASSIGNMENTS, ReportStateName
from workflow.rules.time.dates import local_date, start_of_day
from workflow.verbs.context import Context
from workflow.verbs.rounds.clocks import clock_for


def owe_reports(c: Context, plan: Plan, to: Round) -> int:
    """Give every live assignment that owes something its report in the round; how many are new.

    Leads owe one (each member of a group for itself), and who is jointly answerable. The other
    named leads and the supports report to the one that collects, and only where the plan's policy
    or that lead asks for it. Whoever was issued the task after the due date owes nothing, nor does
    a unit whose report under an earlier assignment went the same way. What was issued shortly
    before the due date has a date of its own (see `_own_dates`).
    """
    own = reports_to_office()
    policy = PlanPolicy.from_json(plan.policy)
    late = _own_dates(c, plan, to)
    clock = case(
        *(
            (and_(own, Assignment.id.in_(ids)), clock_for(c, plan, ClockKind.REPORT, due))
            for due, ids in late.items()
        ),
        *(
            (Assignment.id.in_(ids), clock_for(c, plan, ClockKind.SUPPORT, due))
            for due, ids in late.items()
        ),
        (own, clock_for(c, plan, ClockKind.REPORT, to.due_on)),
        else_=clock_for(c, plan, ClockKind.SUPPORT, to.supports_due_on),
    )
    rows = select(
        Assignment.plan_id,
        literal(to.id),
        Assignment.task_id,
        Assignment.id,
        Assignment.unit_id,
        case((own, Assignment.unit_id), else_=func.coalesce(_collector(), Assignment.unit_id)),
        Assignment.role,
        clock,
        clock,
        literal(1),
    ).where(
        Assignment.plan_id == plan.id,
        Assignment.open(),
        owes_report(policy),
        ~_told(to, own),
        *live_in_round(to.due_on, c.letterhead.zone),
    )
    columns = ["plan_id", "round_id", "task_id", "assignment_id", "unit_id", "lead_unit_id"]
    columns += ["role", "clock_id", "first_clock_id", "version"]
    postgres = c.session.get_bind().dialect.name == "postgresql"
    new = (postgresql.insert if postgres else sqlite.insert)(Report).from_select(columns, rows)
    c.session.execute(new.on_conflict_do_nothing())
    return _begin(c, to)


def _own_dates(c: Context, plan: Plan, to: Round) -> dict[date, list[int]]:
    """The assignments issued since the round opened whose report is due later than the round's, by
    local date: an instruction that names a later day before the round closes is due then, all else
    as many workdays after its issue as there are to acknowledge it."""
    policy = PlanPolicy.from_json(plan.policy)
    opens = start_of_day(to.opens_on, c.letterhead.zone)
    issued = func.min(AssignmentState.known_from)
    rows = c.session.execute(
        select(Assignment.id, issued, Task.origin, TaskVersion.due)
        .join(AssignmentState, AssignmentState.assignment_id == Assignment.id)
        .join(Task, Task.id == Assignment.task_id)
        .join(TaskVersion, TaskVersion.task_id == Task.id)
        .where(
            Assignment.plan_id == plan.id,
            Assignment.open(),
            AssignmentState.state.in_(LIVE_ASSIGNMENTS),
            TaskVersion.open(),
        )
        .group_by(Assignment.id, Task.origin, TaskVersion.due)
        .having(issued >= opens)
    )
    found: dict[date, list[int]] = defaultdict(list)
    for assignment_id, since, origin, named in rows:
        day = local_date(since, c.letterhead.zone)
        due = c.calendar.add_workdays(day, policy.acknowledge_workdays)
        if origin == "instruction" and named is not None and to.due_on < named <= to.closes_on:
            due = named
        if (due := min(due, to.closes_on)) > to.due_on:
            found[due].append(assignment_id)
    return found


def _told(to: Round, own: ColumnElement[bool]) -> ColumnElement[bool]:
    """Whether the unit has a report in the round already that goes where this one would."""
    return (
        select(Report.id)
        .join(ReportState, ReportState.report_id == Report.id)
        .where(
            Report.round_id == to.id,
            Report.task_id == Assignment.task_id,
            Report.unit_id == Assignment.unit_id,
            own == (Report.lead_unit_id == Report.unit_id),
            ReportState.open(),
            ReportState.state != ReportStateName.WAIVED,
        )
        .exists()
    )


def _collector() -> ColumnElement[int | None]:
    other = aliased(Assignment)
    return (
        select(other.unit_id)
        .where(
            other.task_id == Assignment.task_id,
            other.open(),
            other.role.in_(ANSWERABLE),
        )
        .order_by(other.collects.desc(), other.position, other.id)
        .limit(1)
        .scalar_subquery()
    )


def _begin(c: Context, to: Round) -> int:
    begun = select(ReportState.id).where(ReportState.report_id == Report.id).exists()
    rows = select(
        Report.id,
        literal(str(INITIAL["report"])),
        literal(c.now, UtcDateTime),
        literal(FOREVER, UtcDateTime),
    ).where(Report.round_id == to.id, ~begun)
    done = c.session.execute(
        insert(ReportState).from_select(["report_id", "state", "known_from", "known_to"], rows),
        execution_options={"preserve_rowcount": True},
    )
    return int(done.rowcount)  # type: ignore[attr-defined]
