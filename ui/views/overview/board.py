"""The parts of the overview as HTML: figures, units × rounds, tasks by item."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from markupsafe import Markup, escape

from db.queries.progress.heat_map import RoundCell as UnitCell
from db.queries.progress.heat_map import UnitLine
from db.queries.progress.overview import ItemLines, Overview, TaskLine
from i18n import _
from ui.components.dates import full_date
from ui.components.figures import KeyFigure, key_figures, share_bar
from ui.components.lights import LIGHTS, light
from ui.components.states import empty
from ui.components.tables import HeatCell, HeatRow, heat_map
from ui.views.shared.office import CODES, link, period_name, period_short, short_date
from workflow.rules.progress.lights import Light
from workflow.rules.reporting.punctuality import PunctualityWord

ATTENTION = 6
"""How many of the tasks that are behind stand beside the heat map; all are in the list."""


@dataclass(frozen=True)
class OverviewParts:
    """The overview's parts, ready to be shown."""

    under: str
    figures: Markup
    heat: Markup
    tasks: Markup


def drawn(found: Overview, address: Mapping[str, object], today: date) -> OverviewParts:
    """An overview as HTML; `address` is what led to it, for the links on it."""
    return OverviewParts(_under(found), _figures(found, address), _side(found, address), _list(
        found, address, today
    ))  # fmt: skip


def _under(found: Overview) -> str:
    """The plan and when the present round is due."""
    said = [found.title]
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


def _figures(found: Overview, address: Mapping[str, object]) -> Markup:
    figures, total = found.figures, found.figures.tasks
    shown = [
        KeyFigure(
            _(LIGHTS[CODES[code]][1]),
            str(figures.lights[code]),
            _("{percent}% of {n} tasks", percent=_percent(figures.lights[code], total), n=total),
            CODES[code],
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
            ),
        )
    )
    counts = [(CODES[code], figures.lights[code]) for code in Light if figures.lights[code]]
    return key_figures(shown) + share_bar(counts)


def _percent(part: int, whole: int) -> int:
    return round(100 * part / whole) if whole else 0


def _side(found: Overview, address: Mapping[str, object]) -> Markup:
    """Units × rounds, and beside them what is behind."""
    reds = [
        task for item in found.items for task in item.tasks if task.judgement.light == Light.RED
    ]
    if not found.units:
        return _attention(reds, address) if reds else Markup("")
    heads = [period_short(head.period) for head in found.rounds]
    rows = [_row(line, found, address) for line in found.units]
    heat = heat_map(_("Progress lights of units by round"), _("Unit"), heads, rows)
    legend = Markup('<p class="ls-soft">{}</p>').format(
        _(
            "The worst light of a unit's tasks in each round of {year}; a lag made up later is "
            "shown as at risk. Below it, reports that were late or are missing.",
            year=found.year,
        )
    )
    return Markup(
        '<div class="ls-two"><section><h2>{}</h2>{}{}</section><section>{}</section></div>'
    ).format(_("Units by round"), legend, heat, _attention(reds, address))


def _row(line: UnitLine, found: Overview, address: Mapping[str, object]) -> HeatRow:
    cells = [_cell(line.cells.get(head.period), period_name(head.period)) for head in found.rounds]
    href = link("overview", **{**address, "unit": line.unit_id})
    return HeatRow(line.name, cells, href)


def _cell(cell: UnitCell | None, period: str) -> HeatCell:
    if cell is None:
        return HeatCell("–", "", _("{period}: nothing owed", period=period))
    word = _(LIGHTS[CODES[cell.light]][1])
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
        "{period}: {light}; {filed} of {owed} reports filed",
        period=period,
        light=word,
        filed=cell.filed,
        owed=cell.owed,
    )
    text = Markup("{}<small>{}</small>").format(word, " ".join(paper)) if paper else word
    return HeatCell(text, CODES[cell.light], meaning)


