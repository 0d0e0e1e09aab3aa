"""luoshi indicators"""

from __future__ import annotations

from typing import Annotated

import typer

from i18n import _
from luoshi.cli.frame import AsOf, AsPerson, CommandGroup, Json, acting, answer, reading

group = CommandGroup(help="A plan's main indicators and their values.")
Plan = Annotated[str, typer.Argument(metavar="PLAN", help="The plan's code.")]
Number = Annotated[
    int, typer.Argument(metavar="INDICATOR", help="The indicator's number as listed.")
]
Value = Annotated[int, typer.Argument(metavar="VALUE", help="The value's number as listed.")]
Source = Annotated[str, typer.Option("--as", metavar="EMAIL", help="Of the data source.")]


def join(app: CommandGroup) -> None:
    """Add the commands."""
    app.add_typer(group, name="indicators")


@group.command("list")
def list_indicators(
    plan: Plan, person: AsPerson = "", as_of: AsOf = None, json: Json = False
) -> None:
    """List a plan's indicators with the last value of each year and their light."""
    from db.queries.indicators.indicators import indicators
    from db.queries.record.naming import plan_named

    with reading(person, as_of) as c:
        plan_id = plan_named(c.session, c.actor, plan)
        rows = indicators(c.session, c.actor, [plan_id], c.now, c.letterhead.zone)
    found = [
        {
            "indicator": row.id, "no": row.version.no, "name": row.name, "scope": row.scope,
            "unit": row.version.unit, "target": row.version.target,
            "target_year": row.version.target_year, "version": row.version.id,
            "light": row.state.judgement.light, "reason": str(row.state.judgement),
            "values": [
                {"value": one.id, "year": one.year, "no": one.no, "number": one.value,
                 "firmness": one.firmness, "objection": one.objection}
                for one in row.values
            ],
        }
        for row in rows
    ]  # fmt: skip
    lines = [
        " ".join(
            [str(row.id), row.version.no, row.name, f"[{row.state.judgement.light}]"]
            + [f"{one.year}={one.value:f} ({one.firmness}, {one.id})" for one in row.values]
        )
        for row in rows
    ]
    answer(json, found, lines)


@group.command("report")
def report_value(
    indicator: Number,
    year: Annotated[int, typer.Argument(metavar="YEAR", help="The year of the value.")],
    number: Annotated[str, typer.Argument(metavar="NUMBER", help="The value, as one types it.")],
    person: Annotated[str, typer.Option("--as", metavar="EMAIL", help="Who reports.")],
    firmness: Annotated[
        str, typer.Option("--firmness", help="preliminary or expected.")
    ] = "preliminary",
    document: Annotated[str, typer.Option("--document", help="Where the number stands.")] = "",
    seen: Annotated[
        int, typer.Option("--seen", help="The no of the value that stands for the year.")
    ] = 0,
    as_of: AsOf = None,
    json: Json = False,
) -> None:
    """Report the value of a year."""
    from workflow.verbs.indicators.report_indicator_value import report_indicator_value

    with acting(person, as_of) as c:
        made = report_indicator_value(
            c, indicator_id=indicator, year=year, text=number, firmness=firmness,
            document=document, seen=seen,
        )  # fmt: skip
    answer(json, {"value": made}, [_("The value of {year} is kept.", year=year)])


@group.command("confirm")
def confirm_value(value: Value, person: Source, as_of: AsOf = None, json: Json = False) -> None:
    """Confirm a preliminary value, for its data source."""
    from workflow.verbs.indicators.confirm_indicator_value import confirm_indicator_value

    with acting(person, as_of) as c:
        confirm_indicator_value(c, value_id=value)
    answer(json, {"value": value, "state": "confirmed"}, [_("The value is verified.")])


@group.command("object")
def object_to_value(
    value: Value,
    person: Source,
    reason: Annotated[str, typer.Option("--reason", help="What is not right.")],
    as_of: AsOf = None,
    json: Json = False,
) -> None:
    """Object to a preliminary value, for its data source, with a reason."""
    from workflow.verbs.indicators.object_to_indicator_value import object_to_indicator_value

    with acting(person, as_of) as c:
        object_to_indicator_value(c, value_id=value, reason=reason)
    answer(json, {"value": value, "state": "objected"}, [_("The objection is kept.")])


@group.command("set")
def lay_down(
    indicator: Number,
    responsible: Annotated[
        str, typer.Option("--responsible", metavar="UNIT", help="Who answers for it.")
    ] = "",
    source: Annotated[
        str, typer.Option("--source", metavar="UNIT", help="Who vouches for its values.")
    ] = "",
    month: Annotated[
        int | None, typer.Option("--month", help="When the source knows the year before.")
    ] = None,
    definition: Annotated[str, typer.Option("--definition", help="What exactly it counts.")] = "",
    since: Annotated[
        int | None, typer.Option("--since", help="The year from which a new definition counts.")
    ] = None,
    target: Annotated[str, typer.Option("--target", help="The target value.")] = "",
    baseline: Annotated[str, typer.Option("--baseline", help="The baseline.")] = "",
    restated: Annotated[
        bool, typer.Option("--restated", help="Path and target are by the newest definition.")
    ] = False,
    document: Annotated[str, typer.Option("--document", help="What approves the change.")] = "",
    person: AsPerson = "",
    as_of: AsOf = None,
    json: Json = False,
) -> None:
    """Lay down who answers and vouches for an indicator, how it counts and what it promises; what
    is not named stays."""
    from dataclasses import replace
    from typing import Any

    from db.queries.record.naming import unit_named
    from workflow.verbs.indicators.find_indicator import hold_indicator
    from workflow.verbs.indicators.set_indicator import set_indicator, settings_of

    with acting(person, as_of) as c:
        held = hold_indicator(c, indicator).version
        named: dict[str, Any] = {
            "responsible_unit_id": unit_named(c.session, c.actor, responsible)
            if responsible
            else None,
            "source_unit_id": unit_named(c.session, c.actor, source) if source else None,
            "known_month": month, "definition": definition or None, "definition_from": since,
            "target": target or None, "baseline": baseline or None,
        }  # fmt: skip
        given = {name: value for name, value in named.items() if value is not None}
        was = settings_of(held)
        wanted = replace(
            was, **given,
            restated=restated or (was.restated and since in (None, was.definition_from)),
        )  # fmt: skip
        version = set_indicator(c, indicator_id=indicator, version_id=held.id, settings=wanted,
                                document=document)  # fmt: skip
    answer(json, {"indicator": indicator, "version": version}, [_("The indicator is kept.")])
