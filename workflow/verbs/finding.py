"""Fetching what a verb is about, if the actor may see it."""

from __future__ import annotations

from typing import Any, TypeVar

from sqlalchemy import select

from db.queries.scope import visible_to
from luoshi.language import mark
from workflow.rules.refusals import NotFound
from workflow.verbs.context import Context

_T = TypeVar("_T")


def visible(c: Context, entity: type[_T], row_id: int) -> _T:
    """The row of a scoped entity (see db.queries.scope). Raises NotFound."""
    table: Any = entity
    found = c.session.scalars(
        select(entity).where(table.id == row_id, visible_to(c.actor, entity))
    ).one_or_none()
    if found is None:
        raise NotFound(mark("There is nothing here, or it is not yours to see."))
    return found
