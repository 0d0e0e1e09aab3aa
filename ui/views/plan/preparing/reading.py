"""What was read beside the words that it was read from, doubts first."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st
from markupsafe import Markup

from i18n import _, mark
from tasks_catalog.model import CatalogueTask
from ui.components.lights import tag
from ui.components.lists import QueueEntry, QueueHeading, queue
from ui.components.rendering import macro
from ui.components.states import empty
from ui.shell.page import Page
from ui.views.plan.preparing.correcting.task import draw_task
from ui.views.plan.preparing.desk import CopyDesk
from ui.views.plan.preparing.source import legend, source_html, words_of
from ui.views.plan.preparing.words import PIECES, led_by, when
from ui.views.shared.office import chips

SHOWN: dict[str, tuple[str, Callable[[CopyDesk, CatalogueTask], bool]]] = {
    "": (mark("all"), lambda _desk, _task: True),
    "doubts": (mark("doubtful"), lambda desk, task: bool(desk.open_doubts(task))),
    "unled": (mark("without a lead"), lambda _desk, task: not led_by(task)),
    "numbers": (mark("with numbers"), lambda _desk, task: bool(task.measures)),
    "changed": (mark("changed"), lambda desk, task: desk.changed(task.code)),
}
"""What the list can be narrowed to: name and test."""


def draw_reading(page: Page, desk: CopyDesk) -> None:
    """The list of tasks, the chosen one with its fields, and the text with its words marked."""
    shown = page.param("show") if page.param("show") in SHOWN else ""
    fitting = [task for task in desk.catalogue.tasks if SHOWN[shown][1](desk, task)]
    asked = desk.task(page.param("task"))
    chosen = asked or _first(desk, fitting)
    side, middle, right = st.columns([1, 1.45, 1.35], gap="medium")
    with side, st.container(key="plan_list_with_one" if asked else "plan_list"):
        page.html(_list(desk, fitting, shown, chosen))
    with middle, st.container(key="plan_sheet_asked" if asked else "plan_sheet_first"):
        if chosen is None:
            page.html(empty(_("Nothing of this kind"), _("Choose another list.")))
        else:
            draw_task(page, desk, chosen, _beside(fitting, chosen), shown)
    with right, st.container(key="plan_text_asked" if asked else "plan_text_first"):
        page.html(_source(desk, chosen, shown))


def _first(desk: CopyDesk, tasks: Sequence[CatalogueTask]) -> CatalogueTask | None:
    doubtful = [task for task in tasks if desk.open_doubts(task)]
    return next(iter([*doubtful, *tasks]), None)


def _beside(tasks: Sequence[CatalogueTask], chosen: CatalogueTask) -> tuple[str, str]:
    """The codes of the tasks before and after the chosen one in the list; "" at the ends."""
    codes = [task.code for task in tasks]
    if chosen.code not in codes:
        return "", codes[0] if codes else ""
    place = codes.index(chosen.code)
    after = codes[place + 1] if place + 1 < len(codes) else ""
    return codes[place - 1] if place else "", after


def _source(desk: CopyDesk, chosen: CatalogueTask | None, shown: str) -> Markup:
    lines = desk.sheet.source_lines
    if not lines:
        said = chosen.text if chosen else ""
        return macro(PIECES, "beside_nothing", said)
    beginnings = {
        task.source.line: (task.code, desk.way(task=task.code, show=shown))
        for task in reversed(desk.catalogue.tasks)
        if task.source and task.source.line
    }
    words = words_of(chosen) if chosen else None
    source = source_html(lines, [words] if words else [], beginnings)
    return macro(PIECES, "beside", legend(), source)


def _list(
    desk: CopyDesk, tasks: Sequence[CatalogueTask], shown: str, chosen: CatalogueTask | None
) -> Markup:
    everything = desk.catalogue.tasks
    kinds = [
        (
            desk.way(show=code),
            _("{name} {n}", name=_(name), n=sum(fits(desk, task) for task in everything)),
            shown == code,
        )
        for code, (name, fits) in SHOWN.items()
    ]
    titles = {item.code: item.title for item in desk.catalogue.items}
    listed: list[QueueEntry | QueueHeading] = []
    last = None
    for task in tasks:
        if task.item != last and task.item in titles:
            listed.append(QueueHeading(task.item, titles[task.item]))
        last = task.item
        listed.append(_entry(desk, task, shown, chosen))
    return chips(kinds, "ls-chips", _("Narrow the list")) + queue(listed)


def _entry(
    desk: CopyDesk, task: CatalogueTask, shown: str, chosen: CatalogueTask | None
) -> QueueEntry:
    tags = []
    if doubts := len(desk.open_doubts(task)):
        tags.append(tag(_("{n} doubts", n=doubts), "warning"))
    if desk.changed(task.code):
        tags.append(tag(_("changed")))
    leads = led_by(task)
    said = [_(", ").join(leads) if leads else _("no lead yet"), when(task)]
    return QueueEntry(
        desk.way(task=task.code, show=shown),
        task.title,
        task.code,
        " · ".join(part for part in said if part),
        tags=tags,
        here=chosen is not None and chosen.code == task.code,
    )
