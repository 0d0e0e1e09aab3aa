"""Requests that await a decision: granted or refused, a comment adopted or not, with a reply."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st
from markupsafe import Markup

from db.queries.plans.choices import active_units
from db.queries.requests.requests import RequestRow
from i18n import _
from ui.components.lights import tag
from ui.components.states import empty, note
from ui.components.text import joined, paragraph, strong
from ui.shell.page import Page
from ui.views.shared.asking import request_kind, wish_words
from ui.views.shared.office import link, moment, number_of, zone_of
from ui.views.shared.plans import PlansShown
from workflow.rules.requests import COMMENT_OUTCOMES, NEEDS_DOCUMENT, CommentOutcome, RequestKind
from workflow.verbs.plans.answer_comment import answer_comment
from workflow.verbs.requests.decide import decide


def draw_requests_to_decide(page: Page, plans: PlansShown, rows: Sequence[RequestRow]) -> None:
    """All that waits, the longest waiting first, and the form for the chosen one."""
    if not rows:
        page.html(
            empty(
                _("Nothing is to be decided"),
                _("Extensions, changes, close-outs, objections and comments appear here."),
            )
        )
        return
    wanted = number_of(page, "request")
    chosen = next((row for row in rows if row.request_id == wanted), None)
    here = chosen or next((row for row in rows if row.may_decide), rows[0])
    side, main = st.columns([1, 2.4], gap="medium")
    with side, st.container(key="review_queue_with_one" if chosen else "review_queue"):
        page.html(_listed(plans, rows, here))
    with main, st.container(key="review_sheet_asked" if chosen else "review_sheet_first"):
        page.html(_story(plans, here, zone_of(page)))
        if not here.may_decide:
            page.html(note(_("Your own unit asked this. A reviewer of another unit decides it.")))
        elif here.kind == RequestKind.COMMENT:
            _comment_form(page, here)
        else:
            _decision_form(page, here)


def _listed(plans: PlansShown, rows: Sequence[RequestRow], here: RequestRow) -> Markup:
    lines = Markup("").join(
        Markup('<li{}><a href="{}">{} <b>{}</b> {}</a><p class="ls-soft">{} {}</p></li>').format(
            Markup(' aria-current="true"') if row is here else "",
            plans.link("review", view="requests", request=row.request_id),
            tag(request_kind(row.kind), "accent"),
            row.code,
            row.title,
            row.unit,
            plans.tag(row.plan_id),
        )
        for row in rows
    )
    return Markup('<ol class="ls-queue">{}</ol>').format(lines)


def _story(plans: PlansShown, row: RequestRow, zone: str) -> Markup:
    """Who asks what, and why; what stands now beside what is wished."""
    said = [row.unit, row.person or "", moment(row.at, zone), row.plan]
    paper = paragraph(joined([strong(_("Document: ")), row.document], "")) if row.document else ""
    wish = wish_words(row)
    return Markup(
        '<article class="ls-sheet-one"><p class="ls-back"><a href="{}">{}</a></p>'
        '<h2><a href="{}">{} {}</a></h2><p>{} <span class="ls-soft">{}</span></p>{}<p>{}</p>{}'
        "</article>"
    ).format(
        plans.link("review", view="requests"), _("Back to the list"),
        link("task", task=row.task_id), row.code, row.title,
        tag(request_kind(row.kind), "accent"), " · ".join(text for text in said if text),
        Markup('<p class="ls-wish"><b>{}</b></p>').format(wish) if wish else "", row.reason, paper,
    )  # fmt: skip


def _decision_form(page: Page, row: RequestRow) -> None:
    key = f"decide_{row.request_id}"
    if row.kind == RequestKind.DISPUTE:
        with page.reading() as c:
            names = {unit.id: unit.name for unit in active_units(c.session, c.actor)}
        names.pop(row.unit_id, None)
        st.selectbox(
            _("If granted: the unit that takes it over"), list(names), index=None,
            format_func=names.__getitem__, key=f"{key}_unit",
        )  # fmt: skip
    st.text_area(_("Reply to the unit (needed for a refusal)"), key=f"{key}_reply", height=80)
    needed = row.kind in NEEDS_DOCUMENT and not row.document
    st.text_input(
        _("Approving document (needed)") if needed else _("Approving document (if any)"),
        key=f"{key}_document",
    )
    with st.container(horizontal=True, key="decide_buttons"):
        for approve, label in ((True, _("Grant")), (False, _("Refuse"))):
            st.button(
                label, type="primary" if approve else "secondary", key=f"{key}_{approve}",
                on_click=page.callback(_decide), args=(page, row, approve),
            )  # fmt: skip


def _decide(page: Page, row: RequestRow, approve: bool) -> None:
    key = f"decide_{row.request_id}"
    with page.acting() as c:
        decide(
            c,
            request_id=row.request_id,
            approve=approve,
            reply=st.session_state.get(f"{key}_reply", ""),
            document=st.session_state.get(f"{key}_document", ""),
            to_unit_id=st.session_state.get(f"{key}_unit") if approve else None,
        )
    _done(page, row, _("Granted") if approve else _("Refused"))


def _comment_form(page: Page, row: RequestRow) -> None:
    key = f"answer_{row.request_id}"
    st.text_area(_("Reply (needed unless adopted in full)"), key=f"{key}_reply", height=80)
    with st.container(horizontal=True, key="decide_buttons"):
        for outcome, name in COMMENT_OUTCOMES.items():
            st.button(
                _(name), type="primary" if outcome == CommentOutcome.ADOPTED else "secondary",
                key=f"{key}_{outcome}", on_click=page.callback(_answer), args=(page, row, outcome),
            )  # fmt: skip


def _answer(page: Page, row: RequestRow, outcome: str) -> None:
    reply = st.session_state.get(f"answer_{row.request_id}_reply", "")
    with page.acting() as c:
        answer_comment(c, request_id=row.request_id, outcome=outcome, reply=reply)
    _done(page, row, _(COMMENT_OUTCOMES[outcome]))


def _done(page: Page, row: RequestRow, what: str) -> None:
    st.query_params.pop("request", None)
    page.say(
        _("{what}: {kind}, {code} {title}. The unit is told by mail.",
          what=what, kind=request_kind(row.kind), code=row.code, title=row.title)
    )  # fmt: skip
