"""What happened in order, cards of things to do, and what changed between two texts."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher

from markupsafe import Markup

from ui.components.rendering import macro


@dataclass(frozen=True)
class StoryEntry:
    """Something that happened: when (in words), what, by whom, more of it, and a light's code."""

    when: str
    what: str | Markup
    who: str = ""
    more: str | Markup = ""
    tone: str = ""


def timeline(moments: Iterable[StoryEntry]) -> Markup:
    """Moments one under another, as given."""
    return macro("stories.html", "timeline", list(moments))


@dataclass(frozen=True)
class ActionCard:
    """A thing to do: its heading (a link), a line above it, text, a line below, and its tone.

    `tone` is "", "accent" (next), "warning" (returned) or "quiet" (waits for others).
    """

    title: str
    href: str = ""
    above: str | Markup = ""
    text: str | Markup = ""
    below: str | Markup = ""
    tone: str = ""


def cards(items: Iterable[ActionCard], level: int = 2) -> Markup:
    """Cards one under another, the whole card being the link; `level` is that of their headings."""
    return macro("stories.html", "cards", list(items), level)


# Chinese goes by single letters; words and numbers of other scripts stay whole.
_TOKEN = re.compile(r"[0-9]+(?:[.,][0-9]+)*|[A-Za-z]+|\s+|.", re.DOTALL)


def changed_text(old: str, new: str) -> Markup:
    """The new text with what was added and what was left out marked, line breaks kept."""
    before, after = _TOKEN.findall(old), _TOKEN.findall(new)
    pieces = []
    for kind, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        gone, come = "".join(before[a:b]), "".join(after[c:d])
        if kind == "equal":
            pieces.append(("", come))
            continue
        pieces += [(tag, text) for tag, text in (("del", gone), ("ins", come)) if text]
    return macro("stories.html", "changed", pieces)
