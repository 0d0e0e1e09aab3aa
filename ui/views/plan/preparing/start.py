"""Beginning a working copy: a file, pasted text, or a plan that is shipped."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from functools import cache

import streamlit as st

import tasks_catalog
from db.queries.plans.plans import PlanRow
from i18n import _
from tasks_catalog.model import Catalogue
from ui.components.plain_label import plain
from ui.components.rendering import macro
from ui.shell.page import Page
from ui.views.plan.preparing.words import PIECES
from ui.views.shared.office import number_of
from workflow.rules.access.permissions import Permission, require_for_some
from workflow.rules.refusals import Refused
from workflow.rules.states import PlanStateName
from workflow.verbs.preparing.start_working_copy import CopyStarted, start_working_copy

TYPES = (
    "docx", "doc", "wps", "pdf", "ofd", "txt", "md", "html", "htm",
    "xlsx", "xls", "et", "ods", "csv", "yaml", "json", "jpg", "jpeg", "png",
)  # fmt: skip
Read = Callable[[], tuple[Catalogue, Sequence[str]]]


def draw_start(page: Page, plans: Sequence[PlanRow], *, first: bool) -> None:
    """The three ways to begin; `first` says that nothing has been begun yet."""
    ways = {
        "file": _("Upload a file"), "text": _("Paste text"), "sample": _("Take a shipped plan"),
    }  # fmt: skip
    with st.container(key="plan_start"):
        if first:
            page.html(macro(PIECES, "beginning"))
        way = st.segmented_control(
            _("Begin a working copy"), list(ways), format_func=ways.__getitem__, default="file",
            key="plan_way",
        )  # fmt: skip
        if way == "sample":
            _sample(page)
        elif way == "text":
            _paste(page, _edition(page, plans))
        else:
            _upload(page, _edition(page, plans))


def _edition(page: Page, plans: Sequence[PlanRow]) -> int | None:
    """The plan of which the document is a newer edition; None where it is a plan of its own."""
    running = {plan.plan_id: plan.title for plan in plans if plan.state == PlanStateName.ISSUED}
    if not running:
        return None
    if "plan_edition_of" not in st.session_state:
        asked = number_of(page, "edition")
        st.session_state["plan_edition_of"] = asked if asked in running else 0
    chosen: int = st.selectbox(
        _("What the document is"), [0, *running], key="plan_edition_of",
        format_func=lambda key: _("newer edition of {plan}", plan=running[key]) if key
        else _("a plan of its own"),
    )  # fmt: skip
    return chosen or None


def _upload(page: Page, edition: int | None) -> None:
    turn = st.session_state.setdefault("plan_turn", 0)
    file = st.file_uploader(
        _(
            "Word, PDF, OFD, WPS, Excel or text, up to {n} MB; "
            "a document marked as secret is refused",
            n=page.application.max_upload_mb,
        ),
        type=list(TYPES), max_upload_size=page.application.max_upload_mb, key=f"plan_file_{turn}",
    )  # fmt: skip
    if file is None:
        return
    # Whatever becomes of it, the same file is not read again at the next run.
    if st.session_state.get("plan_refused") == file.file_id:
        return
    st.session_state["plan_refused"] = file.file_id
    content = file.getvalue()
    read = _begin(
        page, file.name, edition, lambda: tasks_catalog.read_with_text(content, file.name)
    )
    if read is not None:
        st.session_state["plan_turn"] = turn + 1
        page.navigate("plan", copy=read.copy_id)


def _paste(page: Page, edition: int | None) -> None:
    text = st.text_area(_("The text of the plan"), key="plan_text", height=240)
    if st.button(_("Read"), type="primary", key="plan_read") and text.strip():
        name = _("pasted text {day}.txt", day=_today(page).isoformat())
        read = _begin(
            page, name, edition, lambda: tasks_catalog.read_with_text(text.encode(), name)
        )
        if read is not None:
            page.navigate("plan", copy=read.copy_id)


def _sample(page: Page) -> None:
    titles = _titles()
    chosen = st.selectbox(
        _("Shipped plan"), list(titles), format_func=titles.__getitem__, key="plan_sample"
    )
    if st.button(_("Begin with it"), type="primary", key="plan_take") and chosen:
        read = _begin(page, "", None, lambda: (tasks_catalog.sample(chosen), ()))
        if read is not None:
            page.navigate("plan", copy=read.copy_id)


@cache
def _titles() -> dict[str, str]:
    """The shipped plans by name; they are part of the program."""
    return {name: tasks_catalog.sample(name).plan.title or name for name in tasks_catalog.samples()}


def _today(page: Page) -> date:
    day: date = page.installation.today()
    return day


def _begin(page: Page, name: str, edition: int | None, read: Read) -> CopyStarted | None:
    """Read and keep, if the person may; what is refused is said here, and nothing is kept then."""
    started: CopyStarted | None = None
    with page.trying():
        with page.reading() as c:
            require_for_some(c.actor, Permission.PREPARE)
        words = _("Reading {name} …", name=plain(name) or _("the plan"))
        with st.spinner(words), page.installation.refusals.taking_in(page.visitor().person_id):
            catalogue, lines = read()
            catalogue = _second_look(page, catalogue, lines)
        with page.acting() as c:
            started = start_working_copy(
                c, catalogue=catalogue, source_lines=lines, file_name=name, plan_id=edition
            )
        page.say(_told(started, catalogue), "done" if started.outcome == "created" else "note")
    return started


def _second_look(page: Page, catalogue: Catalogue, lines: Sequence[str]) -> Catalogue:
    """What the assistant doubts, too, where the office has set one; without it where it fails."""
    reader = page.installation.second_reader
    if reader is None or not lines:
        return catalogue
    try:
        return reader.look(catalogue, lines)
    except Refused as refusal:
        page.say(str(refusal), "note")
        return catalogue


def _told(started: CopyStarted, catalogue: Catalogue) -> str:
    if started.outcome != "created":
        return _("This document is being worked on already; here it is.")
    named = sum(bool(task.units) for task in catalogue.tasks)
    return _(
        "Read: tasks {tasks}, headings {items}, numbers {measures}; tasks that name "
        "units: {named}.",
        tasks=len(catalogue.tasks), items=len(catalogue.items), named=named,
        measures=sum(len(task.measures) for task in catalogue.tasks),
    )  # fmt: skip
