"""自评 and 核对无误: what a unit says of its own year in the procedure."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import select

from db.models import Assessment, GivenFact, Plan, Procedure, ProcedureState, ScoreLine
from db.queries.places.places import about_unit
from db.record import replace_interval
from db.types import canonical
from i18n import mark
from workflow.rules.access.permissions import Permission
from workflow.rules.assessment.given import GivenKind
from workflow.rules.refusals import Conflict, Invalid, NotFound, WrongState
from workflow.rules.states import Step
from workflow.verbs.context import Context
from workflow.verbs.finding import find_visible

LONGEST = 4000


def self_assess(c: Context, *, procedure_id: int, unit_id: int, text: str) -> int:
    """Say how the unit judges its own year; again as often as it likes while the step lasts.

    Who may: liaison, deputy head and head of the unit. Leaves an event. Raises NotFound,
    NotAllowed, Invalid without a text, WrongState outside the self-assessment.
    """
    c.require(Permission.SELF_ASSESS, about_unit(c.session, unit_id))
    found = _in_step(c, procedure_id, Step.SELF_ASSESSMENT)
    said = text.strip()
    if not 0 < len(said) <= LONGEST:
        raise Invalid(mark("Say it in no more than {n} characters."), n=LONGEST)
    made = _say(c, found, unit_id, GivenKind.SELF_ASSESSMENT, {"text": said})
    c.record_event(found.plan_id, "self_assess", "given_fact", made, unit=unit_id)
    return made


def confirm_score(c: Context, *, procedure_id: int, line_id: int) -> int:
    """Consent to the unit's draft (核对无误); `line_id` is the first line of its newest score.

    Who may: liaison, deputy head and head of the unit. Leaves an event. Raises NotFound,
    NotAllowed, WrongState outside the feedback, Conflict where a newer version stands.
    """
    line = find_visible(c, ScoreLine, line_id)
    c.require(Permission.SELF_ASSESS, about_unit(c.session, line.unit_id))
    found = _in_step(c, procedure_id, Step.FEEDBACK)
    of = c.session.get_one(Assessment, line.assessment_id)
    newer = select(Assessment.id).where(
        Assessment.plan_id == of.plan_id, Assessment.year == of.year, Assessment.no > of.no
    )
    if (of.plan_id, of.year) != (found.plan_id, found.year) or c.session.scalar(newer.limit(1)):
        raise Conflict(mark("A newer assessment stands. Look at that one first."))
    said = {"version": of.no}
    made = _say(c, found, line.unit_id, GivenKind.CONFIRMED, said)
    c.record_event(found.plan_id, "confirm_score", "given_fact", made, unit=line.unit_id, no=of.no)
    return made


def _in_step(c: Context, procedure_id: int, step: Step) -> Procedure:
    found = c.session.get(Procedure, procedure_id)
    if found is None:
        raise NotFound(mark("There is nothing here, or it is not yours to see."))
    find_visible(c, Plan, found.plan_id)
    state = c.session.scalar(
        select(ProcedureState.state).where(
            ProcedureState.procedure_id == procedure_id, ProcedureState.open()
        )
    )
    if state != step:
        raise WrongState(mark("The procedure is not in this step. Open it again to see it."))
    return found


def _say(
    c: Context,
    found: Procedure,
    unit_id: int,
    kind: GivenKind,
    value: Mapping[str, object],
) -> int:
    same = [
        GivenFact.plan_id == found.plan_id, GivenFact.year == found.year,
        GivenFact.unit_id == unit_id, GivenFact.kind == kind,
    ]  # fmt: skip
    before = c.session.scalar(select(GivenFact.id).where(*same, GivenFact.open()))
    if before is not None:
        replace_interval(c.session, GivenFact, [GivenFact.id == before], None, c.now)
    made = GivenFact(
        plan_id=found.plan_id, unit_id=unit_id, year=found.year, kind=kind, name=kind, raters="",
        period="", value=canonical(value), basis="", person_id=c.actor.person_id,
        known_from=c.now,
    )  # fmt: skip
    c.session.add(made)
    c.session.flush()
    return made.id
