"""What contradicts itself in the document: each finding with its numbers and its place."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st
from markupsafe import Markup

from i18n import _, mark
from tasks_catalog.model import SEVERITIES, Finding
from ui.components.lights import tag
from ui.components.lists import QueueEntry, queue
from ui.components.rendering import macro
from ui.components.states import empty, note
from ui.components.text import anchor, back, heading
from ui.shell.page import Page
from ui.views.plan.preparing.desk import CopyDesk, change
from ui.views.plan.preparing.source import MarkedWords, source_html
from ui.views.plan.preparing.words import PIECES
from ui.views.shared.office import chips, number_of
from workflow.rules.preparing.working_copy import Change, finding_key
from workflow.rules.refusals import Invalid, Problem

USUAL = (
    mark("the issuing body was asked; the text holds"),
    mark("corrected in this working copy"),
    mark("no matter for the division of tasks"),
)
"""Usual reasons, one tap away."""
TONES = {"error": "warning", "warning": "accent", "note": ""}


def draw_findings(page: Page, desk: CopyDesk) -> None:
    """The findings that are open, the gravest first; one of them with its place in the text."""
    found = list(enumerate(desk.catalogue.findings, 1))
    show = page.param("show")
    fitting = [(no, one) for no, one in found if desk.is_open(no) is (show != "settled")]
    asked = number_of(page, "finding")
    chosen = asked if asked and asked <= len(found) else (fitting[0][0] if fitting else None)
    side, middle, right = st.columns([1.15, 1.2, 1.35], gap="medium")
    with side, st.container(key="plan_list_with_one" if asked else "plan_list"):
        page.html(_list(desk, found, fitting, chosen, show))
        _draw_all_notes(page, desk, found)
    with middle, st.container(key="plan_sheet_asked" if asked else "plan_sheet_first"):
        if chosen is None:
            page.html(
                empty(
                    _("No finding is open"),
                    _("Contradictions between numbers, tables and words are listed here."),
                )
            )
            return
        _draw_one(page, desk, chosen)
    with right, st.container(key="plan_text_asked" if asked else "plan_text_first"):
        page.html(_source(desk, desk.catalogue.findings[chosen - 1]))


def _list(
    desk: CopyDesk, found: Sequence[tuple[int, Finding]], fitting: Sequence[tuple[int, Finding]],
    chosen: int | None, show: str,
) -> Markup:  # fmt: skip
    still = sum(desk.is_open(no) for no, _one in found)
    kinds = [
        (desk.way(part="findings"), _("open {n}", n=still), show != "settled"),
        (
            desk.way(part="findings", show="settled"),
            _("settled {n}", n=len(found) - still),
            show == "settled",
        ),
    ]
    entries = [
        QueueEntry(
            desk.way(part="findings", finding=no, show=show),
            one.message,
            before=tag(_(SEVERITIES[one.severity]), TONES[one.severity]),
            here=no == chosen,
        )
        for no, one in fitting
    ]
    return chips(kinds, "ls-chips", _("Narrow the list")) + queue(entries)


def _draw_all_notes(page: Page, desk: CopyDesk, found: Sequence[tuple[int, Finding]]) -> None:
    """Notes ask for nothing: they may be settled together after a look."""
    notes = [no for no, one in found if one.severity == "note" and desk.is_open(no)]
    if len(notes) > 1 and desk.open:
        st.button(
            _("All {n} notes are read", n=len(notes)), key="plan_notes_read",
            on_click=page.callback(_settle), args=(page, desk, notes, _("read")),
        )  # fmt: skip


def _draw_one(page: Page, desk: CopyDesk, no: int) -> None:
    finding = desk.catalogue.findings[no - 1]
    page.html(back(desk.way(part="findings"), _("← All findings")), _one(desk, finding))
    if not desk.is_open(no):
        reason = desk.sheet.settled[finding_key(no)]
        page.html(note(_("Settled: {reason}", reason=reason), "done"))
        if desk.open:
            st.button(
                _("Open it again"), key=f"plan_open_{no}",
                on_click=page.callback(_open_again), args=(page, desk, no, reason),
            )  # fmt: skip
        return
    if not desk.open:
        return
    page.html(heading(2, _("How it was settled")))
    with st.container(horizontal=True, key="plan_usual"):
        for at, text in enumerate(USUAL):
            st.button(
                _(text), key=f"plan_usual_{no}_{at}", on_click=page.callback(_settle_one),
                args=(page, desk, no, _(text)),
            )  # fmt: skip
    key = f"plan_reason_{desk.sheet.id}_{no}"
    st.text_input(_("or in other words"), key=key)
    st.button(_("Settle, and show the next"), key=f"plan_settle_{no}", type="primary",
              on_click=page.callback(_settle_in_words), args=(page, desk, no, key))  # fmt: skip


def _one(desk: CopyDesk, finding: Finding) -> Markup:
    here = [task for task in desk.catalogue.tasks if _touches(finding, task.source)]
    ways = [anchor(desk.way(task=task.code), _("Task {code}", code=task.code)) for task in here[:4]]
    kind = tag(_(SEVERITIES[finding.severity]), TONES[finding.severity])
    return macro(PIECES, "finding", kind, finding.message, finding.suggestion, ways)


def _touches(finding: Finding, source: object) -> bool:
    line = getattr(source, "line", None)
    if line is None:
        return False
    last = getattr(source, "line_end", None) or line
    return any(
        place.line is not None and line <= (place.line_end or place.line) and place.line <= last
        for place in finding.where
    )


def _source(desk: CopyDesk, finding: Finding) -> Markup:
    places = [
        (place.line, place.line_end or place.line)
        for place in finding.where
        if place.document is None and place.line is not None
    ]
    if not places or not desk.sheet.source_lines:
        return Markup("")
    beginnings = {
        first: (_("here"), "") if len(places) == 1 else (_("place {n}", n=n), "")
        for n, (first, _last) in enumerate(places, 1)
    }
    text = [str(value) for value in finding.values.values() if isinstance(value, str)]
    words = tuple((word, "number") for word in text if len(word) > 1)
    marks = [MarkedWords(first, last, words) for first, last in places]
    return source_html(desk.sheet.source_lines, marks, beginnings)


def _settle_in_words(page: Page, desk: CopyDesk, no: int, key: str) -> None:
    reason = st.session_state.get(key, "").strip()
    if not reason:
        problem = Problem("", mark("choose a usual reason or write one"))
        raise Invalid(mark("Say how the finding was settled."), (problem,))
    _settle_one(page, desk, no, reason)


def _settle_one(page: Page, desk: CopyDesk, no: int, reason: str) -> None:
    _settle(page, desk, [no], reason)
    numbers = range(1, len(desk.catalogue.findings) + 1)
    still = [one for one in numbers if desk.is_open(one) and one != no]
    after = next((one for one in still if one > no), next(iter(still), None))
    if after is None:
        st.query_params.pop("finding", None)
    elif "finding" in st.query_params:
        st.query_params["finding"] = str(after)


def _settle(page: Page, desk: CopyDesk, numbers: Sequence[int], reason: str) -> None:
    said = _("{n} findings settled", n=len(numbers))
    changes = [Change(finding_key(no), "settled", None, reason) for no in numbers]
    change(page, desk.sheet.id, said, *changes)


def _open_again(page: Page, desk: CopyDesk, no: int, reason: str) -> None:
    said = _("one finding open again")
    change(page, desk.sheet.id, said, Change(finding_key(no), "settled", reason, None))
