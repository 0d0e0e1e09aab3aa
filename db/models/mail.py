"""How people were told: the ledger of reminders, digests, the outbox, and calls."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.models.table import AppendOnly, Table
from db.types import Instant, Key, UtcDateTime
from workflow.rules.mail.delivery import OutboxState


class Reminder(AppendOnly, Table):
    """The ledger: one person is told of one thing once for each step of its clock.

    `subject`: report or assignment; `role`: as what the person is told.
    """

    __tablename__ = "reminder"
    __table_args__ = (UniqueConstraint("subject", "subject_id", "clock_step_id", "person_id"),)

    id: Mapped[Key]
    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id"))
    subject: Mapped[str]
    subject_id: Mapped[int]
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    clock_step_id: Mapped[int] = mapped_column(ForeignKey("clock_step.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    role: Mapped[str]
    digest_id: Mapped[int] = mapped_column(ForeignKey("digest.id"))
    at: Mapped[Instant]


class Digest(Table):
    """One mail of reminders a person and local day; its letter in the outbox names it."""

    __tablename__ = "digest"
    __table_args__ = (
        UniqueConstraint("person_id", "local_date", "channel"),
        Index("ix_digest_channel_local_date", "channel", "local_date"),
    )

    id: Mapped[Key]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    local_date: Mapped[date]
    channel: Mapped[str] = mapped_column(default="mail")


class Outbox(Table):
    """A mail to be sent, its bytes frozen. `state`: queued, sending, sent, failed, needless.

    A digest has no content until it is first claimed; then the state is looked at again, and what
    nothing waits for any more becomes needless.
    An expired lease means in doubt: the same bytes go again under the same Message-ID.
    `kind` is the template's name. `tried_since`: its first try that came to nothing. `fault`: how
    it was refused (a Fate), where it failed or the relay holds it back; None where it only waits.
    """

    __tablename__ = "outbox"
    __table_args__ = (
        Index("ix_outbox_state_not_before", "state", "not_before"),
        Index("ix_outbox_state_priority_id", "state", "priority", "id"),
        Index("ix_outbox_state_fault", "state", "fault"),
    )

    id: Mapped[Key]
    message_id: Mapped[str] = mapped_column(unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    plan_id: Mapped[int | None] = mapped_column(ForeignKey("plan.id"), index=True)
    digest_id: Mapped[int | None] = mapped_column(ForeignKey("digest.id"), unique=True)
    kind: Mapped[str]
    subject: Mapped[str]
    content: Mapped[bytes] = mapped_column(LargeBinary)
    priority: Mapped[int] = mapped_column(default=5)
    state: Mapped[str] = mapped_column(default=OutboxState.QUEUED)
    created_at: Mapped[Instant]
    not_before: Mapped[Instant]
    lease_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    lease_owner: Mapped[str] = mapped_column(default="")
    attempts: Mapped[int] = mapped_column(default=0)
    last_error: Mapped[str] = mapped_column(default="")
    fault: Mapped[str | None]
    tried_since: Mapped[datetime | None] = mapped_column(UtcDateTime)
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    failed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class NoticesSeen(Table):
    """When a person last looked at what had come for them."""

    __tablename__ = "notices_seen"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    at: Mapped[Instant]


class ReminderPause(Table):
    """Nobody is reminded of what a unit owes in a plan (None: of anything in it), from a local day
    until before another, for a reason."""

    __tablename__ = "reminder_pause"

    id: Mapped[Key]
    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id"), index=True)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    valid_from: Mapped[date]
    valid_to: Mapped[date]
    reason: Mapped[str]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))


class PhoneReminder(AppendOnly, Table):
    """A call that was made (电话催办)."""

    __tablename__ = "phone_reminder"

    id: Mapped[Key]
    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    caller_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[Instant]
    outcome: Mapped[str]
