"""The parts of the overview as HTML: figures, units × rounds, tasks by item."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from markupsafe import Markup

from db.queries.progress.heat_map import RoundCell as UnitCell
from db.queries.progress.heat_map import UnitLine
from db.queries.progress.overview import ItemLines, Overview, TaskLine
from i18n import _
from ui.components.dates import full_date
from ui.components.figures import KeyFigure, key_figures, share_bar
from ui.components.lights import LIGHTS, light
from ui.components.rendering import macro
from ui.components.states import empty
from ui.components.tables import HeatCell, HeatRow, heat_map
from ui.views.shared.office import link, period_name, short_date
from ui.views.shared.papers import paper_ways
from ui.views.shared.plans import PlansShown
from workflow.rules.progress.lights import Light
from workflow.rules.reporting.periods import period_short
from workflow.rules.reporting.punctuality import PunctualityWord

BOARD = "overview/board.html"
ATTENTION = 6
"""How many of the tasks that are behind stand beside the heat map; all are in the list."""


@dataclass(frozen=True)
class OverviewParts:
    """The overview's parts, ready to be shown."""

    under: str
    item: Markup
    figures: Markup
    heat: Markup
    tasks: Markup
    papers: Markup


def drawn(
    found: Overview, plans: PlansShown, address: Mapping[str, object], today: date
) -> OverviewParts:
    """An overview as HTML; `address` is what led to it besides the plans, for the links on it."""
    address = {**plans.address, **address}
    return OverviewParts(
        _under(found, plans),
        _item(found, address),
        _figures(found, address),
        _side(found, plans, address),
        _list(found, plans, address, today),
        _papers(found, plans, address),
    )


def _papers(found: Overview, plans: PlansShown, address: Mapping[str, object]) -> Markup:
    """The circular of the plan that is shown, or of all, once there is a period to speak of."""
    if not found.rounds:
        return Markup("")
    if plans.chosen is None:
        return paper_ways(_("Circular of all plans"), "circular_of_plans", at=address["at"])
    return paper_ways(_("Circular"), "circular", plan=plans.chosen.id, at=address["at"])


def _under(found: Overview, plans: PlansShown) -> str:
    """The plans and when the present round is due."""
    said = [plans.name]
    if found.rounds:
        head = found.rounds[-1]
        said.append(
            _(
                "{period}, reports due on {day}",
                period=period_name(head.period),
                day=full_date(head.due_on),
            )
        )
    return " · ".join(said)


def _item(found: Overview, address: Mapping[str, object]) -> Markup:
    """Which item alone is shown, with the way back to all."""
    if not address["item"]:
        return Markup("")
    item = next((one for one in found.items if one.id == address["item"]), None)
    name = f"{item.code} {item.title}".strip() if item else ""
    return macro(BOARD, "one_item", name, link("overview", **{**address, "item": ""}))


def _figures(found: Overview, address: Mapping[str, object]) -> Markup:
    figures, total = found.figures, found.figures.tasks
    shown = [
        KeyFigure(
            _(LIGHTS[code][1]),
            str(figures.lights[code]),
            _("{percent}% of {n} tasks", percent=_percent(figures.lights[code], total), n=total),
            code,
            link("overview", **{**address, "light": code.value}),
        )
        for code in (Light.GREEN, Light.YELLOW, Light.RED)
    ]
    shown.append(
        KeyFigure(
            _("Reported in this round"),
            f"{figures.filed} / {figures.owed}",
            _(
                "{accepted} accepted, {waiting} awaiting review",
                accepted=figures.accepted,
                waiting=figures.awaiting_review,
            )
            + (_("; {n} as last accepted", n=figures.as_before) if figures.as_before else ""),
        )
    )
    counts = [(code, figures.lights[code]) for code in Light if figures.lights[code]]
    return key_figures(shown) + share_bar(counts)


def _percent(part: int, whole: int) -> int:
    return round(100 * part / whole) if whole else 0


def _side(found: Overview, plans: PlansShown, address: Mapping[str, object]) -> Markup:
    """Units × rounds, and beside them what is behind."""
    reds = [
        (plans.tag(item.plan_id), task)
        for item in found.items
        for task in item.tasks
        if task.judgement.light == Light.RED
    ]
    if not found.units:
        return _attention(reds, address) if reds else Markup("")
    heads = [period_short(head.period) for head in found.rounds]
    rows = [_row(line, found, address) for line in found.units]
    heat = heat_map(_("Progress lights of units by round"), _("Unit"), heads, rows)
    return macro(BOARD, "side", found.year, heat, _attention(reds, address))


def _row(line: UnitLine, found: Overview, address: Mapping[str, object]) -> HeatRow:
    cells = [_cell(line.cells.get(head.period), period_name(head.period)) for head in found.rounds]
    href = link("overview", **{**address, "unit": line.unit_id})
    return HeatRow(line.name, cells, href)


def _cell(cell: UnitCell | None, period: str) -> HeatCell:
    if cell is None:
        return HeatCell("–", "", _("{period}: nothing owed", period=period))
    word = _(LIGHTS[cell.light][1])
    late, missing = (
        cell.words.get(PunctualityWord.LATE, 0),
        cell.words.get(PunctualityWord.MISSING, 0),
    )
    paper = []
    if late:
        paper.append(_("late {n}", n=late))
    if missing:
        paper.append(_("missing {n}", n=missing))
    meaning = _(
        "{period}: {light}; reports filed: {filed} of {owed}",
        period=period,
        light=word,
        filed=cell.filed,
        owed=cell.owed,
    )
    text = macro(BOARD, "cell", word, " ".join(paper)) if paper else word
    return HeatCell(text, cell.light, meaning)


def _attention(reds: list[tuple[Markup, TaskLine]], address: Mapping[str, object]) -> Markup:
    more = link("overview", **{**address, "light": "red"})
    return macro(BOARD, "attention", reds, ATTENTION, more, _names, light, link)


def _names(names: tuple[str, ...], most: int = 3) -> str:
    said = _(", ").join(names[:most])
    if len(names) <= most:
        return said
    return _("{names} and others, {n} units", names=said, n=len(names))


def _list(found: Overview, plans: PlansShown, address: Mapping[str, object], today: date) -> Markup:
    """All tasks by item, with a way to take them along."""
    if not found.items:
        return empty(
            _("No task fits this"),
            _("Take out a filter or look at another day."),
            plans.link("overview"),
            _("Show all tasks"),
        )
    take = link("files/export/overview", **address)

    def of_item(item: ItemLines) -> str:
        return link("overview", **{**address, "plan": item.plan_id, "item": item.id})

    return macro(BOARD, "tasks", found, take, today, light, _names, short_date, of_item)
