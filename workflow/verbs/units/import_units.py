"""Take in the units of a place from a file: all of them or none."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from db.models import Alias, Unit
from db.queries.places.places import own_place
from documents.lists.list_file import LONGEST, ListLine, code_of
from documents.lists.unit_file import KIND_WORDS
from i18n import mark
from workflow.rules.access.permissions import Permission, Subject
from workflow.rules.refusals import Invalid, Problem
from workflow.verbs.context import Context
from workflow.verbs.units.save_unit import save_unit

MOST_PROBLEMS = 100
_BETWEEN = re.compile(r"[、,，;；/]")


@dataclass(frozen=True)
class UnitsImported:
    """What became of the units of a file, by their names."""

    added: tuple[str, ...]
    changed: tuple[str, ...]
    unchanged: tuple[str, ...]


def import_units(
    c: Context, lines: Sequence[ListLine], *, place_id: int | None = None, dry_run: bool = False
) -> UnitsImported:
    """Take in every unit of a file's lines (`read_units`), or nothing if one is wrong.

    Who: administrators of the place `place_id`, by default the actor's, and the operator. Units are
    known by their name: new ones are made, known ones get the other names and the telephone that
    the file adds; nothing is taken away. Leaves an event a unit that changed. Raises Invalid with
    every problem by row and column.
    """
    place = own_place(c.actor) if place_id is None else place_id
    c.require(Permission.KEEP_UNITS, Subject(place))
    problems: list[Problem] = []
    done: dict[str, list[str]] = {"added": [], "changed": [], "unchanged": []}
    if not lines:
        problems.append(Problem("", mark("There is no unit in the file.")))
    part = c.session.begin_nested()
    written = len(c.session.info.get("events", []))
    for line in lines:
        if len(problems) >= MOST_PROBLEMS:
            break
        found = list(_faults(line))
        if not found:
            try:
                done[_take_in(c, line, place)].append(line["name"])
            except Invalid as refusal:
                found = [
                    line.problem("name", one.message, **one.fields) for one in refusal.problems
                ]
        problems += found
    if problems:
        raise Invalid(
            mark("Nothing was taken in. Please correct the file and import it again."),
            tuple(problems[:MOST_PROBLEMS]),
        )
    if dry_run:
        part.rollback()
        del c.session.info.setdefault("events", [])[written:]
    else:
        part.commit()
    return UnitsImported(**{name: tuple(names) for name, names in done.items()})


def _take_in(c: Context, line: ListLine, place_id: int) -> str:
    """What became of it: added, changed or unchanged."""
    others = [name.strip() for name in _BETWEEN.split(line["aliases"]) if name.strip()]
    kind = code_of(KIND_WORDS, line["kind"]) or "department"
    unit = c.session.scalars(
        select(Unit).where(Unit.place_id == place_id, Unit.name == line["name"])
    ).one_or_none()
    if unit is None:
        save_unit(
            c, name=line["name"], kind=kind, aliases=others, phone=line["phone"], place_id=place_id
        )
        return "added"
    known = list(c.session.scalars(select(Alias.name).where(Alias.unit_id == unit.id)))
    wanted = [*known, *(name for name in others if name not in known)]
    phone = line["phone"] or unit.phone
    new_kind = kind if line["kind"] else unit.kind
    if (wanted, phone, new_kind) == (known, unit.phone, unit.kind):
        return "unchanged"
    save_unit(
        c, unit_id=unit.id, name=unit.name, kind=new_kind, aliases=wanted,
        parent_id=unit.parent_id, phone=phone, active=unit.active,
    )  # fmt: skip
    return "changed"


def _faults(line: ListLine) -> list[Problem]:
    found = [
        line.problem(field, mark("The text is too long or holds control characters."))
        for field in line.headings
        if len(line[field]) > LONGEST or not line[field].isprintable()
    ]
    if not line["name"]:
        found.append(line.problem("name", mark("The name is missing.")))
    if code_of(KIND_WORDS, line["kind"]) is None:
        found.append(line.problem("kind", mark("there is no such kind of unit")))
    return found
