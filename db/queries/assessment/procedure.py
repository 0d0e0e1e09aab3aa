"""The year-end procedure of a plan's year: its step, its dates, what is open, who has spoken."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from db.models import (
    Assessment,
    GivenFact,
    Objection,
    Person,
    Plan,
    Procedure,
    ProcedureState,
    Report,
    ReportState,
    Round,
    SchemeApproval,
    ScoreLine,
    Unit,
)
from db.queries.places.places import reads_plan
from db.queries.scope import visible_to
from workflow.rules.access.permissions import Actor
from workflow.rules.assessment.given import GivenKind
from workflow.rules.assessment.procedure import Situation
from workflow.rules.states import ReportStateName, Step


@dataclass(frozen=True)
class StepTaken:
    """A step as it was or is: since when, until when by plan, who took the procedure there, by
    which document, of which version (0 for none)."""

    step: Step
    since: datetime
    due_on: date | None
    by: str
    document: str
    version: int


@dataclass(frozen=True)
class ProcedureView:
    """The procedure as a reader sees it; `steps` in order of time, the last is the present one.
    `said`: the units that have spoken in the present step, of the reader's own or of all."""

    id: int
    steps: tuple[StepTaken, ...]
    person_id: int | None
    said: frozenset[int]

    @property
    def now(self) -> StepTaken:
        """The present step."""
        return self.steps[-1]


def procedure_of(session: Session, actor: Actor, plan_id: int, year: int) -> ProcedureView | None:
    """The procedure of a plan's year; None where it has not begun or the plan is not to be seen."""
    found = session.scalar(
        select(Procedure.id)
        .join(Plan, Plan.id == Procedure.plan_id)
        .where(Procedure.plan_id == plan_id, Procedure.year == year, visible_to(actor, Plan))
    )
    if found is None:
        return None
    rows = session.execute(
        select(ProcedureState, Person.name, Assessment.no)
        .outerjoin(Person, Person.id == ProcedureState.person_id)
        .outerjoin(Assessment, Assessment.id == ProcedureState.assessment_id)
        .where(ProcedureState.procedure_id == found)
        .order_by(ProcedureState.id)
    ).all()
    steps = tuple(
        StepTaken(Step(one.state), one.known_from, one.due_on, name or "", one.document, no or 0)
        for one, name, no in rows
    )
    kind = SAYS.get(steps[-1].step)
    said = session.scalars(
        select(GivenFact.unit_id).where(
            GivenFact.plan_id == plan_id, GivenFact.year == year, GivenFact.kind == kind,
            GivenFact.open(), GivenFact.known_from >= steps[-1].since,
            visible_to(actor, GivenFact),
        )
    )  # fmt: skip
    return ProcedureView(found, steps, rows[-1][0].person_id, frozenset(said))


def year_under_way(session: Session, actor: Actor, plan_id: int) -> int | None:
    """The last year of a plan that the reader sees of which the procedure has begun."""
    return session.scalar(
        select(func.max(Procedure.year))
        .join(Plan, Plan.id == Procedure.plan_id)
        .where(Procedure.plan_id == plan_id, visible_to(actor, Plan))
    )


SAYS = {Step.SELF_ASSESSMENT: GivenKind.SELF_ASSESSMENT, Step.FEEDBACK: GivenKind.CONFIRMED}
"""What units say in a step."""


def newest_assessment(session: Session, plan_id: int, year: int) -> Assessment | None:
    """The version of a plan's year that was worked out last."""
    return session.scalars(
        select(Assessment)
        .where(Assessment.plan_id == plan_id, Assessment.year == year)
        .order_by(Assessment.no.desc())
        .limit(1)
    ).one_or_none()


def units_assessed(session: Session, assessment_id: int) -> dict[int, str]:
    """The units that a version scored: id → name."""
    rows = session.execute(
        select(ScoreLine.unit_id, Unit.name)
        .join(Unit, Unit.id == ScoreLine.unit_id)
        .where(ScoreLine.assessment_id == assessment_id, ScoreLine.path == "")
        .order_by(Unit.id)
    )
    return dict(rows.tuples().all())


