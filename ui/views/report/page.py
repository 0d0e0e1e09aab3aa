"""进展填报: how a liaison finishes a report in a minute."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st
from markupsafe import Markup

from db.queries.collecting.replies import ReplyRead, open_replies, waiting_replies
from db.queries.places.places import about_unit
from db.queries.reports.form import ReportForm, draft_version, report_form
from i18n import _
from ui.components.dates import due, full_date
from ui.components.lights import tag
from ui.components.states import empty, note
from ui.shell.page import Page
from ui.views.report.by_mail import draw_by_mail
from ui.views.report.fields import draw_fields
from ui.views.report.requests import draw_report_requests
from ui.views.report.sending import draw_sending
from ui.views.report.submission import draw_sent
from ui.views.report.supports import draw_supporters, draw_supports
from ui.views.report.typing import typing_of
from ui.views.shared.below import plans_of_report
from ui.views.shared.evidence import draw_evidence
from ui.views.shared.office import moment, number_of, period_name, zone_of
from workflow.rules.access.permissions import Permission, may
from workflow.rules.reporting.verdicts import SignOffOutcome, VerdictOutcome
from workflow.rules.states import MAY_WRITE, STATES, ReportStateName
from workflow.verbs.context import Context


@dataclass(frozen=True)
class ReportPage:
    """A report with what its reader may do with it; `workdays` are left until its date."""

    form: ReportForm
    workdays: int
    provisional: bool
    may_file: bool
    may_receive: bool
    by_mail: tuple[ReplyRead, ...]


def draw(page: Page) -> None:
    """One report: to be filled in, or what was sent."""
    wanted = number_of(page, "report")
    if wanted is None:
        page.title()
        choose = _("Choose one of yours.")
        page.html(empty(_("No report is open"), choose, "/my_tasks", _("To my tasks")))
        return
    sheet = read(page, wanted)
    page.html(_head(page, sheet))
    main, aside = st.columns([5, 2], gap="medium")
    with main:
        _main(page, sheet)
    with aside:
        page.html(_beside(sheet.form))


def _main(page: Page, sheet: ReportPage) -> None:
    if sheet.may_file and sheet.form.paper.state in MAY_WRITE:
        page.fragment(_fill_in)(page, sheet.form.paper.id)
    else:
        draw_sent(page, sheet.form, may_file=sheet.may_file, may_receive=sheet.may_receive)
    if sheet.may_file and not sheet.form.paper.to_lead:
        page.fragment(draw_report_requests)(page, sheet.form)
        if sheet.form.supporters:
            page.fragment(draw_supporters)(page, sheet.form)


def read(page: Page, report_id: int) -> ReportPage:
    """The report as the reader may see it. Raises NotFound."""

    def sheet(c: Context) -> ReportPage:
        form = report_form(c.session, c.actor, report_id, c.today, c.now)
        subject = about_unit(c.session, form.paper.unit_id, form.paper.lead_unit_id)
        return ReportPage(
            form,
            c.calendar.workdays_between(c.today, form.paper.act_by),
            not c.calendar.is_known(form.paper.act_by),
            may(c.actor, Permission.FILE, subject),
            form.paper.to_lead and may(c.actor, Permission.RECEIVE, subject),
            open_replies(c.session, c.actor, report_id),
        )

    plans = plans_of_report(page, report_id)
    return page.keep(
        "report",
        sheet,
        report_id,
        plans=plans,
        own=plans is not None and len(plans) == 1,
        also=lambda c: (
            draft_version(c.session, c.actor, report_id),
            waiting_replies(c.session, c.actor),
        ),
    )


def _fill_in(page: Page, report_id: int) -> None:
    sheet = read(page, report_id)
    form = sheet.form
    if form.paper.state not in MAY_WRITE:
        st.rerun(scope="app")
    typing = typing_of(report_id, form.draft.version, form.content)
    with st.container(key=f"paper_report_{report_id}"):
        draw_by_mail(page, form, typing, sheet.by_mail)
        draw_fields(page, form, typing)
        draw_evidence(page, report_id)
        if form.supports:
            draw_supports(page, form)
        draw_sending(page, form, typing)


def _beside(form: ReportForm) -> Markup:
    """What the plan says, who answers for it, and what was last accepted."""
    rows: list[tuple[str, str | Markup]] = [
        (_("Words of the plan"), form.text),
        (_("Lead units"), _(", ").join(form.leads)),
        (_("Date of the task"), full_date(form.due) if form.due else ""),
    ]
    last = form.last_accepted
    if last is not None and form.paper.state in MAY_WRITE:
        said = _("Accepted for {period}", period=period_name(last.period))
        rows.append((said, last.text or last.nil_reason))
    listed = Markup("").join(
        Markup("<div><dt>{}</dt><dd>{}</dd></div>").format(name, value)
        for name, value in rows
        if value
    )
    return Markup('<dl class="ls-said ls-aside">{}</dl>').format(listed)


def _head(page: Page, sheet: ReportPage) -> Markup:
    """The task in one sentence, the date, and what was said when it came back."""
    form, paper = sheet.form, sheet.form.paper
    over = [period_name(paper.period), form.unit]
    if paper.to_lead:
        over.append(_("to {unit}, which collects", unit=form.leads[0]))
    under = Markup('{} {} <a href="/task?task={}">{}</a>').format(
        tag(_(STATES["report"][paper.state])),
        due(paper.act_by, sheet.workdays, provisional=sheet.provisional)
        if paper.state in MAY_WRITE
        else "",
        paper.task_id,
        _("the task's story"),
    )
    head = Markup(
        '<header class="ls-title"><p class="ls-over">{}</p><h1>{} {}</h1>'
        '<p class="ls-under">{}</p></header>'
    ).format(" · ".join(over), form.code, form.title, under)
    back = [
        word
        for word in form.said
        if word.reason and word.outcome in (VerdictOutcome.RETURNED, SignOffOutcome.SENT_BACK)
    ]
    if paper.state == ReportStateName.RETURNED and back:
        when = moment(back[-1].at, zone_of(page))
        said = _("Returned by {name}, {when}:", name=back[-1].person, when=when)
        words = Markup('<p><b>{}</b></p><p class="ls-kept-lines">{}</p>').format(
            said, back[-1].reason
        )
        return head + note(words, "warning")
    if paper.state in MAY_WRITE and not form.still_open:
        closed = _("The round has closed. Ask the talent office to extend this report.")
        return head + note(closed, "warning")
    return head
