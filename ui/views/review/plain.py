"""All unflagged reports on one page, to be accepted together after a look."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st
from markupsafe import Markup

from db.queries.reports.review import ReviewEntry
from db.queries.reports.submissions import latest_submissions
from i18n import _
from ui.components.lights import tag
from ui.components.states import empty
from ui.shell.page import Page
from ui.views.review.verdict import UNDOABLE
from ui.views.shared.office import period_name
from ui.views.shared.plans import PlansShown
from workflow.rules.reporting.content import STATUSES
from workflow.verbs.reports.accept_all import accept_all

AT_ONCE = 40
"""No more than somebody can look through."""


def draw_plain(page: Page, plans: PlansShown, entries: Sequence[ReviewEntry]) -> None:
    """What each of them says, and one button below."""
    these = entries[:AT_ONCE]
    if not these:
        page.html(
            empty(
                _("Nothing without a flag awaits review"),
                _("Flagged reports are looked at one by one."),
                plans.link("review"),
                _("Back to the queue"),
            )
        )
        return
    with page.reading() as c:
        wanted = [entry.paper.id for entry in these]
        texts = latest_submissions(c.session, c.actor, wanted, c.now)
    cards = Markup("").join(
        Markup(
            '<li><p><a href="{}"><b>{}</b> {}</a> {}</p><p class="ls-soft">{}</p><p>{}</p></li>'
        ).format(
            plans.link("review", report=entry.paper.id),
            entry.code,
            entry.title,
            tag(_(STATUSES[texts[entry.paper.id].status])),
            " · ".join(
                [
                    entry.unit,
                    period_name(entry.paper.period),
                    _("evidence {n}", n=len(texts[entry.paper.id].evidence)),
                ]
            ),
            texts[entry.paper.id].text or texts[entry.paper.id].nil_reason,
        )
        for entry in these
    )
    page.html(
        Markup('<h2>{}</h2><p class="ls-soft">{}</p><ul class="ls-attention">{}</ul>').format(
            _("{n} reports without a flag", n=len(these)),
            _("Look through them; whatever needs a closer look opens by its title."),
            cards,
        )
    )
    st.button(
        _("Accept all {n}", n=len(these)),
        type="primary",
        key="accept_plain",
        on_click=page.callback(_accept),
        args=(page, {entry.paper.id: entry.paper.version for entry in these}),
    )


def _accept(page: Page, reports: dict[int, int]) -> None:
    with page.acting() as c:
        accept_all(c, reports=reports)
    st.session_state[UNDOABLE] = [(key, version + 1) for key, version in reports.items()]
    st.session_state[f"{UNDOABLE}_said"] = _("Accepted: {n} reports", n=len(reports))
    st.query_params.pop("view", None)
