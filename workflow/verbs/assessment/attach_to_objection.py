"""Put a file with an objection to a score, and take it out again."""

from __future__ import annotations

from sqlalchemy import select

from db.evidence import StoredFile
from db.models import Assessment, Objection, ObjectionFile, ScoreLine
from db.queries.assessment.objection_files import ObjectionPaper, objection_file_for
from db.queries.places.places import about_unit
from i18n import mark
from workflow.rules.access.permissions import Permission
from workflow.rules.refusals import Invalid, WrongState
from workflow.verbs.context import Context
from workflow.verbs.finding import find_visible

MOST_FILES = 10


def may_attach_to_objection(c: Context, *, objection_id: int) -> Objection:
    """The objection, where the actor may put a file with it now: asked before the file is looked
    at. Raises NotFound, NotAllowed, WrongState once it was answered."""
    objection = find_visible(c, Objection, objection_id)
    c.require(Permission.OBJECT, about_unit(c.session, objection.unit_id))
    if objection.answered_at is not None:
        raise WrongState(mark("This objection has been answered; nothing goes with it any more."))
    return objection


def attach_to_objection(c: Context, *, objection_id: int, file: StoredFile) -> int:
    """Put a file that lies in the store already with an objection; its id.

    Who may: as `object_to_score`, until it is answered. The same file twice is one. Leaves an
    event. Raises NotFound, NotAllowed, WrongState, and Invalid for too many.
    """
    may_attach_to_objection(c, objection_id=objection_id)
    present = c.session.scalars(
        select(ObjectionFile).where(ObjectionFile.objection_id == objection_id)
    ).all()
    for one in present:
        if one.sha == file.sha:
            return one.id
    if len(present) >= MOST_FILES:
        raise Invalid(mark("No more than {n} files go with an objection."), n=MOST_FILES)
    made = ObjectionFile(
        objection_id=objection_id, sha=file.sha, name=file.name, size=file.size,
        media_type=file.media_type, person_id=c.actor.person_id, at=c.now,
    )  # fmt: skip
    c.session.add(made)
    c.session.flush()
    c.record_event(
        _plan_of(c, objection_id), "attach_to_objection", "objection_file", made.id,
        objection=objection_id, sha=file.sha, size=file.size,
    )  # fmt: skip
    return made.id


def take_out_objection_file(c: Context, *, file_id: int) -> ObjectionPaper:
    """The file's place and name, for the route that sends it; who took it is an event.

    Who may: whoever sees the objection. Raises NotFound for anybody else.
    """
    file = objection_file_for(c.session, c.actor, file_id)
    c.record_event(
        _plan_of(c, file.objection_id), "download", "objection_file", file.id,
        objection=file.objection_id, sha=file.sha,
    )  # fmt: skip
    return file


def _plan_of(c: Context, objection_id: int) -> int:
    found: int = c.session.scalars(
        select(Assessment.plan_id)
        .join(ScoreLine, ScoreLine.assessment_id == Assessment.id)
        .join(Objection, Objection.score_line_id == ScoreLine.id)
        .where(Objection.id == objection_id)
    ).one()
    return found
