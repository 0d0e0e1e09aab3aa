"""Uploaded files as what they say: permission first, then read apart, once."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import streamlit as st

from documents.untrusted.apart import read_apart
from workflow.rules.access.permissions import Permission, require_for_some
from workflow.rules.refusals import Refused

if TYPE_CHECKING:
    from ui.shell.page import Page

T = TypeVar("T")


def read_upload(page: Page, action: Permission, function: Callable[[bytes], T], file: Any) -> T:
    """What an upload says, kept in the person's session as long as it is the same upload.

    Raises NotAllowed where the person may not do `action` to anything, before the file is looked
    at, and Refused as the function does.
    """
    with page.reading() as c:
        require_for_some(c.actor, action)
    slot = f"_read_{function.__name__}"
    if st.session_state.get(slot, ("",))[0] != file.file_id:
        try:
            with page.installation.refusals.taking_in(page.visitor().person_id):
                found: T | Refused = read_apart(function, file.getvalue())
        except Refused as refusal:
            found = refusal.with_traceback(None)
        st.session_state[slot] = (file.file_id, found)
    kept: T | Refused = st.session_state[slot][1]
    if isinstance(kept, Refused):
        raise kept
    return kept
