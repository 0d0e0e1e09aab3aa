"""What a reader may see: one condition for every query, on columns that the row itself has."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, cast

from sqlalchemy import ColumnElement, Select, false, func, or_, select, true
from sqlalchemy.orm import aliased

from db.models import (
    Assignment,
    GivenFact,
    Indicator,
    IndicatorVersion,
    Item,
    Merit,
    Objection,
    Plan,
    Report,
    Request,
    ScoreLine,
    Task,
    Unit,
    WorkingCopy,
)
from workflow.rules.access.permissions import Actor, may


def visible_to(actor: Actor, entity: type[Any]) -> ColumnElement[bool]:
    """The rows of an entity that the actor may read.

    Who reads everything: reviewers, leaders, administrators and the system. All others read what
    concerns the units they hold a post for: their own assignments and reports, those that their
    unit collects, the tasks, items and plans above them, and the indicators of issued plans that
    their unit answers or vouches for. Drafted plans and working copies are
    the office's alone. Whoever keeps people must know every unit.
    """
    if actor.reads_all or (entity is Unit and may(actor, "keep_people")):
        return true()
    return _concerning(actor.unit_ids, entity)  # type: ignore[arg-type]  # a class is hashable


@lru_cache(maxsize=1024)  # several stand in every query of a page, and making one takes its time
def _concerning(units: frozenset[int], entity: type[Any]) -> ColumnElement[bool]:
    if not units or entity is WorkingCopy:
        return false()
    if entity is Report:
        return or_(Report.unit_id.in_(units), Report.lead_unit_id.in_(units))
    if entity in (Request, ScoreLine, Objection, Merit, GivenFact):
        return cast(ColumnElement[bool], entity.unit_id.in_(units))
    if entity is Indicator:
        return Indicator.id.in_(_answered_for_by(units))
    tasks = _given_to(units)
    if entity is Assignment:
        return Assignment.task_id.in_(tasks)
    if entity is Task:
        return Task.id.in_(tasks)
    if entity is Item:
        return Item.id.in_(select(Task.item_id).where(Task.id.in_(tasks)))
    if entity is Plan:
        return Plan.id.in_(select(Task.plan_id).where(Task.id.in_(tasks)))
    if entity is Unit:
        return Unit.id.in_(select(Assignment.unit_id).where(Assignment.task_id.in_(tasks)))
    raise TypeError(f"no scope is defined for {entity.__name__}")


def _given_to(units: frozenset[int]) -> Select[int]:
    """The tasks in which units had a part when their plan was sent round or issued, or since; what
    was only thought of in a draft before is the office's alone."""
    part, plan = aliased(Assignment), aliased(Plan)
    return (
        select(part.task_id)
        .join(plan, plan.id == part.plan_id)
        .where(
            part.unit_id.in_(units),
            part.known_to > func.coalesce(plan.consulted_at, plan.issued_at),
        )
    )


def _answered_for_by(units: frozenset[int]) -> Select[int]:
    """The indicators of issued plans that units answer for or are the data source of."""
    version, one, plan = aliased(IndicatorVersion), aliased(Indicator), aliased(Plan)
    return (
        select(version.indicator_id)
        .join(one, one.id == version.indicator_id)
        .join(plan, plan.id == one.plan_id)
        .where(
            plan.issued_at.is_not(None),
            version.open(),
            or_(version.responsible_unit_id.in_(units), version.source_unit_id.in_(units)),
        )
    )
