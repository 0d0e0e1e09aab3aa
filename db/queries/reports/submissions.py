"""What was sent: submissions with their numbers, milestones, files, and the words said to them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, TypeVar

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from db.models import (
    Person,
    Report,
    ReportState,
    Round,
    SignOff,
    Submission,
    SubmissionMilestone,
    SubmissionValue,
    Verdict,
)
from db.queries.progress.timeliness import TimelinessRow
from db.queries.reports.evidence import EvidenceFile, sent_with
from db.queries.scope import visible_to
from workflow.rules.access.permissions import Actor, RoleName
from workflow.rules.reporting.confidentiality import mask
from workflow.rules.reporting.report_content import TEXTS, ReportContent
from workflow.rules.reporting.verdicts import SignOffOutcome
from workflow.rules.states import ReportStateName

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

_Row = TypeVar("_Row", bound="DataclassInstance")
_WORDS = frozenset({*TEXTS, "reason", "reply"})
"""Fields in which people write freely."""


@dataclass(frozen=True)
class SubmittedValue:
    """A number as sent, in the unit of its measure."""

    value: Decimal
    written: str
    firmness: str


@dataclass(frozen=True)
class SubmittedMilestone:
    """A milestone as reported."""

    reached_on: date
    document: str


@dataclass(frozen=True, kw_only=True)
class SubmissionRead(ReportContent):
    """One version of a report; values by measure, steps by milestone."""

    id: int
    report_id: int
    period: str
    no: int
    receipt: str
    at: datetime
    person: str
    values: dict[int, SubmittedValue]
    steps: dict[int, SubmittedMilestone]
    evidence: tuple[EvidenceFile, ...]


@dataclass(frozen=True)
class VerdictRead:
    """A word on a version: `outcome` is signed_off, sent_back, accepted, returned or undone. On
    paper: the signer and the date of the signature."""

    submission_no: int
    outcome: str
    at: datetime
    person: str
    reason: str
    answer_due_on: date | None = None
    paper_signer: str = ""
    paper_date: date | None = None


def sees_personal(actor: Actor, unit_ids: Collection[int]) -> bool:
    """Whether the actor needs personal numbers in the texts of these units: their own people and
    reviewers do, everybody else reads them masked."""
    return RoleName.REVIEWER in actor.roles or not actor.unit_ids.isdisjoint(unit_ids)


def as_read(row: _Row, actor: Actor, unit_ids: Collection[int]) -> _Row:
    """A row with words of these units as the actor may read it: personal numbers are masked for
    whoever need not see them."""
    if sees_personal(actor, unit_ids):
        return row
    said = [field.name for field in fields(row) if field.name in _WORDS]
    return replace(row, **{name: mask(getattr(row, name)) for name in said})


def masked(submission_of: SubmissionRead, actor: Actor, paper: TimelinessRow) -> SubmissionRead:
    """The version as the actor may read it."""
    return as_read(submission_of, actor, (paper.unit_id, paper.lead_unit_id))


def newest_of(session: Session, report_ids: Iterable[int], at: datetime) -> dict[int, int]:
    """The newest submission of each of these reports at an instant."""
    rows = session.execute(
        select(Submission.report_id, Submission.id)
        .where(Submission.report_id.in_(sorted(set(report_ids))), Submission.at <= at)
        .order_by(Submission.no)
    )
    return dict(rows.tuples().all())


def signed_of(session: Session, report_ids: Iterable[int], at: datetime) -> dict[int, list[int]]:
    """The submissions of each of these reports that left the unit: those the deputy head signed
    off, those that another unit collects. What is not signed yet is the unit's alone."""
    signed = (
        select(SignOff.id)
        .where(SignOff.submission_id == Submission.id, SignOff.consent, SignOff.at <= at)
        .exists()
    )
    rows = session.execute(
        select(Submission.report_id, Submission.id)
        .join(Report, Report.id == Submission.report_id)
        .where(
            Report.id.in_(sorted(set(report_ids))),
            Submission.at <= at,
            or_(signed, Report.unit_id != Report.lead_unit_id),
        )
        .order_by(Submission.no)
    )
    found: dict[int, list[int]] = defaultdict(list)
    for report_id, submission_id in rows:
        found[report_id].append(submission_id)
    return found


def last_accepted_of(
    session: Session, papers: Iterable[TimelinessRow], at: datetime
) -> dict[int, int]:
    """For each report, the submission last accepted for the same task and unit in a round before
    its own; reports without one are missing."""
    wanted = list(papers)
    rows = session.execute(
        select(Report.id, Report.task_id, Report.unit_id, Round.due_on)
        .join(Round, Round.id == Report.round_id)
        .join(ReportState, ReportState.report_id == Report.id)
        .where(
            Report.task_id.in_(sorted({paper.task_id for paper in wanted})),
            Report.unit_id.in_(sorted({paper.unit_id for paper in wanted})),
            ReportState.at(at),
            ReportState.state == ReportStateName.ACCEPTED,
        )
        .order_by(Round.due_on)
    ).all()
    accepted: dict[tuple[int, int], list[tuple[date, int]]] = defaultdict(list)
    for row in rows:
        accepted[row.task_id, row.unit_id].append((row.due_on, row.id))
    before: dict[int, int] = {}
    for paper in wanted:
        for due_on, report_id in accepted[paper.task_id, paper.unit_id]:
            if due_on < paper.round_due_on:
                before[paper.id] = report_id
    newest = newest_of(session, before.values(), at)
    return {paper: newest[report] for paper, report in before.items()}


