"""What is reported: rounds and their clocks, reports, submissions, verdicts and evidence."""

from __future__ import annotations

from dataclasses import fields
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import ForeignKey, Index, UniqueConstraint, false
from sqlalchemy.orm import Mapped, composite, mapped_column

from db.models.table import AppendOnly, Interval, Table, one_open
from db.types import Instant, Key, Millionths, UtcDateTime
from workflow.rules.reporting.report_content import ReportContent


class Round(Table):
    """One reporting period of a plan, such as 2021Q3; dates are local. `provisional`: the workdays
    of their year were not known when they were laid out.
    """

    __tablename__ = "round"
    __table_args__ = (UniqueConstraint("plan_id", "period"),)

    id: Mapped[Key]
    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id"))
    period: Mapped[str]
    year: Mapped[int]
    opens_on: Mapped[date]
    supports_due_on: Mapped[date]
    due_on: Mapped[date]
    review_due_on: Mapped[date]
    closes_on: Mapped[date]
    provisional: Mapped[bool] = mapped_column(default=False, server_default=false())
    opened_at: Mapped[Instant]
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Clock(AppendOnly, Table):
    """A date that somebody has to keep. `kind`: acknowledge, support, report, review.

    What an extension moves gets another clock; a clock itself never moves.
    """

    __tablename__ = "clock"
    __table_args__ = (UniqueConstraint("plan_id", "kind", "due_on"),)

    id: Mapped[Key]
    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id"))
    kind: Mapped[str]
    due_on: Mapped[date]


class ClockStep(Table):
    """One step of a clock's ladder, laid out by the pure rule (workflow.rules.reporting.ladder).

    `audience` is one role; a step for two roles is two rows. Of which states a step tells is a
    rule (workflow.rules.reporting.ladder.AUDIENCE_STATES).
    """

    __tablename__ = "clock_step"
    __table_args__ = (
        UniqueConstraint("clock_id", "step", "audience"),
        Index("ix_clock_step_fire_on", "fire_on"),
    )

    id: Mapped[Key]
    clock_id: Mapped[int] = mapped_column(ForeignKey("clock.id"))
    step: Mapped[str]
    fire_on: Mapped[date]
    audience: Mapped[str]
    tone: Mapped[str]
    overdue: Mapped[bool]


