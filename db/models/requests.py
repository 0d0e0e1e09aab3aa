"""What units ask and leaders remark, and what was decided."""

from __future__ import annotations

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from db.models.table import AppendOnly, Interval, Table, one_open
from db.types import Instant, Key


class Request(AppendOnly, Table):
    """What a unit asks to be decided, with before and after as JSON.

    `kind`: comment, dispute, extension, target_change, completion, suspension, resumption,
    termination. `document` is the paper that approves or proves it.
    """

    __tablename__ = "request"

    id: Mapped[Key]
    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id"), index=True)
    task_id: Mapped[int] = mapped_column(ForeignKey("task.id"), index=True)
    assignment_id: Mapped[int | None] = mapped_column(ForeignKey("assignment.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    kind: Mapped[str]
    before: Mapped[str] = mapped_column(default="{}")
    after: Mapped[str] = mapped_column(default="{}")
    reason: Mapped[str]
    document: Mapped[str] = mapped_column(default="")
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    at: Mapped[Instant]


class RequestState(Interval, Table):
    """The state of a request over time; a decision carries its reply and approving document.

    `outcome` of a comment: adopted, partly, not_adopted (采纳, 部分采纳, 未采纳).
    """

    __tablename__ = "request_state"
    __table_args__ = (one_open("request_state", "request_id"),)

    id: Mapped[Key]
    request_id: Mapped[int] = mapped_column(ForeignKey("request.id"), index=True)
    state: Mapped[str]
    outcome: Mapped[str] = mapped_column(default="")
    reply: Mapped[str] = mapped_column(default="")
    document: Mapped[str] = mapped_column(default="")
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))


class Instruction(AppendOnly, Table):
    """A leader's remark that became a task; `recorded_by_id` differs when 代录."""

    __tablename__ = "instruction"

    id: Mapped[Key]
    task_id: Mapped[int] = mapped_column(ForeignKey("task.id"), unique=True)
    about_task_id: Mapped[int | None] = mapped_column(ForeignKey("task.id"), index=True)
    leader_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    recorded_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    text: Mapped[str]
    at: Mapped[Instant]
