"""Confirm what a mail put into the draft of a report."""

from __future__ import annotations

from workflow.rules.access.permissions import Permission
from workflow.verbs.collecting.find_reply import find_reply, settle
from workflow.verbs.context import Context
from workflow.verbs.reports.find_report import find_report, subject_of


def confirm_reply(c: Context, *, reply_id: int) -> None:
    """A person has looked at what a mail put into the draft of a report, and lets it stand.

    Who may: the liaison of the report's unit. The report can then be submitted. Raises NotFound for
    what is settled or belongs to no report.
    """
    reply = find_reply(c, reply_id)
    c.require(Permission.FILE, subject_of(c, find_report(c, reply.report_id or 0)))
    settle(c, reply, "confirmed")
