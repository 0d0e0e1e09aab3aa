"""Plans with their states and counts, as of an instant."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from db.models import (
    Assignment,
    Plan,
    Task,
    TaskState,
)
from db.queries.scope import visible_to
from i18n import mark
from workflow.rules.access.permissions import Actor
from workflow.rules.refusals import NotFound
from workflow.rules.states import PlanStateName, TaskStateName


@dataclass(frozen=True)
class PlanRow:
    """A plan as a list shows it. `state`: drafted, consulted or issued; `tasks` and `units` count
    what the reader may see; `states` counts tasks by state."""

    plan_id: int
    code: str
    title: str
    issuer: str
    document_number: str
    published: date | None
    first_year: int
    last_year: int
    state: str
    consulted_at: datetime | None
    comments_due_on: date | None
    issued_at: datetime | None
    issue_document: str
    issue_date: date | None
    office_unit_id: int | None
    version: int
    tasks: int
    units: int
    states: dict[str, int]


def list_plans(session: Session, actor: Actor, at: datetime) -> list[PlanRow]:
    """The plans that the reader may see, the latest first."""
    plans = session.scalars(
        select(Plan).where(visible_to(actor, Plan)).order_by(Plan.first_year.desc(), Plan.code)
    ).all()
    return _rows(session, actor, plans, at)


def plan_row(session: Session, actor: Actor, plan_id: int, at: datetime) -> PlanRow:
    """One plan. Raises NotFound."""
    plans = session.scalars(select(Plan).where(Plan.id == plan_id, visible_to(actor, Plan))).all()
    if not plans:
        raise NotFound(mark("There is nothing here, or it is not yours to see."))
    return _rows(session, actor, plans, at)[0]


def _rows(session: Session, actor: Actor, plans: Sequence[Plan], at: datetime) -> list[PlanRow]:
    ids = [plan.id for plan in plans]
    states: dict[int, dict[str, int]] = defaultdict(dict)
    for plan_id, state, count in session.execute(
        select(Task.plan_id, TaskState.state, func.count())
        .join(TaskState, TaskState.task_id == Task.id)
        .where(Task.plan_id.in_(ids), visible_to(actor, Task), TaskState.at(at))
        .group_by(Task.plan_id, TaskState.state)
        .order_by(Task.plan_id, TaskState.state)
    ):
        if state != TaskStateName.DROPPED:
            states[plan_id][state] = count
    units = dict(
        session.execute(
            select(Assignment.plan_id, func.count(Assignment.unit_id.distinct()))
            .where(Assignment.plan_id.in_(ids), visible_to(actor, Assignment), Assignment.at(at))
            .group_by(Assignment.plan_id)
        )
        .tuples()
        .all()
    )
    return [_row(plan, states[plan.id], units.get(plan.id, 0), at) for plan in plans]


def _row(plan: Plan, states: dict[str, int], units: int, at: datetime) -> PlanRow:
    state = PlanStateName.DRAFTED
    if plan.consulted_at is not None and plan.consulted_at <= at:
        state = PlanStateName.CONSULTED
    if plan.issued_at is not None and plan.issued_at <= at:
        state = PlanStateName.ISSUED
    return PlanRow(
        plan_id=plan.id,
        code=plan.code,
        title=plan.title,
        issuer=plan.issuer,
        document_number=plan.document_number,
        published=plan.published,
        first_year=plan.first_year,
        last_year=plan.last_year,
        state=state,
        consulted_at=plan.consulted_at,
        comments_due_on=plan.comments_due_on,
        issued_at=plan.issued_at,
        issue_document=plan.issue_document,
        issue_date=plan.issue_date,
        office_unit_id=plan.office_unit_id,
        version=plan.version,
        tasks=sum(states.values()),
        units=units,
        states=states,
    )
