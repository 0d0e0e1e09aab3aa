"""The reviewer accepts a report."""

from __future__ import annotations

from workflow.rules.access.permissions import Permission
from workflow.verbs.context import Context
from workflow.verbs.reports.find_report import find_report, must_go, subject_of, take


def accept(c: Context, *, report_id: int, version: int) -> None:
    """Accept the signed-off version.

    Who may: a reviewer who holds no post for the unit that reported. Nobody is mailed; the unit
    sees it. Raises WrongState unless it awaits review, Conflict where it changed since shown.
    """
    report = find_report(c, report_id)
    c.require(Permission.REVIEW, subject_of(c, report))
    must_go(report, to_lead=False)
    take(c, report, version, "accept")
