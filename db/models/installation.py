"""The installation itself: event chains, heartbeats, the calendar, and what kind it is."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from db.models.table import AppendOnly, Table
from db.types import Instant, Key, UtcDateTime


class Event(AppendOnly, Table):
    """One thing that happened. One chain a plan, 0 for the system; ids only, no words of people.

    `payload` is canonical JSON; `hash` is SHA-256 over the previous hash and the row.
    `actor`: "p12" for a person, else the system actor's name.
    """

    __tablename__ = "event"
    __table_args__ = (
        Index("ix_event_subject_subject_id", "subject", "subject_id"),
        Index("ix_event_at", "at"),
        Index("ix_event_actor_at", "actor", "at"),
        Index("ix_event_action_at", "action", "at"),
    )

    chain: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    no: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[Instant]
    actor: Mapped[str]
    action: Mapped[str]
    subject: Mapped[str]
    subject_id: Mapped[int]
    before: Mapped[str] = mapped_column(default="")
    after: Mapped[str] = mapped_column(default="")
    payload: Mapped[str] = mapped_column(default="{}")
    hash: Mapped[str]


class Seal(AppendOnly, Table):
    """A row of a sealed table as an event left it: its table (`kind`), its key ("12", or "12/7" of
    two columns) and the SHA-256 of its columns. The event's payload bears the digest of its seals;
    the youngest seal of a row is the one that holds.
    """

    __tablename__ = "seal"
    __table_args__ = (Index("ix_seal_chain_no", "chain", "no"), Index("ix_seal_row", "kind", "key"))

    id: Mapped[Key]
    chain: Mapped[int]
    no: Mapped[int]
    kind: Mapped[str]
    key: Mapped[str]
    sha: Mapped[str]


class ChainHead(Table):
    """The last link of a chain; locked last and for the shortest time."""

    __tablename__ = "chain_head"

    chain: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    no: Mapped[int]
    hash: Mapped[str]
    at: Mapped[Instant]


class Checkpoint(AppendOnly, Table):
    """A head that has left the installation: verification may start from it."""

    __tablename__ = "checkpoint"

    id: Mapped[Key]
    chain: Mapped[int] = mapped_column(index=True)
    no: Mapped[int]
    hash: Mapped[str]
    at: Mapped[Instant]


class Heartbeat(Table):
    """When a flow or loop last ran: `name`, when, what it said, and since when it has failed."""

    __tablename__ = "heartbeat"

    name: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[Instant]
    ok: Mapped[bool]
    summary: Mapped[str] = mapped_column(default="")
    failing_since: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Alarm(Table):
    """A trouble that operators are told of outside the mail: since when it is known, on which local
    day they were last told (None: not yet), and whether it is over, which they are told too."""

    __tablename__ = "alarm"

    name: Mapped[str] = mapped_column(primary_key=True)
    since: Mapped[Instant]
    told_on: Mapped[date | None]
    over: Mapped[bool] = mapped_column(default=False)


class PartSign(Table):
    """The last sign of life of a part of the running installation, in real time; `trouble` is a
    message of the catalogues while the part is known to be down, else empty."""

    __tablename__ = "part_sign"

    name: Mapped[str] = mapped_column(primary_key=True)
    started_at: Mapped[Instant]
    seen_at: Mapped[Instant]
    trouble: Mapped[str] = mapped_column(default="")


class CalendarDay(Table):
    """A day that the published calendar moves (调休) and the data package does not know yet."""

    __tablename__ = "calendar_day"

    day: Mapped[date] = mapped_column(primary_key=True)
    workday: Mapped[bool]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))


class InstallationValue(Table):
    """What kind of installation this is: `demo` = "1" where its database was made as a demo."""

    __tablename__ = "installation"

    name: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str]
