"""Files that go with objections, for whoever sees the objection."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models import Objection, ObjectionFile
from db.queries.scope import visible_to
from i18n import mark
from workflow.rules.access.permissions import Actor
from workflow.rules.refusals import NotFound


@dataclass(frozen=True)
class ObjectionPaper:
    """One of them; its content lies in the EvidenceStore under `sha`."""

    id: int
    objection_id: int
    sha: str
    name: str
    size: int
    media_type: str


_COLUMNS = (
    ObjectionFile.id, ObjectionFile.objection_id, ObjectionFile.sha, ObjectionFile.name,
    ObjectionFile.size, ObjectionFile.media_type,
)  # fmt: skip


def objection_file_for(session: Session, actor: Actor, file_id: int) -> ObjectionPaper:
    """One file. Raises NotFound where the actor does not see its objection."""
    row = session.execute(
        select(*_COLUMNS)
        .join(Objection, Objection.id == ObjectionFile.objection_id)
        .where(ObjectionFile.id == file_id, visible_to(actor, Objection))
    ).one_or_none()
    if row is None:
        raise NotFound(mark("There is no such file."))
    return ObjectionPaper(*row)


def objection_files(
    session: Session, actor: Actor, objection_ids: Collection[int]
) -> dict[int, tuple[ObjectionPaper, ...]]:
    """The files of each of these objections that the actor sees, in the order they came."""
    rows = session.execute(
        select(*_COLUMNS)
        .join(Objection, Objection.id == ObjectionFile.objection_id)
        .where(ObjectionFile.objection_id.in_(tuple(objection_ids)), visible_to(actor, Objection))
        .order_by(ObjectionFile.id)
    )
    found: defaultdict[int, list[ObjectionPaper]] = defaultdict(list)
    for row in rows:
        found[row.objection_id].append(ObjectionPaper(*row))
    return {key: tuple(files) for key, files in found.items()}
