"""The deputy head's consent to a report, given here or on paper."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from db.models import Evidence, Plan, Report, Round, SignOff
from i18n import mark
from workflow.rules.access.permissions import Permission
from workflow.rules.refusals import Invalid, Problem
from workflow.rules.reporting.ladder import ClockKind
from workflow.verbs.context import Context
from workflow.verbs.reports.find_report import (
    changed,
    find_report,
    last_submission,
    must_go,
    policy_of,
    subject_of,
)
from workflow.verbs.rounds.clocks import clock_for


@dataclass(frozen=True)
class PaperSignOff:
    """已线下审签: who signed and when (local date), and the scan's evidence id if there is one."""

    signer: str
    signed_on: date
    scan_id: int | None = None


def sign_off(
    c: Context, *, report_id: int, version: int, paper: PaperSignOff | None = None
) -> None:
    """Consent to the submitted version; the report then awaits review.

    Who may: the unit's deputy head or head; with `paper`, its liaison too. The office gets its own
    date: the round's date for reviews if that is still ahead, else so many working days from today.
    Raises WrongState unless the report awaits sign-off, Conflict where it changed since it was
    shown, Invalid for a paper without a name, of a day to come, or with somebody else's scan.
    """
    report = find_report(c, report_id)
    c.require(Permission.SIGN_OFF_ON_PAPER if paper else Permission.SIGN_OFF, subject_of(c, report))
    must_go(report, to_lead=False)
    if paper:
        _check(c, report, paper)
    changed(c, report, version)
    submission = last_submission(c, report)
    signed = SignOff(
        submission_id=submission.id, person_id=c.actor.person_id, at=c.now, consent=True,
        paper_signer=paper.signer.strip() if paper else "",
        paper_date=paper.signed_on if paper else None,
        scan_id=paper.scan_id if paper else None,
    )  # fmt: skip
    c.session.add(signed)
    c.transition(
        "report", report_id, "sign_off", chain=report.plan_id,
        submission=submission.id, on_paper=paper is not None,
    )  # fmt: skip
    report.review_clock_id = _review_clock(c, report)


def _review_clock(c: Context, report: Report) -> int:
    ahead = c.session.get_one(Round, report.round_id).review_due_on
    if ahead <= c.today:
        ahead = c.calendar.add_workdays(c.today, policy_of(c, report).review_workdays)
    return clock_for(c, c.session.get_one(Plan, report.plan_id), ClockKind.REVIEW, ahead)


def _check(c: Context, report: Report, paper: PaperSignOff) -> None:
    problems = []
    if not paper.signer.strip():
        problems.append(Problem("signer", mark("Write the name of who signed.")))
    if paper.signed_on > c.today:
        problems.append(Problem("signed_on", mark("A signature cannot be of a day to come.")))
    if paper.scan_id is not None:
        scan = select(Evidence.id).where(
            Evidence.id == paper.scan_id, Evidence.report_id == report.id
        )
        if c.session.scalar(scan) is None:
            problems.append(Problem("scan", mark("The scan does not belong to this report.")))
    if problems:
        raise Invalid(mark("The signature on paper is not complete."), tuple(problems))
