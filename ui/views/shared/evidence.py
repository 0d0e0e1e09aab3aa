"""The files that go with a report: put on, listed, taken off."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st
from markupsafe import Markup

from db.evidence import StoredFile
from db.queries.reports.evidence import EvidenceFile, attached
from documents.uploads import LARGEST, TYPES
from i18n import _
from ui.components.plain_label import plain
from ui.components.states import note
from ui.shell.page import Page
from workflow.rules.refusals import Refused
from workflow.verbs.context import Context
from workflow.verbs.evidence.attach import attach, may_attach
from workflow.verbs.evidence.detach import detach


def file_list(files: tuple[EvidenceFile, ...]) -> Markup:
    """Files by name, each a link to the route that sends them."""
    rows = Markup("").join(
        Markup(
            '<li><a class="ls-out" href="/files/evidence/{}">{}</a> '
            '<span class="ls-soft">{}</span></li>'
        ).format(file.id, file.name, file_size(file.size))
        for file in files
    )
    return Markup('<ul class="ls-files">{}</ul>').format(rows)


def file_size(size: int) -> str:
    """Bytes in the unit that people read."""
    return f"{size / 2**20:.1f} MB" if size >= 2**20 else f"{max(1, round(size / 1024))} KB"


def draw_evidence(page: Page, report_id: int) -> None:
    """What is attached, with a way to take each off, and the field for more."""

    name = f"evidence_{report_id}"

    def part() -> None:
        files = page.keep("attached", lambda c: attached(c.session, c.actor, report_id), report_id)
        page.html(
            Markup('<p class="ls-label">{}</p>').format(_("Evidence")) if files else "",
            file_list(files) if files else "",
            *refused_files(name),
        )
        if files:
            with st.container(horizontal=True, key=f"taking_off_{report_id}"):
                for file in files:
                    words = _("Take off {name}", name=plain(file.name))
                    key = f"take_off_{file.id}"
                    act = page.callback(_take_off)
                    st.button(words, key, type="tertiary", on_click=act, args=(page, file))
        upload_field(
            page,
            name,
            lambda c: may_attach(c, report_id=report_id),
            lambda c, file: attach(c, report_id=report_id, file=file),
            more=bool(files),
        )

    page.fragment(part)()


def refused_files(name: str) -> list[Markup]:
    """What the field of this name has refused since the page was last drawn, in words."""
    return [note(text, "warning") for text in st.session_state.pop(f"refused_{name}", [])]


def upload_field(
    page: Page,
    name: str,
    allowed: Callable[[Context], object],
    put: Callable[[Context, StoredFile], object],
    *,
    more: bool = False,
) -> None:
    """A field for files, empty again as soon as they are here. For each `allowed` is asked before
    it is looked at, then it is read apart, then `put` where it belongs. `more`: below those that
    are there. What is refused is told by `refused_files`."""

    def take(upload: Any) -> None:
        with page.reading() as c:
            allowed(c)
        with page.installation.refusals.taking_in(page.visitor().person_id):
            stored = page.installation.evidence.take_in(upload, upload.name)
        with page.acting() as c:
            put(c, stored)

    turn = st.session_state.setdefault(f"turn_{name}", 0)
    key = f"upload_{name}_{turn}"

    def came() -> None:
        refused = []
        for file in st.session_state[key] or ():
            try:
                take(file)
            except Refused as refusal:
                said = str(refusal)
                refused.append(said if file.name in said else f"{file.name}: {said}")
        st.session_state[f"refused_{name}"] = refused
        st.session_state[f"turn_{name}"] = turn + 1

    st.file_uploader(
        _("More evidence") if more else _("Evidence"),
        type=[*TYPES, "jpeg"],
        accept_multiple_files=True,
        max_upload_size=LARGEST // 2**20,
        key=key,
        on_change=page.callback(came),
    )


def _take_off(page: Page, file: EvidenceFile) -> None:
    try:
        with page.acting() as c:
            detach(c, evidence_id=file.id)
    except Refused as refusal:
        st.session_state[f"refused_evidence_{file.report_id}"] = [str(refusal)]
