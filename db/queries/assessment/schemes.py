"""考核办法: the kept versions of the rules of assessments, with who wrote and approved them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models import Event, Person, SchemeApproval, SchemeVersion
from i18n import mark
from workflow.rules.access.permissions import Actor
from workflow.rules.refusals import NotFound


@dataclass(frozen=True)
class SchemeRow:
    """One version; `language`: which language of schemes it is in. `approved_by` and `document`
    are empty for a draft."""

    id: int
    code: str
    no: int
    title: str
    year: int
    language: str
    at: datetime
    by: str
    approved_by: str
    document: str


def scheme_rows(session: Session, actor: Actor) -> tuple[SchemeRow, ...]:
    """Every kept version, the newest first; nothing for whoever reads no whole place."""
    if not (actor.system or actor.place_ids):
        return ()
    kept = Event.subject == "scheme_version", Event.action == "keep_scheme"
    writers = dict(
        session.execute(select(Event.subject_id, Event.actor).where(*kept)).tuples().all()
    )
    names = dict(session.execute(select(Person.id, Person.name)).tuples().all())
    by_actor = {f"p{key}": name for key, name in names.items()}
    rows = session.execute(
        select(SchemeVersion, SchemeApproval.person_id, SchemeApproval.document)
        .outerjoin(SchemeApproval, SchemeApproval.scheme_version_id == SchemeVersion.id)
        .order_by(SchemeVersion.id.desc())
    )
    return tuple(
        SchemeRow(
            one.id, one.code, one.no, body["title"], body["year"], body["schema"], one.at,
            by_actor.get(writers.get(one.id, ""), ""), names.get(approver, ""), document or "",
        )
        for one, approver, document in rows
        for body in [json.loads(one.body)]
    )  # fmt: skip


def version_named(session: Session, code: str, no: int = 0) -> SchemeVersion:
    """A version by its code and number, the newest for 0. Raises NotFound."""
    query = select(SchemeVersion).where(SchemeVersion.code == code.strip())
    if no:
        query = query.where(SchemeVersion.no == no)
    found = session.scalars(query.order_by(SchemeVersion.no.desc()).limit(1)).one_or_none()
    if found is None:
        raise NotFound(mark("There is no scheme “{name}”."), name=code)
    return found


def scheme_text(session: Session, actor: Actor, version_id: int) -> tuple[str, Any]:
    """A version as it was written, empty where it was kept without, and what it says. Raises
    NotFound."""
    found = session.get(SchemeVersion, version_id) if actor.system or actor.place_ids else None
    if found is None:
        raise NotFound(mark("There is nothing here, or it is not yours to see."))
    return found.text, json.loads(found.body)
