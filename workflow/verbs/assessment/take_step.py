"""年度考核程序: begin it for a plan's year, and take it from step to step."""

from __future__ import annotations

import hashlib
from datetime import date
from typing import Any

from sqlalchemy import select

from db.models import Assessment, Plan, Procedure, ProcedureState, SchemeVersion
from db.queries.assessment.procedure import newest_assessment, situation_of
from db.queries.places.places import about_plan
from i18n import mark
from workflow.rules.access.permissions import Permission, Subject
from workflow.rules.assessment.procedure import (
    BY_ANOTHER,
    RULES,
    SEND_BACK,
    due_on,
    obstacles,
)
from workflow.rules.refusals import Conflict, Invalid, NotAllowed, NotFound, Refused
from workflow.rules.states import INITIAL, Step, after
from workflow.verbs.assessment.step_letters import tell_of_step
from workflow.verbs.context import Context
from workflow.verbs.finding import find_visible

LONGEST = 200
WITH_VERSION = frozenset({"show_draft", "put_forward", "put_up", "approve_result", "finalise"})
"""Actions that speak of the newest version."""


def begin_procedure(c: Context, *, plan_id: int, year: int, until: date | None = None) -> int:
    """Begin the year-end procedure of a plan's year with the self-assessment; its id.

    Who may: the office. `until` is the local date by which units are to have spoken (without it
    the step's usual time). The units are told (`procedure`). Leaves an event. Raises NotFound,
    NotAllowed, Conflict where it has begun, Refused for a year that is not the plan's.
    """
    plan = find_visible(c, Plan, plan_id, hold=True)
    c.require(Permission.KEEP_PROCEDURE, Subject(plan.place_id))
    if (
        plan.issued_at is None
        or not plan.first_year <= year <= plan.last_year
        or year > c.today.year
    ):
        raise Refused(mark("There is nothing to assess for {year} yet."), year=year)
    if c.session.scalar(
        select(Procedure.id).where(Procedure.plan_id == plan_id, Procedure.year == year)
    ):
        raise Conflict(mark("The procedure of {year} has begun already."), year=year)
    made = Procedure(plan_id=plan_id, year=year)
    c.session.add(made)
    c.session.flush()
    first = Step(INITIAL["procedure"])
    state = ProcedureState(
        procedure_id=made.id, state=first, due_on=_until(c, first, until), known_from=c.now,
        person_id=c.actor.person_id,
    )  # fmt: skip
    c.session.add(state)
    c.session.flush()
    c.record_event(plan_id, "begin_procedure", "procedure", made.id, year=year)
    tell_of_step(c, made, state)
    return made.id


def take_step(
    c: Context,
    *,
    procedure_id: int,
    action: str,
    until: date | None = None,
    document: str = "",
) -> Step:
    """Take the procedure to its next step, or back; the step in which it is then.

    Who may: for each step as workflow.rules.assessment.procedure says; whoever took it to the
    review or the approval does not decide there. `until`: the last local day of the new step;
    `document`: by which it was decided, or why it goes back. The version spoken of is kept with the
    step; what is made final is frozen with the digests of scheme and facts in its event. Those
    whose turn it is are told (`procedure`). Raises NotFound, NotAllowed, WrongState, Invalid with
    everything that is in the way.
    """
    found = c.session.get(Procedure, procedure_id)
    if found is None:
        raise NotFound(mark("There is nothing here, or it is not yours to see."))
    find_visible(c, Plan, found.plan_id, hold=True)
    state = c.session.scalars(
        select(ProcedureState).where(
            ProcedureState.procedure_id == procedure_id, ProcedureState.open()
        )
    ).one()
    c.require(_permission(action, Step(state.state)), about_plan(c.session, found.plan_id))
    step = Step(after("procedure", action, state.state))
    if BY_ANOTHER.get(action) == state.state and state.person_id == c.actor.person_id:
        raise NotAllowed(mark("Whoever put it here does not decide on it as well."))
    _refuse_what_is_in_the_way(c, found, state, action, document.strip())
    newest = newest_assessment(c.session, found.plan_id, found.year)
    version = newest if action in WITH_VERSION else None
    c.transition(
        "procedure", procedure_id, action, chain=found.plan_id,
        more={
            "due_on": _until(c, step, until),
            "document": document.strip(),
            "assessment_id": version.id if version else None,
            "person_id": c.actor.person_id,
        },
        **(_digests(c, version) if version else {}),
    )  # fmt: skip
    now = c.session.scalars(
        select(ProcedureState).where(
            ProcedureState.procedure_id == procedure_id, ProcedureState.open()
        )
    ).one()
    tell_of_step(c, found, now)
    return step


def _permission(action: str, step: Step) -> Permission:
    if action == SEND_BACK:
        return Permission.REVIEW_RESULT if step is Step.REVIEW else Permission.APPROVE_RESULT
    rule = next((one for one in RULES.values() if one.ends_by == action), None)
    if rule is None:
        raise NotFound(mark("There is no step “{name}”."), name=action)
    return rule.permission


def _refuse_what_is_in_the_way(
    c: Context, found: Procedure, state: ProcedureState, action: str, document: str
) -> None:
    needs = action == SEND_BACK or RULES[Step(state.state)].needs_document
    if needs and not 0 < len(document) <= LONGEST:
        raise Invalid(
            mark("Say by which document, or why, in no more than {n} characters."), n=LONGEST
        )
    situation = situation_of(c.session, found.plan_id, found.year, state, c.today)
    problems = tuple(obstacles(action, situation))
    if problems:
        raise Invalid(mark("This step cannot be taken yet."), problems)


def _digests(c: Context, version: Assessment) -> dict[str, Any]:
    scheme = c.session.get_one(SchemeVersion, version.scheme_version_id)
    return {
        "assessment": version.id,
        "no": version.no,
        "result": version.sha,
        "scheme": scheme.sha,
        "facts": hashlib.sha256(version.facts.encode()).hexdigest(),
    }


def _until(c: Context, step: Step, until: date | None) -> date | None:
    if until is not None and until < c.today:
        raise Invalid(mark("The last day of a step does not lie in the past."))
    return until or due_on(step, c.today, c.calendar)
