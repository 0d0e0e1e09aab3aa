"""What is being typed into one report: kept by the page, saved whenever a field is left."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import uuid4

import streamlit as st

from ui.components.kept_text import kept_text
from ui.shell.page import Page
from workflow.rules.indicators.words import Firmness
from workflow.rules.progress.lights import HELD_UP
from workflow.rules.refusals import Conflict, Invalid, Refused
from workflow.rules.reporting.report_content import TEXTS, When, outgoing
from workflow.verbs.reports.save_draft import save_draft
from workflow.verbs.reports.submit import Receipt, submit

USUAL_FIRMNESS = Firmness.PRELIMINARY
LONG = frozenset(name for name, text in TEXTS.items() if text.lines > 1)
"""Fields that are kept also while typing."""


@dataclass
class Typing:
    """One report in one window. `version` is the draft's as this window last saw it; `key` makes
    a double click act once; `content` is field → text as in workflow.rules.reporting.content."""

    report_id: int
    version: int
    content: dict[str, str]
    key: str = field(default_factory=lambda: uuid4().hex)
    saved_at: datetime | None = None
    unsaved: bool = False
    conflict: Conflict | None = None
    failed: Refused | None = None
    refused: Invalid | None = None
    keys: set[str] = field(default_factory=set)

    def widget(self, name: str) -> str:
        """The key of a field's widget, which has what was typed from the start."""
        key = (kept_text if name in LONG else _short)(name, self.report_id)
        if key not in st.session_state:
            st.session_state[key] = _shown(name, self.content.get(name, ""))
            self.keys.add(key)
        return key

    def leave(self, page: Page, name: str) -> None:
        """A field was left: keep what it holds now."""
        typed = _typed(st.session_state[self.widget(name)])
        if typed == self.content.get(name, ""):
            return
        self.content[name] = typed
        self.refused = None
        self.unsaved = True
        self.save(page)

    def save(self, page: Page) -> None:
        """Save the draft; a colleague's version is never overwritten (see `conflict`)."""
        if self.conflict is not None:
            return
        try:
            with page.acting() as c:
                self.version = save_draft(
                    c, report_id=self.report_id, content=self.content, version=self.version
                )
                self.saved_at = c.now
            self.unsaved, self.failed = False, None
        except Conflict as told:
            self.conflict = told
        except Refused as refusal:
            # A part of the page that reruns alone shows no refusal above it: the form does.
            self.failed = refusal

    def send(self, page: Page) -> Receipt | None:
        """Submit what is typed; None where it cannot be sent, with `refused` or `conflict` set."""
        try:
            with page.acting() as c:
                return submit(
                    c,
                    report_id=self.report_id,
                    version=self.version,
                    key=self.key,
                    content=outgoing(self.content),
                )
        except Conflict as told:
            self.conflict = told
        except Invalid as refused:
            self.refused = refused
        return None

    def is_held_up(self) -> bool:
        """Whether the problem is asked for or has been told."""
        told = (name for name, text in TEXTS.items() if text.when is When.HELD_UP)
        return self.content.get("status") in HELD_UP or any(self.content.get(name) for name in told)


def typing_of(report_id: int, version: int, content: Mapping[str, str]) -> Typing:
    """What this window has typed into the report; begun anew where the form was not open."""
    place = f"typing_{report_id}"
    # The framework forgets the widgets of a page that was left: then the database knows best.
    if place not in st.session_state or _short("status", report_id) not in st.session_state:
        begin(report_id, version, content)
    found: Typing = st.session_state[place]
    return found


def begin(report_id: int, version: int, content: Mapping[str, str]) -> None:
    """Show the form with this content, whatever was typed before."""
    place = f"typing_{report_id}"
    if place in st.session_state:
        for key in st.session_state[place].keys & set(st.session_state):
            del st.session_state[key]
    st.session_state[place] = Typing(report_id, version, dict(content))


def _short(name: str, report_id: int) -> str:
    return f"{name}_{report_id}"


def _shown(name: str, text: str) -> Any:
    """The text of a field as its widget holds it."""
    if name == "nil":
        return text == "1"
    if name == "status":
        return text or None
    if name.startswith("firmness:"):
        return text or USUAL_FIRMNESS
    return text


def _typed(value: Any) -> str:
    if value is None or value is False:
        return ""
    if value is True:
        return "1"
    return str(value)
