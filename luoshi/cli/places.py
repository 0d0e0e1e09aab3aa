"""luoshi places"""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from i18n import _
from luoshi.cli.frame import (
    AsOf,
    AsPerson,
    CommandGroup,
    DryRun,
    Json,
    acting,
    allow,
    answer,
    reading,
)
from workflow.rules.access.permissions import Permission

group = CommandGroup(help="Places: a city, its counties and parks, each with plans of its own.")
Code = Annotated[str, typer.Argument(metavar="CODE", help="The place's code, such as 330802.")]
Above = Annotated[
    str, typer.Option("--above", metavar="CODE", help="The place above; else the top one.")
]
Kind = Annotated[str, typer.Option("--kind", help="country, province, city, county or park.")]


def join(app: CommandGroup) -> None:
    """Add the commands."""
    app.add_typer(group, name="places")


@group.command("list")
def list_them(as_person: AsPerson = "", json: Json = False) -> None:
    """List the places."""
    from db.queries.places.places import list_places

    with reading(as_person) as c:
        found = list_places(c.session, c.actor)
    lines = [
        _("{code} {name}: units {units}, plans {plans}",
          code=row.code, name=row.name, units=row.units, plans=row.plans)
        for row in found
    ]  # fmt: skip
    answer(json, {"places": [asdict(row) for row in found]}, lines)


@group.command("add")
def add(
    code: Code,
    name: Annotated[str, typer.Argument(metavar="NAME", help="The place's name.")],
    office: Annotated[str, typer.Option("--office", help="The name of its talent office.")],
    administrator: Annotated[str, typer.Option("--administrator", help="Who keeps it: a name.")],
    email: Annotated[str, typer.Option("--email", help="The administrator's address.")],
    unit: Annotated[
        str,
        typer.Option("--unit", help="The unit of the place above that it is; none if it is none."),
    ] = "",
    kind: Kind = "county",
    above: Above = "",
    as_person: AsPerson = "",
    as_of: AsOf = None,
    json: Json = False,
) -> None:
    """Open a place below another; its administrator gets a link by mail and does the rest."""
    from db.queries.record.naming import place_coded, unit_named
    from luoshi.wiring import utc_now
    from workflow.verbs.places.open_place import NewPlace, open_place

    with acting(as_person, as_of) as c:
        above_id = place_coded(c.session, c.actor, above)
        its = unit_named(c.session, c.actor, unit, above_id) if unit else None
        new = NewPlace(code, name, kind, its, office, administrator, email)
        made = open_place(c, new, above_id=above_id, at=utc_now())
    text = _("{name} is open. {administrator} has a link by mail and does the rest.",
             name=name, administrator=administrator)  # fmt: skip
    answer(json, asdict(made), [text])


@group.command("name")
def rename(
    code: Annotated[str, typer.Argument(metavar="CODE", help="The code that it gets.")],
    name: Annotated[str, typer.Argument(metavar="NAME", help="The name that it gets.")],
    of: Annotated[
        str, typer.Option("--of", metavar="CODE", help="Its code so far; else the top place.")
    ] = "",
    kind: Kind = "city",
    as_person: AsPerson = "",
    as_of: AsOf = None,
    json: Json = False,
) -> None:
    """Give a place its code and name, as the top one needs before there are others."""
    from db.queries.record.naming import place_coded
    from workflow.verbs.places.open_place import name_place

    with acting(as_person, as_of) as c:
        place_id = place_coded(c.session, c.actor, of)
        name_place(c, place_id=place_id, code=code, name=name, kind=kind)
    answer(json, {"place": place_id}, [_("The place is {name} now.", name=name)])


@group.command("import")
def import_files(
    code: Code,
    units: Annotated[
        Path | None, typer.Option("--units", help="A file of units: name, kind, aliases, phone.")
    ] = None,
    people: Annotated[
        Path | None, typer.Option("--people", help="A file of people, as for `users import`.")
    ] = None,
    dry_run: DryRun = False,
    as_person: AsPerson = "",
    as_of: AsOf = None,
    json: Json = False,
) -> None:
    """Take in the units and people of a place from csv or xlsx; nothing if a row is wrong."""
    from db.queries.record.naming import place_coded
    from documents.lists.list_file import LARGEST
    from documents.lists.people_file import read_people
    from documents.lists.unit_file import read_units
    from documents.untrusted.apart import read_apart
    from documents.untrusted.containers import content_of
    from luoshi.wiring import utc_now
    from workflow.verbs.people.import_people import import_people
    from workflow.verbs.units.import_units import import_units

    if units is None and people is None:
        raise typer.BadParameter(_("Name a file: --units, --people, or both."))
    found: dict[str, object] = {}
    lines: list[str] = []
    if units is not None:
        allow(as_person, Permission.KEEP_UNITS)
        rows = read_apart(read_units, content_of(units, LARGEST))
        with acting(as_person, as_of) as c:
            place_id = place_coded(c.session, c.actor, code)
            done = import_units(c, rows, place_id=place_id, dry_run=dry_run)
        found["units"] = asdict(done)
        lines.append(
            _("Units added: {added}, changed: {changed}, as they were: {unchanged}.",
              added=len(done.added), changed=len(done.changed), unchanged=len(done.unchanged))
        )  # fmt: skip
    if people is not None:
        allow(as_person, Permission.KEEP_PEOPLE)
        rows = read_apart(read_people, content_of(people, LARGEST))
        with acting(as_person, as_of) as c:
            place_id = place_coded(c.session, c.actor, code)
            those = import_people(c, rows, at=utc_now(), place_id=place_id, dry_run=dry_run)
        found["people"] = asdict(those)
        lines.append(
            _(
                "People added: {added}, changed: {changed}, as they were: {unchanged}; new roles: "
                "{roles}.",
                added=len(those.added), changed=len(those.changed),
                unchanged=len(those.unchanged), roles=those.roles,
            )
        )  # fmt: skip
    answer(json, found, [_("Only tried: {text}", text=line) if dry_run else line for line in lines])
