"""Text of people and plans in labels, which Streamlit reads as Markdown."""

from __future__ import annotations

import re

_MARKS = re.compile(r"([\\`*_\[\]<>$~#|&^{}!])")
_LISTS = re.compile(r"^(\s*)(\d+)([.)])|^(\s*)([-+=])", re.MULTILINE)
# Names of signs, addresses and arrows are looked for after escapes have been taken away. A letter
# that nobody sees, and at which no line is broken, keeps their parts from being read as one.
_JOINER = "\u2060"
_LATER = re.compile(r"(?<=:)(?=\S)|(?<=@)(?=\w)|(?<=www)(?=\.)|(?<=[-<])(?=[->])", re.IGNORECASE)


def plain(text: str) -> str:
    """The text as a label shows it letter by letter: buttons, expanders, tabs, check boxes, radio
    buttons and pills, every label and every help. Options of a select box are plain already."""
    text = _LATER.sub(_JOINER, text)
    return _LISTS.sub(_escaped, _MARKS.sub(r"\\\1", text))


def _escaped(hit: re.Match[str]) -> str:
    if hit[3]:
        return f"{hit[1]}{hit[2]}\\{hit[3]}"
    return f"{hit[4]}\\{hit[5]}"
