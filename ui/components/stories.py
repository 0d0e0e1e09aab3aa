"""What happened in order, cards of things to do, and what changed between two texts."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher

from markupsafe import Markup, escape

from i18n import _


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
    return Markup('<ol class="ls-timeline">{}</ol>').format(Markup("").join(map(_moment, moments)))


def _moment(moment: StoryEntry) -> Markup:
    who = Markup(' <span class="ls-by">{}</span>').format(moment.who) if moment.who else ""
    more = Markup('<div class="ls-more">{}</div>').format(moment.more) if moment.more else ""
    return Markup('<li class="ls-m-{}"><time>{}</time><div><b>{}</b>{}{}</div></li>').format(
        moment.tone or "none", moment.when, moment.what, who, more
    )


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
    return Markup('<ul class="ls-cards">{}</ul>').format(
        Markup("").join(_card(item, level) for item in items)
    )


def _card(item: ActionCard, level: int) -> Markup:
    title = Markup('<a href="{}">{}</a>').format(item.href, item.title) if item.href else item.title
    parts = {"above": item.above, "title": title, "text": item.text, "below": item.below}
    drawn = Markup("").join(
        Markup("<h{0}>{1}</h{0}>").format(level, part)
        if name == "title"
        else Markup('<div class="ls-card-{}">{}</div>').format(name, part)
        for name, part in parts.items()
        if part
    )
    return Markup('<li class="ls-card ls-card-is-{}">{}</li>').format(item.tone or "plain", drawn)


# Chinese goes by single letters; words and numbers of other scripts stay whole.
_TOKEN = re.compile(r"[0-9]+(?:[.,][0-9]+)*|[A-Za-z]+|\s+|.", re.DOTALL)


def changed_text(old: str, new: str) -> Markup:
    """The new text with what was added and what was left out marked, line breaks kept."""
    before, after = _TOKEN.findall(old), _TOKEN.findall(new)
    pieces = []
    for kind, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        gone, come = "".join(before[a:b]), "".join(after[c:d])
        if kind == "equal":
            pieces.append(escape(come))
            continue
        if gone:
            pieces.append(Markup("<del>{}</del>").format(gone))
        if come:
            pieces.append(Markup("<ins>{}</ins>").format(come))
    return Markup('<div class="ls-changed" role="group" aria-label="{}">{}</div>').format(
        _("Changes are marked: added, left out"), Markup("").join(pieces)
    )
