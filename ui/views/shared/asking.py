"""What a unit asks of the office about a task, and what became of it. For report and task pages."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any

import streamlit as st
from markupsafe import Markup

from db.queries.requests.requests import RequestRow
from db.queries.tasks.story import TaskStory
from i18n import _
from ui.components.dates import full_date
from ui.components.lights import tag
from ui.components.plain_label import plain
from ui.components.stories import ActionCard, cards
from ui.components.text import joined, strong
from ui.shell.page import Page
from workflow.rules.progress.quantities import parse, shown
from workflow.rules.refusals import Invalid
from workflow.rules.requests import (
    COMMENT_OUTCOMES,
    KINDS,
    NEEDS_DOCUMENT,
    TASK_ACTIONS,
    Completion,
    DeliveredMilestone,
    NewDate,
    NewTarget,
    RequestKind,
    Wish,
)
from workflow.rules.states import STATES, RequestStateName, possible
from workflow.verbs.requests.request import request
from workflow.verbs.requests.withdraw_request import withdraw_request

STATE_TONES: Mapping[str, str] = {
    RequestStateName.PENDING: "accent",
    RequestStateName.REFUSED: "warning",
}


def request_kind(kind: str) -> str:
    """The name of a kind of request."""
    return _("comment") if kind == RequestKind.COMMENT else _(KINDS[kind])


def request_card(row: RequestRow, href: str = "") -> ActionCard:
    """One request with its words, and the answer if there is one."""
    state = COMMENT_OUTCOMES.get(row.outcome) or STATES["request"][row.state]
    answer: str | Markup = ""
    if row.decided_at is not None:
        paper = _(" ({document})", document=row.decided_document) if row.decided_document else ""
        answer = joined([strong(_("Answer: ")), (row.reply or "–"), paper], "")
    return ActionCard(
        f"{request_kind(row.kind)} · {row.code} {row.title}",
        href,
        tag(_(state), STATE_TONES.get(row.state, "")),
        Markup("{}<br>{}").format(wish_words(row), row.reason) if row.after else row.reason,
        answer,
        "quiet" if row.state == RequestStateName.PENDING else "",
    )


def wish_words(row: RequestRow) -> str:
    before, after = row.before, row.after
    if "due" in after and "due" in before:
        return _(
            "from {before} to {after}",
            before=full_date(date.fromisoformat(before["due"])),
            after=full_date(date.fromisoformat(after["due"])),
        )
    if "written" in after:
        return _("from {before} to {after}", before=before.get("value"), after=after["written"])
    return ""


def draw_requests(page: Page, story: TaskStory, assignment_id: int) -> None:
    """The unit's requests on a task, and a form for another one."""
    mine = [
        row
        for row in story.requests
        if row.assignment_id == assignment_id and row.kind != RequestKind.COMMENT
    ]
    if mine:
        page.html(cards([request_card(row) for row in reversed(mine)], level=3))
    for row in mine:
        if row.state == RequestStateName.PENDING:
            words = _("Take back: {what}", what=request_kind(row.kind))
            if st.button(words, key=f"take_back_{row.request_id}"):
                with page.trying():
                    _take_back(page, row.request_id)
                    st.rerun(scope="app")
    kinds = open_kinds(story, mine)
    if not kinds:
        return
    kind = st.selectbox(
        _("What do you ask for?"),
        kinds,
        index=None,
        format_func=lambda code: _(KINDS[code]),
        key=f"ask_kind_{assignment_id}",
    )
    if kind:
        _form(page, story, assignment_id, kind)


def open_kinds(story: TaskStory, mine: Iterable[RequestRow]) -> list[str]:
    """What can be asked for now; of each kind one at a time."""
    asked = {row.kind for row in mine if row.state == RequestStateName.PENDING}
    steps = possible("task", story.state)
    kinds = [kind for kind, action in TASK_ACTIONS.items() if action in steps]
    if "request_completion" in steps:
        kinds.insert(0, RequestKind.COMPLETION)
    if "suspend" in steps:
        kinds = [
            RequestKind.EXTENSION,
            *([RequestKind.TARGET_CHANGE] if story.measures else []),
            *kinds,
        ]
    return [kind for kind in kinds if kind not in asked]


