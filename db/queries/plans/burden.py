"""What a plan asks of its units in a year, and what of it another plan asks them already."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from db.models import Assignment, Measure, MeasureVersion, Milestone, Plan, Unit
from db.queries.plans.settings import plan_settings
from db.queries.scope import visible_to
from workflow.rules.access.permissions import Actor
from workflow.rules.assignments import AssignmentRole
from workflow.rules.reporting.burden import AskedTask, Burden, burden


@dataclass(frozen=True)
class AskedTwice:
    """A number that another plan asks of the same unit too."""

    metric: str
    plan: str


@dataclass(frozen=True)
class UnitBurden:
    """A unit with the tasks that it reports on and what that is in a year."""

    unit_id: int
    unit: str
    tasks: int
    year: Burden
    twice: tuple[AskedTwice, ...]


def plan_burden(session: Session, actor: Actor, plan_id: int, at: datetime) -> list[UnitBurden]:
    """The burden of each unit that answers to the office, the heaviest first. Raises NotFound."""
    policy = plan_settings(session, actor, plan_id).policy
    parts = session.execute(
        select(Assignment.unit_id, Unit.name, Assignment.task_id)
        .join(Unit, Unit.id == Assignment.unit_id)
        .where(Assignment.plan_id == plan_id, *_answers(actor, at))
        .order_by(Unit.position, Unit.id)
    ).all()
    tasks = {part.task_id for part in parts}
    frequencies: dict[int, list[str]] = defaultdict(list)
    for task_id, frequency in session.execute(
        select(Measure.task_id, MeasureVersion.frequency)
        .join(MeasureVersion, MeasureVersion.measure_id == Measure.id)
        .where(Measure.task_id.in_(tasks), MeasureVersion.at(at))
    ):
        frequencies[task_id].append(frequency)
    steps = dict(
        session.execute(
            select(Milestone.task_id, func.count())
            .where(Milestone.task_id.in_(tasks), Milestone.at(at))
            .group_by(Milestone.task_id)
        )
        .tuples()
        .all()
    )
    asked: dict[tuple[int, str], list[AskedTask]] = defaultdict(list)
    for part in parts:
        one = AskedTask(tuple(frequencies[part.task_id]), steps.get(part.task_id, 0))
        asked[part.unit_id, part.name].append(one)
    twice = _asked_twice(session, actor, plan_id, at)
    found = [
        UnitBurden(unit_id, name, len(some), burden(policy, some), tuple(twice[unit_id]))
        for (unit_id, name), some in asked.items()
    ]
    return sorted(found, key=lambda one: -one.year.minutes)


def _answers(actor: Actor, at: datetime) -> tuple[ColumnElement[bool], ...]:
    """The assignments in force that owe the office a report."""
    own = or_(
        Assignment.role == AssignmentRole.JOINT,
        and_(
            Assignment.role == AssignmentRole.LEAD,
            or_(Assignment.collects, Assignment.from_group_id.is_not(None)),
        ),
    )
    return Assignment.at(at), own, visible_to(actor, Assignment)


def _asked_twice(
    session: Session, actor: Actor, plan_id: int, at: datetime
) -> dict[int, list[AskedTwice]]:
    """By unit, the numbers of the plan that an issued plan asks of it under the same name."""
    rows = session.execute(
        select(
            Assignment.unit_id, MeasureVersion.metric, MeasureVersion.unit, Plan.id, Plan.title
        )
        .join(Measure, Measure.task_id == Assignment.task_id)
        .join(MeasureVersion, MeasureVersion.measure_id == Measure.id)
        .join(Plan, Plan.id == Assignment.plan_id)
        .where(
            MeasureVersion.at(at),
            or_(Plan.id == plan_id, Plan.issued_at <= at),
            *_answers(actor, at),
        )
        .order_by(Plan.id, Measure.no)
    ).all()  # fmt: skip
    here = {(row.unit_id, row.metric, row.unit) for row in rows if row.id == plan_id}
    found: dict[int, list[AskedTwice]] = defaultdict(list)
    for row in rows:
        if row.id != plan_id and (row.unit_id, row.metric, row.unit) in here:
            found[row.unit_id].append(AskedTwice(row.metric, row.title))
    return found
