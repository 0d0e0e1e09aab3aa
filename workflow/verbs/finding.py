"""Fetching what a verb is about, if the actor may see it."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any, TypeVar

from sqlalchemy import select

from db.models import Edition
from db.queries.scope import visible_to
from i18n import mark
from tasks_catalog.model import Catalogue
from tasks_catalog.plain import from_plain
from workflow.rules.refusals import NotFound
from workflow.verbs.context import Context

_T = TypeVar("_T")


def find_visible(c: Context, entity: type[_T], row_id: int, *, hold: bool = False) -> _T:
    """The row of a scoped entity (see db.queries.scope). Raises NotFound.

    `hold`: whoever else holds it waits until this transaction is over, so that what is decided by
    looking at what else belongs to the row is decided by one at a time.
    """
    table: Any = entity
    wanted = select(entity).where(table.id == row_id, visible_to(c.actor, entity))
    if hold:
        # Rows that merely point to it are written meanwhile.
        wanted = wanted.with_for_update(key_share=True)
    found = c.session.scalars(wanted).one_or_none()
    if found is None:
        raise NotFound(mark("There is nothing here, or it is not yours to see."))
    return found


def last_edition(c: Context, plan_id: int) -> Edition | None:
    """The edition that a plan was loaded with last."""
    return c.session.scalars(
        select(Edition).where(Edition.plan_id == plan_id).order_by(Edition.no.desc()).limit(1)
    ).one_or_none()


def catalogue_of(edition: Edition) -> Catalogue:
    """An edition's catalogue, as it was loaded."""
    return from_plain(json.loads(edition.catalogue, parse_float=Decimal))
