"""审核: which report next, and is it true?"""

from __future__ import annotations

from dataclasses import dataclass, field

import streamlit as st

from db.queries.assessment.waiting import WaitingObjection, waiting_objections
from db.queries.plans.choices import to_decide
from db.queries.reports.review import ReviewEntry, ReviewSheet, review_one, review_queue
from db.queries.reports.review_shares import review_shares
from db.queries.requests.requests import RequestRow
from i18n import _
from ui.components.states import empty, note
from ui.shell.page import Page
from ui.views.review.objections import objections_html
from ui.views.review.plain import draw_plain
from ui.views.review.queue import KINDS_SHOWN, chosen_of, fits, queue_html, tabs
from ui.views.review.sharing import Shares, draw_sharing, in_turn, is_others
from ui.views.review.sheet import sheet_html
from ui.views.review.verdict import UNDOABLE, draw_verdict
from ui.views.shared.deciding import draw_requests_to_decide
from ui.views.shared.office import number_of, zone_of
from ui.views.shared.plans import PlansShown, draw_choice, plans_shown
from workflow.verbs.context import Context
from workflow.verbs.reports.undo import undo


@dataclass(frozen=True)
class ReviewDesk:
    """What waits for the office: reports for a verdict, requests for a decision, objections."""

    reports: tuple[ReviewEntry, ...]
    requests: tuple[RequestRow, ...]
    objections: tuple[WaitingObjection, ...] = ()
    shares: Shares = field(default_factory=dict)


def draw(page: Page) -> None:
    """The queue and one report; or the requests to decide; or all unflagged reports at once."""
    shown = plans_shown(page)
    waiting, view = _waiting(page, shown), page.param("view")
    page.title(under=shown.name if shown.in_force else "")
    draw_choice(page, shown)
    _undo(page)
    page.html(
        tabs(shown, len(waiting.reports), len(waiting.requests) + len(waiting.objections), view)
    )
    if view == "requests":
        page.html(objections_html(waiting.objections, zone_of(page)))
        draw_requests_to_decide(page, shown, waiting.requests)
    elif view == "plain":
        draw_plain(
            page,
            shown,
            [
                e
                for e in waiting.reports
                if e.mine and not e.flags and not is_others(waiting.shares, e)
            ],
        )
    else:
        _one_by_one(page, shown, waiting.reports, waiting.shares)


def _waiting(page: Page, shown: PlansShown) -> ReviewDesk:
    def read(c: Context) -> ReviewDesk:
        chosen = shown.chosen if shown.several else None
        requests = to_decide(c.session, c.actor, c.now, chosen.id if chosen else None)
        reports = review_queue(c.session, c.actor, shown.ids, c.now, zone_of(page))
        objections = waiting_objections(c.session, c.actor, shown.ids)
        shares = review_shares(c.session, c.actor, shown.ids)
        return ReviewDesk(tuple(in_turn(shares, reports)), tuple(requests), objections, shares)

    return page.keep("review", read, shown)


def _one_by_one(
    page: Page, plans: PlansShown, entries: tuple[ReviewEntry, ...], shares: Shares
) -> None:
    shown = page.param("show") if page.param("show") in KINDS_SHOWN else ""
    fitting = [entry for entry in entries if fits(entry, shown)]
    asked = number_of(page, "report")
    report_id = asked or chosen_of(fitting)
    side, main = st.columns([1, 2.4], gap="medium")
    with side, st.container(key="review_queue_with_one" if asked else "review_queue"):
        page.html(queue_html(plans, entries, fitting, shown, report_id, shares))
    with main, st.container(key="review_sheet_asked" if asked else "review_sheet_first"):
        if report_id is None:
            page.html(
                empty(
                    _("Nothing awaits review"),
                    _("Reports appear here when a deputy head has signed them off."),
                )
            )
            return
        sheet = _sheet(page, report_id)
        if sheet is None:
            page.html(empty(_("Nothing has been submitted yet"), _("Choose another report.")))
            return
        page.html(sheet_html(plans, sheet, zone_of(page)))
        after = [entry.paper.id for entry in fitting if entry.paper.id != report_id and entry.mine]
        draw_verdict(page, sheet, after[0] if after else None)
        draw_sharing(page, sheet, shares, entries)


def _sheet(page: Page, report_id: int) -> ReviewSheet | None:
    def read(c: Context) -> ReviewSheet | None:
        return review_one(c.session, c.actor, report_id, c.now, zone_of(page))

    return page.keep("review_sheet", read, report_id)


def _undo(page: Page) -> None:
    """The last verdicts of this session, until something else is done."""
    last: list[tuple[int, int]] = st.session_state.get(UNDOABLE, [])
    if not last:
        return
    with st.container(horizontal=True, vertical_alignment="center", key="office_undo"):
        said = st.session_state.get(f"{UNDOABLE}_said", "")
        page.html(note(said, "done"))
        st.button(_("Undo"), key="undo", on_click=page.callback(_take_back), args=(page, last))


def _take_back(page: Page, last: list[tuple[int, int]]) -> None:
    st.session_state.pop(UNDOABLE, None)
    with page.acting() as c:
        for report_id, version in last:
            undo(c, report_id=report_id, version=version)
    if len(last) == 1:
        st.query_params["report"] = str(last[0][0])
    page.say(_("Undone: {n} reports await review again.", n=len(last)))
