"""Whom a step of the year-end procedure is told to, when it begins and when its time runs out."""

from __future__ import annotations

from sqlalchemy import select

from db.models import (
    Assessment,
    GivenFact,
    Objection,
    Plan,
    Procedure,
    ProcedureReminder,
    ProcedureState,
    ScoreLine,
)
from db.queries.assessment.procedure import SAYS, newest_assessment, units_assessed
from db.queries.places.places import about_plan
from db.queries.plans.choices import units_of_plans
from workflow.rules.access.permissions import INSTALLATION, Permission, RoleName
from workflow.rules.assessment.procedure import RULES, reminder_of
from workflow.rules.mail.letters import LetterKind
from workflow.rules.states import STATES, Step
from workflow.verbs.context import Context
from workflow.verbs.mail.notify import notify, people_in_place, people_in_posts

_UNIT_POSTS = (RoleName.LIAISON, RoleName.DEPUTY_HEAD, RoleName.HEAD)
_POSTS = {
    Step.VERIFICATION: (RoleName.REVIEWER,),
    Step.ANSWERING: (RoleName.ADMINISTRATOR,),
    Step.REVIEW: (RoleName.COORDINATOR, RoleName.LEADER),
    Step.APPROVAL: (RoleName.LEADER, RoleName.ADMINISTRATOR),
    Step.PUBLICATION: (RoleName.REVIEWER,),
    Step.FINAL: (RoleName.REVIEWER, RoleName.ADMINISTRATOR),
}
_UNITS_TOO = frozenset({Step.PUBLICATION, Step.FINAL})


def tell_of_step(c: Context, procedure: Procedure, state: ProcedureState) -> None:
    """Tell those whose turn it is that a step has begun."""
    step = Step(state.state)
    units = _units(c, procedure) if step in SAYS or step in _UNITS_TOO else []
    people = [one for unit_id in units for one in _of_unit(c, unit_id)]
    _tell(c, procedure, state, [*people, *_in_posts(c, procedure, step)], "begins")


def remind_of_steps(c: Context) -> int:
    """Remind of every step that ends tomorrow or is over: a step once of each; how many.

    Who may: as `remind`, in whose run it is done. Units that have spoken, or objected, are left in
    peace. Leaves an event a reminder.
    """
    c.require(Permission.REMIND, INSTALLATION)
    reminded = 0
    rows = c.session.execute(
        select(ProcedureState, Procedure)
        .join(Procedure, Procedure.id == ProcedureState.procedure_id)
        .where(ProcedureState.open(), ProcedureState.due_on.is_not(None))
        .order_by(Procedure.id)
    ).all()
    for state, procedure in rows:
        kind = reminder_of(c.today, state.due_on or c.today, c.calendar)
        if not kind or _was_reminded(c, state, kind):
            continue
        step = Step(state.state)
        people = _in_posts(c, procedure, step) if step not in SAYS else []
        if step in SAYS:
            people = [one for key in _silent(c, procedure, state) for one in _of_unit(c, key)]
            people += _holding(c, procedure, RoleName.REVIEWER) if kind == "over" else []
        _tell(c, procedure, state, people, kind)
        c.session.add(ProcedureReminder(procedure_state_id=state.id, kind=kind, at=c.now))
        c.record_event(
            procedure.plan_id, "remind_of_step", "procedure", procedure.id, step=step, kind=kind
        )
        reminded += 1
    return reminded


def _tell(
    c: Context, procedure: Procedure, state: ProcedureState, people: list[int], when: str
) -> None:
    step = Step(state.state)
    facts = {
        "year": procedure.year,
        "step": STATES["procedure"][step],
        "todo": RULES[step].todo,
        "due_on": state.due_on,
        "when": when,
    }
    notify(c, LetterKind.PROCEDURE, people, plan_id=procedure.plan_id, facts=facts)


def _was_reminded(c: Context, state: ProcedureState, kind: str) -> bool:
    found = select(ProcedureReminder.id).where(
        ProcedureReminder.procedure_state_id == state.id, ProcedureReminder.kind == kind
    )
    return c.session.scalar(found) is not None


def _silent(c: Context, procedure: Procedure, state: ProcedureState) -> list[int]:
    spoken = c.session.scalars(
        select(GivenFact.unit_id).where(
            GivenFact.plan_id == procedure.plan_id, GivenFact.year == procedure.year,
            GivenFact.kind == SAYS[Step(state.state)], GivenFact.open(),
            GivenFact.known_from >= state.known_from,
        )
    )  # fmt: skip
    objected = c.session.scalars(
        select(Objection.unit_id)
        .join(ScoreLine, ScoreLine.id == Objection.score_line_id)
        .join(Assessment, Assessment.id == ScoreLine.assessment_id)
        .where(
            Objection.at >= state.known_from,
            Assessment.plan_id == procedure.plan_id,
            Assessment.year == procedure.year,
        )
    ).all()
    done = {*spoken, *objected}
    return [key for key in _units(c, procedure) if key not in done]


def _units(c: Context, procedure: Procedure) -> list[int]:
    """The units that were scored; before that, those with a part in the plan."""
    newest = newest_assessment(c.session, procedure.plan_id, procedure.year)
    if newest is not None:
        return list(units_assessed(c.session, newest.id))
    plan = c.session.get_one(Plan, procedure.plan_id)
    return [one.id for one in units_of_plans(c.session, c.actor, [plan.id], c.now)]


def _in_posts(c: Context, procedure: Procedure, step: Step) -> list[int]:
    return [one for role in _POSTS.get(step, ()) for one in _holding(c, procedure, role)]


def _holding(c: Context, procedure: Procedure, role: str) -> list[int]:
    """Who holds a role in the place of the plan."""
    return people_in_place(c, about_plan(c.session, procedure.plan_id).place_id, role)


def _of_unit(c: Context, unit_id: int) -> list[int]:
    return [one for role in _UNIT_POSTS for one in people_in_posts(c, unit_id, role)]
