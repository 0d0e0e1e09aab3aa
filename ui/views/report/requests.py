"""Requests from the form: more time, another target, close-out; read only when somebody asks."""

from __future__ import annotations

import streamlit as st

from db.queries.reports.form import ReportForm
from db.queries.tasks.story import task_story
from i18n import _
from ui.shell.page import Page
from ui.views.shared.asking import draw_requests


def draw_report_requests(page: Page, form: ReportForm) -> None:
    """A switch, and behind it what the unit asked of the office about this task."""
    if not st.toggle(
        _("Ask for more time, another target, or close-out"), key=f"requests_{form.paper.id}"
    ):
        return
    with page.reading() as c:
        story = task_story(c.session, c.actor, form.paper.task_id, c.now)
    mine = [part for part in story.parts if part.unit_id == form.paper.unit_id]
    if mine:
        with st.container(key=f"paper_requests_{form.paper.id}"):
            draw_requests(page, story, mine[0].assignment_id)
