"""审核: which report next, and is it true?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import streamlit as st

from db.queries.assessment.waiting import WaitingObjection, waiting_objections
from db.queries.plans.choices import to_decide
from db.queries.reports.review import ReviewEntry, ReviewSheet, review_one, review_queue
from db.queries.reports.review import in_turn as in_turn_of_dates
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
from ui.views.shared.below import with_plans_below
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


def draw(page: Page) -> None:
    """The queue and one report; or the requests to decide; or all unflagged reports at once."""
    shown = plans_shown(page)
    waiting, view = _waiting(page, shown), page.param("view")
    shares = page.keep(
        "review_shares", lambda c: review_shares(c.session, c.actor, shown.ids), shown
    )
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
            [e for e in waiting.reports if e.mine and not e.flags and not is_others(shares, e)],
        )
    else:
        _one_by_one(page, shown, tuple(in_turn(shares, waiting.reports)), shares)


def _waiting(page: Page, shown: PlansShown) -> ReviewDesk:
    def rest(c: Context) -> ReviewDesk:
        chosen = shown.chosen if shown.several else None
        requests = to_decide(c.session, c.actor, c.now, chosen.id if chosen else None)
        return ReviewDesk((), tuple(requests))

    def put_together() -> ReviewDesk:
        reports = [entry for plan_id in shown.ids for entry in _queue(page, plan_id)]
        return replace(
            page.share("review_rest", rest, shown, whole=True),
            reports=tuple(sorted(reports, key=in_turn_of_dates)),
        )

    # Who has judged a unit does not answer its objections: that is of each person alone.
    objections = page.keep(
        "objections", lambda c: waiting_objections(c.session, c.actor, shown.ids), shown
    )
    return replace(page.derive("review", put_together, shown), objections=objections)


def _queue(page: Page, plan_id: int) -> tuple[ReviewEntry, ...]:
    """What awaits review of one plan."""

    def read(c: Context) -> tuple[ReviewEntry, ...]:
        return review_queue(c.session, c.actor, [plan_id], c.now, zone_of(page))

    return page.share("review_queue", read, plan_id, plans=with_plans_below(page, plan_id))


def _one_by_one(
    page: Page, plans: PlansShown, entries: tuple[ReviewEntry, ...], shares: Shares
) -> None:
    shown = page.param("show") if page.param("show") in KINDS_SHOWN else ""
    fitting = [entry for entry in entries if fits(entry, shown)]
    asked = number_of(page, "report")
    report_id = asked or chosen_of(fitting)
    side, main = st.columns([1, 2.4], gap="medium")
    with side, st.container(key="review_queue_with_one" if asked else "review_queue"):
        page.html(
            page.text(
                "review_queue",
                lambda: queue_html(plans, entries, fitting, shown, report_id, shares),
                plans, entries, shown, report_id, shares,
            )
        )  # fmt: skip
    with main, st.container(key="review_sheet_asked" if asked else "review_sheet_first"):
        if report_id is None:
            page.html(
                empty(
                    _("Nothing awaits review"),
                    _("Reports appear here when a deputy head has signed them off."),
                )
            )
            return
        sheet = _sheet(page, report_id, entries)
        if sheet is None:
            page.html(empty(_("Nothing has been submitted yet"), _("Choose another report.")))
            return
        zone = zone_of(page)
        page.html(
            page.text("review_sheet", lambda: sheet_html(plans, sheet, zone), plans, sheet, zone)
        )
        after = [entry.paper.id for entry in fitting if entry.paper.id != report_id and entry.mine]
        draw_verdict(page, sheet, after[0] if after else None)
        draw_sharing(page, sheet, shares, entries)


def _sheet(page: Page, report_id: int, entries: Sequence[ReviewEntry]) -> ReviewSheet | None:
    plan_id = next((one.paper.plan_id for one in entries if one.paper.id == report_id), None)

    def read(c: Context) -> ReviewSheet | None:
        return review_one(c.session, c.actor, report_id, c.now, zone_of(page))

    plans = with_plans_below(page, plan_id) if plan_id else None
    return page.share("review_sheet", read, report_id, plans=plans)


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
