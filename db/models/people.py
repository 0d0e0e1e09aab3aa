"""People, what they may act as, and how they come in. Personal data stands here alone."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from db.models.places import in_place
from db.models.table import Table
from db.types import FAR_DAY, Instant, Key, UtcDateTime


class Person(Table):
    """A person with a login. `email` is lower case. `bounced_at`: the address was refused."""

    __tablename__ = "person"

    id: Mapped[Key]
    email: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    phone: Mapped[str] = mapped_column(default="")
    language: Mapped[str] = mapped_column(default="zh")
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"), index=True)
    password_hash: Mapped[str] = mapped_column(default="")
    must_change_password: Mapped[bool] = mapped_column(default=True)
    active: Mapped[bool] = mapped_column(default=True)
    bounced_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Role(Table):
    """What a person may act as, for which unit or in which place, from a day until before another.

    The three posts of the installation are held in the top place.
    """

    __tablename__ = "role"
    __table_args__ = (
        Index("ix_role_unit_id_name", "unit_id", "name"),
        Index("ix_role_name", "name"),
    )

    id: Mapped[Key]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    place_id: Mapped[int] = in_place()
    name: Mapped[str]
    valid_from: Mapped[date]
    valid_to: Mapped[date] = mapped_column(default=FAR_DAY)


class Cover(Table):
    """A substitute acts for a person on leave, from a day until before another."""

    __tablename__ = "cover"

    id: Mapped[Key]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    substitute_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    valid_from: Mapped[date]
    valid_to: Mapped[date]


class LoginSession(Table):
    """A login; only the SHA-256 of its token is kept. `browser`: its family, for the person."""

    __tablename__ = "login_session"

    token_hash: Mapped[str] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    created_at: Mapped[Instant]
    seen_at: Mapped[Instant]
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    browser: Mapped[str] = mapped_column(default="", server_default="")


class LoginStep(Table):
    """A login whose password was right and whose code is awaited; it opens nothing yet."""

    __tablename__ = "login_step"

    token_hash: Mapped[str] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    at: Mapped[Instant]
    tries: Mapped[int] = mapped_column(default=0)


class SecondFactor(Table):
    """What a person's codes are made from, sealed; `last_step` was the last one used."""

    __tablename__ = "second_factor"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    secret: Mapped[str]
    last_step: Mapped[int]
    since: Mapped[Instant]


class RecoveryCode(Table):
    """A code to be used once where the second factor is not at hand; a keyed hash of it."""

    __tablename__ = "recovery_code"

    code_hash: Mapped[str] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class KnownSource(Table):
    """A browser or an address with which somebody logged in; `key` is a hash of it and them."""

    __tablename__ = "known_source"

    key: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[Instant] = mapped_column(index=True)


class LoginAttempt(Table):
    """A failed attempt, kept for the throttle only; `key` is a hash of source or account."""

    __tablename__ = "login_attempt"
    __table_args__ = (Index("ix_login_attempt_key_at", "key", "at"),)

    id: Mapped[Key]
    key: Mapped[str]
    at: Mapped[Instant]


class PasswordReset(Table):
    """A reset asked for by mail; only the SHA-256 of its token is kept."""

    __tablename__ = "password_reset"

    token_hash: Mapped[str] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    expires_at: Mapped[Instant]
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