def submission_of(session: Session, submission_ids: Iterable[int]) -> dict[int, SubmissionRead]:
    """These submissions by id, with everything that came with them."""
    ids = sorted(set(submission_ids))
    values: dict[int, dict[int, SubmittedValue]] = defaultdict(dict)
    for one in session.scalars(
        select(SubmissionValue).where(SubmissionValue.submission_id.in_(ids))
    ):
        values[one.submission_id][one.measure_id] = SubmittedValue(
            one.value, one.written, one.firmness
        )
    steps: dict[int, dict[int, SubmittedMilestone]] = defaultdict(dict)
    for step in session.scalars(
        select(SubmissionMilestone).where(SubmissionMilestone.submission_id.in_(ids))
    ):
        steps[step.submission_id][step.milestone_id] = SubmittedMilestone(
            step.reached_on, step.document
        )
    files = sent_with(session, ids)
    rows = session.execute(
        select(Submission, Person.name, Round.period)
        .join(Person, Person.id == Submission.person_id)
        .join(Report, Report.id == Submission.report_id)
        .join(Round, Round.id == Report.round_id)
        .where(Submission.id.in_(ids))
    )
    return {
        one.id: SubmissionRead(
            **one.content.columns(),
            id=one.id,
            report_id=one.report_id,
            period=period,
            no=one.no,
            receipt=one.receipt,
            at=one.at,
            person=name,
            values=values.get(one.id, {}),
            steps=steps.get(one.id, {}),
            evidence=files.get(one.id, ()),
        )
        for one, name, period in rows
    }


def latest_submissions(
    session: Session, actor: Actor, report_ids: Iterable[int], at: datetime
) -> dict[int, SubmissionRead]:
    """By report, the newest version that left its unit of those reports that the actor sees, as
    the actor may read it."""
    seen = session.execute(
        select(Report.id, Report.unit_id, Report.lead_unit_id).where(
            Report.id.in_(sorted(set(report_ids))), visible_to(actor, Report)
        )
    ).all()
    newest = {key: ids[-1] for key, ids in signed_of(session, (r.id for r in seen), at).items()}
    loaded = submission_of(session, newest.values())
    return {
        row.id: as_read(loaded[newest[row.id]], actor, (row.unit_id, row.lead_unit_id))
        for row in seen
        if row.id in newest
    }


def verdicts_on(
    session: Session, report_ids: Iterable[int], at: datetime
) -> dict[int, list[VerdictRead]]:
    """All words on the versions of these reports up to an instant, in order of time."""
    ids = sorted(set(report_ids))
    found: dict[int, list[VerdictRead]] = defaultdict(list)
    for signed, name, no, report_id in session.execute(
        select(SignOff, Person.name, Submission.no, Submission.report_id)
        .join(Submission, Submission.id == SignOff.submission_id)
        .join(Person, Person.id == SignOff.person_id)
        .where(Submission.report_id.in_(ids), SignOff.at <= at)
    ):
        outcome = SignOffOutcome.SIGNED_OFF if signed.consent else SignOffOutcome.SENT_BACK
        found[report_id].append(
            VerdictRead(
                no, outcome, signed.at, name, signed.reason,
                paper_signer=signed.paper_signer, paper_date=signed.paper_date,
            )
        )  # fmt: skip
    for verdict, name, no, report_id in session.execute(
        select(Verdict, Person.name, Submission.no, Submission.report_id)
        .join(Submission, Submission.id == Verdict.submission_id)
        .join(Person, Person.id == Verdict.person_id)
        .where(Submission.report_id.in_(ids), Verdict.at <= at)
    ):
        found[report_id].append(
            VerdictRead(
                no, verdict.outcome, verdict.at, name, verdict.reason,
                answer_due_on=verdict.answer_due_on,
            )
        )  # fmt: skip
    for words in found.values():
        words.sort(key=lambda word: word.at)
    return found


def verdicts_of(
    session: Session, report_id: int, at: datetime, versions: Iterable[SubmissionRead]
) -> tuple[VerdictRead, ...]:
    """The words on those versions of a report that its reader has, in order of time."""
    seen = {one.no for one in versions}
    said = verdicts_on(session, [report_id], at).get(report_id, ())
    return tuple(word for word in said if word.submission_no in seen)
