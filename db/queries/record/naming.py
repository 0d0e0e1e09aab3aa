"""Things by the names that people type: a plan's code, a report's number or receipt, a unit."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from db.models import (
    Alias,
    Measure,
    MeasureVersion,
    Place,
    Plan,
    Report,
    Submission,
    Task,
    Unit,
    UnitGroup,
)
from db.queries.scope import visible_to
from i18n import mark
from workflow.rules.access.permissions import TOP_PLACE, Actor
from workflow.rules.refusals import Conflict, NotFound


@dataclass(frozen=True)
class NamedReport:
    """A report as it stands: what a verb needs to compare and set."""

    report_id: int
    version: int


def plan_named(session: Session, actor: Actor, code: str) -> int:
    """The id of a plan by its code. Raises NotFound."""
    found = session.scalar(
        select(Plan.id).where(Plan.code == code.strip(), visible_to(actor, Plan))
    )
    if found is None:
        raise NotFound(mark("There is no plan with the code “{code}”."), code=code)
    return found


def place_coded(session: Session, actor: Actor, code: str) -> int:
    """The id of a place by its code, the top one for none. Raises NotFound."""
    if not code:
        return TOP_PLACE
    found = session.scalar(
        select(Place.id).where(Place.code == code.strip(), visible_to(actor, Place))
    )
    if found is None:
        raise NotFound(mark("There is no place with the code “{code}”."), code=code)
    return found


def unit_named(session: Session, actor: Actor, name: str, place_id: int = TOP_PLACE) -> int:
    """The id of a unit of a place that the actor sees, by its name or another spelling.

    Raises NotFound.
    """
    alias = select(Alias.unit_id).where(Alias.name == name.strip())
    found = session.scalar(
        select(Unit.id)
        .where(
            (Unit.name == name.strip()) | Unit.id.in_(alias),
            Unit.place_id == place_id,
            visible_to(actor, Unit),
        )
        .limit(1)
    )
    if found is None:
        raise NotFound(mark("There is no unit “{unit}”."), unit=name)
    return found


def task_named(session: Session, actor: Actor, plan_id: int, code: str) -> int:
    """The id of a plan's task by its code. Raises NotFound."""
    found = session.scalar(
        select(Task.id).where(
            Task.plan_id == plan_id, Task.code == code.strip(), visible_to(actor, Task)
        )
    )
    if found is None:
        raise NotFound(mark("The plan has no task “{code}”."), code=code)
    return found


def measure_named(session: Session, actor: Actor, task_id: int, metric: str) -> int:
    """The id of a task's measure by what it is called. Raises NotFound."""
    version = MeasureVersion
    found = session.scalar(
        select(Measure.id)
        .join(version, version.measure_id == Measure.id)
        .join(Task, Task.id == Measure.task_id)
        .where(
            Measure.task_id == task_id,
            version.metric == metric.strip(),
            version.open(),
            visible_to(actor, Task),
        )
        .limit(1)
    )
    if found is None:
        raise NotFound(mark("The task has no measure “{name}”."), name=metric)
    return found


def group_named(session: Session, actor: Actor, name: str, place_id: int = TOP_PLACE) -> int:
    """The id of a group of units of a place by its name. Raises NotFound."""
    found = session.scalar(
        select(UnitGroup.id).where(
            UnitGroup.name == name.strip(),
            UnitGroup.place_id == place_id,
            visible_to(actor, UnitGroup),
        )
    )
    if found is None:
        raise NotFound(mark("There is no group “{group}”."), group=name)
    return found


def report_named(session: Session, actor: Actor, name: str) -> NamedReport:
    """A report by its number here or by the receipt of its last version.

    Raises NotFound; Conflict for the receipt of a version that another one has replaced.
    """
    name = name.strip()
    seen = visible_to(actor, Report)
    query = select(Report.id, Report.version).where(seen)
    if name.isdecimal():
        found = session.execute(query.where(Report.id == int(name))).one_or_none()
    else:
        of = select(Submission.report_id).where(Submission.receipt == name).scalar_subquery()
        found = session.execute(query.where(Report.id == of)).one_or_none()
    if found is None:
        raise NotFound(mark("There is no report “{name}”, or it is not yours to see."), name=name)
    if not name.isdecimal():
        no = session.scalar(select(Submission.no).where(Submission.receipt == name))
        of_report = Submission.report_id == found.id
        if no != session.scalar(select(func.max(Submission.no)).where(of_report)):
            raise Conflict(mark("A newer version of this report was submitted. Look at that one."))
    return NamedReport(found.id, found.version)
