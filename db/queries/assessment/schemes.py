"""考核办法: the kept versions of the rules of assessments, with who wrote and approved them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, select
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
    rows = session.execute(
        select(SchemeVersion, Event.actor, SchemeApproval.person_id, SchemeApproval.document)
        .outerjoin(Event, and_(Event.subject_id == SchemeVersion.id, *kept))
        .outerjoin(SchemeApproval, SchemeApproval.scheme_version_id == SchemeVersion.id)
        .order_by(SchemeVersion.id.desc())
    ).all()
    writers = {actor: int(actor[1:]) for _one, actor, *_ in rows if actor and actor[0] == "p"}
    wanted = {*writers.values(), *(approver for *_, approver, _document in rows if approver)}
    names = dict(
        session.execute(select(Person.id, Person.name).where(Person.id.in_(wanted))).tuples().all()
    )
    return tuple(
        SchemeRow(
            id=one.id,
            code=one.code,
            no=one.no,
            title=body["title"],
            year=body["year"],
            language=body["schema"],
            at=one.at,
            by=names.get(writers.get(actor, 0), ""),
            approved_by=names.get(approver, ""),
            document=document or "",
        )
        for one, actor, approver, document in rows
        for body in [json.loads(one.body)]
    )


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
