"""What came in and what became of it: returns by every way, answers to mails, how far was read."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from db.models.table import Table
from db.types import Instant, Key, UtcDateTime


class IncomingReturn(Table):
    """One return with its outcome (workflow.rules.mail.returns), written once it is known.

    `key` is the SHA-256 of a mail as it came, so that it counts once, or unique; `file` the one of
    a workbook. `token`: the number of the token under which a mail's workbook was submitted.
    """

    __tablename__ = "incoming_return"
    __table_args__ = (
        Index("ix_incoming_return_person_id_at", "person_id", "at"),
        Index("ix_incoming_return_unit_id_at", "unit_id", "at"),
    )

    id: Mapped[Key]
    key: Mapped[str] = mapped_column(unique=True)
    way: Mapped[str]
    kind: Mapped[str]
    at: Mapped[Instant] = mapped_column(index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    period: Mapped[str] = mapped_column(default="")
    outcome: Mapped[str]
    submitted: Mapped[int] = mapped_column(default=0)
    drafted: Mapped[int] = mapped_column(default=0)
    problems: Mapped[int] = mapped_column(default=0)
    file: Mapped[str] = mapped_column(default="")
    token: Mapped[str] = mapped_column(default="", index=True)
    answered: Mapped[bool] = mapped_column(default=False)


class MailReply(Table):
    """What one mail said of one report, or of none that is certain (`report_id` None): to be
    confirmed by a person before it can go out. Mutable and outside the record, as a draft is.

    `text`: its words, emptied once it is settled. `placed`: JSON of field → text that the mail put
    into the draft. `doubtful`: JSON of the numbers, in their words, that no field is certain for.
    `state`: open, confirmed, put_aside.
    """

    __tablename__ = "mail_reply"
    __table_args__ = (
        Index("ix_mail_reply_report_id_state", "report_id", "state"),
        Index("ix_mail_reply_person_id_state", "person_id", "state"),
    )

    id: Mapped[Key]
    return_id: Mapped[int] = mapped_column(ForeignKey("incoming_return.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    report_id: Mapped[int | None] = mapped_column(ForeignKey("report.id"))
    at: Mapped[Instant]
    text: Mapped[str]
    placed: Mapped[str] = mapped_column(default="{}")
    doubtful: Mapped[str] = mapped_column(default="[]")
    state: Mapped[str] = mapped_column(default="open")
    settled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    settled_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))


class MailboxPlace(Table):
    """How far a mailbox was read: its folder's UIDVALIDITY and the last UID."""

    __tablename__ = "mailbox_place"

    name: Mapped[str] = mapped_column(primary_key=True)
    validity: Mapped[int] = mapped_column(BigInteger)
    uid: Mapped[int] = mapped_column(BigInteger)