def situation_of(
    session: Session, plan_id: int, year: int, step: ProcedureState | None, today: date
) -> Situation:
    """How a plan's year stands on its way through the procedure. For verbs, and the office."""
    newest = newest_assessment(session, plan_id, year)
    if newest is None:
        return Situation(today, step.due_on if step else None)
    open_ones = _open_ones(session, newest.id)
    waiting, upheld = _objections(session, plan_id, year, newest.frozen_at)
    return Situation(
        today,
        step.due_on if step else None,
        worked_out=True,
        trial=newest.trial is not False,
        same_version=step is None or step.assessment_id in (None, newest.id),
        questions=open_ones[0],
        doubts=open_ones[1],
        awaiting=awaiting_review(session, plan_id, year),
        objections=waiting,
        upheld_since=upheld,
        silent=_silent(session, plan_id, year, newest.id, step),
        approved_scheme=session.scalar(
            select(SchemeApproval.id).where(
                SchemeApproval.scheme_version_id == newest.scheme_version_id
            )
        )
        is not None,
    )


def situation_now(
    session: Session, actor: Actor, plan_id: int, year: int, today: date
) -> Situation | None:
    """How a plan's year stands in its present step; None for whoever is not of its office."""
    if not reads_plan(session, actor, plan_id):
        return None
    return situation_of(session, plan_id, year, open_state(session, plan_id, year), today)


def open_state(session: Session, plan_id: int, year: int) -> ProcedureState | None:
    """The step in which the procedure of a plan's year is; None where it has not begun."""
    return session.scalars(
        select(ProcedureState)
        .join(Procedure, Procedure.id == ProcedureState.procedure_id)
        .where(Procedure.plan_id == plan_id, Procedure.year == year, ProcedureState.open())
    ).one_or_none()


def awaiting_review(session: Session, plan_id: int, year: int) -> int:
    """How many reports of a plan's year wait for the office."""
    return (
        session.scalar(
            select(func.count())
            .select_from(Report)
            .join(Round, Round.id == Report.round_id)
            .join(ReportState, ReportState.report_id == Report.id)
            .where(
                Report.plan_id == plan_id,
                Round.year == year,
                ReportState.open(),
                ReportState.state == ReportStateName.SIGNED_OFF,
            )
        )
        or 0
    )


def _open_ones(session: Session, assessment_id: int) -> tuple[int, int]:
    """How many questions and how many doubts are open in a version."""
    questions = doubts = 0
    for detail in session.scalars(
        select(ScoreLine.detail).where(
            ScoreLine.assessment_id == assessment_id, ScoreLine.path == ""
        )
    ):
        said = json.loads(detail)
        questions += len(said.get("questions", ()))
        doubts += sum(not one["cleared"] for one in said.get("doubts", ()))
    return questions, doubts


def _objections(session: Session, plan_id: int, year: int, since: datetime) -> tuple[int, int]:
    """How many objections of the year await an answer, and how many were upheld since a version."""
    rows = session.execute(
        select(Objection.answered_at, Objection.upheld)
        .join(ScoreLine, ScoreLine.id == Objection.score_line_id)
        .join(Assessment, Assessment.id == ScoreLine.assessment_id)
        .where(Assessment.plan_id == plan_id, Assessment.year == year)
    ).all()
    waiting = sum(at is None for at, _upheld in rows)
    upheld = sum(bool(upheld) and at is not None and at >= since for at, upheld in rows)
    return waiting, upheld


def _silent(
    session: Session, plan_id: int, year: int, assessment_id: int, step: ProcedureState | None
) -> tuple[str, ...]:
    """The units that have neither confirmed nor objected in the present step."""
    if step is None:
        return ()
    units = units_assessed(session, assessment_id)
    spoken: Sequence[int] = session.scalars(
        select(GivenFact.unit_id).where(
            GivenFact.plan_id == plan_id, GivenFact.year == year,
            GivenFact.kind == SAYS.get(Step(step.state)), GivenFact.open(),
            GivenFact.known_from >= step.known_from,
        )
    ).all()  # fmt: skip
    objected: Sequence[int] = session.scalars(
        select(Objection.unit_id)
        .join(ScoreLine, ScoreLine.id == Objection.score_line_id)
        .join(Assessment, Assessment.id == ScoreLine.assessment_id)
        .where(
            Objection.at >= step.known_from,
            Assessment.plan_id == plan_id,
            Assessment.year == year,
        )
    ).all()
    return tuple(name for key, name in units.items() if key not in {*spoken, *objected})
