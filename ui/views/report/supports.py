"""What supporting units reported to a lead: take it over, ask again, ask others to report."""

from __future__ import annotations

import streamlit as st

from db.queries.progress.timeliness import TimelinessRow
from db.queries.reports.form import ReportForm
from db.queries.reports.supports import SupportReport
from i18n import _
from ui.components.lights import tag
from ui.components.plain_label import plain
from ui.components.text import joined, part, soft
from ui.shell.page import Page
from ui.views.shared.submission import sent_words
from workflow.rules.states import STATES, ReportStateName
from workflow.verbs.reports.ask_again import ask_again
from workflow.verbs.reports.receive import receive
from workflow.verbs.rounds.ask_supports import ask_supports


def draw_supports(page: Page, form: ReportForm) -> None:
    """Each supporting unit's report in this round, with buttons where it awaits the lead."""
    page.html(part(_("From supporting units")))
    titles = {step.milestone_id: step.title for step in form.steps}
    for one in form.supports:
        state = _(STATES["report"][one.paper.state])
        if one.submission is None:
            said = soft(joined([one.unit, tag(state)]))
            page.html(said)
            continue
        with st.expander(f"{plain(one.unit)} · {_awaited(one, state)}"):
            page.html(sent_words(one.submission, form.measures, titles))
            if one.paper.state == ReportStateName.SUBMITTED:
                draw_answer(page, one.paper)


def _awaited(one: SupportReport, state: str) -> str:
    return _("to be received") if one.paper.state == ReportStateName.SUBMITTED else state


def draw_answer(page: Page, paper: TimelinessRow) -> None:
    """Take a report over, or send it back with a reason."""
    key = paper.id
    if st.button(_("Receive"), type="primary", key=f"receive_{key}"):
        with page.trying():
            with page.acting() as c:
                receive(c, report_id=paper.id, version=paper.version)
            page.say(_("Received."))
            st.rerun(scope="app")
    reason = st.text_input(_("What is missing or unclear"), key=f"again_reason_{key}")
    if st.button(_("Send back to be completed"), key=f"again_{key}"):
        with page.trying():
            with page.acting() as c:
                ask_again(c, report_id=paper.id, version=paper.version, reason=reason)
            page.say(_("Sent back; the unit is told by mail."))
            st.rerun(scope="app")


def draw_supporters(page: Page, form: ReportForm) -> None:
    """Which units report to this lead round after round."""
    names = {unit.unit_id: unit.name for unit in form.supporters}
    asked = [unit.unit_id for unit in form.supporters if unit.asked]
    if not st.toggle(_("Ask supporting units to report to you"), key=f"asking_{form.paper.id}"):
        return
    with st.container(key=f"paper_supporters_{form.paper.id}"):
        chosen = st.multiselect(
            _("These report to you in every round, before your own date"),
            list(names),
            asked,
            format_func=names.__getitem__,
            key=f"supporters_{form.paper.id}",
        )
        if st.button(_("Keep this list"), key=f"ask_supports_{form.paper.id}"):
            with page.trying():
                with page.acting() as c:
                    n = ask_supports(c, task_id=form.paper.task_id, unit_ids=chosen)
                page.say(_("Kept. {n} reports were asked for in this round.", n=n))
                st.rerun(scope="app")
