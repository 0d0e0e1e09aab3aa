"""A task's reports: each with its submissions, sign-offs and verdicts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models import (
    Clock,
    Measure,
    Person,
    Report,
    ReportDecision,
    ReportState,
    Round,
    SignOff,
    Submission,
    SubmissionValue,
    Unit,
    Verdict,
)
from db.queries.reports.submissions import as_read, signed_of
from db.queries.scope import visible_to
from workflow.rules.access.permissions import Actor
from workflow.rules.reporting.report_content import ReportContent
from workflow.rules.reporting.verdicts import SignOffOutcome
from workflow.rules.states import UNFILED, ReportStateName


@dataclass(frozen=True)
class ValueRow:
    """A number as it was reported."""

    measure_id: int
    value: Decimal
    written: str
    firmness: str


@dataclass(frozen=True)
class VerdictRow:
    """Somebody's word on a submission. `outcome`: consent, sent_back, accepted, returned, undone;
    `person` as named on paper where it was signed there."""

    at: datetime
    person: str
    outcome: str
    reason: str
    paper_date: date | None


@dataclass(frozen=True, kw_only=True)
class SubmissionRow(ReportContent):
    """One version of a report with its numbers and what was said to it, in order of time."""

    submission_id: int
    no: int
    at: datetime
    person: str
    receipt: str
    values: tuple[ValueRow, ...]
    words: tuple[VerdictRow, ...]


@dataclass(frozen=True)
class DecisionRow:
    """The office's word on a report as such: `extended` to a local date, or `waived`; `reason` is a
    person's words or a code of workflow.verbs.assignments.assign.WAIVERS."""

    at: datetime
    person: str
    outcome: str
    reason: str
    due_on: date | None


@dataclass(frozen=True)
class ReportRow:
    """What one unit owed in one round; dates are local, `due_on` as last extended, `first_due_on`
    before that, `answer_due_on` the one by which a return is to be answered."""

    report_id: int
    period: str
    unit_id: int
    unit: str
    lead_unit_id: int
    role: str
    state: str
    due_on: date
    first_due_on: date
    answer_due_on: date | None
    version: int
    decisions: tuple[DecisionRow, ...]
    submissions: tuple[SubmissionRow, ...]

    @property
    def at_unit(self) -> bool:
        """Whether the unit has it still; what a supporting unit submitted lies with the lead."""
        own = self.unit_id == self.lead_unit_id
        return self.state in UNFILED or (self.state == ReportStateName.SUBMITTED and own)

    @property
    def act_by(self) -> date:
        """The date by which the unit has to act: the later one of its own and a return's."""
        if self.state == ReportStateName.RETURNED and self.answer_due_on:
            return max(self.due_on, self.answer_due_on)
        return self.due_on


def reports_about(session: Session, actor: Actor, task_id: int, at: datetime) -> list[ReportRow]:
    """The reports about a task that the reader may see, by round, leads first; versions that are
    not signed off are there for the unit's own people only."""
    first = Clock.__table__.alias("first_clock")
    which = (Report.task_id == task_id, visible_to(actor, Report))
    rows = session.execute(
        select(
            Report.id.label("report_id"), Round.period, Report.unit_id, Unit.name.label("unit"),
            Report.lead_unit_id, Report.role, ReportState.state, Clock.due_on,
            first.c.due_on.label("first_due_on"), Report.answer_due_on, Report.version,
        )
        .join(Round, Round.id == Report.round_id)
        .join(Unit, Unit.id == Report.unit_id)
        .join(ReportState, ReportState.report_id == Report.id)
        .join(Clock, Clock.id == Report.clock_id)
        .join(first, first.c.id == Report.first_clock_id)
        .where(*which, ReportState.at(at))
        .order_by(Round.due_on, Report.role, Unit.position, Unit.id)
    ).mappings().all()  # fmt: skip
    ids = [row["report_id"] for row in rows]
    submissions, decisions = _submissions(session, ids, at), _decisions(session, ids, at)
    reports = [
        ReportRow(
            **row,
            decisions=tuple(decisions[row["report_id"]]),
            submissions=tuple(submissions[row["report_id"]]),
        )
        for row in rows
    ]
    others = [one.report_id for one in reports if one.unit_id not in actor.unit_ids]
    signed = signed_of(session, others, at)
    return [
        _as_read(one, actor)
        if one.unit_id in actor.unit_ids
        else _as_read(_without_unsigned(one, signed[one.report_id]), actor)
        for one in reports
    ]


