"""What was promised: plans, their tasks and numbers, and who answers for them."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.models.places import in_place
from db.models.table import FILLED_IN_LATER, AppendOnly, Interval, Table, one_open
from db.types import Instant, Key, Millionths, Quantity, UtcDateTime


class Plan(Table):
    """A published document. `policy` is the JSON of workflow.rules.reporting.policy.PlanPolicy.

    `issue_document` and `issue_date` are of the paper that made the work list binding.
    """

    __tablename__ = "plan"

    id: Mapped[Key]
    place_id: Mapped[int] = in_place()
    code: Mapped[str] = mapped_column(unique=True)
    title: Mapped[str]
    issuer: Mapped[str] = mapped_column(default="")
    document_number: Mapped[str] = mapped_column(default="")
    published: Mapped[date | None]
    first_year: Mapped[int]
    last_year: Mapped[int]
    office_unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    policy: Mapped[str] = mapped_column(default="{}")
    consulted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    comments_due_on: Mapped[date | None]
    issued_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    issue_document: Mapped[str] = mapped_column(default="")
    issue_date: Mapped[date | None]
    version: Mapped[int] = mapped_column(default=1)


class Edition(AppendOnly, Table):
    """A catalogue as it was loaded, in canonical JSON."""

    __tablename__ = "edition"
    __table_args__ = (UniqueConstraint("plan_id", "no"),)

    id: Mapped[Key]
    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id"))
    no: Mapped[int]
    loaded_at: Mapped[Instant]
    sha: Mapped[str]
    catalogue: Mapped[str]


class PlanSpan(Interval, Table):
    """The years of a plan under an edition in force, until a newer one replaced it by a `document`.

    Under the last edition they are the plan's own.
    """

    __tablename__ = "plan_span"

    id: Mapped[Key]
    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id"), index=True)
    first_year: Mapped[int]
    last_year: Mapped[int]
    document: Mapped[str]


class Item(Table):
    """A heading that groups tasks."""

    __tablename__ = "item"
    __table_args__ = (UniqueConstraint("plan_id", "code"),)

    id: Mapped[Key]
    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id"))
    code: Mapped[str]
    title: Mapped[str]
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("item.id"))
    position: Mapped[int]


class Task(Table):
    """The smallest thing somebody is answerable for. `origin`: plan or instruction.

    `version` counts every change to the task, for compare-and-set.
    """

    __tablename__ = "task"
    __table_args__ = (UniqueConstraint("plan_id", "code"),)

    id: Mapped[Key]
    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id"))
    item_id: Mapped[int | None] = mapped_column(ForeignKey("item.id"), index=True)
    code: Mapped[str]
    position: Mapped[int]
    origin: Mapped[str] = mapped_column(default="plan")
    version: Mapped[int] = mapped_column(default=1)


class TaskVersion(Interval, Table):
    """What a task demands; `document` approves it.

    `kind`: numbers, deliverable, milestones, steady.
    """

    __tablename__ = "task_version"
    __table_args__ = (one_open("task_version", "task_id"),)

    id: Mapped[Key]
    task_id: Mapped[int] = mapped_column(ForeignKey("task.id"), index=True)
    title: Mapped[str]
    text: Mapped[str] = mapped_column(default="")
    kind: Mapped[str]
    due: Mapped[date | None]
    due_text: Mapped[str] = mapped_column(default="")
    document: Mapped[str] = mapped_column(default="")


class TaskState(Interval, Table):
    """The state of a task over time; states are in workflow.rules.states."""

    __tablename__ = "task_state"
    __table_args__ = (one_open("task_state", "task_id"),)

    id: Mapped[Key]
    task_id: Mapped[int] = mapped_column(ForeignKey("task.id"), index=True)
    state: Mapped[str]


class Measure(Table):
    """A number that a task must reach; what it demands is in its versions."""

    __tablename__ = "measure"
    __table_args__ = (UniqueConstraint("task_id", "no"),)

    id: Mapped[Key]
    task_id: Mapped[int] = mapped_column(ForeignKey("task.id"))
    no: Mapped[int]


class MeasureVersion(Interval, Table):
    """What a measure demands. `op`: >= > <= < = approx; `kind` as in the catalogue.

    `written` is the number as the document writes it, `text` the words of the document;
    `frequency`: each_round, half_yearly, yearly; `curve`: straight, stepped, year_end;
    `source_unit_id` vouches for the number; `definition` is its 口径.
    """

    __tablename__ = "measure_version"
    __table_args__ = (one_open("measure_version", "measure_id"),)

    id: Mapped[Key]
    measure_id: Mapped[int] = mapped_column(ForeignKey("measure.id"), index=True)
    metric: Mapped[str]
    op: Mapped[str]
    value: Mapped[Decimal | None] = mapped_column(Millionths)
    value_max: Mapped[Decimal | None] = mapped_column(Millionths)
    written: Mapped[str] = mapped_column(default="")
    unit: Mapped[str]
    by_year: Mapped[int | None]
    kind: Mapped[str]
    firm: Mapped[bool] = mapped_column(default=True)
    text: Mapped[str] = mapped_column(default="")
    baseline: Mapped[Decimal | None] = mapped_column(Millionths)
    frequency: Mapped[str] = mapped_column(default="each_round")
    curve: Mapped[str] = mapped_column(default="straight")
    source_unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    definition: Mapped[str] = mapped_column(default="")
    document: Mapped[str] = mapped_column(default="")


class YearTarget(Interval, Table):
    """The share of a measure for one year and one unit (年度分解)."""

    __tablename__ = "year_target"
    __table_args__ = (one_open("year_target", "measure_id", "unit_id", "year"),)

    id: Mapped[Key]
    measure_id: Mapped[int] = mapped_column(ForeignKey("measure.id"), index=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    year: Mapped[int]
    value: Mapped[Quantity]
    written: Mapped[str]
    document: Mapped[str] = mapped_column(default="")


class Milestone(Interval, Table):
    """A dated step of a task; with `deliverable`, something must exist by then (成果)."""

    __tablename__ = "milestone"
    __table_args__ = (one_open("milestone", "task_id", "no"),)

    id: Mapped[Key]
    task_id: Mapped[int] = mapped_column(ForeignKey("task.id"), index=True)
    no: Mapped[int]
    title: Mapped[str]
    due: Mapped[date]
    deliverable: Mapped[bool] = mapped_column(default=False)


class Assignment(Interval, Table):
    """One unit's role in one task: lead, support or joint. `position` orders several leads;
    `collects` marks the one that collects. `from_group_id`: it came from a group. The division
    and the clock are filled in later; everything else never changes.
    """

    __tablename__ = "assignment"
    __table_args__ = (
        one_open("assignment", "task_id", "unit_id"),
        Index("ix_assignment_unit_id_plan_id", "unit_id", "plan_id"),
    )

    id: Mapped[Key]
    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id"), index=True)
    task_id: Mapped[int] = mapped_column(ForeignKey("task.id"), index=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    role: Mapped[str]
    position: Mapped[int]
    collects: Mapped[bool]
    from_group_id: Mapped[int | None] = mapped_column(ForeignKey("unit_group.id"))
    division: Mapped[str] = mapped_column(default="", info=FILLED_IN_LATER)
    clock_id: Mapped[int | None] = mapped_column(ForeignKey("clock.id"), info=FILLED_IN_LATER)


class GroupAssignment(Interval, Table):
    """A group's role in a task, as the document writes it; its members have assignments."""

    __tablename__ = "group_assignment"
    __table_args__ = (one_open("group_assignment", "task_id", "group_id"),)

    id: Mapped[Key]
    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id"), index=True)
    task_id: Mapped[int] = mapped_column(ForeignKey("task.id"))
    group_id: Mapped[int] = mapped_column(ForeignKey("unit_group.id"), index=True)
    role: Mapped[str]
    position: Mapped[int]
    collects: Mapped[bool]


class SupportAsk(Interval, Table):
    """A lead asks a supporting unit of a task to report to it, round after round."""

    __tablename__ = "support_ask"
    __table_args__ = (one_open("support_ask", "task_id", "unit_id"),)

    id: Mapped[Key]
    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id"), index=True)
    task_id: Mapped[int] = mapped_column(ForeignKey("task.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))


class TakenTask(AppendOnly, Table):
    """A task that was taken down from an assignment of a plan above (承接分解)."""

    __tablename__ = "taken_task"

    id: Mapped[Key]
    task_id: Mapped[int] = mapped_column(ForeignKey("task.id"), unique=True)
    assignment_id: Mapped[int] = mapped_column(ForeignKey("assignment.id"), index=True)


class AssignmentState(Interval, Table):
    """The state of an assignment over time."""

    __tablename__ = "assignment_state"
    __table_args__ = (one_open("assignment_state", "assignment_id"),)

    id: Mapped[Key]
    assignment_id: Mapped[int] = mapped_column(ForeignKey("assignment.id"), index=True)
    state: Mapped[str]
