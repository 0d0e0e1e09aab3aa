"""All unflagged reports on one page, to be accepted together after a look at their numbers."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st
from markupsafe import Markup

from db.queries.reports.review import ReviewEntry
from db.queries.reports.submissions import SubmissionRead, latest_submissions
from i18n import _
from ui.components.lights import tag
from ui.components.rendering import macro
from ui.components.states import empty
from ui.shell.page import Page
from ui.views.review.sheet import SHEET, number_cells, number_columns
from ui.views.review.verdict import UNDOABLE
from ui.views.shared.office import period_name
from ui.views.shared.plans import PlansShown
from workflow.rules.reporting.content import STATUSES
from workflow.verbs.reports.accept_all import accept_all

AT_ONCE = 40
"""No more than somebody can look through."""


def draw_plain(page: Page, plans: PlansShown, entries: Sequence[ReviewEntry]) -> None:
    """Every number of each of them, and one button below for those that are not taken out."""
    if not entries:
        page.html(
            empty(
                _("Nothing without a flag awaits review"),
                _("Flagged reports are looked at one by one."),
                plans.link("review"),
                _("Back to the queue"),
            )
        )
        return
    these = entries[:AT_ONCE]
    with page.reading() as c:
        wanted = [entry.paper.id for entry in these]
        texts = latest_submissions(c.session, c.actor, wanted, c.now)
    names = {entry.paper.id: f"{entry.code} {entry.title} · {entry.unit}" for entry in these}
    page.html(macro(SHEET, "plain_head", len(these), len(entries), _table(plans, these, texts)))
    out = st.multiselect(
        _("Take out of it, to be looked at one by one"),
        list(names),
        format_func=names.__getitem__,
        key="plain_out",
    )
    left = [entry for entry in these if entry.paper.id not in out]
    numbers = sum(len(entry.numbers) for entry in left)
    st.button(
        _(
            "Accept {n} reports with {numbers} numbers of {units} units",
            n=len(left),
            numbers=numbers,
            units=len({entry.paper.unit_id for entry in left}),
        ),
        type="primary",
        key="accept_plain",
        disabled=not left,
        on_click=page.callback(_accept),
        args=(page, {entry.paper.id: entry.paper.version for entry in left}),
    )


def _table(
    plans: PlansShown, entries: Sequence[ReviewEntry], texts: dict[int, SubmissionRead]
) -> Markup:
    """Each report across the table, and below it a row for each of its numbers."""
    rows = []
    for entry in entries:
        said = texts[entry.paper.id]
        cells = [number_cells(line, (), entry.unread, len(said.evidence)) for line in entry.numbers]
        rows.append((_head(plans, entry, said), cells))
    return macro(SHEET, "plain_table", _("Reports without a flag"), number_columns(), rows)


def _head(plans: PlansShown, entry: ReviewEntry, said: SubmissionRead) -> Markup:
    """The task, who says it, and its words in one line."""
    return macro(
        SHEET,
        "plain_one",
        plans.link("review", report=entry.paper.id),
        entry,
        " · ".join(
            (
                entry.unit,
                period_name(entry.paper.period),
                _("evidence {n}", n=len(said.evidence)),
            )
        ),
        [tag(_(STATUSES[said.status])), plans.tag(entry.paper.plan_id)],
        said.text or said.nil_reason,
    )


def _accept(page: Page, reports: dict[int, int]) -> None:
    with page.acting() as c:
        accept_all(c, reports=reports)
    st.session_state[UNDOABLE] = [(key, version + 1) for key, version in reports.items()]
    st.session_state[f"{UNDOABLE}_said"] = _("Accepted: {n} reports", n=len(reports))
    st.query_params.pop("view", None)