def _without_unsigned(report: ReportRow, signed: Collection[int]) -> ReportRow:
    left = tuple(sent for sent in report.submissions if sent.submission_id in signed)
    return replace(report, submissions=left)


def _as_read(report: ReportRow, actor: Actor) -> ReportRow:
    """The report with personal numbers masked for whoever need not see them."""
    units = (report.unit_id, report.lead_unit_id)
    sent = tuple(
        replace(
            as_read(one, actor, units),
            words=tuple(as_read(word, actor, units) for word in one.words),
        )
        for one in report.submissions
    )
    decided = tuple(as_read(word, actor, units) for word in report.decisions)
    return replace(report, submissions=sent, decisions=decided)


def _decisions(
    session: Session, report_ids: list[int], at: datetime
) -> dict[int, list[DecisionRow]]:
    found: dict[int, list[DecisionRow]] = defaultdict(list)
    word = ReportDecision
    rows: Iterable[Any] = session.execute(
        select(word.report_id, word.at, Person.name, word.outcome, word.reason, Clock.due_on)
        .join(Person, Person.id == word.person_id)
        .outerjoin(Clock, Clock.id == word.clock_id)
        .where(word.report_id.in_(report_ids), word.at <= at)
        .order_by(word.id)
    )
    for row in rows:
        found[row.report_id].append(DecisionRow(*row[1:]))
    return found


def _submissions(
    session: Session, report_ids: list[int], at: datetime
) -> dict[int, list[SubmissionRow]]:
    rows = session.execute(
        select(Submission, Person.name)
        .join(Person, Person.id == Submission.person_id)
        .where(Submission.report_id.in_(report_ids), Submission.at <= at)
        .order_by(Submission.no)
    ).all()
    ids = [sent.id for sent, _ in rows]
    values = _values(session, ids)
    words = _words(session, ids, at)
    found: dict[int, list[SubmissionRow]] = defaultdict(list)
    for sent, person in rows:
        found[sent.report_id].append(
            SubmissionRow(
                **sent.content.columns(),
                submission_id=sent.id,
                no=sent.no,
                at=sent.at,
                person=person,
                receipt=sent.receipt,
                values=tuple(values[sent.id]),
                words=tuple(sorted(words[sent.id], key=lambda word: word.at)),
            )
        )
    return found


def _values(session: Session, ids: list[int]) -> dict[int, list[ValueRow]]:
    found: dict[int, list[ValueRow]] = defaultdict(list)
    rows: Iterable[Any] = session.execute(
        select(
            SubmissionValue.submission_id, SubmissionValue.measure_id, SubmissionValue.value,
            SubmissionValue.written, SubmissionValue.firmness,
        )
        .join(Measure, Measure.id == SubmissionValue.measure_id)
        .where(SubmissionValue.submission_id.in_(ids))
        .order_by(Measure.no)
    )  # fmt: skip
    for row in rows:
        found[row.submission_id].append(ValueRow(*row[1:]))
    return found


def _words(session: Session, ids: list[int], at: datetime) -> dict[int, list[VerdictRow]]:
    found: dict[int, list[VerdictRow]] = defaultdict(list)
    for signed, person in session.execute(
        select(SignOff, Person.name)
        .join(Person, Person.id == SignOff.person_id)
        .where(SignOff.submission_id.in_(ids), SignOff.at <= at)
    ):
        outcome = SignOffOutcome.SIGNED_OFF if signed.consent else SignOffOutcome.SENT_BACK
        by = signed.paper_signer or person
        row = VerdictRow(signed.at, by, outcome, signed.reason, signed.paper_date)
        found[signed.submission_id].append(row)
    for said, person in session.execute(
        select(Verdict, Person.name)
        .join(Person, Person.id == Verdict.person_id)
        .where(Verdict.submission_id.in_(ids), Verdict.at <= at)
        .order_by(Verdict.id)
    ):
        row = VerdictRow(said.at, person, said.outcome, said.reason, None)
        found[said.submission_id].append(row)
    return found
