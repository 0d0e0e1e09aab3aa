"""The lead asks a supporting unit to put its report right."""

from __future__ import annotations

from workflow.rules.access.permissions import Permission, RoleName
from workflow.rules.mail.letters import LetterKind
from workflow.verbs.context import Context
from workflow.verbs.mail.notify import notify, people_in_posts
from workflow.verbs.reports.find_report import (
    facts_of,
    find_report,
    hand_back,
    must_go,
    subject_of,
    with_reason,
)


def ask_again(c: Context, *, report_id: int, version: int, reason: str) -> None:
    """Return a supporting unit's submitted report with a reason and a date for the answer.

    Who may: liaison and deputy head of the unit that collects. The supporting unit's liaisons are
    told by mail. Raises Invalid without a reason, WrongState unless it awaits the lead, Conflict.
    """
    report = find_report(c, report_id)
    c.require(Permission.RECEIVE, subject_of(c, report))
    must_go(report, to_lead=True)
    why = with_reason(reason)
    hand_back(c, report, version, "ask_again", why)
    notify(
        c, LetterKind.SENT_BACK, people_in_posts(c, report.unit_id, RoleName.LIAISON),
        plan_id=report.plan_id,
        facts=facts_of(c, report) | {"reason": why, "by": "lead"},
    )  # fmt: skip
