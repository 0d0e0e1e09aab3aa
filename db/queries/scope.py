"""What a reader may see: one condition for every query, on columns that the row itself has."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, cast

from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select, true
from sqlalchemy.orm import aliased

from db.models import (
    Assignment,
    GivenFact,
    Indicator,
    IndicatorVersion,
    Item,
    Merit,
    Objection,
    Person,
    Place,
    Plan,
    Report,
    Request,
    ResultUse,
    Role,
    ScoreLine,
    Task,
    Unit,
    UnitGroup,
    WorkingCopy,
)
from workflow.rules.access.permissions import (
    INSTALLATION,
    THREE_POSTS,
    TOP_PLACE,
    Actor,
    Permission,
    may,
)


def visible_to(actor: Actor, entity: type[Any]) -> ColumnElement[bool]:
    """The rows of an entity that the actor may read.

    Who reads everything of a place: its reviewers, leaders and administrators; the system that of
    all. All others read what concerns the units they hold a post for: their own assignments and
    reports, those that their unit collects, the tasks, items and plans above them, and the
    indicators of issued plans that their unit answers or vouches for. Drafted plans and working
    copies are the office's alone. Whoever keeps the people of the installation must know every
    unit and person, but works in no place.
    """
    if actor.system:
        return true()
    posts = actor.roles & set(THREE_POSTS)
    if (
        entity in (Unit, Person, Place)
        and posts
        and may(actor, Permission.KEEP_PEOPLE, INSTALLATION)
    ):
        return true()
    places = actor.place_ids
    units = frozenset(
        post.unit_id
        for post in actor.posts
        if post.unit_id is not None and post.place_id not in places
    )
    parts = [*([_in_places(places, entity)] if places else []), _concerning(units, entity)]  # type: ignore[arg-type]  # a class is hashable
    return or_(*parts)


@lru_cache(maxsize=1024)
def _in_places(places: frozenset[int], entity: type[Any]) -> ColumnElement[bool]:
    """What belongs to places. An office knows the places directly below its own by name."""
    if entity in (Plan, Unit, UnitGroup, WorkingCopy):
        return cast(ColumnElement[bool], entity.place_id.in_(places))
    if entity is Place:
        return or_(Place.id.in_(places), Place.parent_id.in_(places))
    role, unit, plan = aliased(Role), aliased(Unit), aliased(Plan)
    units = select(unit.id).where(unit.place_id.in_(places))
    if entity is Person:
        held = select(role.person_id).where(role.place_id.in_(places))
        nobody = and_(Person.unit_id.is_(None), Person.id.not_in(select(role.person_id)))
        stray = [nobody] if TOP_PLACE in places else []  # whom the top place may take in
        return or_(Person.id.in_(held), Person.unit_id.in_(units), *stray)
    if entity in (ScoreLine, Objection):
        return cast(ColumnElement[bool], entity.unit_id.in_(units))
    plans = select(plan.id).where(plan.place_id.in_(places))
    return cast(ColumnElement[bool], entity.plan_id.in_(plans))


@lru_cache(maxsize=1024)  # several stand in every query of a page, and making one takes its time
def _concerning(units: frozenset[int], entity: type[Any]) -> ColumnElement[bool]:
    if not units or entity in (WorkingCopy, Place, UnitGroup):
        return false()
    if entity is Person:
        return Person.unit_id.in_(units)
    if entity is Report:
        return or_(Report.unit_id.in_(units), Report.lead_unit_id.in_(units))
    if entity in (Request, ScoreLine, Objection, Merit, GivenFact, ResultUse):
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
