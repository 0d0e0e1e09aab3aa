"""The deputy head does not sign: a report goes back to its liaison."""

from __future__ import annotations

from db.models import SignOff
from workflow.rules.access.permissions import Permission, RoleName
from workflow.rules.mail.letters import LetterKind
from workflow.verbs.context import Context
from workflow.verbs.mail.notify import notify, people_in_posts
from workflow.verbs.reports.find_report import (
    changed,
    facts_of,
    find_report,
    last_submission,
    must_go,
    subject_of,
    with_reason,
)


def send_back(c: Context, *, report_id: int, version: int, reason: str) -> None:
    """Send a submitted report back with a reason; its own date stays as it is.

    Who may: the unit's deputy head or head. The unit's liaisons are told by mail. Raises Invalid
    without a reason, WrongState unless the report awaits sign-off, Conflict where it changed.
    """
    report = find_report(c, report_id)
    c.require(Permission.SIGN_OFF, subject_of(c, report))
    must_go(report, to_lead=False)
    why = with_reason(reason)
    changed(c, report, version)
    submission = last_submission(c, report)
    c.session.add(
        SignOff(
            submission_id=submission.id,
            person_id=c.actor.person_id,
            at=c.now,
            consent=False,
            reason=why,
        )
    )
    c.transition("report", report_id, "send_back", chain=report.plan_id, submission=submission.id)
    notify(
        c, LetterKind.SENT_BACK, people_in_posts(c, report.unit_id, RoleName.LIAISON),
        plan_id=report.plan_id,
        facts=facts_of(c, report) | {"reason": why, "by": RoleName.DEPUTY_HEAD},
    )  # fmt: skip
