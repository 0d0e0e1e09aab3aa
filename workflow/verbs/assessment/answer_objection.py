"""Answer a unit's objection to its score."""

from __future__ import annotations

from sqlalchemy import update

from db.models import Assessment, Objection, ScoreLine
from db.queries.assessment.judges import has_judged
from db.queries.places.places import about_unit
from i18n import mark
from workflow.rules.access.permissions import Permission, RoleName
from workflow.rules.mail.letters import LetterKind
from workflow.rules.refusals import Conflict, Invalid, NotAllowed
from workflow.verbs.assessment.object_to_score import LONGEST, facts_of
from workflow.verbs.context import Context
from workflow.verbs.finding import find_visible
from workflow.verbs.mail.notify import notify, people_in_posts


def answer_objection(c: Context, *, objection_id: int, upheld: bool, reply: str) -> None:
    """Say once whether the unit is right, and why.

    Who may: reviewers, administrators and leaders who hold no post for the unit and have not judged
    what it reported in the year, nor noted or given anything of it. The score itself changes only
    when the record is put right and the year assessed anew. The unit's liaisons, deputy head and
    head are told (`objection`). Leaves an event. Raises NotFound, NotAllowed, Invalid without a
    reply, Conflict where it was answered already.
    """
    objection = find_visible(c, Objection, objection_id)
    c.require(Permission.ANSWER_OBJECTION, about_unit(c.session, objection.unit_id))
    line = c.session.get_one(ScoreLine, objection.score_line_id)
    of = c.session.get_one(Assessment, line.assessment_id)
    if has_judged(c.session, c.actor, of.plan_id, of.year, objection.unit_id):
        raise NotAllowed(
            mark("You have judged this unit's year yourself. Somebody else answers its objection.")
        )
    said = reply.strip()
    if not said or len(said) > LONGEST:
        raise Invalid(mark("Say why, in no more than {n} characters."), n=LONGEST)
    done = c.session.execute(
        update(Objection)
        .where(Objection.id == objection_id, Objection.answered_at.is_(None))
        .values(upheld=upheld, reply=said, answered_by_id=c.actor.person_id, answered_at=c.now)
    )
    if done.rowcount != 1:  # type: ignore[attr-defined]
        raise Conflict(mark("This objection has been answered already."))
    c.session.refresh(objection)
    c.record_event(of.plan_id, "answer_objection", "objection", objection_id, upheld=upheld)
    told = [
        person_id
        for role in (RoleName.LIAISON, RoleName.DEPUTY_HEAD, RoleName.HEAD)
        for person_id in people_in_posts(c, objection.unit_id, role)
    ]
    notify(
        c, LetterKind.OBJECTION, told, plan_id=of.plan_id, facts=facts_of(c, objection, line, of)
    )
