"""One group of units: its members, who joins and who leaves, and what follows from it."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st
from markupsafe import Markup

from db.queries.units.changes import joining, leaving
from db.queries.units.units import GroupRow, UnitRow
from i18n import _, mark
from ui.components.dates import full_date
from ui.components.plain_label import plain
from ui.components.rendering import render
from ui.components.text import anchor, heading, soft
from ui.shell.page import Page
from ui.views.shared.office import link
from workflow.verbs.directory import EXPAND, KEEP
from workflow.verbs.units.join_group import join_group
from workflow.verbs.units.leave_group import leave_group

POLICIES = {EXPAND: mark("each member answers"), KEEP: mark("the lead names them")}


def draw_group(page: Page, group: GroupRow, units: Sequence[UnitRow], *, changes: bool) -> None:
    """The members; for who `changes` them a new one, then one that leaves, with what follows."""
    with st.container(key="paper_group"):
        page.html(_head(group))
        if not changes:
            return
        left, right = st.columns(2, gap="large")
        with left:
            _draw_joining(page, group, units)
        with right:
            _draw_leaving(page, group)


def _head(group: GroupRow) -> Markup:
    way = anchor(link("units", list="groups"), _("Back to the groups"))
    members = [
        (member.unit, _("since {day}", day=full_date(member.valid_from)))
        for member in group.members
    ]
    return render("units/group.html", way=way, name=group.name, policy=_(POLICIES[group.policy]),
                  members=members)  # fmt: skip


def _draw_joining(page: Page, group: GroupRow, units: Sequence[UnitRow]) -> None:
    page.html(heading(3, _("A unit joins")))
    present = {member.unit_id for member in group.members}
    names = {u.unit_id: u.name for u in units if u.active and u.unit_id not in present}
    unit = st.selectbox(
        _("Joining unit"), list(names), index=None, format_func=names.__getitem__,
        placeholder=_("Choose a unit"), key="group_joining",
    )  # fmt: skip
    if unit is None:
        return
    with page.reading() as c:
        n = joining(c.session, c.actor, group.group_id, unit)
    if n:
        said = _(
            "From today on. {n} tasks of the group are proposed to it; it owes nothing before the "
            "office issues them.", n=n,
        )  # fmt: skip
    else:
        said = _("From today on. No task is proposed to it by this.")
    page.html(soft(said))
    st.button(
        _("{unit} joins", unit=plain(names[unit])), key="group_join", type="primary",
        on_click=page.callback(_join), args=(page, group, unit, names[unit]),
    )  # fmt: skip


def _join(page: Page, group: GroupRow, unit: int, name: str) -> None:
    with page.acting() as c:
        made = join_group(c, group_id=group.group_id, unit_id=unit)
    st.session_state.pop("group_joining", None)
    page.say(
        _("{unit} is a member of {group} from today on; {n} tasks are proposed to it.",
          unit=name, group=group.name, n=len(made))
    )  # fmt: skip


def _draw_leaving(page: Page, group: GroupRow) -> None:
    page.html(heading(3, _("A member leaves")))
    names = {member.unit_id: member.unit for member in group.members}
    unit = st.selectbox(
        _("Leaving unit"), list(names), index=None, format_func=names.__getitem__,
        placeholder=_("Choose a unit"), key="group_leaving",
    )  # fmt: skip
    if unit is None:
        return
    with page.reading() as c:
        found = leaving(c.session, c.actor, group.group_id, unit)
    said = _(
        "From today on. Its part in the group's tasks ends ({n}), and the reports that "
        "it has not filed are waived ({m}). What it reported stays.",
        n=found.tasks, m=found.unfiled,
    )  # fmt: skip
    page.html(soft(said))
    st.button(
        _("{unit} leaves", unit=plain(names[unit])), key="group_leave",
        on_click=page.callback(_leave), args=(page, group, unit, names[unit]),
    )  # fmt: skip


def _leave(page: Page, group: GroupRow, unit: int, name: str) -> None:
    with page.acting() as c:
        ended = leave_group(c, group_id=group.group_id, unit_id=unit)
    st.session_state.pop("group_leaving", None)
    page.say(
        _("{unit} is no member of {group} any more; its part in {n} tasks has ended.",
          unit=name, group=group.name, n=ended)
    )  # fmt: skip
