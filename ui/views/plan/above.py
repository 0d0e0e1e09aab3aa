"""上级下达: what plans above ask of this place, and taking it down into a plan of its own."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st
from markupsafe import Markup

from db.queries.places.cascade import HandedDown, handed_down
from db.queries.plans.plans import PlanRow
from i18n import _
from ui.components.dates import full_date
from ui.components.lights import tag
from ui.components.tables import ListColumn, data_table
from ui.components.text import heading, soft
from ui.shell.page import Page
from workflow.rules.progress.quantities import shown
from workflow.verbs.places.take_down import take_down


def draw_above(page: Page, plans: Sequence[PlanRow]) -> None:
    """Nothing where no plan above asks anything of this place; else what it asks, and the way to
    take it down."""
    with page.reading() as c:
        rows = handed_down(c.session, c.actor, c.now, c.today.year)
    if not rows:
        return
    page.html(heading(2, _("From the level above")), _table(rows))
    waiting = {row.assignment_id: row for row in rows if not row.taken}
    if waiting:
        _draw_form(page, waiting, plans)


def _table(rows: Sequence[HandedDown]) -> Markup:
    columns = [
        ListColumn(_("Task"), "lead"),
        ListColumn(_("Plan")),
        ListColumn(_("Asked of us"), "wide"),
        ListColumn(_("Due")),
        ListColumn(_("Taken down")),
    ]
    cells: list[list[str | Markup]] = [
        [
            f"{row.code} {row.title}",
            row.plan,
            _("; ").join(
                f"{name} {shown(value, unit)}" if value is not None else name
                for name, unit, value in row.targets
            ),
            full_date(row.due) if row.due else "",
            _("tasks {tasks}, units {units}", tasks=len(row.taken),
              units=len({one.unit for one in row.taken}))
            if row.taken
            else tag(_("not taken down yet"), "warning"),
        ]
        for row in rows
    ]  # fmt: skip
    return data_table(_("From the level above"), columns, cells)


def _draw_form(page: Page, waiting: dict[int, HandedDown], plans: Sequence[PlanRow]) -> None:
    page.html(
        soft(
            _(
                "What is taken down becomes a working copy with the words, numbers and dates "
                "of the level above. There you assign it to your units, one task or several."
            )
        )
    )
    with st.form("take_down", border=False):
        chosen = st.multiselect(
            _("Tasks to take down"),
            list(waiting),
            default=list(waiting),
            format_func=lambda key: f"{waiting[key].code} {waiting[key].title}",
        )
        into: dict[int | None, str] = {None: _("a plan of its own")}
        into |= {plan.plan_id: plan.title for plan in plans}
        plan_id = st.selectbox(_("Into"), list(into), format_func=into.__getitem__)
        if st.form_submit_button(_("Take them down"), type="primary"):
            with page.trying():
                with page.acting() as c:
                    started = take_down(c, assignment_ids=chosen, plan_id=plan_id)
                page.navigate("plan", copy=started.copy_id)
