"""Places: what belongs to which, and what of them a reader may know."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from db.models import Person, Place, Plan, Role, Unit, UnitGroup
from db.queries.scope import visible_to
from workflow.rules.access.permissions import TOP_PLACE, Actor, Subject

NOWHERE = Subject(0)
"""What is not there; the installation's work alone may ask for it, and then finds nothing."""


@dataclass(frozen=True)
class PlaceRow:
    """A place as the list shows it; `unit` is what stands for it in the place above."""

    id: int
    code: str
    name: str
    kind: str
    parent_id: int | None
    parent: str
    unit: str
    units: int
    plans: int


def about_plan(session: Session, plan_id: int | None) -> Subject:
    """A plan as far as permission depends on it; None, or one that is not there, is whatever the
    top place may do."""
    return Subject(_place(session, Plan, plan_id))


def about_unit(session: Session, unit_id: int | None, lead_unit_id: int | None = None) -> Subject:
    """A unit as far as permission depends on it, with the unit that collects from it."""
    of = unit_id if unit_id is not None else lead_unit_id
    return Subject(_place(session, Unit, of), unit_id=unit_id, lead_unit_id=lead_unit_id)


def about_group(session: Session, group_id: int) -> Subject:
    """A group of units as far as permission depends on it."""
    return Subject(_place(session, UnitGroup, group_id))


def about_person(session: Session, person_id: int) -> Subject:
    """A person as far as permission depends on them: of their unit's place, else of that in which
    they have held a role, else of the top one."""
    place = session.scalar(
        select(Unit.place_id).join(Person, Person.unit_id == Unit.id).where(Person.id == person_id)
    ) or session.scalar(
        select(Role.place_id).where(Role.person_id == person_id).order_by(Role.id.desc()).limit(1)
    )
    return Subject(place or TOP_PLACE, person_id=person_id)


def reads_plan(session: Session, actor: Actor, plan_id: int) -> bool:
    """Whether the actor reads everything of a plan, and not a unit's part alone."""
    return actor.reads_all_of(_place(session, Plan, plan_id))


def places_of(session: Session, unit_ids: Iterable[int]) -> dict[int, int]:
    """The place of each of these units."""
    rows = session.execute(select(Unit.id, Unit.place_id).where(Unit.id.in_(set(unit_ids))))
    return dict(rows.tuples().all())


def is_of_others(session: Session, person_id: int, place_id: int) -> bool:
    """Whether a person belongs to other places and not to this one."""
    units = select(Unit.place_id).join(Person, Person.unit_id == Unit.id)
    roles = select(Role.place_id).where(Role.person_id == person_id)
    places = set(session.scalars(units.where(Person.id == person_id))) | set(session.scalars(roles))
    return bool(places) and place_id not in places


def own_place(actor: Actor) -> int:
    """The place in which an actor of the office works: the top one if there, else the first."""
    return min(actor.place_ids, default=TOP_PLACE)


def list_places(session: Session, actor: Actor) -> list[PlaceRow]:
    """The places that the actor works for, and those directly below; the top one first."""
    above, its = aliased(Place), aliased(Unit)
    units = select(func.count(its.id)).where(its.place_id == Place.id, its.active).scalar_subquery()
    plans = select(func.count(Plan.id)).where(Plan.place_id == Place.id).scalar_subquery()
    rows = session.execute(
        select(Place, func.coalesce(above.name, ""), func.coalesce(Unit.name, ""), units, plans)
        .outerjoin(above, above.id == Place.parent_id)
        .outerjoin(Unit, Unit.stands_for_id == Place.id)
        .where(visible_to(actor, Place))
        .order_by(Place.parent_id.is_not(None), Place.code)
    )
    return [
        PlaceRow(
            id=place.id,
            code=place.code,
            name=place.name,
            kind=place.kind,
            parent_id=place.parent_id,
            parent=parent,
            unit=unit,
            units=n,
            plans=m,
        )
        for place, parent, unit, n, m in rows
    ]


def _place(session: Session, entity: type[Plan | Unit | UnitGroup], row_id: int | None) -> int:
    if row_id is None:
        return TOP_PLACE
    found = session.scalar(select(entity.place_id).where(entity.id == row_id))
    return found or TOP_PLACE
