"""通报 over several plans: the circular of each that has a period to speak of."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy.orm import Session

from db.queries.papers.circular import circular
from i18n import mark
from workflow.rules.access.permissions import Actor
from workflow.rules.papers.circular import Circular
from workflow.rules.refusals import NotFound


def circulars(
    session: Session, actor: Actor, plan_ids: Iterable[int], at: datetime, zone: str
) -> tuple[tuple[int, Circular], ...]:
    """Plan → its circular, in the order of the plans. Raises NotFound where there is none."""
    found = []
    for plan_id in plan_ids:
        try:
            found.append((plan_id, circular(session, actor, plan_id, at, zone)))
        except NotFound:
            continue  # no period was opened yet, or the plan is not the reader's
    if not found:
        raise NotFound(mark("There is nothing here, or it is not yours to see."))
    return tuple(found)
