"""Submit a report."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass

from sqlalchemy import insert, select

from db import record
from db.models import (
    ChainHead,
    Draft,
    Evidence,
    Report,
    Round,
    Submission,
    SubmissionEvidence,
    SubmissionMilestone,
    SubmissionValue,
)
from db.queries.reports.asked_fields import required_fields
from i18n import mark
from workflow.rules import states
from workflow.rules.access.permissions import Permission
from workflow.rules.mail.letters import LetterKind
from workflow.rules.refusals import Invalid, WrongState
from workflow.rules.reporting.content import FilledReport, check_draft, read_report
from workflow.rules.reporting.report_content import draft_from_json
from workflow.verbs.context import Context
from workflow.verbs.mail.notify import notify
from workflow.verbs.reports.find_report import (
    changed,
    facts_of,
    find_report,
    goes_to_lead,
    may_be_filed,
    subject_of,
    versions_of,
)
from workflow.verbs.reports.require_confirmed import put_rest_aside, require_confirmed
from workflow.verbs.reports.save_draft import draft_of, keep


@dataclass(frozen=True)
class Receipt:
    """What the sender gets: the version's number in the report and the receipt's number."""

    submission_id: int
    no: int
    number: str


def submit(
    c: Context,
    *,
    report_id: int,
    version: int,
    key: str,
    content: Mapping[str, str] | None = None,
    receipt_by_mail: bool = True,
) -> Receipt:
    """Submit the draft, or `content` in its place, as the next version of the report.

    Who may: the unit's liaison, from due, draft, returned or as last accepted. `version` is the
    draft's; `key` is the form's: the same key again gives the same receipt and does nothing. The
    receipt goes to the sender by mail (unless the caller sends one for many reports); it carries
    the beginning of the head of the plan's event chain. Then the report awaits the deputy head, or
    the lead where another unit collects it. Raises Invalid with a Problem for each field that is
    wrong, or came by mail and was not confirmed, WrongState after the round closed (unless the
    report came back or was extended), Conflict where a colleague saved the draft since.
    """
    report = find_report(c, report_id)
    c.require(Permission.FILE, subject_of(c, report))
    twice = c.session.scalar(select(Submission).where(Submission.key == key))
    if twice is not None and twice.report_id == report_id:
        return Receipt(twice.id, twice.no, twice.receipt)
    states.after("report", "submit", record.state_of(c.session, "report", report_id))
    _still_open(c, report)
    draft = draft_of(c, report, version)
    said = _said(draft, content)
    filled = read_report(said, required_fields(c.session, report, c.now), c.today)
    require_confirmed(c, report_id, said)
    if content is not None:
        keep(c, report, content, version)
    receipt = _write(c, report, filled, key)
    c.transition(
        "report", report_id, "submit", chain=report.plan_id,
        submission=receipt.submission_id, no=receipt.no, receipt=receipt.number,
    )  # fmt: skip
    changed(c, report, report.version)
    report.answer_due_on = None
    put_rest_aside(c, report_id)
    if receipt_by_mail:
        _send_receipt(c, report, receipt)
    return receipt


def _send_receipt(c: Context, report: Report, receipt: Receipt) -> None:
    awaits = "lead" if goes_to_lead(report) else "sign_off"
    facts = facts_of(c, report) | {"no": receipt.no, "receipt": receipt.number, "at": c.now}
    notify(
        c, LetterKind.RECEIPT, [c.actor.person_id or 0], plan_id=report.plan_id,
        facts=facts | {"awaits": awaits},
    )  # fmt: skip


def _said(draft: Draft | None, content: Mapping[str, str] | None) -> Mapping[str, str]:
    if content is not None:
        check_draft(content)
        return content
    if draft is None:
        raise Invalid(mark("Nothing has been filled in yet."))
    return draft_from_json(draft.content)


def _still_open(c: Context, report: Report) -> None:
    if not may_be_filed(c, report):
        to = c.session.get_one(Round, report.round_id)
        raise WrongState(
            mark(
                "The round {period} closed on {day}. What you typed is kept; ask the talent office "
                "for an extension of this report."
            ),
            period=to.period,
            day=to.closes_on,
        )


def _write(c: Context, report: Report, filled: FilledReport, key: str) -> Receipt:
    no = versions_of(c, report) + 1
    made = Submission(
        report_id=report.id, no=no, key=key, receipt=_number(c, report, no),
        person_id=c.actor.person_id, at=c.now, content=filled.content,
    )  # fmt: skip
    c.session.add(made)
    c.session.flush()
    evidence = c.session.scalars(
        select(Evidence.id).where(Evidence.report_id == report.id, Evidence.removed_at.is_(None))
    )
    for table, rows in (
        (SubmissionValue, [asdict(value) for value in filled.values]),
        (SubmissionMilestone, [asdict(reached) for reached in filled.milestones]),
        (SubmissionEvidence, [{"evidence_id": one} for one in evidence]),
    ):
        if rows:
            c.session.execute(insert(table), [{**row, "submission_id": made.id} for row in rows])
    return Receipt(made.id, no, made.receipt)


def _number(c: Context, report: Report, no: int) -> str:
    """2021Q4-0137-2-5f0c3a: period, report, version, and the chain's head before this entry."""
    period = c.session.get_one(Round, report.round_id).period
    head = c.session.scalar(select(ChainHead.hash).where(ChainHead.chain == report.plan_id)) or ""
    return f"{period}-{report.id:04d}-{no}-{head[:6] or '000000'}"
