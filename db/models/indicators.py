"""The plan's main indicators after issue: what each counts and promises, and what was reached."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.models.table import AppendOnly, Interval, Table, one_open
from db.types import Instant, Key, Millionths, Quantity


class Indicator(AppendOnly, Table):
    """A number of a whole plan; its name and scope (全大市) are its identity in the plan."""

    __tablename__ = "indicator"
    __table_args__ = (UniqueConstraint("plan_id", "name", "scope"),)

    id: Mapped[Key]
    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id"))
    name: Mapped[str]
    scope: Mapped[str] = mapped_column(default="")


class IndicatorVersion(Interval, Table):
    """What an indicator counts, promises and who answers for it; `document` approves it.

    From year `definition_from` on (0: from the beginning) values count by `definition` (口径);
    `target_definition` is the `definition_from` of the definition by which baseline, path and
    target are stated. `path_kind`: straight, stepped, own; `path_values` the JSON of values by
    year, exact decimals as text. `kind`: level, yearly, growth. `written` is the target in the
    document's words, `remark` what its prose says otherwise. In `known_month` (1 to 12) the source
    knows the value of the year before.
    """

    __tablename__ = "indicator_version"
    __table_args__ = (one_open("indicator_version", "indicator_id"),)

    id: Mapped[Key]
    indicator_id: Mapped[int] = mapped_column(ForeignKey("indicator.id"), index=True)
    no: Mapped[str] = mapped_column(default="")
    heading: Mapped[str] = mapped_column(default="")
    position: Mapped[int]
    unit: Mapped[str] = mapped_column(default="")
    op: Mapped[str]
    kind: Mapped[str]
    baseline_year: Mapped[int | None]
    baseline: Mapped[Decimal | None] = mapped_column(Millionths)
    target_year: Mapped[int | None]
    target: Mapped[Decimal | None] = mapped_column(Millionths)
    target_max: Mapped[Decimal | None] = mapped_column(Millionths)
    written: Mapped[str] = mapped_column(default="")
    firm: Mapped[bool] = mapped_column(default=True)
    remark: Mapped[str] = mapped_column(default="")
    definition: Mapped[str] = mapped_column(default="")
    definition_from: Mapped[int] = mapped_column(default=0)
    target_definition: Mapped[int] = mapped_column(default=0)
    path_kind: Mapped[str] = mapped_column(default="straight")
    path_values: Mapped[str] = mapped_column(default="{}")
    responsible_unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"), index=True)
    source_unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"), index=True)
    known_month: Mapped[int | None]
    document: Mapped[str] = mapped_column(default="")


class IndicatorValue(AppendOnly, Table):
    """What an indicator reached in a year, as it was reported the `no`-th time.

    `firmness`: expected or preliminary; a preliminary value that the source confirmed is verified.
    `unit_id` reported it, `document` is where the number stands.
    """

    __tablename__ = "indicator_value"
    __table_args__ = (UniqueConstraint("indicator_id", "year", "no"),)

    id: Mapped[Key]
    indicator_id: Mapped[int] = mapped_column(ForeignKey("indicator.id"))
    year: Mapped[int]
    no: Mapped[int]
    value: Mapped[Quantity]
    written: Mapped[str]
    firmness: Mapped[str]
    document: Mapped[str] = mapped_column(default="")
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    at: Mapped[Instant]


class IndicatorVerdict(AppendOnly, Table):
    """The data source's word on a preliminary value. `outcome`: confirmed, or objected with a
    reason."""

    __tablename__ = "indicator_verdict"

    id: Mapped[Key]
    value_id: Mapped[int] = mapped_column(ForeignKey("indicator_value.id"), unique=True)
    outcome: Mapped[str]
    reason: Mapped[str] = mapped_column(default="")
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    at: Mapped[Instant]
