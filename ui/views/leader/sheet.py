"""The sheet for leaders as HTML: figures, what is behind and why, what changed, what to decide."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from markupsafe import Markup, escape

from db.queries.progress.overview import Overview, TaskLine
from db.queries.requests.requests import RequestRow
from db.queries.tasks.board import LastWords
from i18n import _
from ui.components.dates import full_date
from ui.components.figures import KeyFigure, key_figures
from ui.components.lights import light, tag
from ui.views.shared.asking import request_kind, wish_words
from ui.views.shared.office import CODES, link, period_name, short_date
from workflow.rules.progress.lights import Light
from workflow.rules.time.dates import local_date

MOST_UNITS = 3
"""How many units of one task speak on the sheet; the task's page has all."""


GRAVEST = (Light.RED, Light.YELLOW, Light.GREEN, Light.DONE, Light.GREY)


@dataclass(frozen=True)
class ChangesSince:
    """What changed since an instant: tasks with the light that they had, None for new ones.

    `looked`: it is the reader's last look, else a span chosen for the first one.
    """

    instant: datetime
    looked: bool
    changed: tuple[tuple[TaskLine, Light | None], ...]


@dataclass(frozen=True)
class LeaderSheet:
    """The sheet's parts, ready to be shown."""

    under: str
    figures: Markup
    body: Markup


def sheet(
    now: Overview,
    reds: Sequence[TaskLine],
    words: Mapping[int, Sequence[LastWords]],
    since: ChangesSince,
    waiting: Sequence[RequestRow],
    zone: str,
) -> LeaderSheet:
    """Everything on one sheet, the gravest first."""
    under = _("{plan} · as of {day}", plan=now.title, day=full_date(now.day))
    body = Markup('<div class="ls-two ls-sheet"><section>{}</section><section>{}{}</section></div>')
    return LeaderSheet(
        under,
        _figures(now, waiting),
        body.format(_behind(reds, words), _decisions(waiting, zone), _changes(since, zone)),
    )


def _figures(now: Overview, waiting: Sequence[RequestRow]) -> Markup:
    lights, total = now.figures.lights, now.figures.tasks
    fine = lights[Light.GREEN] + lights[Light.DONE]
    return key_figures(
        [
            KeyFigure(
                _("Behind"),
                str(lights[Light.RED]),
                _("and {n} at risk", n=lights[Light.YELLOW]),
                "red",
                link("overview", light="red"),
            ),
            KeyFigure(
                _("On track or closed out"),
                f"{fine} / {total}",
                _("{done} closed out", done=lights[Light.DONE]),
                "green",
            ),
            KeyFigure(
                _("Awaiting a decision"),
                str(len(waiting)),
                _("units that ask: {n}", n=len({row.unit_id for row in waiting})),
            ),
        ]
    )


def _behind(reds: Sequence[TaskLine], words: Mapping[int, Sequence[LastWords]]) -> Markup:
    head = Markup("<h2>{}</h2>").format(_("Behind, and why"))
    if not reds:
        return head + Markup('<p class="ls-soft">{}</p>').format(_("No task is behind."))
    lines = Markup("").join(_red(task, words.get(task.id, ())) for task in reds)
    return head + Markup('<ul class="ls-attention">{}</ul>').format(lines)


def _red(task: TaskLine, words: Sequence[LastWords]) -> Markup:
    held_up = [one for one in words if one.problem]
    said = Markup("").join(
        Markup("<blockquote><p>{}</p>{}<footer>{}</footer></blockquote>").format(
            one.problem,
            Markup("<p><b>{}</b>{}</p>").format(_("Help asked of: "), one.help_from)
            if one.help_from
            else "",
            f"{one.unit} · {period_name(one.period)}",
        )
        for one in held_up[:MOST_UNITS]
    )
    if len(held_up) > MOST_UNITS:
        more = _("{n} more units report what holds them up", n=len(held_up) - MOST_UNITS)
        said += Markup('<p class="ls-soft">{}</p>').format(more)
    if not said:
        said = Markup('<p class="ls-soft">{}</p>').format(_("The unit has given no reason."))
    units = _(", ").join(task.leads[:MOST_UNITS])
    if len(task.leads) > MOST_UNITS:
        units = _("{names} and others, {n} units", names=units, n=len(task.leads))
    due = _("due {day}", day=short_date(task.due)) if task.due else _("the whole time")
    return Markup(
        '<li><p>{} <a href="{}"><b>{}</b> {}</a></p><p class="ls-soft">{}</p>{}</li>'
    ).format(
        light("red", word=False),
        link("task", task=task.id),
        task.code,
        task.title,
        " · ".join((units, due, str(task.judgement))),
        said,
    )


def _decisions(waiting: Sequence[RequestRow], zone: str) -> Markup:
    head = Markup("<h2>{}</h2>").format(_("Awaiting a decision"))
    if not waiting:
        return head + Markup('<p class="ls-soft">{}</p>').format(_("Nothing is to be decided."))
    lines = Markup("").join(
        Markup(
            '<li><p>{} <a href="{}"><b>{}</b> {}</a></p><p>{}</p><p class="ls-soft">{}</p></li>'
        ).format(
            tag(request_kind(row.kind), "accent"),
            link("task", task=row.task_id),
            row.code,
            row.title,
            _(": ").join(text for text in (wish_words(row), row.reason) if text),
            f"{row.unit} · {short_date(local_date(row.at, zone))}",
        )
        for row in waiting
    )
    return head + Markup('<ul class="ls-attention">{}</ul>').format(lines)


def _changes(since: ChangesSince, zone: str) -> Markup:
    day = full_date(local_date(since.instant, zone))
    title = _("Changed since your last look") if since.looked else _("Changed lately")
    head = Markup('<h2>{}</h2><p class="ls-soft">{}</p>').format(
        title, _("Compared with {day}", day=day)
    )
    if not since.changed:
        return head + Markup("<p>{}</p>").format(_("No light has changed."))
    lines = Markup("").join(
        Markup('<li>{} → {} <a href="{}"><b>{}</b> {}</a></li>').format(
            light(CODES[was], word=False) if was else escape(_("new")),
            light(CODES[task.judgement.light]),
            link("task", task=task.id),
            task.code,
            task.title,
        )
        for task, was in sorted(since.changed, key=lambda pair: _gravity(pair[0]))
    )
    return head + Markup('<ul class="ls-attention ls-brief">{}</ul>').format(lines)


def _gravity(task: TaskLine) -> int:
    return GRAVEST.index(task.judgement.light)
