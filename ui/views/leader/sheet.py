"""The sheet for leaders as HTML: figures, what is behind and why, what changed, what to decide."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from markupsafe import Markup

from db.queries.progress.overview import Overview, TaskLine
from db.queries.requests.requests import RequestRow
from db.queries.tasks.board import LastWords
from i18n import _
from ui.components.dates import full_date
from ui.components.figures import KeyFigure, key_figures
from ui.components.lights import light, tag
from ui.components.rendering import macro
from ui.views.shared.asking import request_kind, wish_words
from ui.views.shared.office import link, period_name, short_date
from ui.views.shared.plans import PlansShown
from workflow.rules.progress.lights import Light
from workflow.rules.time.dates import local_date

SHEET = "leader/sheet.html"
MOST_UNITS = 3
"""How many units of one task speak on the sheet; the task's page has all."""


GRAVEST = (Light.RED, Light.YELLOW, Light.GREEN, Light.DONE, Light.GREY)


@dataclass(frozen=True)
class ChangesSince:
    """What changed since an instant: tasks, by their plan, with the light that they had, None for
    new ones.

    `looked`: it is the reader's last look, else a span chosen for the first one.
    """

    instant: datetime
    looked: bool
    changed: tuple[tuple[int, TaskLine, Light | None], ...]


@dataclass(frozen=True)
class LeaderSheet:
    """The sheet's parts, ready to be shown, and the tasks that are behind, by their plan."""

    under: str
    figures: Markup
    body: Markup
    reds: tuple[tuple[int, TaskLine], ...]


def sheet(
    plans: PlansShown,
    now: Overview,
    reds: Sequence[tuple[int, TaskLine]],
    words: Mapping[int, Sequence[LastWords]],
    since: ChangesSince,
    waiting: Sequence[RequestRow],
    zone: str,
    remarks: bool,
) -> LeaderSheet:
    """Everything on one sheet, the gravest first; with `remarks`, a way to say one at each red."""
    under = _("{plan} · as of {day}", plan=plans.name, day=full_date(now.day))
    body = macro(
        SHEET,
        "body",
        _behind(plans, reds, words, remarks),
        _decisions(plans, waiting, zone),
        _changes(plans, since, zone),
    )
    return LeaderSheet(under, _figures(plans, now, waiting), body, tuple(reds))


def _figures(plans: PlansShown, now: Overview, waiting: Sequence[RequestRow]) -> Markup:
    lights, total = now.figures.lights, now.figures.tasks
    fine = lights[Light.GREEN] + lights[Light.DONE]
    return key_figures(
        [
            KeyFigure(
                _("Behind"),
                str(lights[Light.RED]),
                _("and {n} at risk", n=lights[Light.YELLOW]),
                "red",
                plans.link("overview", light="red"),
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
                _("units that ask: {n}", n=len({row.unit_id for row in waiting}))
                if waiting
                else "",
            ),
        ]
    )


def _behind(
    plans: PlansShown,
    reds: Sequence[tuple[int, TaskLine]],
    words: Mapping[int, Sequence[LastWords]],
    remarks: bool,
) -> Markup:
    rows = []
    for plan_id, task in reds:
        held_up = [
            (f"{one.unit} · {period_name(one.period)}", one)
            for one in words.get(task.id, ())
            if one.problem
        ]
        remark = plans.link("leader", about=task.id) if remarks else ""
        rows.append((task, plans.tag(plan_id), _about(task), held_up, remark))
    return macro(SHEET, "behind", rows, MOST_UNITS, light, link)


def _about(task: TaskLine) -> str:
    """Who leads it, by when, and why it is behind."""
    units = _(", ").join(task.leads[:MOST_UNITS])
    if len(task.leads) > MOST_UNITS:
        units = _("{names} and others, {n} units", names=units, n=len(task.leads))
    due = _("due {day}", day=short_date(task.due)) if task.due else _("the whole time")
    return " · ".join((units, due, str(task.judgement)))


def _decisions(plans: PlansShown, waiting: Sequence[RequestRow], zone: str) -> Markup:
    rows = [
        (
            row,
            tag(request_kind(row.kind), "accent"),
            plans.tag(row.plan_id),
            _(": ").join(text for text in (wish_words(row), row.reason) if text),
            f"{row.unit} · {short_date(local_date(row.at, zone))}",
        )
        for row in waiting
    ]
    return macro(SHEET, "decisions", rows, link)


def _changes(plans: PlansShown, since: ChangesSince, zone: str) -> Markup:
    day = full_date(local_date(since.instant, zone))
    changed = [
        (plans.tag(plan_id), task, was)
        for plan_id, task, was in sorted(since.changed, key=lambda one: _gravity(one[1]))
    ]
    return macro(SHEET, "changes", since.looked, day, changed, light, link)


def _gravity(task: TaskLine) -> int:
    return GRAVEST.index(task.judgement.light)
