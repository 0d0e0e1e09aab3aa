"""Long texts that must survive a lost connection: how a page marks them for its script."""

from __future__ import annotations


def kept_text(thing: str, number: int | str) -> str:
    """The widget key of a text area whose text is kept while it is typed.

    The page's script sends it some seconds after typing stops, keeps every keystroke on the
    device, and offers it again after a lost connection: `st.text_area(label, key=kept_text(…))`.
    """
    return f"kept_{thing}_{number}"
