"""Take back the last verdict, before anything else has happened."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import select

from db.models import Draft, ReportState, Verdict
from i18n import mark
from workflow.rules.access.permissions import Permission
from workflow.rules.refusals import WrongState
from workflow.rules.reporting.verdicts import VerdictOutcome
from workflow.verbs.context import Context
from workflow.verbs.reports.find_report import (
    changed,
    find_report,
    last_verdict,
    must_go,
    subject_of,
)

_BACK: Mapping[str, str] = {
    VerdictOutcome.ACCEPTED: "undo_accept",
    VerdictOutcome.RETURNED: "undo_return",
}


def undo(c: Context, *, report_id: int, version: int) -> None:
    """Undo an acceptance or a return: the report awaits review again, by its old date.

    Who may: a reviewer who holds no post for the unit that reported. Raises WrongState where there
    is no verdict to undo or the unit has gone on since (a draft counts), Conflict where it changed.
    """
    report = find_report(c, report_id)
    c.require(Permission.REVIEW, subject_of(c, report))
    must_go(report, to_lead=False)
    verdict = last_verdict(c, report)
    if verdict is None or verdict.outcome not in _BACK or _went_on(c, verdict, report_id):
        raise WrongState(mark("There is no verdict that could still be undone."))
    changed(c, report, version)
    report.answer_due_on = None
    c.session.add(
        Verdict(
            submission_id=verdict.submission_id,
            person_id=c.actor.person_id,
            at=c.now,
            outcome=VerdictOutcome.UNDONE,
        )
    )
    c.transition(
        "report", report_id, _BACK[verdict.outcome], chain=report.plan_id,
        submission=verdict.submission_id,
    )  # fmt: skip


def _went_on(c: Context, verdict: Verdict, report_id: int) -> bool:
    since = c.session.scalar(
        select(ReportState.known_from).where(ReportState.report_id == report_id, ReportState.open())
    )
    draft = c.session.get(Draft, report_id, populate_existing=True)
    return since != verdict.at or (draft is not None and draft.saved_at > verdict.at)
