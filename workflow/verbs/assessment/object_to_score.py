"""核对反馈: a unit's word against a line of its score."""

from __future__ import annotations

from sqlalchemy import func, select

from db.models import Assessment, Objection, Procedure, ProcedureState, ScoreLine, Unit
from db.queries.places.places import about_unit
from i18n import mark
from workflow.rules.access.permissions import Permission, RoleName
from workflow.rules.assessment.procedure import OBJECTIONS
from workflow.rules.mail.letters import LetterKind
from workflow.rules.refusals import Conflict, Invalid, WrongState
from workflow.verbs.context import Context
from workflow.verbs.finding import find_visible
from workflow.verbs.mail.notify import notify, people_in_place

LONGEST = 4000


def object_to_score(c: Context, *, line_id: int, text: str, proof: str = "") -> int:
    """Object to a line of the newest assessment; the objection's id.

    Who may: liaison, deputy head and head of the unit that was scored. `proof`: the document, file
    or report that shows it. It stands over every later version until it is answered. Where the
    year's procedure has begun, objections are taken while the draft is shown and while the result
    is published. The reviewers are told (`objection`). Leaves an event. Raises NotFound,
    NotAllowed, Invalid without a text, Conflict where a newer assessment stands, WrongState while
    an objection to the line awaits its answer, or when the time for objections is not now.
    """
    line = find_visible(c, ScoreLine, line_id)
    c.require(Permission.OBJECT, about_unit(c.session, line.unit_id))
    said = text.strip()
    if not said or len(said) > LONGEST:
        raise Invalid(mark("Say what is not right, in no more than {n} characters."), n=LONGEST)
    of = c.session.get_one(Assessment, line.assessment_id)
    newest = c.session.scalar(
        select(func.max(Assessment.no)).where(
            Assessment.plan_id == of.plan_id, Assessment.year == of.year
        )
    )
    if newest != of.no:
        raise Conflict(mark("A newer assessment stands. Look at its line and object to that."))
    _require_the_time(c, of)
    waits = (
        select(Objection.id)
        .join(ScoreLine, ScoreLine.id == Objection.score_line_id)
        .join(Assessment, Assessment.id == ScoreLine.assessment_id)
        .where(
            Assessment.plan_id == of.plan_id, Assessment.year == of.year,
            ScoreLine.path == line.path, Objection.unit_id == line.unit_id,
            Objection.answered_at.is_(None),
        )
    )  # fmt: skip
    if c.session.scalar(waits.limit(1)) is not None:
        raise WrongState(mark("An objection to this line awaits its answer already."))
    made = Objection(
        score_line_id=line_id,
        unit_id=line.unit_id,
        person_id=c.actor.person_id,
        at=c.now,
        text=said,
        proof=proof.strip()[:LONGEST],
    )
    c.session.add(made)
    c.session.flush()
    c.record_event(of.plan_id, "object", "objection", made.id, line=line_id, unit=line.unit_id)
    place = about_unit(c.session, line.unit_id).place_id
    told = people_in_place(c, place, RoleName.REVIEWER)
    notify(c, LetterKind.OBJECTION, told, plan_id=of.plan_id, facts=facts_of(c, made, line, of))
    return made.id


def _require_the_time(c: Context, of: Assessment) -> None:
    """Raise WrongState where the year's procedure takes no objections now."""
    state = c.session.execute(
        select(ProcedureState.state, ProcedureState.due_on)
        .join(Procedure, Procedure.id == ProcedureState.procedure_id)
        .where(Procedure.plan_id == of.plan_id, Procedure.year == of.year, ProcedureState.open())
    ).one_or_none()
    if state is None:
        return
    if state.state not in OBJECTIONS:
        raise WrongState(
            mark("Objections are taken while the draft is shown and while the result is published.")
        )
    if state.due_on is not None and c.today > state.due_on:
        raise WrongState(mark("The time for objections ended on {day}."), day=state.due_on)


def facts_of(
    c: Context, objection: Objection, line: ScoreLine, of: Assessment
) -> dict[str, object]:
    """What the letters about an objection say."""
    return {
        "unit": c.session.get_one(Unit, objection.unit_id).name,
        "year": of.year,
        "line": line.title,
        "text": objection.text,
        "upheld": objection.upheld,
        "reply": objection.reply,
    }
