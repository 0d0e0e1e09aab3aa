"""Units, their other names, and groups that documents name as if they were one unit."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.models.places import in_place
from db.models.table import Table
from db.types import FAR_DAY, Key


class Unit(Table):
    """An organisation. `kind`: department, county, park, enterprise, university, institution, mass.

    A merged unit names its successor. `phone` is the office's, not a person's; `duties` are words
    of its fields of duty, 、 between them. A county is a unit of its city, and names the place that
    it `stands_for`.
    """

    __tablename__ = "unit"
    __table_args__ = (UniqueConstraint("place_id", "name"),)

    id: Mapped[Key]
    place_id: Mapped[int] = in_place(index=False)
    name: Mapped[str]
    kind: Mapped[str]
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    successor_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    position: Mapped[int] = mapped_column(default=0)
    phone: Mapped[str] = mapped_column(default="")
    duties: Mapped[str] = mapped_column(default="", server_default="")
    active: Mapped[bool] = mapped_column(default=True)
    stands_for_id: Mapped[int | None] = mapped_column(ForeignKey("place.id"), unique=True)


class Alias(Table):
    """Another spelling of a unit, in the unit's place."""

    __tablename__ = "alias"
    __table_args__ = (UniqueConstraint("place_id", "name"),)

    id: Mapped[Key]
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    place_id: Mapped[int] = in_place(index=False)
    name: Mapped[str]


class UnitGroup(Table):
    """A group of units; `policy` is expand (each member answers) or keep (the lead names them)."""

    __tablename__ = "unit_group"
    __table_args__ = (UniqueConstraint("place_id", "name"),)

    id: Mapped[Key]
    place_id: Mapped[int] = in_place(index=False)
    name: Mapped[str]
    policy: Mapped[str]


class Membership(Table):
    """A unit in a group, from a day until before another."""

    __tablename__ = "membership"
    __table_args__ = (UniqueConstraint("group_id", "unit_id", "valid_from"),)

    id: Mapped[Key]
    group_id: Mapped[int] = mapped_column(ForeignKey("unit_group.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    valid_from: Mapped[date]
    valid_to: Mapped[date] = mapped_column(default=FAR_DAY)
