"""The verdict on one report: accept, or return with a reason; the usual ones are a tap away."""

from __future__ import annotations

import streamlit as st

from db.queries.reports.review import ReviewSheet
from i18n import _, mark
from ui.components.rendering import macro
from ui.components.states import note
from ui.shell.page import Page
from ui.views.review.sheet import SHEET
from workflow.rules.states import ReportStateName
from workflow.verbs.reports.accept import accept
from workflow.verbs.reports.return_report import return_report
from workflow.verbs.reports.undo import undo

UNDOABLE = "_verdicts"
"""Where a session keeps its last verdicts: report and the version that the verdict made."""

REASONS = {
    "evidence": mark("Please add evidence for the numbers and results."),
    "explain": mark("The numbers do not agree with last time; please check and explain."),
    "definition": mark("Please check the numbers against the definition in the plan."),
    "vague": mark("Please say concretely what was done and what came of it."),
    "measures": mark("Please give the reason for the lag, the next steps and by when."),
}
SHORT = {
    "evidence": mark("evidence missing"),
    "explain": mark("numbers disagree"),
    "definition": mark("definition unclear"),
    "vague": mark("too vague"),
    "measures": mark("no next steps"),
}


KEYS = {
    "J": mark("next"),
    "K": mark("the one before"),
    "A": mark("Accept"),
    "R": mark("Return"),
    "U": mark("Undo"),
}


def draw_verdict(page: Page, sheet: ReviewSheet, after: int | None) -> None:
    """The buttons; `after` is the report to be shown next."""
    entry, paper = sheet.entry, sheet.entry.paper
    if not entry.mine:
        page.html(note(_("Your own unit reported this. A reviewer of another unit judges it.")))
        return
    if paper.state in (ReportStateName.ACCEPTED, ReportStateName.RETURNED):
        st.button(
            _("Take the verdict back"),
            key=f"undo_{paper.id}",
            on_click=page.callback(_undo_one),
            args=(page, paper.id, paper.version),
        )
        return
    if paper.state != ReportStateName.SIGNED_OFF:
        return
    with st.container(key="review_verdict"):
        page.html(macro(SHEET, "keys", KEYS))
        st.button(
            _("Accept"),
            type="primary",
            key=f"accept_{paper.id}_{paper.version}",
            on_click=page.callback(_accept),
            args=(page, sheet, after),
        )
        reason = f"reason_{paper.id}"
        st.pills(
            _("Usual reasons for a return"),
            list(REASONS),
            format_func=lambda code: _(SHORT[code]),
            selection_mode="multi",
            key=f"usual_{paper.id}",
            on_change=page.callback(_put_reasons),
            args=(paper.id,),
        )
        st.text_area(_("Reason"), key=reason, height=90)
        st.button(
            _("Return"),
            key=f"return_{paper.id}_{paper.version}",
            on_click=page.callback(_return),
            args=(page, sheet, after),
        )


def _put_reasons(report_id: int) -> None:
    """The chosen reasons, and behind them what was typed besides."""
    usual = {_(message) for message in REASONS.values()}
    typed = st.session_state.get(f"reason_{report_id}", "").splitlines()
    own = [line for line in typed if line.strip() and line not in usual]
    chosen = [_(REASONS[code]) for code in st.session_state.get(f"usual_{report_id}", [])]
    st.session_state[f"reason_{report_id}"] = "\n".join([*chosen, *own])


def _accept(page: Page, sheet: ReviewSheet, after: int | None) -> None:
    paper = sheet.entry.paper
    with page.acting() as c:
        accept(c, report_id=paper.id, version=paper.version)
    _go_on(sheet, after, _("Accepted: {what}", what=_named(sheet)))


def _return(page: Page, sheet: ReviewSheet, after: int | None) -> None:
    paper = sheet.entry.paper
    reason = st.session_state.get(f"reason_{paper.id}", "")
    with page.acting() as c:
        return_report(c, report_id=paper.id, version=paper.version, reason=reason)
    _go_on(sheet, after, _("Returned: {what}. The unit is told by mail.", what=_named(sheet)))


def _named(sheet: ReviewSheet) -> str:
    return f"{sheet.entry.code} {sheet.entry.title} · {sheet.entry.unit}"


def _go_on(sheet: ReviewSheet, after: int | None, said: str) -> None:
    paper = sheet.entry.paper
    st.session_state[UNDOABLE] = [(paper.id, paper.version + 1)]
    st.session_state[f"{UNDOABLE}_said"] = said
    if after is None:
        st.query_params.pop("report", None)
    else:
        st.query_params["report"] = str(after)


def _undo_one(page: Page, report_id: int, version: int) -> None:
    with page.acting() as c:
        undo(c, report_id=report_id, version=version)
    st.session_state.pop(UNDOABLE, None)
    page.say(_("Undone: {n} reports await review again.", n=1))
