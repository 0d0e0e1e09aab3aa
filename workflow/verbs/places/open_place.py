"""Open a place below: its office, and the person who keeps it from then on."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from db.models import Place, Unit
from db.record import SYSTEM_CHAIN
from i18n import mark
from workflow.rules.access.permissions import TOP_PLACE, Permission, RoleName, Subject, system
from workflow.rules.refusals import Invalid, NotFound, Problem
from workflow.verbs.context import Context
from workflow.verbs.people.save_person import add_person, give_role
from workflow.verbs.units.save_unit import save_unit

KINDS = {
    "country": mark("country"),
    "province": mark("province"),
    "city": mark("city"),
    "county": mark("county or district"),
    "park": mark("park"),
}
_CODE = re.compile(r"[0-9A-Za-z-]{1,20}")


@dataclass(frozen=True)
class NewPlace:
    """A place to be opened. `code`: of GB/T 2260, such as 330802, or one of our own; `unit_id`:
    the unit of the place above that it is; `office`: the name of its talent office."""

    code: str
    name: str
    kind: str
    unit_id: int | None
    office: str
    administrator: str
    administrator_email: str


@dataclass(frozen=True)
class PlaceOpened:
    """What was made, by its ids."""

    place_id: int
    office_id: int
    administrator_id: int


def open_place(
    c: Context, new: NewPlace, *, above_id: int = TOP_PLACE, at: datetime
) -> PlaceOpened:
    """Open a place below another, with an office and its administrator, who gets the usual link by
    mail and does the rest: units, people, plans.

    Who: administrators of the place above. Leaves an event in the system's chain. Raises
    NotAllowed, NotFound, Invalid with everything that is wrong. `at`: real time (UTC).
    """
    c.require(Permission.KEEP_UNITS, Subject(above_id))
    above = c.session.get(Place, above_id)
    if above is None:
        raise NotFound(mark("There is nothing here, or it is not yours to see."))
    problems = list(_wrong(c, new, above_id))
    if problems:
        raise Invalid(mark("The place cannot be opened like this."), tuple(problems))
    place = Place(code=new.code.strip(), name=new.name.strip(), kind=new.kind, parent_id=above_id)
    c.session.add(place)
    c.session.flush()
    if new.unit_id is not None:
        c.session.get_one(Unit, new.unit_id).stands_for_id = place.id
    # Nobody has a post in the place yet: its first ones are given by the installation itself.
    first = Context(c.session, system("open_place"), c.now, c.letterhead, c.timetable)
    office = save_unit(first, name=new.office, kind="department", place_id=place.id)
    person = add_person(
        first, email=new.administrator_email, name=new.administrator, unit_id=office, at=at
    )
    give_role(first, person, RoleName.ADMINISTRATOR, office)
    # Whatever is done next is the actor's again.
    c.session.info["by"] = (c.actor, c.now)
    c.record_event(
        SYSTEM_CHAIN, "open_place", "place", place.id, above=above_id, unit=new.unit_id,
        office=office, administrator=person,
    )  # fmt: skip
    return PlaceOpened(place.id, office, person)


def name_place(c: Context, *, place_id: int, code: str, name: str, kind: str) -> None:
    """Give a place its code and name, as the top one needs before there are others.

    Who: administrators of the place. Raises NotAllowed, NotFound, Invalid.
    """
    c.require(Permission.KEEP_UNITS, Subject(place_id))
    place = c.session.get(Place, place_id)
    if place is None:
        raise NotFound(mark("There is nothing here, or it is not yours to see."))
    problems = list(_wrong_name(c, code, name, kind, place_id))
    if problems:
        raise Invalid(mark("The place cannot be named like this."), tuple(problems))
    place.code, place.name, place.kind = code.strip(), name.strip(), kind
    c.session.flush()
    c.record_event(SYSTEM_CHAIN, "name_place", "place", place_id)


def _wrong(c: Context, new: NewPlace, above_id: int) -> Iterator[Problem]:
    yield from _wrong_name(c, new.code, new.name, new.kind, 0)
    if not new.office.strip():
        yield Problem("office", mark("the office needs a name"))
    if new.unit_id is not None:
        unit = c.session.get(Unit, new.unit_id)
        if unit is None or unit.place_id != above_id or not unit.active:
            yield Problem("unit", mark("there is no such unit"))
        elif unit.stands_for_id is not None:
            yield Problem("unit", mark("this unit is another place already"))


def _wrong_name(c: Context, code: str, name: str, kind: str, place_id: int) -> Iterator[Problem]:
    if not _CODE.fullmatch(code.strip()):
        yield Problem("code", mark("a code is of digits and letters, such as 330802"))
    elif c.session.scalar(select(Place.id).where(Place.code == code.strip(), Place.id != place_id)):
        yield Problem("code", mark("another place has this code"))
    if not name.strip():
        yield Problem("name", mark("the place needs a name"))
    if kind not in KINDS:
        yield Problem("kind", mark("there is no such kind of place"))
