"""What comes out: schemes, assessments, their lines, and what units say against them."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.models.table import AppendOnly, Interval, Table
from db.types import Instant, Key, Millionths, UtcDateTime


class SchemeVersion(AppendOnly, Table):
    """The rules of one year, as canonical JSON."""

    __tablename__ = "scheme_version"
    __table_args__ = (UniqueConstraint("code", "no"),)

    id: Mapped[Key]
    code: Mapped[str]
    no: Mapped[int]
    body: Mapped[str]
    sha: Mapped[str]
    at: Mapped[Instant]


class Merit(Interval, Table):
    """What the office noted of a unit's year beside its reports (考核事项): praise, blame, a veto,
    of a `kind` that the year's scheme names; or, for one of its tasks, an approved exemption
    (kind EXEMPTION). `basis` is the document that says so. Struck out, it ends; it stays."""

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


class Assessment(AppendOnly, Table):
    """One run: facts as known at `frozen_at`, and the result, both canonical JSON."""

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
    """A unit's word against a line of its score; the answer is written once."""

    __tablename__ = "objection"

    id: Mapped[Key]
    score_line_id: Mapped[int] = mapped_column(ForeignKey("score_line.id"), index=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[Instant]
    text: Mapped[str]
    upheld: Mapped[bool | None]
    reply: Mapped[str] = mapped_column(default="")
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
