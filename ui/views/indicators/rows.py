"""Indicators as HTML: rows of the list, cards of what waits, one indicator opened."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from markupsafe import Markup

from db.queries.indicators.indicators import IndicatorRow
from i18n import _
from ui.components.lights import light
from ui.components.rendering import macro
from ui.components.tables import ListColumn, data_table
from ui.components.year_lines import SHAPES, year_line
from ui.views.indicators.words import (
    figures,
    firmness,
    group_of,
    held_against,
    line_of,
    misses,
    number,
    outlook,
    title_of,
    to_do,
    who,
)
from ui.views.shared.plans import PlansShown
from workflow.rules.indicators.path import expected
from workflow.rules.reporting.content import FIRMNESS

LIST = "indicators/list.html"


@dataclass(frozen=True)
class ShownIndicator:
    """What the templates show of an indicator."""

    title: str
    href: str
    unit: str
    who: str
    drawing: Markup
    latest: tuple[str, str, str] | None
    held_against: str
    light: Markup
    outlook: tuple[str, str]
    misses: bool
    to_do: Sequence[str]


def shown(plans: PlansShown, row: IndicatorRow) -> ShownIndicator:
    """An indicator for the templates."""
    latest = row.values[-1] if row.values else None
    said = _("not judged") if group_of(row) == "grey" else ""
    light_of = row.state.judgement.light
    return ShownIndicator(
        title=title_of(row),
        href=plans.link("indicators", indicator=row.id),
        unit=row.version.unit,
        who=who(row),
        drawing=year_line(line_of(row), figures(row)),
        latest=(number(latest.value), _("{year}", year=latest.year), firmness(latest))
        if latest
        else None,
        held_against=held_against(row),
        light=Markup(
            '<span class="ls-light ls-grey"><span class="ls-shape" aria-hidden="true">○</span>'
            "<span>{}</span></span>"
        ).format(said)
        if said
        else light(light_of),
        outlook=outlook(row),
        misses=misses(row),
        to_do=to_do(row),
    )


def table(plans: PlansShown, rows: Sequence[IndicatorRow]) -> Markup:
    """The list, by plan and by the headings of the plan's own table; a phone shows cards."""
    groups = []
    last_plan = None
    for (plan_id, heading), some in groupby(rows, lambda row: (row.plan_id, row.version.heading)):
        of_plan = plans.tag(plan_id) if plan_id != last_plan else Markup("")
        last_plan = plan_id
        name = heading or _("Goals in the text of the plan")
        groups.append((of_plan, name, [shown(plans, row) for row in some]))
    years = [year for row in rows for year in (row.years[0], row.years[-1])]
    span = _("{first} to {last}", first=min(years), last=max(years)) if years else ""
    return macro(LIST, "table", groups, span)


def card(plans: PlansShown, row: IndicatorRow) -> Markup:
    """One indicator as a card, above the buttons of whoever verifies it."""
    return macro(LIST, "card", shown(plans, row))


def legend() -> Markup:
    """What the signs of the drawings mean."""
    keys = [
        ("○", _("baseline")), ("┄", _("path")), ("━", _("target")),
        *((SHAPES[code], _(FIRMNESS[code])) for code in reversed(SHAPES)),
        ("▒", _("forecast: four of five values would lie here; from three values on")),
        ("┊", _("the definition changes: the line breaks")),
    ]  # fmt: skip
    return macro(LIST, "legend", keys)


def waiting(plans: PlansShown, rows: Sequence[IndicatorRow]) -> Markup:
    """What waits for others, each in a line."""
    lines = [
        (plans.link("indicators", indicator=row.id), title_of(row), said, plans.tag(row.plan_id))
        for row in rows
        for said in to_do(row)[: len(row.pending) + sum(bool(v.objection) for v in row.values)
                               + (row.awaited is not None)]
    ]  # fmt: skip
    return macro(LIST, "waiting", lines)


def opened(plans: PlansShown, row: IndicatorRow) -> Markup:
    """One indicator with its drawing, definitions and figures."""
    definitions = [
        (_("from {year} on", year=one.since) if one.since else _("from the beginning"),
         one.text, one.document)
        for one in row.definitions
    ]  # fmt: skip
    large = year_line(line_of(row), figures(row), large=True)
    reason = str(row.state.judgement)
    return macro(LIST, "one", shown(plans, row), reason, large, definitions, _by_year(row))


def _by_year(row: IndicatorRow) -> Markup:
    """The same figures as the drawing, as a table."""
    columns = [
        ListColumn(_("Year"), "short"), ListColumn(_("path"), "number"),
        ListColumn(_("Value reached"), "number"), ListColumn(_("How firm")),
        ListColumn(_("Reported by")), ListColumn(_("Where it stands")),
    ]  # fmt: skip
    values = {one.year: one for one in row.values}
    version, rows = row.version, []
    for year in row.years:
        one, point = values.get(year), expected(row.promise, year)
        begun = version.baseline_year is None or year >= version.baseline_year
        is_base = version.baseline is not None and year == version.baseline_year
        base = number(version.baseline) if is_base and version.baseline is not None else ""
        rows.append(
            [
                str(year),
                number(point.expected) if point and begun and not is_base else "",
                number(one.value) if one else base,
                firmness(one) if one else _("baseline") if is_base else "",
                one.unit if one else "",
                (one.objection or one.document) if one else "",
            ]
        )
    return data_table(_("Year by year"), columns, rows)
