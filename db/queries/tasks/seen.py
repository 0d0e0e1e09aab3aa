"""Which tasks a reader sees at all."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models import Task
from db.queries.scope import visible_to
from workflow.rules.access.permissions import Actor


def tasks_seen(session: Session, actor: Actor) -> frozenset[int]:
    """The ids of the tasks that the actor sees, of all plans."""
    return frozenset(session.scalars(select(Task.id).where(visible_to(actor, Task))))
