"""Preparing a plan: a read document as a working copy, and what people changed in it."""

from __future__ import annotations

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.models.places import in_place
from db.models.table import AppendOnly, Table
from db.types import Instant, Key


class WorkingCopy(AppendOnly, Table):
    """A document as it was read (底稿); today's reading is this with its edits folded in order.

    `source` is the document's text, its lines joined by line breaks and counted from 1 by the
    places in `catalogue`, the canonical JSON of the reading. `plan_id` is the running plan of which
    this is a newer edition. `sha` is of what was read, so that the same is not begun twice.
    """

    __tablename__ = "working_copy"

    id: Mapped[Key]
    place_id: Mapped[int] = in_place()
    title: Mapped[str]
    file_name: Mapped[str]
    source: Mapped[str]
    catalogue: Mapped[str]
    plan_id: Mapped[int | None] = mapped_column(ForeignKey("plan.id"), index=True)
    sha: Mapped[str] = mapped_column(index=True)
    made_at: Mapped[Instant]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))


class WorkingEdit(AppendOnly, Table):
    """One change to a working copy; `code`, `field`, `before`, `after` as in
    workflow.rules.preparing.working_copy.Change, the values as canonical JSON."""

    __tablename__ = "working_edit"
    __table_args__ = (UniqueConstraint("working_copy_id", "no"),)

    id: Mapped[Key]
    working_copy_id: Mapped[int] = mapped_column(ForeignKey("working_copy.id"))
    no: Mapped[int]
    at: Mapped[Instant]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    code: Mapped[str]
    field: Mapped[str]
    before: Mapped[str]
    after: Mapped[str]


class WorkingStep(AppendOnly, Table):
    """What became of a working copy at a revision. `step`: laid_down (as a plan), set_aside or
    taken_up again."""

    __tablename__ = "working_step"

    id: Mapped[Key]
    working_copy_id: Mapped[int] = mapped_column(ForeignKey("working_copy.id"), index=True)
    step: Mapped[str]
    revision: Mapped[int]
    plan_id: Mapped[int | None] = mapped_column(ForeignKey("plan.id"))
    at: Mapped[Instant]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
