"""Fields of a working copy, each saved when it is left, on the value that it was drawn with."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

import streamlit as st

from i18n import _
from ui.components.states import note
from ui.shell.page import Page
from ui.views.plan.preparing.desk import change
from workflow.rules.preparing.working_copy import Change
from workflow.rules.refusals import Conflict

T = TypeVar("T")
EARLIEST, LATEST = date(2000, 1, 1), date(2060, 12, 31)


@dataclass(frozen=True)
class CopyFields:
    """The fields of one thing in a copy; `code` and `entry` as changes name them.

    A field that somebody else changed meanwhile keeps what was typed, says what stands there now,
    and offers both.
    """

    page: Page
    copy_id: int
    code: str
    entry: dict[str, Any]
    frozen: bool = False

    def text(self, field: str, label: str, **more: Any) -> None:
        """A line of text; empty means None."""
        key = self._follow(field, self.entry.get(field) or "")
        st.text_input(label, key=key, disabled=self.frozen, **more, **self._on(field, _text, label))
        self._conflict(field, label, _text)

    def area(self, field: str, label: str, height: int = 120) -> None:
        """A long text."""
        key = self._follow(field, self.entry.get(field) or "")
        st.text_area(label, key=key, height=height, disabled=self.frozen,
                     **self._on(field, str.strip, label))  # fmt: skip
        self._conflict(field, label, str.strip)

    def number(self, field: str, label: str) -> None:
        """A whole number; empty means None."""
        key = self._follow(field, self.entry.get(field))
        st.number_input(label, key=key, step=1, min_value=1990, max_value=2100, value=None,
                        disabled=self.frozen, **self._on(field, _same, label))  # fmt: skip
        self._conflict(field, label, _same)

    def day(self, field: str, label: str) -> None:
        """A date or none."""
        said = self.entry.get(field)
        key = self._follow(field, date.fromisoformat(said) if said else None)
        st.date_input(
            label, key=key, value=None, format="YYYY-MM-DD", min_value=EARLIEST, max_value=LATEST,
            disabled=self.frozen, **self._on(field, _iso, label),
        )  # fmt: skip
        self._conflict(field, label, _iso)

    def choice(
        self, field: str, label: str, options: Sequence[Any], words: Callable[[Any], str]
    ) -> None:
        """One of several."""
        key = self._follow(field, self.entry.get(field))
        st.selectbox(label, list(options), key=key, format_func=words, disabled=self.frozen,
                     **self._on(field, _same, label))  # fmt: skip
        self._conflict(field, label, _same)

    def _key(self, field: str) -> str:
        return f"plan_{self.copy_id}_{self.code}_{field}"

    def _follow(self, field: str, shown: object) -> str:
        """The widget's key; it shows what stands there, unless that is in dispute."""
        key = self._key(field)
        drawn = st.session_state.get(f"{key}:drawn", _NEVER)
        stands = self.entry.get(field)
        if f"{key}:typed" in st.session_state:
            st.session_state[f"{key}:drawn"] = stands
        elif drawn is _NEVER or drawn != stands or key not in st.session_state:
            st.session_state[key], st.session_state[f"{key}:drawn"] = shown, stands
        return key

    def _on(self, field: str, read: Callable[[Any], Any], label: str) -> dict[str, Any]:
        return {
            "on_change": self.page.callback(_save),
            "args": (self.page, self.copy_id, self.code, field, self._key(field), read, label),
        }

    def _conflict(self, field: str, label: str, read: Callable[[Any], Any]) -> None:
        key = self._key(field)
        if f"{key}:typed" not in st.session_state:
            return
        stands = self.entry.get(field)
        self.page.html(
            note(_("There stands now: {value}", value=stands or _("nothing")), "warning")
        )
        with st.container(horizontal=True):
            given = (self.page, self.copy_id, self.code, field, key, read, label)
            st.button(_("Save mine"), key=f"{key}:mine", on_click=self.page.callback(_save),
                      args=given)  # fmt: skip
            st.button(_("Keep theirs"), key=f"{key}:theirs", on_click=self.page.callback(_drop),
                      args=(key,))  # fmt: skip


_NEVER = object()


def _text(value: str) -> str | None:
    return value.strip() or None


def _same(value: T) -> T:
    return value


def _iso(value: date | None) -> str | None:
    return value.isoformat() if value else None


def _save(
    page: Page, copy_id: int, code: str, field: str, key: str, read: Callable[[Any], Any],
    label: str,
) -> None:  # fmt: skip
    typed, before = st.session_state[key], st.session_state[f"{key}:drawn"]
    after = read(typed)
    if after == before:
        return
    try:
        change(page, copy_id, label, Change(code, field, before, after))
    except Conflict:
        st.session_state[f"{key}:typed"] = typed
        raise
    st.session_state.pop(f"{key}:typed", None)


def _drop(key: str) -> None:
    st.session_state.pop(f"{key}:typed", None)
    st.session_state.pop(f"{key}:drawn", None)
