"""Assignments proposed since the plan is in force: issued to their units, or let go."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import streamlit as st
from markupsafe import Markup

from db.queries.units.changes import ProposedAssignment
from i18n import _
from ui.components.dates import full_date
from ui.components.plain_label import plain
from ui.components.states import empty, note
from ui.components.tables import ListColumn, data_table
from ui.components.text import anchor, heading, joined, paragraph, soft
from ui.shell.page import Page
from ui.views.shared.office import link, local_day, number_of
from workflow.rules.assignments import ASSIGNMENT_ROLES
from workflow.verbs.assignments.issue_proposed import issue_proposed

AT_ONCE = 6
"""For how many units buttons are drawn; the rest follows when these are done."""


def proposed_note(waiting: Sequence[ProposedAssignment]) -> Markup:
    """Where what was proposed to units that joined is issued; nothing where nothing waits."""
    counted = Counter((one.plan_id, one.plan) for one in waiting)
    lines = [
        paragraph(
            joined(
                [
                    _(
                        "{n} assignments of “{plan}” are proposed and not issued yet.",
                        n=n,
                        plan=plan,
                    ),
                    anchor(
                        link("plan", plan=plan_id, part="proposed"), _("Issue them or let them go")
                    ),
                ]
            )
        )
        for (plan_id, plan), n in counted.items()
    ]
    return note(Markup("").join(lines)) if lines else Markup("")


def draw_proposed(page: Page, plan_id: int, waiting: Sequence[ProposedAssignment]) -> None:
    """What waits, unit by unit; or the one that the address names."""
    if not waiting:
        page.html(
            empty(
                _("No assignment waits to be issued"),
                _("When a unit joins a group, the tasks of the group are proposed to it here."),
            )
        )
        return
    asked = number_of(page, "assignment")
    chosen = [one for one in waiting if one.assignment_id == asked]
    page.html(
        soft(
            _("The unit of what is issued gets one mail and acknowledges it; what is let go ends "
              "without a mail.")
        )
    )  # fmt: skip
    units = dict.fromkeys((one.unit_id, one.unit) for one in chosen or waiting)
    for unit_id, unit in list(units)[:AT_ONCE]:
        these = [one for one in chosen or waiting if one.unit_id == unit_id]
        page.html(heading(2, unit))
        _draw_buttons(page, unit_id, unit, these)
        page.html(_table(page, plan_id, unit, these))
    if chosen:
        back = link("plan", plan=plan_id, part="proposed")
        page.html(paragraph(anchor(back, _("Back"))))


def _table(page: Page, plan_id: int, unit: str, these: Sequence[ProposedAssignment]) -> Markup:
    rows = [
        [
            anchor(link("task", task=one.task_id), joined([one.code, one.title])),
            _(ASSIGNMENT_ROLES[one.role]),
            one.group or "",
            full_date(local_day(one.since, page)),
            anchor(
                link("plan", plan=plan_id, part="proposed", assignment=one.assignment_id),
                _("This one alone"),
                _("This one alone: {title}", title=one.title),
            )
            if len(these) > 1
            else "",
        ]
        for one in these
    ]
    columns = [
        ListColumn(_("Task"), "lead"),
        ListColumn(_("Role in the task"), "short"),
        ListColumn(_("From the group")),
        ListColumn(_("Proposed on"), "short"),
        ListColumn(_("Step"), "short"),
    ]
    return data_table(_("Proposed to {unit}", unit=unit), columns, rows)


def _draw_buttons(page: Page, unit_id: int, unit: str, these: Sequence[ProposedAssignment]) -> None:
    n = len(these)
    labels = {
        True: _("Issue these {n} to {unit}", n=n, unit=plain(unit)),
        False: _("Let these {n} go: {unit}", n=n, unit=plain(unit)),
    }
    with st.container(horizontal=True):
        for take, label in labels.items():
            st.button(
                label, key=f"proposed_{unit_id}_{take}", type="primary" if take else "secondary",
                on_click=page.callback(_settle), args=(page, unit, these, take),
            )  # fmt: skip


def _settle(page: Page, unit: str, these: Sequence[ProposedAssignment], take: bool) -> None:
    with page.acting() as c:
        issue_proposed(c, assignment_ids=[one.assignment_id for one in these], take=take)
    st.query_params.pop("assignment", None)
    if take:
        page.say(_("{n} tasks are issued to {unit}, which is told.", n=len(these), unit=unit))
    else:
        page.say(_("{n} proposals to {unit} have ended.", n=len(these), unit=unit))
