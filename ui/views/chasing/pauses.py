"""Pauses of reminders: which run, why, and the form for another."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st
from markupsafe import Markup

from db.queries.plans.choices import Choice, active_units
from db.queries.reminders.pauses import Pause, pauses
from i18n import _, mark
from ui.components.dates import full_date
from ui.components.states import empty
from ui.components.tables import ListColumn, data_table
from ui.components.text import heading, soft
from ui.shell.page import Page
from ui.views.shared.plans import PlansShown
from workflow.rules.refusals import Invalid
from workflow.verbs.context import Context
from workflow.verbs.reminders.pause_reminders import LONGEST, end_pause, pause_reminders


def draw_pauses(page: Page, plans: PlansShown) -> None:
    """The pauses that run or are to come, each with a button that ends it, and the form."""
    page.html(
        heading(2, _("Pauses")),
        soft(_("While reminders pause, no mail goes and nobody is listed to be telephoned; due "
               "dates stay, and what is late stays late.")),
    )  # fmt: skip
    found, units = page.keep("pauses", lambda c: _read(c, plans.ids), plans.ids, plans=plans.ids)
    if found:
        page.html(_table(found))
        for one in found:
            st.button(
                _("Remind {whom} again from today", whom=_whom(one)), key=f"end_pause_{one.id}",
                on_click=page.callback(_end), args=(page, one.id),
            )  # fmt: skip
    else:
        page.html(empty(_("No reminders pause"), ""))
    _form(page, plans, units)


def _read(c: Context, plan_ids: Sequence[int]) -> tuple[Sequence[Pause], Sequence[Choice]]:
    return pauses(c.session, c.actor, plan_ids, c.today), active_units(c.session, c.actor)


def _table(found: Sequence[Pause]) -> Markup:
    columns = [
        ListColumn(_("Whom"), "lead"),
        ListColumn(_("Plan"), "wide"),
        ListColumn(_("First day")),
        ListColumn(_("Last day")),
        ListColumn(_("Reason"), "wide"),
        ListColumn(_("Paused by"), "short"),
    ]
    rows = [
        [_whom(one), one.plan, full_date(one.first), full_date(one.last), one.reason, one.by]
        for one in found
    ]
    return data_table(_("Pauses"), columns, rows)


def _whom(one: Pause) -> str:
    return one.unit or _("all units of the plan")


def _form(page: Page, plans: PlansShown, units: Sequence[Choice]) -> None:
    names = {unit.id: unit.name for unit in units}
    titles = {plan.id: plan.name for plan in plans.in_force}
    today = page.installation.today()
    with st.form("pause", border=False):
        page.html(heading(3, _("Let reminders pause")))
        plan = st.selectbox(
            _("Plan"), list(titles), format_func=titles.__getitem__, key="pause_plan",
            index=list(titles).index(plans.ids[0]),
        )  # fmt: skip
        unit = st.selectbox(
            _("Unit"), list(names), index=None, format_func=names.__getitem__,
            placeholder=_("all units of the plan"), key="pause_unit",
        )  # fmt: skip
        with st.container(horizontal=True):
            first = st.date_input(_("First day"), today, format="YYYY-MM-DD", key="pause_first")
            last = st.date_input(_("Last day"), None, format="YYYY-MM-DD", key="pause_last")
        reason = st.text_input(_("Reason"), max_chars=LONGEST, key="pause_reason")
        if not st.form_submit_button(_("Let reminders pause"), type="primary"):
            return
    with page.trying():
        if last is None:
            raise Invalid(mark("Say until which day reminders pause."))
        with page.acting() as c:
            pause_reminders(c, plan_id=plan, unit_id=unit, first=first, last=last, reason=reason)
        page.say(_("Reminders pause until {day}.", day=full_date(last)))
        st.rerun()


def _end(page: Page, pause_id: int) -> None:
    with page.acting() as c:
        end_pause(c, pause_id=pause_id)
    page.say(_("Reminders go again."))
