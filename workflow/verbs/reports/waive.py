"""The office no longer asks for a report."""

from __future__ import annotations

from db.models import ReportDecision
from workflow.rules.access.permissions import Permission
from workflow.rules.reporting.verdicts import ReportDecisionOutcome
from workflow.verbs.context import Context
from workflow.verbs.reports.find_report import changed, find_report, subject_of, with_reason


def waive(c: Context, *, report_id: int, version: int, reason: str) -> None:
    """Waive a report that has not been accepted; the reason stays on record.

    Who may: a reviewer who holds no post for the unit that owes it. Nobody is reminded of it any
    more and it never counts as missing. Raises Invalid without a reason, WrongState, Conflict.
    """
    report = find_report(c, report_id)
    c.require(Permission.WAIVE, subject_of(c, report))
    why = with_reason(reason)
    changed(c, report, version)
    c.session.add(
        ReportDecision(
            report_id=report_id,
            person_id=c.actor.person_id,
            at=c.now,
            outcome=ReportDecisionOutcome.WAIVED,
            reason=why,
        )
    )
    c.transition("report", report_id, "waive", chain=report.plan_id)
