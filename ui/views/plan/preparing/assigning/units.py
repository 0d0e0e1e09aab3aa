"""Who answers for a task: leads and supports, chosen by name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import streamlit as st

from db.queries.units.units import list_units
from i18n import _
from tasks_catalog.model import CatalogueTask
from ui.shell.page import Page
from ui.views.plan.preparing.desk import CopyDesk, change
from workflow.rules.assignments import AssignmentRole
from workflow.rules.preparing.working_copy import Change
from workflow.rules.refusals import Conflict


def known_units(page: Page, desk: CopyDesk) -> list[str]:
    """Every unit that the copy names, in order of their first task, then all others."""
    named = [unit.name for task in desk.catalogue.tasks for unit in task.units]
    here = page.keep(
        "plan_units",
        lambda c: [u.name for u in list_units(c.session, c.actor, c.today) if u.active],
    )
    return list(dict.fromkeys([*named, *(unit.name for unit in desk.catalogue.units), *here]))


def with_role(
    desk: CopyDesk, units: Sequence[dict[str, Any]], role: str, names: Sequence[str]
) -> list[dict[str, Any]]:
    """A task's units with these ones, and no others, in a role. A unit has one role in a task."""
    groups = {unit.name for unit in desk.catalogue.units if unit.group}
    old = {unit["name"]: unit for unit in units}
    given = [
        {**old.get(name, {"name": name, "written": name, "group": name in groups}), "role": role}
        for name in dict.fromkeys(name.strip() for name in names)
        if name
    ]
    here = {unit["name"] for unit in given}
    rest = [unit for unit in units if unit["role"] != role and unit["name"] not in here]
    return sorted([*given, *rest], key=lambda unit: list(AssignmentRole).index(unit["role"]))


def listed(desk: CopyDesk, name: str) -> tuple[Change, ...]:
    """The change that puts a unit on the copy's list of units, if it is not there."""
    names = {one for unit in desk.catalogue.units for one in (unit.name, *unit.aliases)}
    if name in names:
        return ()
    entry = {"name": name, "aliases": [], "group": False, "members": [], "kind": None}
    return (Change(f"unit:{name}", "unit", None, entry),)


def draw_units(page: Page, desk: CopyDesk, task: CatalogueTask) -> None:
    """Two or three fields of names, each saved when it is left."""
    said = {
        AssignmentRole.LEAD: _("Lead unit"),
        AssignmentRole.JOINT: _("Jointly"),
        AssignmentRole.SUPPORT: _("Supporting units"),
    }
    options = known_units(page, desk)
    plain = desk.plain_task(task.code)["units"]
    for role in AssignmentRole:
        names = [unit.name for unit in task.units if unit.role == role]
        if role == AssignmentRole.JOINT and not names:
            continue
        key = f"plan_{desk.sheet.id}_{task.code}_{role}"
        if st.session_state.get(f"{key}:drawn") != plain or key not in st.session_state:
            st.session_state[key], st.session_state[f"{key}:drawn"] = names, plain
        st.multiselect(
            said[role], list(dict.fromkeys([*options, *names])), key=key, disabled=not desk.open,
            accept_new_options=True, placeholder=_("choose or type a unit"),
            on_change=page.callback(_save), args=(page, desk, task.code, role, key),
        )  # fmt: skip


def _save(page: Page, desk: CopyDesk, code: str, role: str, key: str) -> None:
    before = st.session_state[f"{key}:drawn"]
    after = with_role(desk, before, role, st.session_state[key])
    if after == before:
        return
    try:
        change(page, desk.sheet.id, _("units of {code}", code=code),
               Change(code, "units", before, after))  # fmt: skip
    except Conflict:
        # Names are chosen in a tap: what stands there now is drawn, and chosen from again.
        st.session_state.pop(f"{key}:drawn")
        raise
