"""The assignment workbench: tasks without a lead first, units with the reason for each, many at
once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st
from markupsafe import Markup

from i18n import _
from tasks_catalog.model import CatalogueTask
from ui.components.lists import QueueEntry, queue
from ui.components.plain_label import plain
from ui.components.rendering import macro
from ui.components.text import aside, back, heading, soft
from ui.shell.page import Page
from ui.views.plan.preparing.assigning.assign_many import draw_by_unit
from ui.views.plan.preparing.assigning.units import draw_units, listed, with_role
from ui.views.plan.preparing.desk import CopyDesk, change
from ui.views.plan.preparing.source import marked, words_of
from ui.views.plan.preparing.words import PIECES, led_by
from ui.views.shared.office import chips
from workflow.rules.assignments import AssignmentRole
from workflow.rules.preparing.suggesting import Suggestion
from workflow.rules.preparing.working_copy import Change
from workflow.verbs.preparing.advise import suggestions

SHOWN = 3
"""How many units are offered for a role."""
Advice = Mapping[str, tuple[Suggestion, ...]]


def draw_assign(page: Page, desk: CopyDesk) -> None:
    """One task at a time, or all tasks that one unit is suggested for."""
    advice: Advice = page.keep(
        "plan_advice", lambda c: suggestions(c, copy_id=desk.sheet.id), desk.sheet.id
    )
    together = page.param("view") == "units"
    page.html(_views(desk, together))
    if together:
        draw_by_unit(page, desk, advice)
    else:
        _draw_by_task(page, desk, advice)


def _views(desk: CopyDesk, together: bool) -> Markup:
    n = sum(not led_by(task) for task in desk.catalogue.tasks)
    ways = [
        (desk.way(part="assign"), _("task by task ({n} to do)", n=n), not together),
        (desk.way(part="assign", view="units"), _("many at once, by unit"), together),
    ]
    return chips(ways, "ls-chips", _("How to assign"))


def _draw_by_task(page: Page, desk: CopyDesk, advice: Advice) -> None:
    tasks = sorted(desk.catalogue.tasks, key=lambda task: bool(led_by(task)))
    asked = desk.task(page.param("task"))
    chosen = asked or next(iter(tasks), None)
    side, main = st.columns([1, 2.2], gap="medium")
    with side, st.container(key="plan_list_with_one" if asked else "plan_list"):
        page.html(_queue(desk, tasks, chosen))
    with main, st.container(key="plan_sheet_asked" if asked else "plan_sheet_first"):
        if chosen is not None:
            page.html(_words(desk, chosen))
            if desk.open:
                _draw_offers(page, desk, chosen, advice.get(chosen.code, ()))
            draw_units(page, desk, chosen)


def _queue(desk: CopyDesk, tasks: Sequence[CatalogueTask], chosen: CatalogueTask | None) -> Markup:
    return queue(
        [
            QueueEntry(
                desk.way(part="assign", task=task.code),
                task.title,
                task.code,
                _(", ").join(led_by(task)) or _("no lead yet"),
                here=chosen is not None and task.code == chosen.code,
            )
            for task in tasks
        ]
    )


def _words(desk: CopyDesk, task: CatalogueTask) -> Markup:
    """The task's own words, so that nobody has to look elsewhere who should lead it."""
    words = words_of(task)
    text = marked(task.text, words.words if words else ()) if task.text != task.title else ""
    return back(desk.way(part="assign"), _("← All tasks")) + macro(
        PIECES, "task_words", task.code, task.title, text
    )


def _draw_offers(
    page: Page, desk: CopyDesk, task: CatalogueTask, offers: Sequence[Suggestion]
) -> None:
    leads = [one for one in offers if one.role == AssignmentRole.LEAD][:SHOWN]
    beside = [one for one in offers if one.role == AssignmentRole.SUPPORT][: SHOWN + 2]
    held = {unit.name for unit in task.units}
    free = [one for one in beside if one.unit not in held]
    key = f"plan_with_{desk.sheet.id}_{task.code}"
    if free:
        st.pills(
            _("Supporting units to go with it"), [one.unit for one in free],
            selection_mode="multi", key=key, format_func=plain,
        )  # fmt: skip
    if not leads:
        page.html(soft(_("Nothing is known yet of who leads such a task. Choose below.")))
        return
    page.html(heading(3, _("Take as lead, and show the next task")))
    for one in leads:
        with st.container(
            horizontal=True, vertical_alignment="center", key=f"plan_offer_{one.unit}"
        ):
            st.button(
                plain(one.unit), key=f"plan_lead_{task.code}_{one.unit}",
                type="primary" if one is leads[0] and not led_by(task) else "secondary",
                on_click=page.callback(_take), args=(page, desk, task, one.unit, key),
            )  # fmt: skip
            page.html(aside(str(one.reason)))


def _take(page: Page, desk: CopyDesk, task: CatalogueTask, unit: str, key: str) -> None:
    """Make a unit the lead, with the supports chosen beside it, and go on to the next task."""
    before = desk.plain_task(task.code)["units"]
    after = with_role(desk, before, AssignmentRole.LEAD, [unit])
    chosen = st.session_state.get(key) or []
    if chosen:
        supports = [part["name"] for part in after if part["role"] == AssignmentRole.SUPPORT]
        after = with_role(
            desk, after, AssignmentRole.SUPPORT, [*supports, *(n for n in chosen if n != unit)]
        )
    change(
        page, desk.sheet.id, _("{unit} leads {code}", unit=unit, code=task.code),
        Change(task.code, "units", before, after),
        *(one for name in [unit, *chosen] for one in listed(desk, name)),
    )  # fmt: skip
    codes = [one.code for one in desk.catalogue.tasks if not led_by(one) and one.code != task.code]
    if codes and "task" in st.query_params:
        st.query_params["task"] = codes[0]