def _attention(reds: list[TaskLine], address: Mapping[str, object]) -> Markup:
    head = Markup("<h2>{}</h2>").format(_("Needs attention"))
    if not reds:
        return head + Markup('<p class="ls-soft">{}</p>').format(_("No task is behind."))
    lines = Markup("").join(
        Markup('<li><p>{} <a href="{}"><b>{}</b> {}</a></p><p class="ls-soft">{}</p></li>').format(
            light("red"),
            link("task", task=task.id),
            task.code,
            task.title,
            " · ".join([_names(task.leads), str(task.judgement)]),
        )
        for task in reds[:ATTENTION]
    )
    more = Markup("")
    if len(reds) > ATTENTION:
        more = Markup('<p><a href="{}">{}</a></p>').format(
            link("overview", **{**address, "light": "red"}),
            _("All {n} tasks that are behind", n=len(reds)),
        )
    return head + Markup('<ul class="ls-attention">{}</ul>').format(lines) + more


def _names(names: tuple[str, ...], most: int = 3) -> str:
    said = _(", ").join(names[:most])
    if len(names) <= most:
        return said
    return _("{names} and others, {n} units", names=said, n=len(names))


def _list(found: Overview, address: Mapping[str, object], today: date) -> Markup:
    """All tasks by item, with a way to take them along."""
    if not found.items:
        return empty(
            _("No task fits this"),
            _("Take out a filter or look at another day."),
            link("overview"),
            _("Show all tasks"),
        )
    take = link("files/export/overview", plan=found.plan_id, **address)
    head = Markup(
        '<div class="ls-head"><h2>{}</h2><a class="ls-out" href="{}" download>{}</a></div>'
    ).format(_("Tasks by item ({n})", n=found.figures.tasks), take, _("Download as a table (xlsx)"))
    columns = ((_("Task"), "lead"), (_("Lead unit"), ""), (_("Progress light"), "wide"),
               (_("Due"), ""))  # fmt: skip
    heads = "".join(
        f'<th scope="col" role="columnheader" class="ls-c-{kind or "text"}">{escape(name)}</th>'
        for name, kind in columns
    )
    labels = tuple(str(escape(name)) for name, _kind in columns)
    body = "".join(piece for item in found.items for piece in _item(item, labels, today))
    caption = escape(_("Tasks by item"))
    table = (
        f'<table class="ls-table ls-by-item" role="table"><caption class="ls-sr">{caption}'
        f'</caption><thead role="rowgroup"><tr role="row">{heads}</tr></thead>{body}</table>'
    )
    return head + Markup(table)  # noqa: S704 (every piece was escaped)


def _item(item: ItemLines, labels: tuple[str, ...], today: date) -> Iterator[str]:
    name = escape(f"{item.code} {item.title}".strip() or _("Without an item"))
    yield (
        f'<tbody role="rowgroup"><tr role="row" class="ls-group"><th role="rowheader" colspan="4" '
        f'scope="rowgroup">{name}</th></tr>'
    )
    for task in item.tasks:
        cells = (
            f'<a href="/task?task={task.id}"><span class="ls-code">{escape(task.code)}</span> '
            f"{escape(task.title)}</a>",
            escape(_names(task.leads)),
            f'{light(CODES[task.judgement.light])}<span class="ls-reason">'
            f"{escape(str(task.judgement))}</span>",
            _due(task, today),
        )
        yield '<tr role="row">'
        for place, (label, cell) in enumerate(zip(labels, cells, strict=True)):
            kind = ("lead", "text", "wide", "text")[place]
            yield f'<td role="cell" class="ls-c-{kind}" data-label="{label}">{cell}</td>'
        yield "</tr>"
    yield "</tbody>"


def _due(task: TaskLine, today: date) -> str:
    if task.due is None:
        return str(escape(_("the whole time")))
    over = task.due < today and task.state not in ("closed", "terminated")
    said = f'<time datetime="{task.due}">{escape(short_date(task.due))}</time>'
    if over:
        said = f'<span class="ls-p-late">{said}</span>'
    if task.first_due and task.first_due != task.due:
        was = escape(_("first {day}", day=short_date(task.first_due)))
        said += f'<span class="ls-reason"><s>{was}</s></span>'
    return said
