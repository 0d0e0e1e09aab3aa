"""The lead takes over what a supporting unit reported."""

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


def receive(c: Context, *, report_id: int, version: int) -> None:
    """Receive a supporting unit's submitted report: accepted, without sign-off and review.

    Who may: liaison and deputy head of the unit that collects. Raises WrongState unless it awaits
    the lead, Conflict where it changed since it was shown.
    """
    report = report_at_hand(c, report_id)
    c.require("receive", subject_of(report))
    must_go(report, to_lead=True)
    changed(c, report, version)
    submission = last_submission(c, report)
    c.session.add(
        Verdict(
            submission_id=submission.id, person_id=c.actor.person_id, at=c.now, outcome="accepted"
        )
    )
    c.move("report", report_id, "receive", chain=report.plan_id, submission=submission.id)
