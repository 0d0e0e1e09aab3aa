"""述职评议: one of the panel judges the report of a unit's secretary."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import select

from db.models import Assignment, GivenFact, Plan
from db.queries.assessment.procedure import open_state
from db.queries.places.places import about_unit
from db.record import replace_interval
from db.types import canonical
from i18n import mark
from workflow.rules.access.permissions import Permission
from workflow.rules.assessment.given import GivenKind
from workflow.rules.assessment.panel import CRITERIA, DEBRIEFING, mark_of
from workflow.rules.assessment.procedure import FROZEN
from workflow.rules.refusals import Invalid, Problem, WrongState
from workflow.rules.states import Step
from workflow.verbs.context import Context
from workflow.verbs.finding import find_visible


def rate_debriefing(
    c: Context, *, plan_id: int, year: int, unit_id: int, marks: Mapping[str, str]
) -> None:
    """Give the marks of one of the panel for a unit, one for each criterion, as typed.

    Who may: leaders, reviewers and administrators who hold no post for the unit; everybody once,
    and may change it until the result is before the coordinating body. The unit learns the means,
    never who gave what. Leaves an event without the marks. Raises NotFound, NotAllowed, WrongState,
    Invalid with every criterion without a mark from 0 to 100.
    """
    find_visible(c, Plan, plan_id)
    c.require(Permission.RATE_DEBRIEFING, about_unit(c.session, unit_id))
    state = open_state(c.session, plan_id, year)
    if state is not None and Step(state.state) in FROZEN:
        raise WrongState(mark("The result is decided on already; no more marks are taken."))
    _check(c, plan_id, unit_id, marks)
    for criterion in CRITERIA:
        mine = [
            GivenFact.plan_id == plan_id, GivenFact.year == year, GivenFact.unit_id == unit_id,
            GivenFact.kind == GivenKind.PANEL, GivenFact.raters == criterion,
            GivenFact.person_id == c.actor.person_id,
        ]  # fmt: skip
        before = c.session.scalar(select(GivenFact.id).where(*mine, GivenFact.open()))
        if before is not None:
            replace_interval(c.session, GivenFact, [GivenFact.id == before], None, c.now)
        c.session.add(
            GivenFact(
                plan_id=plan_id, unit_id=unit_id, year=year, kind=GivenKind.PANEL, name=DEBRIEFING,
                raters=criterion, period="", value=canonical({"marks": [marks[criterion].strip()]}),
                basis=DEBRIEFING, person_id=c.actor.person_id, known_from=c.now,
            )
        )  # fmt: skip
    c.session.flush()
    c.record_event(plan_id, "rate_debriefing", "unit", unit_id, year=year)


def _check(c: Context, plan_id: int, unit_id: int, marks: Mapping[str, str]) -> None:
    problems = [
        Problem(one, mark("write a mark from 0 to 100"))
        for one in CRITERIA
        if mark_of(marks.get(one, "")) is None
    ]
    problems += [
        Problem(one, mark("this is none of the criteria")) for one in marks if one not in CRITERIA
    ]
    part = select(Assignment.id).where(
        Assignment.plan_id == plan_id, Assignment.unit_id == unit_id, Assignment.at(c.now)
    )
    if c.session.scalar(part.limit(1)) is None:
        problems.append(Problem("unit", mark("this unit has no part in the plan")))
    if problems:
        raise Invalid(mark("These marks cannot be taken yet."), tuple(problems))
