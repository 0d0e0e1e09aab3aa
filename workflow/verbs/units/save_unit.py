"""Make or change a unit with its other names."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, select

from db.models import Alias, Unit, UnitGroup
from db.queries.places.places import about_unit, own_place
from i18n import mark
from workflow.rules.access.permissions import Permission, Subject
from workflow.rules.refusals import Invalid, NotFound, Problem
from workflow.verbs.context import Context

KINDS = {
    "department": mark("department"),
    "county": mark("county or district"),
    "park": mark("park"),
    "enterprise": mark("enterprise"),
    "university": mark("university"),
    "institution": mark("institution"),
    "mass": mark("mass organisation"),
}


def save_unit(
    c: Context,
    *,
    unit_id: int | None = None,
    name: str,
    kind: str,
    aliases: Sequence[str] = (),
    parent_id: int | None = None,
    phone: str = "",
    duties: Sequence[str] | None = None,
    active: bool = True,
    place_id: int | None = None,
) -> int:
    """Make a unit, or make a known one be as given; its id. A name it had before stays an alias.

    `duties` are words of its fields of duty, by which tasks are suggested to it; None leaves them
    as they are. A new one belongs to the place `place_id`, by default the actor's. Who:
    administrators of the place. No state changes, no mail. Raises NotFound for an unknown unit,
    NotAllowed, Invalid for an empty or taken name, an unknown kind, or a parent that lies below it.
    """
    new_in = Subject(own_place(c.actor) if place_id is None else place_id)
    about = new_in if unit_id is None else about_unit(c.session, unit_id)
    c.require(Permission.KEEP_UNITS, about)
    names = list(dict.fromkeys(text.strip() for text in (name, *aliases) if text.strip()))
    unit = c.session.get(Unit, unit_id) if unit_id is not None else None
    if unit_id is not None and unit is None:
        raise NotFound(mark("There is no such unit."))
    problems = _problems(c, about.place_id, unit_id, name, names, kind, parent_id)
    if problems:
        raise Invalid(mark("The unit cannot be kept like this."), tuple(problems))
    if unit is None:
        position = (c.session.scalar(select(func.max(Unit.position))) or 0) + 1
        unit = Unit(position=position, place_id=about.place_id)
        c.session.add(unit)
    elif unit.name != names[0]:
        names.append(unit.name)
    unit.name, unit.kind, unit.parent_id = names[0], kind, parent_id
    unit.phone, unit.active = phone.strip(), active
    if duties is not None:
        unit.duties = "、".join(dict.fromkeys(word.strip() for word in duties if word.strip()))
    c.session.flush()
    known = c.session.scalars(select(Alias).where(Alias.unit_id == unit.id)).all()
    for alias in known:
        if alias.name not in names[1:]:
            c.session.delete(alias)
    present = {alias.name for alias in known}
    c.session.add_all(
        Alias(unit_id=unit.id, place_id=unit.place_id, name=n)
        for n in names[1:]
        if n not in present
    )
    c.record_event(0, "keep_unit", "unit", unit.id, kind=kind, active=active, parent=parent_id)
    return unit.id


def _problems(
    c: Context,
    place_id: int,
    unit_id: int | None,
    name: str,
    names: list[str],
    kind: str,
    parent_id: int | None,
) -> list[Problem]:
    problems = []
    if not name.strip():
        problems.append(Problem("name", mark("the unit needs a name")))
    if kind not in KINDS:
        problems.append(Problem("kind", mark("there is no such kind of unit")))
    taken = {
        *c.session.scalars(
            select(Unit.name).where(
                Unit.place_id == place_id, Unit.name.in_(names), Unit.id != (unit_id or 0)
            )
        ),
        *c.session.scalars(
            select(Alias.name).where(
                Alias.place_id == place_id, Alias.name.in_(names), Alias.unit_id != (unit_id or 0)
            )
        ),
        *c.session.scalars(
            select(UnitGroup.name).where(UnitGroup.place_id == place_id, UnitGroup.name.in_(names))
        ),
    }
    problems += [
        Problem("name", mark("“{name}” is the name of another unit or group"), name=other)
        for other in sorted(taken)
    ]
    if parent_id is not None and about_unit(c.session, parent_id).place_id != place_id:
        problems.append(Problem("parent", mark("there is no such unit")))
    above, steps = parent_id, 0
    while above is not None and above != unit_id and steps < 20:
        above, steps = c.session.scalar(select(Unit.parent_id).where(Unit.id == above)), steps + 1
    if above is not None:
        problems.append(Problem("parent", mark("the unit above lies below this one")))
    return problems
