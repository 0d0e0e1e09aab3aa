"""The reviewer accepts a report."""

from __future__ import annotations

from db.models import Verdict
from workflow.verbs.context import Context
from workflow.verbs.report_at_hand import (
    changed,
    last_submission,
    must_go,
    report_at_hand,
    subject_of,
)


def accept(c: Context, *, report_id: int, version: int) -> None:
    """Accept the signed-off version.

    Who may: a reviewer who holds no post for the unit that reported. Nobody is mailed; the unit
    sees it. Raises WrongState unless it awaits review, Conflict where it changed since shown.
    """
    report = report_at_hand(c, report_id)
    c.require("review", subject_of(report))
    must_go(report, to_lead=False)
    changed(c, report, version)
    submission = last_submission(c, report)
    c.session.add(
        Verdict(
            submission_id=submission.id, person_id=c.actor.person_id, at=c.now, outcome="accepted"
        )
    )
    c.move("report", report_id, "accept", chain=report.plan_id, submission=submission.id)
