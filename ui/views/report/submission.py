"""A report that has been sent: its receipt, what it says, and what can still be done with it."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st
from markupsafe import Markup

from db.queries.reports.form import ReportForm
from db.queries.reports.my_tasks import my_tasks
from db.queries.reports.submissions import SubmissionRead
from i18n import _
from ui.components.states import empty, note
from ui.components.text import anchor, paragraph
from ui.shell.page import Page
from ui.views.report.supports import draw_answer
from ui.views.shared.office import moment, zone_of
from ui.views.shared.on_paper import draw_paper
from ui.views.shared.submission import sent_words
from workflow.rules.states import ReportStateName
from workflow.verbs.reports.withdraw import withdraw


def draw_sent(page: Page, form: ReportForm, *, may_file: bool, may_receive: bool) -> None:
    """The receipt first, then what is left to do, then what was said."""
    if not form.versions:
        page.html(empty(_("Nothing has been sent yet")))
        return
    sent = form.versions[-1]
    if may_file:
        page.html(_receipt(page, sent), _next(page, form.paper.id))
    page.html(note(awaits(form)))
    if may_file and form.paper.state == ReportStateName.SUBMITTED:
        _buttons(page, form)
    if may_receive and form.paper.state == ReportStateName.SUBMITTED:
        draw_answer(page, form.paper)
    st.header(_("What was sent"))
    titles = {step.milestone_id: step.title for step in form.steps}
    with st.container(key=f"paper_sent_{form.paper.id}"):
        page.html(sent_words(sent, form.measures, titles))


def _receipt(page: Page, sent: SubmissionRead) -> Markup:
    when = moment(sent.at, zone_of(page))
    return Markup(
        '<div class="ls-receipt" role="status"><p class="ls-receipt-done">✓ {}</p>'
        '<p>{} <b class="ls-number">{}</b></p><p class="ls-soft">{}</p></div>'
    ).format(
        _("Submitted, version {no}", no=sent.no),
        _("Receipt"),
        sent.receipt,
        _("{name}, {when}. The receipt goes out by mail too.", name=sent.person, when=when),
    )


def _next(page: Page, report_id: int) -> Markup:
    """What else is to be reported, one link away."""
    with page.reading() as c:
        desk = my_tasks(c.session, c.actor, c.today, c.now)
    left = [card for card in (*desk.returned, *desk.to_do) if card.paper.id != report_id]
    if not left:
        return paragraph(anchor("/my_tasks", _("Nothing else is to be reported. To my tasks")))
    first = left[0]
    said = _("Next of {n}: {code} {title}", n=len(left), code=first.code, title=first.title)
    return Markup('<p><a href="/report?report={}">{}</a></p>').format(first.paper.id, said)


def awaits(form: ReportForm) -> str:
    """Whose turn it is."""
    if form.paper.state == ReportStateName.SUBMITTED and form.paper.to_lead:
        return _("It awaits {unit}, which collects.", unit=form.leads[0])
    said: Mapping[str, str] = {
        ReportStateName.SUBMITTED: _("It awaits the sign-off of your deputy head."),
        ReportStateName.SIGNED_OFF: _("It is signed off and awaits review by the talent office."),
        ReportStateName.ACCEPTED: _("It is accepted. Nothing is left to do."),
        ReportStateName.WAIVED: _("The office waived this report. Nothing is left to do."),
    }
    return said.get(form.paper.state, _("It is with its unit, which fills it in."))


def _buttons(page: Page, form: ReportForm) -> None:
    st.button(
        _("Take back and change"),
        key=f"withdraw_{form.paper.id}",
        on_click=page.callback(_withdraw),
        args=(page, form.paper.id, form.paper.version),
    )
    if not form.paper.to_lead:
        with st.expander(_("It was signed on paper")):
            draw_paper(page, form.paper.id, form.paper.version)


def _withdraw(page: Page, report_id: int, version: int) -> None:
    with page.acting() as c:
        withdraw(c, report_id=report_id, version=version)
    page.say(_("Taken back. It is a draft again, with all that was typed."))
