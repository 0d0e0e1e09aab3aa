"""Sending a report: what is still missing, who wrote at the same time, and the button."""

from __future__ import annotations

from uuid import uuid4

import streamlit as st
from markupsafe import Markup

from db.queries.reports.form import ReportForm
from i18n import _
from ui.components.dates import clock_time
from ui.components.states import note
from ui.components.stories import changed_text
from ui.components.text import part
from ui.shell.page import Page
from ui.views.report.typing import Typing, begin
from ui.views.shared.office import zone_of
from workflow.rules.refusals import Problem
from workflow.rules.reporting.content import PreSubmissionCheck, check_before_submitting
from workflow.rules.reporting.report_content import outgoing


def draw_sending(page: Page, form: ReportForm, typing: Typing) -> None:
    """The button with what it waits for below, so that it stays where the finger is."""
    if typing.conflict is not None:
        draw_conflict(page, form, typing)
        return
    if st.button(_("Submit"), type="primary", key=f"submit_{form.paper.id}", width="stretch"):
        with page.trying():
            if typing.send(page) is not None:
                st.rerun(scope="app")
        if typing.conflict is not None:
            st.rerun()
    found = check_before_submitting(outgoing(typing.content), form.asked, page.installation.today())
    page.html(
        Markup('<p class="ls-saved" role="status">{}</p>').format(saved(page, typing)),
        *([note(str(typing.failed), "warning")] if typing.failed else ()),
        *(note(words_of(warning), "warning") for warning in found.warnings),
        _at_last(form, typing, found),
    )


def _at_last(form: ReportForm, typing: Typing, found: PreSubmissionCheck) -> Markup:
    """What still stands in the way, or what happens with the button."""
    if found.problems:
        return what_is_missing(found, asked=typing.refused is not None)
    if typing.refused is not None:
        return note(str(typing.refused), "warning")
    return ready(form)


def saved(page: Page, typing: Typing) -> str:
    """Whether what is typed is safe."""
    if typing.unsaved:
        return _("Not saved yet: it is kept on this page and saved with the next change.")
    if typing.saved_at is None:
        return _("Saved by itself whenever you leave a field.")
    return _("Draft saved at {time}.", time=clock_time(typing.saved_at, zone_of(page)))


def ready(form: ReportForm) -> Markup:
    """What happens with the button."""
    if form.paper.to_lead:
        return note(_("Complete. It goes to {unit}, which collects.", unit=form.leads[0]), "done")
    return note(_("Complete. It then awaits the sign-off of your deputy head."), "done")


def what_is_missing(found: PreSubmissionCheck, asked: bool) -> Markup:
    """Every gap in words; loud once sending was tried."""
    lines = Markup("").join(Markup("<li>{}</li>").format(words_of(p)) for p in found.problems)
    head = _("Not sent yet.") if asked else _("Before it can be sent:")
    words = Markup("<p><b>{}</b></p><ul>{}</ul>").format(head, lines)
    return note(words, "warning" if asked else "note")


def words_of(problem: Problem) -> str:
    """A problem without the name of the form's field, which nobody knows."""
    return _(problem.message, **problem.fields)


def draw_conflict(page: Page, form: ReportForm, typing: Typing) -> None:
    """Two people on one report: both versions, and which one shall stay."""
    page.html(
        note(str(typing.conflict), "warning"),
        part(_("Saved text, with yours marked")),
        changed_text(form.content.get("text", ""), typing.content.get("text", "")),
    )
    with st.container(horizontal=True):
        st.button(
            _("Keep what I typed"),
            key="keep_mine",
            type="primary",
            on_click=page.callback(_keep_mine),
            args=(page, form, typing),
        )
        st.button(
            _("Take what was saved"),
            key="keep_theirs",
            on_click=page.callback(begin),
            args=(form.paper.id, form.draft.version, form.content),
        )


def _keep_mine(page: Page, form: ReportForm, typing: Typing) -> None:
    typing.version, typing.conflict, typing.key = form.draft.version, None, uuid4().hex
    typing.save(page)
