"""Finding the units and groups that a document names, by name or alias; new ones are made."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import func, select

from db.models import Alias, Membership, Unit, UnitGroup
from i18n import mark
from tasks_catalog.model import Catalogue
from tasks_catalog.model import CatalogueUnit as NamedUnit
from workflow.rules.refusals import Invalid, Problem
from workflow.verbs.context import Context

EXPAND, KEEP = "expand", "keep"


class Directory:
    """All units and groups of a place by every name they are known under; a merged unit is its
    successor.

    `created` are the ids of units that were not known before; `own_names` the names that units
    bear themselves, those merged into others left out; `duties` the words that the
    office has entered for a unit's fields of duty, by its name.
    """

    def __init__(self, c: Context, place_id: int) -> None:
        self.c = c
        self.place_id = place_id
        self.created: list[int] = []
        columns = select(Unit.id, Unit.name, Unit.successor_id, Unit.duties)
        rows = c.session.execute(columns.where(Unit.place_id == place_id)).all()
        self._successor = {row.id: row.successor_id for row in rows}
        self._names = {row.name: row.id for row in rows}
        self.duties = {row.name: tuple(row.duties.split("、")) for row in rows if row.duties}
        self.own_names = tuple(row.name for row in rows if row.successor_id is None)
        aliases = c.session.execute(
            select(Alias.name, Alias.unit_id).where(Alias.place_id == place_id)
        )
        self._names.update((row.name, row.unit_id) for row in aliases)
        groups = c.session.execute(
            select(UnitGroup.name, UnitGroup.id, UnitGroup.policy).where(
                UnitGroup.place_id == place_id
            )
        ).all()
        self.groups = {row.name: row.id for row in groups}
        self.policies = {row.id: row.policy for row in groups}

    @property
    def names(self) -> frozenset[str]:
        """Every name and other spelling of a unit."""
        return frozenset(self._names)

    def unit(self, name: str) -> int | None:
        """The unit known under a name today."""
        found = self._names.get(name)
        while found is not None and self._successor.get(found) is not None:
            found = self._successor[found]
        return found

    def members(self, group_id: int) -> list[int]:
        """The units in a group today, in their usual order."""
        today = self.c.today
        return list(
            self.c.session.scalars(
                select(Membership.unit_id)
                .join(Unit, Unit.id == Membership.unit_id)
                .where(
                    Membership.group_id == group_id,
                    Membership.valid_from <= today,
                    today < Membership.valid_to,
                    Unit.active,
                )
                .order_by(Unit.position, Unit.id)
            )
        )

    def learn(self, catalogue: Catalogue) -> None:
        """Make every unit, alias, group and membership of a catalogue that is not known yet.

        Raises Invalid where the names of one unit are known as those of two.
        """
        listed = {unit.name: unit for unit in catalogue.units}
        named = [part for task in catalogue.tasks for part in task.units]
        groups = {unit.name for unit in catalogue.units if unit.group} | set(self.groups)
        groups |= {part.name for part in named if part.group}
        wanted = [unit for unit in catalogue.units if not unit.group]
        known = {name for unit in wanted for name in (unit.name, *unit.aliases)}
        members = [name for unit in catalogue.units for name in unit.members]
        others = [*members, *(part.name for part in named)]
        new = dict.fromkeys(n for n in others if n not in known and n not in groups)
        self._units([*wanted, *(NamedUnit(name) for name in new)])
        for name in dict.fromkeys([*(n for n in listed if n in groups), *sorted(groups)]):
            self._group(name, listed[name].members if name in listed else ())

    def _units(self, wanted: Iterable[NamedUnit]) -> None:
        problems = []
        position = self.c.session.scalar(select(func.max(Unit.position))) or 0
        for unit in wanted:
            names = (unit.name, *unit.aliases)
            found = {self.unit(name) for name in names} - {None}
            if len(found) > 1:
                problems.append(Problem(unit.name, mark("its names belong to two known units")))
                continue
            unit_id = found.pop() if found else None
            if unit_id is None:
                position += 1
                unit_id = self._create(unit, position)
            for name in names:
                if name not in self._names:
                    self.c.session.add(Alias(unit_id=unit_id, place_id=self.place_id, name=name))
                    self._names[name] = unit_id
        if problems:
            raise Invalid(mark("The units of the catalogue cannot be matched."), tuple(problems))

    def _create(self, unit: NamedUnit, position: int) -> int:
        made = Unit(
            place_id=self.place_id,
            name=unit.name,
            kind=unit.kind or "department",
            position=position,
        )
        self.c.session.add(made)
        self.c.session.flush()
        self._names[unit.name] = made.id
        self.created.append(made.id)
        return made.id

    def _group(self, name: str, members: tuple[str, ...]) -> None:
        if name not in self.groups:
            group = UnitGroup(place_id=self.place_id, name=name, policy=EXPAND if members else KEEP)
            self.c.session.add(group)
            self.c.session.flush()
            self.groups[name], self.policies[group.id] = group.id, group.policy
        group_id = self.groups[name]
        present = set(self.members(group_id)) if members else set()
        for member in members:
            unit_id = self.unit(member)
            if unit_id is not None and unit_id not in present:
                present.add(unit_id)
                self.c.session.add(
                    Membership(group_id=group_id, unit_id=unit_id, valid_from=self.c.today)
                )
        self.c.session.flush()
