"""Take a submitted report back before anybody has signed or received it."""

from __future__ import annotations

from i18n import mark
from workflow.rules.access.permissions import Permission
from workflow.rules.refusals import WrongState
from workflow.verbs.context import Context
from workflow.verbs.reports.find_report import changed, find_report, may_be_filed, subject_of


def withdraw(c: Context, *, report_id: int, version: int) -> None:
    """Make a submitted report a draft again, with what was typed.

    Who may: the unit's liaison. The submitted version stays on record. Raises WrongState once it is
    signed off or received, and after the round closed where it could not be submitted again.
    """
    report = find_report(c, report_id)
    c.require(Permission.FILE, subject_of(c, report))
    if not may_be_filed(c, report):
        raise WrongState(mark("The round has closed; what was submitted stays submitted."))
    changed(c, report, version)
    c.transition("report", report_id, "withdraw", chain=report.plan_id)
