"""The lead takes over what a supporting unit reported."""

from __future__ import annotations

from workflow.rules.access.permissions import Permission
from workflow.verbs.context import Context
from workflow.verbs.reports.find_report import find_report, must_go, subject_of, take


def receive(c: Context, *, report_id: int, version: int) -> None:
    """Receive a supporting unit's submitted report: accepted, without sign-off and review.

    Who may: liaison and deputy head of the unit that collects. Raises WrongState unless it awaits
    the lead, Conflict where it changed since it was shown.
    """
    report = find_report(c, report_id)
    c.require(Permission.RECEIVE, subject_of(c, report))
    must_go(report, to_lead=True)
    take(c, report, version, "receive")
