"""The reviewer returns a report with a reason."""

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


def return_report(c: Context, *, report_id: int, version: int, reason: str) -> None:
    """Return the signed-off version; the unit has so many working days to answer.

    Who may: a reviewer who holds no post for the unit that reported. The unit's liaisons and deputy
    heads are told by mail, with reason and date. Raises Invalid without a reason, WrongState unless
    it awaits review, Conflict where it changed since it was shown.
    """
    report = find_report(c, report_id)
    c.require(Permission.REVIEW, subject_of(c, report))
    must_go(report, to_lead=False)
    why = with_reason(reason)
    answer = hand_back(c, report, version, "return", why)
    told = people_in_posts(c, report.unit_id, RoleName.LIAISON) + people_in_posts(
        c, report.unit_id, RoleName.DEPUTY_HEAD
    )
    notify(
        c, LetterKind.RETURNED, told, plan_id=report.plan_id,
        facts=facts_of(c, report) | {"reason": why, "answer_due_on": answer},
    )  # fmt: skip