class Report(Table):
    """What one assignment owes in one round. `lead_unit_id` is the unit that collects: another
    unit's report goes to it, its own (and that of a unit that nobody collects from) to the office.

    `clock_id` changes with an extension, `first_clock_id` never. `answer_due_on`: the local date
    by which a return is to be answered. `version` counts every change, for compare-and-set.
    """

    __tablename__ = "report"
    __table_args__ = (
        UniqueConstraint("round_id", "assignment_id"),
        Index("ix_report_plan_id_unit_id", "plan_id", "unit_id"),
        Index("ix_report_unit_id", "unit_id"),
        Index("ix_report_lead_unit_id", "lead_unit_id"),
    )

    id: Mapped[Key]
    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id"))
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"))
    task_id: Mapped[int] = mapped_column(ForeignKey("task.id"), index=True)
    assignment_id: Mapped[int] = mapped_column(ForeignKey("assignment.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    lead_unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    role: Mapped[str]
    clock_id: Mapped[int] = mapped_column(ForeignKey("clock.id"), index=True)
    first_clock_id: Mapped[int] = mapped_column(ForeignKey("clock.id"))
    review_clock_id: Mapped[int | None] = mapped_column(ForeignKey("clock.id"), index=True)
    answer_due_on: Mapped[date | None]
    version: Mapped[int] = mapped_column(default=1)


class ReportState(Interval, Table):
    """The state of a report over time."""

    __tablename__ = "report_state"
    __table_args__ = (
        one_open("report_state", "report_id"),
        Index("ix_report_state_state_known_to", "state", "known_to"),
    )

    id: Mapped[Key]
    report_id: Mapped[int] = mapped_column(ForeignKey("report.id"), index=True)
    state: Mapped[str]


class ReportDecision(AppendOnly, Table):
    """The office's word on a report as such: `extended` to another clock, or `waived`."""

    __tablename__ = "report_decision"

    id: Mapped[Key]
    report_id: Mapped[int] = mapped_column(ForeignKey("report.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[Instant]
    outcome: Mapped[str]
    clock_id: Mapped[int | None] = mapped_column(ForeignKey("clock.id"))
    reason: Mapped[str]


class Draft(Table):
    """What is being typed: a mutable row, JSON of field → text as typed, outside the record."""

    __tablename__ = "draft"

    report_id: Mapped[int] = mapped_column(ForeignKey("report.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    content: Mapped[str]
    saved_at: Mapped[Instant]
    version: Mapped[int] = mapped_column(default=1)


class Submission(AppendOnly, Table):
    """One immutable version of a report (报送稿, 第 no 次). `key` makes a double click act once.

    `status`: on_track, behind, stuck, done. A nil return has `nil_reason`.
    """

    __tablename__ = "submission"
    __table_args__ = (UniqueConstraint("report_id", "no"),)

    id: Mapped[Key]
    report_id: Mapped[int] = mapped_column(ForeignKey("report.id"))
    no: Mapped[int]
    key: Mapped[str] = mapped_column(unique=True)
    receipt: Mapped[str] = mapped_column(unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[Instant]
    status: Mapped[str]
    text: Mapped[str]
    problem: Mapped[str] = mapped_column(default="")
    help_from: Mapped[str] = mapped_column(default="")
    next_steps: Mapped[str] = mapped_column(default="", server_default="")
    change_note: Mapped[str] = mapped_column(default="")
    nil_reason: Mapped[str] = mapped_column(default="")
    content: Mapped[ReportContent] = composite(*(field.name for field in fields(ReportContent)))


class SubmissionValue(AppendOnly, Table):
    """A number reported for a measure, since the year began or in all, as the measure says.

    `firmness`: expected, preliminary, confirmed (预计, 初步, 核定); `written` as it was typed.
    """

    __tablename__ = "submission_value"

    submission_id: Mapped[int] = mapped_column(ForeignKey("submission.id"), primary_key=True)
    measure_id: Mapped[int] = mapped_column(ForeignKey("measure.id"), primary_key=True, index=True)
    value: Mapped[Decimal] = mapped_column(Millionths)
    written: Mapped[str]
    firmness: Mapped[str]


class SubmissionMilestone(AppendOnly, Table):
    """A milestone or deliverable reported as reached, with the date and the document number."""

    __tablename__ = "submission_milestone"

    submission_id: Mapped[int] = mapped_column(ForeignKey("submission.id"), primary_key=True)
    milestone_id: Mapped[int] = mapped_column(ForeignKey("milestone.id"), primary_key=True)
    reached_on: Mapped[date]
    document: Mapped[str] = mapped_column(default="")


class Evidence(Table):
    """A file kept under its SHA-256. `removed_at` takes it off a draft, never off a submission."""

    __tablename__ = "evidence"

    id: Mapped[Key]
    report_id: Mapped[int] = mapped_column(ForeignKey("report.id"), index=True)
    sha: Mapped[str]
    name: Mapped[str]
    size: Mapped[int]
    media_type: Mapped[str]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[Instant]
    removed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class ReviewShare(Table):
    """A reviewer has taken a unit's reports of a plan upon themselves."""

    __tablename__ = "review_share"
    __table_args__ = (UniqueConstraint("plan_id", "unit_id"),)

    id: Mapped[Key]
    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[Instant]


class EvidenceNumbers(Table):
    """The numbers in a file, by its SHA-256, as documents.evidence_numbers reads them: JSON, a list
    of passages. A file that cannot be read has no row or none with a number."""

    __tablename__ = "evidence_numbers"

    sha: Mapped[str] = mapped_column(primary_key=True)
    numbers: Mapped[str]


class SubmissionEvidence(AppendOnly, Table):
    """Evidence that went with a submission."""

    __tablename__ = "submission_evidence"

    submission_id: Mapped[int] = mapped_column(ForeignKey("submission.id"), primary_key=True)
    evidence_id: Mapped[int] = mapped_column(ForeignKey("evidence.id"), primary_key=True)


class SignOff(AppendOnly, Table):
    """The deputy head's word on a submission: `consent`, or sent back with a reason.

    On paper: the signer's name and date, and a scan if there is one.
    """

    __tablename__ = "sign_off"

    id: Mapped[Key]
    submission_id: Mapped[int] = mapped_column(ForeignKey("submission.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[Instant]
    consent: Mapped[bool]
    reason: Mapped[str] = mapped_column(default="")
    paper_signer: Mapped[str] = mapped_column(default="")
    paper_date: Mapped[date | None]
    scan_id: Mapped[int | None] = mapped_column(ForeignKey("evidence.id"))


class Verdict(AppendOnly, Table):
    """The reviewer's or the lead's word on a submission: accepted, returned (with a reason and the
    local date by which to answer), or undone.
    """

    __tablename__ = "verdict"

    id: Mapped[Key]
    submission_id: Mapped[int] = mapped_column(ForeignKey("submission.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[Instant]
    outcome: Mapped[str]
    reason: Mapped[str] = mapped_column(default="")
    answer_due_on: Mapped[date | None]
