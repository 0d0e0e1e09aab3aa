"""What mails put into a report: shown with their words, confirmed or put aside by one tap."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st
from markupsafe import Markup

from db.queries.collecting.replies import ReplyRead, open_replies
from db.queries.reports.form import ReportForm, report_form
from i18n import _
from ui.components.lists import bullets, pairs
from ui.components.states import note
from ui.shell.page import Page
from ui.views.report.fields import named
from ui.views.report.typing import Typing, begin
from ui.views.shared.office import moment, zone_of
from workflow.rules.reporting.content import FIRMNESS, STATUSES, check_before_submitting
from workflow.rules.reporting.report_content import TEXTS, outgoing
from workflow.verbs.collecting.settle_reply import confirm_reply, put_reply_aside


def draw_by_mail(page: Page, form: ReportForm, typing: Typing) -> None:
    """Each mail that waits: what it filled in, what went nowhere, and the two ways on."""
    with page.reading() as c:
        waiting = open_replies(c.session, c.actor, form.paper.id)
    for one in waiting:
        with st.container(key=f"by_mail_{one.id}", border=True):
            page.html(_words(page, form, one))
            with st.container(horizontal=True):
                st.button(
                    _("Confirm and submit") if _is_complete(page, form, typing, waiting)
                    else _("It is right"),
                    key=f"by_mail_confirm_{one.id}", type="primary",
                    on_click=page.callback(_confirm), args=(page, form, typing, waiting, one.id),
                )  # fmt: skip
                st.button(
                    _("Do not use it"), key=f"by_mail_aside_{one.id}",
                    on_click=page.callback(_put_aside), args=(page, form.paper.id, one.id),
                )  # fmt: skip


def _is_complete(
    page: Page, form: ReportForm, typing: Typing, waiting: Sequence[ReplyRead]
) -> bool:
    """Whether nothing but this confirmation stands between the draft and its submission."""
    today = page.installation.today()
    found = check_before_submitting(outgoing(typing.content), form.asked, today)
    return len(waiting) == 1 and form.still_open and not found.problems


def _words(page: Page, form: ReportForm, one: ReplyRead) -> Markup:
    when = moment(one.at, zone_of(page))
    head = _("From the mail of {name}, {when}. Please check it.", name=one.person, when=when)
    said = Markup('<p class="ls-kept-lines">{}</p>').format(one.text) if one.text else ""
    rows = [
        (label, value)
        for field, text in one.placed.items()
        if (label := _label(form, field)) and (value := _value(form, field, text)) != one.text
    ]
    left = bullets(_("In no field, because it is not certain:"), one.doubtful)
    return note(
        Markup("<p><b>{}</b></p>{}{}{}").format(
            head, said, pairs(rows), left if one.doubtful else ""
        ),
        "warning",
    )


def _label(form: ReportForm, field: str) -> str:
    kind, _colon, key = field.partition(":")
    if kind in ("value", "firmness"):
        metrics = {str(one.measure_id): named(one.metric, one.unit) for one in form.measures}
        return metrics.get(key, "") if kind == "value" else _("How firm")
    if kind in ("reached", "document"):
        titles = {str(one.milestone_id): one.title for one in form.steps}
        return titles.get(key, "")
    if field == "status":
        return _("How the work stands")
    return _(TEXTS[field].label) if field in TEXTS else ""


def _value(form: ReportForm, field: str, text: str) -> str:
    kind, _colon, key = field.partition(":")
    if field == "status":
        return _(STATUSES[text]) if text in STATUSES else text
    if kind == "firmness":
        return _(FIRMNESS[text]) if text in FIRMNESS else text
    if kind == "value":
        units = {str(one.measure_id): one.unit for one in form.measures}
        return f"{text} {units.get(key, '')}".strip()
    return text


def _confirm(
    page: Page, form: ReportForm, typing: Typing, waiting: Sequence[ReplyRead], reply_id: int
) -> None:
    complete = _is_complete(page, form, typing, waiting)
    with page.acting() as c:
        confirm_reply(c, reply_id=reply_id)
    if complete and typing.send(page) is not None:
        page.say(_("The report is submitted."))


def _put_aside(page: Page, report_id: int, reply_id: int) -> None:
    with page.acting() as c:
        put_reply_aside(c, reply_id=reply_id)
    with page.reading() as c:
        form = report_form(c.session, c.actor, report_id, c.today, c.now)
    begin(report_id, form.draft.version, form.content)
