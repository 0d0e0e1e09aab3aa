"""The office gives a unit more time for one report."""

from __future__ import annotations

from datetime import date

from db import record
from db.models import Clock, Plan, ReportDecision
from i18n import mark
from workflow.rules.access.permissions import Permission, RoleName
from workflow.rules.mail.letters import LetterKind
from workflow.rules.refusals import Invalid, WrongState
from workflow.rules.reporting.ladder import ClockKind
from workflow.rules.reporting.verdicts import ReportDecisionOutcome
from workflow.rules.requests import RequestKind
from workflow.rules.states import UNFILED
from workflow.verbs.context import Context
from workflow.verbs.mail.notify import notify, people_in_posts
from workflow.verbs.reports.find_report import (
    changed,
    facts_of,
    find_report,
    subject_of,
    with_reason,
)
from workflow.verbs.rounds.clocks import clock_for


def extend_report(c: Context, *, report_id: int, version: int, due_on: date, reason: str) -> None:
    """Move the date of one report to a later local date, also after its round closed.

    Who may: a reviewer who holds no post for the unit that owes it. The report gets a clock of its
    own; the original date stays. The unit's liaisons are told by mail. Raises Invalid without a
    reason or for a date that is not later than its date and today, WrongState where it is not with
    the unit, Conflict where it changed.
    """
    report = find_report(c, report_id)
    c.require(Permission.EXTEND_REPORT, subject_of(c, report))
    why = with_reason(reason)
    clock = c.session.get_one(Clock, report.clock_id)
    if due_on <= clock.due_on or due_on < c.today:
        late = mark("The new date must be later than {day} and not be over.")
        raise Invalid(late, day=clock.due_on)
    if record.state_of(c.session, "report", report_id) not in UNFILED:
        raise WrongState(mark("The report has left the unit; its date does not matter any more."))
    changed(c, report, version)
    plan = c.session.get_one(Plan, report.plan_id)
    report.clock_id = clock_for(c, plan, ClockKind(clock.kind), due_on)
    c.session.add(
        ReportDecision(
            report_id=report_id,
            person_id=c.actor.person_id,
            at=c.now,
            outcome=ReportDecisionOutcome.EXTENDED,
            clock_id=report.clock_id,
            reason=why,
        )
    )
    c.record_event(
        plan.id, "extend_report", "report", report_id,
        due_on_before=clock.due_on, due_on_after=due_on,
    )  # fmt: skip
    facts = facts_of(c, report) | {"task": report.task_id, "request_kind": RequestKind.EXTENSION}
    told = {"approved": True, "reply": why, "document": ""}
    notify(
        c,
        LetterKind.DECISION,
        people_in_posts(c, report.unit_id, RoleName.LIAISON),
        plan_id=plan.id,
        facts=facts | told,
    )
