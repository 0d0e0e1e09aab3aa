"""What a reader may see: one condition for every query, on columns that the row itself has."""

from __future__ import annotations

from typing import Any, cast

from sqlalchemy import ColumnElement, false, or_, select, true

from db.models import (
    Assignment,
    Item,
    Objection,
    Plan,
    Report,
    Request,
    ScoreLine,
    Task,
    Unit,
    WorkingCopy,
)
from workflow.rules.permissions import Actor


def visible_to(actor: Actor, entity: type[Any]) -> ColumnElement[bool]:
    """The rows of an entity that the actor may read.

    Who reads everything: reviewers, leaders, administrators and the system. All others read what
    concerns the units they hold a post for: their own assignments and reports, those that their
    unit collects, and the tasks, items and plans above them. Drafted plans and working copies are
    the office's alone.
    """
    if actor.reads_all:
        return true()
    units = actor.unit_ids
    if not units or entity is WorkingCopy:
        return false()
    if entity is Report:
        return or_(Report.unit_id.in_(units), Report.lead_unit_id.in_(units))
    if entity in (Request, ScoreLine, Objection):
        return cast(ColumnElement[bool], entity.unit_id.in_(units))
    tasks = select(Assignment.task_id).where(Assignment.unit_id.in_(units), *_published())
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


def _published() -> tuple[ColumnElement[bool], ...]:
    sent = select(Plan.id).where(or_(Plan.consulted_at.is_not(None), Plan.issued_at.is_not(None)))
    return (Assignment.plan_id.in_(sent),)
