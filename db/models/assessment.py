"""What comes out: schemes, assessments, their lines, and what units say against them."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.models.table import AppendOnly, Interval, Table, one_open
from db.types import Instant, Key, Millionths, UtcDateTime


class SchemeVersion(AppendOnly, Table):
    """The rules of one year, as canonical JSON; `text` as they were written, with remarks."""

    __tablename__ = "scheme_version"
    __table_args__ = (UniqueConstraint("code", "no"),)

    id: Mapped[Key]
    code: Mapped[str]
    no: Mapped[int]
    body: Mapped[str]
    sha: Mapped[str]
    at: Mapped[Instant]
    text: Mapped[str] = mapped_column(default="", server_default="")


class SchemeApproval(AppendOnly, Table):
    """The approval of a version of the rules, by which document; without one it is a draft."""

    __tablename__ = "scheme_approval"

    id: Mapped[Key]
    scheme_version_id: Mapped[int] = mapped_column(ForeignKey("scheme_version.id"), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    document: Mapped[str]
    at: Mapped[Instant]


class Merit(Interval, Table):
    """What the office noted of a unit's year beside its reports (考核事项): praise, blame, a veto,
    of a `kind` that the year's scheme names; or, for one of its tasks, an approved exemption
    (kind EXEMPTION). `basis` is the document that says so. Of what level and amount it was, how
    often it happened (once where it is not said), and of which matter, as far as the scheme asks.
    Struck out, it ends; it stays."""

    __tablename__ = "merit"
    __table_args__ = (Index("ix_merit_of_year", "plan_id", "year"),)

    id: Mapped[Key]
    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    year: Mapped[int]
    kind: Mapped[str]
    task_id: Mapped[int | None] = mapped_column(ForeignKey("task.id"))
    title: Mapped[str]
    basis: Mapped[str]
    day: Mapped[date]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    level: Mapped[str] = mapped_column(default="", server_default="")
    matter: Mapped[str] = mapped_column(default="", server_default="")
    amount: Mapped[Decimal | None] = mapped_column(Millionths)
    times: Mapped[int | None]


class GivenFact(Interval, Table):
    """A fact of a unit's year that no report holds, as a person gave it: a number, a word, a rank
    from outside, marks, votes, points (GivenKind), called `name`, `value` as canonical JSON.

    Of one task or measure where it belongs to one; `raters` gave marks and votes; `period` where it
    is not of the year itself. `basis` is the document that says so. Given anew or taken back it
    ends; it stays.
    """

    __tablename__ = "given_fact"
    __table_args__ = (Index("ix_given_fact_of_year", "plan_id", "year"),)

    id: Mapped[Key]
    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    year: Mapped[int]
    kind: Mapped[str]
    name: Mapped[str]
    raters: Mapped[str]
    period: Mapped[str]
    task_id: Mapped[int | None] = mapped_column(ForeignKey("task.id"))
    measure_id: Mapped[int | None] = mapped_column(ForeignKey("measure.id"))
    value: Mapped[str]
    basis: Mapped[str]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))


class Procedure(AppendOnly, Table):
    """The year-end procedure of one plan's year, from 自评 to 定稿."""

    __tablename__ = "procedure"
    __table_args__ = (UniqueConstraint("plan_id", "year"),)

    id: Mapped[Key]
    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id"))
    year: Mapped[int]


class ProcedureState(Interval, Table):
    """The step in which a procedure is: who took it there, until when the step lasts (local date,
    None for the last), by which document, and of which version of the assessment it speaks."""

    __tablename__ = "procedure_state"
    __table_args__ = (one_open("procedure_state", "procedure_id"),)

    id: Mapped[Key]
    procedure_id: Mapped[int] = mapped_column(ForeignKey("procedure.id"), index=True)
    state: Mapped[str]
    due_on: Mapped[date | None]
    document: Mapped[str] = mapped_column(default="")
    assessment_id: Mapped[int | None] = mapped_column(ForeignKey("assessment.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))


class ProcedureReminder(AppendOnly, Table):
    """That a step was reminded of: a workday before its end, or once it was over."""

    __tablename__ = "procedure_reminder"
    __table_args__ = (UniqueConstraint("procedure_state_id", "kind"),)

    id: Mapped[Key]
    procedure_state_id: Mapped[int] = mapped_column(ForeignKey("procedure_state.id"))
    kind: Mapped[str]
    at: Mapped[Instant]


class Assessment(AppendOnly, Table):
    """One run: facts as known at `frozen_at`, canonical JSON, of which `as_of` is the local day;
    a `trial` of a year that is not over. Both are in the facts alone where they are None."""

    __tablename__ = "assessment"
    __table_args__ = (UniqueConstraint("plan_id", "year", "no"),)

    id: Mapped[Key]
    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id"))
    year: Mapped[int]
    no: Mapped[int]
    scheme_version_id: Mapped[int] = mapped_column(ForeignKey("scheme_version.id"))
    frozen_at: Mapped[Instant]
    facts: Mapped[str]
    sha: Mapped[str]
    as_of: Mapped[date | None]
    trial: Mapped[bool | None]


class ScoreLine(AppendOnly, Table):
    """One node of a unit's score: its rule, inputs and evidence as canonical JSON.

    `path` names the node ("1.2.3"); the root of a unit has the path "".
    """

    __tablename__ = "score_line"
    __table_args__ = (UniqueConstraint("assessment_id", "unit_id", "path"),)

    id: Mapped[Key]
    assessment_id: Mapped[int] = mapped_column(ForeignKey("assessment.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    path: Mapped[str]
    position: Mapped[int]
    title: Mapped[str]
    points: Mapped[Decimal] = mapped_column(Millionths)
    points_max: Mapped[Decimal | None] = mapped_column(Millionths)
    detail: Mapped[str]


class Objection(Table):
    """A unit's word against a line of its score, and what shows it; answered once."""

    __tablename__ = "objection"

    id: Mapped[Key]
    score_line_id: Mapped[int] = mapped_column(ForeignKey("score_line.id"), index=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[Instant]
    text: Mapped[str]
    proof: Mapped[str] = mapped_column(default="", server_default="")
    upheld: Mapped[bool | None]
    reply: Mapped[str] = mapped_column(default="")
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class ObjectionFile(AppendOnly, Table):
    """A file that shows what an objection says, kept under its SHA-256."""

    __tablename__ = "objection_file"
    __table_args__ = (UniqueConstraint("objection_id", "sha"),)

    id: Mapped[Key]
    objection_id: Mapped[int] = mapped_column(ForeignKey("objection.id"))
    sha: Mapped[str]
    name: Mapped[str]
    size: Mapped[int]
    media_type: Mapped[str]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[Instant]


class ResultUse(AppendOnly, Table):
    """结果应用: what was decided for a unit from the final result of a year, by which document; the
    task that follows from it, where one does."""

    __tablename__ = "result_use"
    __table_args__ = (Index("ix_result_use_of_year", "plan_id", "year"),)

    id: Mapped[Key]
    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id"))
    year: Mapped[int]
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    assessment_id: Mapped[int] = mapped_column(ForeignKey("assessment.id"))
    kind: Mapped[str]
    text: Mapped[str]
    document: Mapped[str]
    task_id: Mapped[int | None] = mapped_column(ForeignKey("task.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[Instant]
