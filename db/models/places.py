"""Places: a city, its counties and parks, each with an office, units and plans of its own."""

from __future__ import annotations

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from db.models.table import Table
from db.types import Key
from workflow.rules.access.permissions import TOP_PLACE


class Place(Table):
    """A place (行政区划) with an office of its own. `code`: of GB/T 2260 or one of our own;
    `kind`: country, province, city, county, park. The top place has no parent and is always there.
    """

    __tablename__ = "place"

    id: Mapped[Key]
    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    kind: Mapped[str]
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("place.id"), index=True)


def in_place(*, index: bool = True) -> Mapped[int]:
    """The column that says to which place a row belongs; all that was there before places belongs
    to the top one, as does what names none."""
    return mapped_column(
        ForeignKey("place.id"),
        default=TOP_PLACE,
        server_default=str(TOP_PLACE),
        index=index,
        info={"as_before": TOP_PLACE},
    )
