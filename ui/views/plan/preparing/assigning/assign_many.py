"""Many tasks given to one unit at once: those it is likely to lead or to support are chosen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st
from markupsafe import Markup

from i18n import _
from tasks_catalog.model import CatalogueTask
from ui.components.lists import QueueEntry, queue
from ui.components.plain_label import plain
from ui.components.rendering import macro
from ui.components.text import back
from ui.shell.page import Page
from ui.views.plan.preparing.assigning.units import known_units, listed, with_role
from ui.views.plan.preparing.desk import CopyDesk, change
from ui.views.plan.preparing.words import PIECES, led_by
from ui.views.shared.office import chips, follow, to_address
from workflow.rules.assignments import AssignmentRole
from workflow.rules.preparing.suggesting import Suggestion
from workflow.rules.preparing.working_copy import Change

Advice = Mapping[str, tuple[Suggestion, ...]]
Offers = Mapping[str, Mapping[str, Suggestion]]
"""Unit → task's code → why it is suggested."""


def draw_by_unit(page: Page, desk: CopyDesk, advice: Advice) -> None:
    """The units with how many tasks each is suggested for; one of them with its tasks."""
    support = page.param("give") == AssignmentRole.SUPPORT
    role = AssignmentRole.SUPPORT if support else AssignmentRole.LEAD
    offers = _offers(desk, advice, role)
    likely = sorted(offers, key=lambda unit: -len(offers[unit]))
    units = list(dict.fromkeys([*likely, *known_units(page, desk)]))
    asked = page.param("unit")
    chosen = asked if asked in units else next(iter(units), "")
    side, main = st.columns([1, 2.2], gap="medium")
    with side, st.container(key="plan_list_with_one" if asked else "plan_list"):
        page.html(_roles(desk, role), _units(desk, offers, likely, chosen, role))
    with main, st.container(key="plan_sheet_asked" if asked else "plan_sheet_first"):
        follow("unit", chosen or None)
        page.html(back(desk.way(part="assign", view="units", give=role), _("← All units")))
        st.selectbox(
            _("Unit"), units, key="unit", on_change=page.callback(to_address), args=("unit",)
        )
        if chosen:
            _draw_many(page, desk, chosen, role, offers.get(chosen, {}))


def _offers(desk: CopyDesk, advice: Advice, role: str) -> Offers:
    """For leads the first suggestion of each task without one; for supports every one."""
    found: dict[str, dict[str, Suggestion]] = {}
    for task in _tasks(desk, role):
        fitting = [one for one in advice.get(task.code, ()) if one.role == role]
        held = {unit.name for unit in task.units}
        for one in fitting[:1] if role == AssignmentRole.LEAD else fitting:
            if one.unit not in held:
                found.setdefault(one.unit, {})[task.code] = one
    return found


def _tasks(desk: CopyDesk, role: str) -> list[CatalogueTask]:
    return [
        task for task in desk.catalogue.tasks if role == AssignmentRole.SUPPORT or not led_by(task)
    ]


def _roles(desk: CopyDesk, role: str) -> Markup:
    ways = [
        (desk.way(part="assign", view="units"), _("as lead"), role == AssignmentRole.LEAD),
        (
            desk.way(part="assign", view="units", give=AssignmentRole.SUPPORT),
            _("as support"),
            role != "lead",
        ),
    ]
    return chips(ways, "ls-chips", _("Role"))


def _units(desk: CopyDesk, offers: Offers, units: Sequence[str], chosen: str, role: str) -> Markup:
    entries = [
        QueueEntry(
            desk.way(part="assign", view="units", give=role, unit=unit),
            unit,
            beside=_("{n} tasks", n=len(offers[unit])),
            here=unit == chosen,
        )
        for unit in units
    ]
    return queue(entries, follows=False) if entries else Markup("")


def _draw_many(
    page: Page, desk: CopyDesk, unit: str, role: str, offers: Mapping[str, Suggestion]
) -> None:
    tasks = {
        task.code: task
        for task in _tasks(desk, role)
        if unit not in {part.name for part in task.units}
    }
    if offers:
        reasons = [(code, tasks[code].title, str(one.reason)) for code, one in offers.items()]
        page.html(macro(PIECES, "reasons", _("Suggested for {unit}", unit=unit), reasons))
    if not desk.open or not tasks:
        return
    key = f"plan_many_{desk.sheet.id}_{role}_{unit}_{desk.sheet.revision}"
    st.pills(
        _("Tasks that it shall lead")
        if role == AssignmentRole.LEAD
        else _("Tasks that it shall support"),
        list(tasks), selection_mode="multi", default=list(offers), key=key, format_func=plain,
        help=_("The suggested ones are chosen; choose more or fewer."),
    )  # fmt: skip
    words = (
        _("Make {unit} the lead of the chosen tasks", unit=plain(unit))
        if role == AssignmentRole.LEAD
        else _("Let {unit} support the chosen tasks", unit=plain(unit))
    )
    st.button(words, key="plan_many", type="primary", on_click=page.callback(_take_many),
              args=(page, desk, unit, role, key))  # fmt: skip


def _take_many(page: Page, desk: CopyDesk, unit: str, role: str, key: str) -> None:
    changes = []
    for code in st.session_state.get(key) or ():
        before = desk.plain_task(code)["units"]
        others = [part["name"] for part in before if part["role"] == role]
        changes.append(
            Change(code, "units", before, with_role(desk, before, role, [*others, unit]))
        )
    if not changes:
        return
    said = (
        _("{unit} leads {n} tasks", unit=unit, n=len(changes))
        if role == AssignmentRole.LEAD
        else _("{unit} supports {n} tasks", unit=unit, n=len(changes))
    )
    change(page, desk.sheet.id, said, *changes, *listed(desk, unit))
    st.query_params.pop("unit", None)
