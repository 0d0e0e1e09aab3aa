"""luoshi units"""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from i18n import _
from luoshi.cli.frame import AsOf, AsPerson, CommandGroup, DryRun, Json, acting, answer, reading

group = CommandGroup(help="Units: groups, mergers.")
Unit = Annotated[str, typer.Argument(metavar="UNIT", help="The unit, by any of its names.")]
Group = Annotated[str, typer.Argument(metavar="GROUP", help="The group's name.")]


def join(app: CommandGroup) -> None:
    """Add the commands."""
    app.add_typer(group, name="units")


@group.command("merge")
def merge(
    unit: Unit,
    successor: Annotated[str, typer.Argument(metavar="SUCCESSOR", help="The unit that goes on.")],
    dry_run: DryRun = False,
    as_person: AsPerson = "",
    as_of: AsOf = None,
    json: Json = False,
) -> None:
    """Merge a unit into another, which takes over its tasks."""
    from db.queries.record.naming import unit_named
    from db.queries.units.changes import merging
    from workflow.verbs.units.merge_units import merge_units

    with (reading if dry_run else acting)(as_person, as_of) as c:
        old, new = unit_named(c.session, c.actor, unit), unit_named(c.session, c.actor, successor)
        found = merging(c.session, c.actor, old, new, c.today)
        if not dry_run:
            merge_units(c, unit_id=old, successor_id=new)
    text = _(
        "Tasks that pass to {successor}: {n}; reports waived: {unfiled}; people who "
        "still hold roles for {unit}: {people}.",
        n=found.leads + found.supports, successor=successor, unfiled=found.unfiled,
        people=found.people, unit=unit,
    )  # fmt: skip
    answer(json, asdict(found), [_("Only tried: {text}", text=text) if dry_run else text])


@group.command("join")
def join_group(
    group: Group, unit: Unit, as_person: AsPerson = "", as_of: AsOf = None, json: Json = False
) -> None:
    """Make a unit a member of a group; the group's tasks are proposed to it."""
    from db.queries.record.naming import group_named, unit_named
    from workflow.verbs.units import join_group as joining

    with acting(as_person, as_of) as c:
        group_id, unit_id = (
            group_named(c.session, c.actor, group),
            unit_named(c.session, c.actor, unit),
        )
        made = joining.join_group(c, group_id=group_id, unit_id=unit_id)
    text = _("{unit} is a member; {n} tasks are proposed to it.", unit=unit, n=len(made))
    answer(json, {"unit": unit_id, "group": group_id, "proposed": made}, [text])


@group.command("leave")
def leave_group(
    group: Group, unit: Unit, as_person: AsPerson = "", as_of: AsOf = None, json: Json = False
) -> None:
    """End a unit's membership in a group, with its part in the group's tasks."""
    from db.queries.record.naming import group_named, unit_named
    from workflow.verbs.units import leave_group as leaving

    with acting(as_person, as_of) as c:
        group_id, unit_id = (
            group_named(c.session, c.actor, group),
            unit_named(c.session, c.actor, unit),
        )
        ended = leaving.leave_group(c, group_id=group_id, unit_id=unit_id)
    text = _("{unit} is no member any more; its part in {n} tasks has ended.", unit=unit, n=ended)
    answer(json, {"unit": unit_id, "group": group_id, "ended": ended}, [text])
