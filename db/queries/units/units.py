"""Units, their other names, groups and people."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session, aliased

from db.models import Alias, Membership, Person, Role, Unit, UnitGroup
from db.queries.scope import visible_to
from workflow.rules.access.permissions import Actor, RoleName


@dataclass(frozen=True)
class UnitRow:
    """A unit with its other names, the groups it is in today, and how many people it has.

    `people` counts those with any role, `reachable` the liaisons whose address works.
    """

    unit_id: int
    name: str
    kind: str
    parent_id: int | None
    parent: str | None
    successor_id: int | None
    successor: str | None
    phone: str
    duties: str
    active: bool
    position: int
    aliases: tuple[str, ...]
    groups: tuple[str, ...]
    people: int
    liaisons: int
    reachable: int


@dataclass(frozen=True)
class MemberRow:
    """A unit in a group, from a local day until before another."""

    unit_id: int
    unit: str
    valid_from: date
    valid_to: date


@dataclass(frozen=True)
class GroupRow:
    """A group; `members` are those of today."""

    group_id: int
    name: str
    policy: str
    members: tuple[MemberRow, ...]


def list_units(session: Session, actor: Actor, today: date) -> list[UnitRow]:
    """The units that the reader may see, in their usual order; local day `today`."""
    parent, successor = aliased(Unit), aliased(Unit)
    rows = session.execute(
        select(
            Unit.id.label("unit_id"), Unit.name, Unit.kind, Unit.parent_id,
            parent.name.label("parent"), Unit.successor_id, successor.name.label("successor"),
            Unit.phone, Unit.duties, Unit.active, Unit.position,
        )
        .outerjoin(parent, parent.id == Unit.parent_id)
        .outerjoin(successor, successor.id == Unit.successor_id)
        .where(visible_to(actor, Unit))
        .order_by(Unit.position, Unit.id)
    ).mappings().all()  # fmt: skip
    aliases = _many(
        session.execute(select(Alias.unit_id, Alias.name).order_by(Alias.name)).tuples()
    )
    groups = _many(
        session.execute(
            select(Membership.unit_id, UnitGroup.name)
            .join(UnitGroup, UnitGroup.id == Membership.group_id)
            .where(Membership.valid_from <= today, today < Membership.valid_to)
            .order_by(UnitGroup.name)
        ).tuples()
    )
    people = _people(session, today, Role.name.is_not(None))
    liaisons = _people(session, today, Role.name == RoleName.LIAISON)
    reached = _people(
        session,
        today,
        Role.name == RoleName.LIAISON,
        Person.email != "",
        Person.bounced_at.is_(None),
    )
    return [
        UnitRow(
            **row,
            aliases=tuple(aliases[row["unit_id"]]),
            groups=tuple(groups[row["unit_id"]]),
            people=people.get(row["unit_id"], 0),
            liaisons=liaisons.get(row["unit_id"], 0),
            reachable=reached.get(row["unit_id"], 0),
        )
        for row in rows
    ]


def list_groups(session: Session, actor: Actor, today: date) -> list[GroupRow]:
    """All groups with their members of the local day that the reader may see."""
    members: dict[int, list[MemberRow]] = defaultdict(list)
    found: Iterable[Any] = session.execute(
        select(Membership.group_id, Unit.id, Unit.name, Membership.valid_from, Membership.valid_to)
        .join(Unit, Unit.id == Membership.unit_id)
        .where(visible_to(actor, Unit), Membership.valid_from <= today, today < Membership.valid_to)
        .order_by(Unit.position, Unit.id)
    )
    for row in found:
        members[row.group_id].append(MemberRow(*row[1:]))
    groups = session.execute(
        select(UnitGroup.id, UnitGroup.name, UnitGroup.policy).order_by(UnitGroup.name)
    )
    return [GroupRow(*row, tuple(members[row.id])) for row in groups]


def _people(session: Session, today: date, *which: ColumnElement[bool]) -> dict[int, int]:
    """How many active people hold such a role, by unit."""
    rows = session.execute(
        select(Role.unit_id, func.count(Role.person_id.distinct()))
        .join(Person, Person.id == Role.person_id)
        .where(
            Role.unit_id.is_not(None),
            Role.valid_from <= today,
            today < Role.valid_to,
            Person.active,
            *which,
        )
        .group_by(Role.unit_id)
    )
    return {unit_id: count for unit_id, count in rows.tuples() if unit_id is not None}


def _many(rows: Iterable[tuple[int, str]]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = defaultdict(list)
    for key, value in rows:
        found[key].append(value)
    return found
