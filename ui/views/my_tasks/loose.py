"""Words of one's own mails that belong to no report yet: to be placed by one tap."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st
from markupsafe import Markup

from db.queries.collecting.replies import ReplyRead, loose_replies
from db.queries.reports.my_tasks import ReportCard
from i18n import _
from ui.components.states import note
from ui.shell.page import Page
from ui.views.shared.office import moment, period_name, zone_of
from workflow.verbs.collecting.settle_reply import place_reply, put_reply_aside


def draw_loose(page: Page, reports: Sequence[ReportCard]) -> None:
    """Each such mail with its words, the reports to choose from, and a way to drop it."""
    with page.reading() as c:
        waiting = loose_replies(c.session, c.actor)
    for one in waiting:
        with st.container(key=f"loose_{one.id}", border=True):
            _draw_one(page, one, reports)


def _draw_one(page: Page, one: ReplyRead, reports: Sequence[ReportCard]) -> None:
    head = _("Your mail of {when}: which report is it about?", when=moment(one.at, zone_of(page)))
    page.html(
        note(Markup('<p><b>{}</b></p><p class="ls-kept-lines">{}</p>').format(head, one.text))
    )
    names = {
        card.paper.id: f"{card.code} {card.title} · {period_name(card.paper.period)}"
        for card in reports
    }
    with st.container(horizontal=True, vertical_alignment="bottom"):
        if names:
            chosen = st.selectbox(
                _("Report"), list(names), index=None, format_func=names.__getitem__,
                key=f"loose_report_{one.id}", placeholder=_("Choose a report"),
            )  # fmt: skip
            st.button(
                _("Into this report"), key=f"loose_place_{one.id}", type="primary",
                disabled=chosen is None, on_click=page.callback(_place),
                args=(page, one.id, chosen),
            )  # fmt: skip
        st.button(
            _("Do not use it"), key=f"loose_aside_{one.id}",
            on_click=page.callback(_put_aside), args=(page, one.id),
        )  # fmt: skip


def _place(page: Page, reply_id: int, report_id: int) -> None:
    with page.acting() as c:
        place_reply(c, reply_id=reply_id, report_id=report_id)
    page.say(_("The words lie in the draft of the report; open it and confirm them."))


def _put_aside(page: Page, reply_id: int) -> None:
    with page.acting() as c:
        put_reply_aside(c, reply_id=reply_id)