def _form(page: Page, story: TaskStory, assignment_id: int, kind: str) -> None:
    forms: Mapping[str, Callable[[TaskStory], Callable[[], Wish]]] = {
        RequestKind.EXTENSION: _dates,
        RequestKind.TARGET_CHANGE: _targets,
        RequestKind.COMPLETION: _finished,
    }
    wish = forms[kind](story) if kind in forms else None
    reason = st.text_area(_("Reason"), key=f"ask_reason_{assignment_id}", height=80)
    document = st.text_input(
        _("Approving document") if kind in NEEDS_DOCUMENT else _("Document that shows it (if any)"),
        key=f"ask_document_{assignment_id}",
    )
    if st.button(_("Ask for {what}", what=_(KINDS[kind])), type="primary", key="ask_now"):
        with page.trying():
            with page.acting() as c:
                request(
                    c,
                    assignment_id=assignment_id,
                    kind=kind,
                    reason=reason,
                    wish=wish() if wish else None,
                    document=document,
                )
            for name in ("kind", "reason", "document"):
                del st.session_state[f"ask_{name}_{assignment_id}"]
            page.say(_("Asked. The talent office decides; you are told by mail."))
            st.rerun(scope="app")


def _dates(story: TaskStory) -> Any:
    """Which date, and to when."""
    known = {0: (_("the task"), story.due)} if story.due else {}
    known |= {step.no: (_("“{title}”", title=step.title), step.due) for step in story.milestones}
    which = st.selectbox(
        _("Which date"),
        list(known),
        format_func=lambda no: f"{known[no][0]} · {full_date(known[no][1])}",
        key="ask_which_date",
    )
    to = st.date_input(_("To"), value=None, format="YYYY-MM-DD", key="ask_new_date")

    def wish() -> Wish:
        if to is None or which is None:
            raise Invalid(_("Please say what should change."))
        return NewDate(to, which or None)

    return wish


def _targets(story: TaskStory) -> Any:
    """Which number of which year, and what it should be."""
    known: dict[tuple[int, int | None, int | None], tuple[str, str]] = {}
    for measure in story.measures:
        now = measure.now
        if now.value is not None:
            words = shown(now.value, now.unit, now.written)
            known[now.measure_id, None, None] = (f"{now.metric} · {words}", now.unit)
        for row in measure.year_targets:
            words = f"{now.metric} · {row.year} · {shown(row.value, now.unit, row.written)}"
            known[now.measure_id, row.year, row.unit_id] = (words, now.unit)
    which = st.selectbox(
        _("Which target"), list(known), format_func=lambda k: known[k][0], key="ask_which_target"
    )
    typed = st.text_input(_("New target"), key="ask_new_target")

    def wish() -> Wish:
        if which is None:
            raise Invalid(_("Please say what should change."))
        number = parse(typed, known[which][1])
        return NewTarget(which[0], number.value, number.written, which[1], which[2])

    return wish


def _finished(story: TaskStory) -> Any:
    """The deliverables that no accepted report has told of yet, each with document and date."""
    there = {row.no for row in story.reached if row.document}
    fields = []
    for step in story.milestones:
        if step.deliverable and step.no not in there:
            document = st.text_input(
                _("Document number of “{title}”", title=plain(step.title)),
                key=f"ask_paper_{step.no}",
            )
            day = st.date_input(
                _("Date of “{title}”", title=plain(step.title)),
                value=None,
                format="YYYY-MM-DD",
                key=f"ask_day_{step.no}",
            )
            fields.append((step.no, document, day))

    def wish() -> Wish:
        there = [(no, words, day) for no, words, day in fields if day and words.strip()]
        if len(there) < len(fields):
            raise Invalid(_("A deliverable needs its document number and its date."))
        return Completion(tuple(DeliveredMilestone(*one) for one in there))

    return wish


def _take_back(page: Page, request_id: int) -> None:
    with page.acting() as c:
        withdraw_request(c, request_id=request_id)
    page.say(_("The request is taken back."))
