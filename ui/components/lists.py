"""Lists to choose from and lists of pairs: a queue beside what is open, names with their values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from ui.components.rendering import macro


@dataclass(frozen=True)
class QueueEntry:
    """One line of a queue: where it leads, its code and title; what stands under them in grey,
    beside them, before them, and tags below. `here`: it is the one that is open."""

    href: str
    title: str
    code: str = ""
    under: str | Markup = ""
    beside: str = ""
    before: str | Markup = ""
    tags: Sequence[Markup] = ()
    here: bool = False


@dataclass(frozen=True)
class QueueHeading:
    """A heading between the lines of a queue."""

    code: str
    title: str


def queue(entries: Sequence[QueueEntry | QueueHeading], *, follows: bool = True) -> Markup:
    """What can be opened, one below the other. `follows`: the open one scrolls into sight."""
    return macro("lists.html", "queue", entries, follows)


def pairs(rows: Sequence[tuple[str, str | Markup]]) -> Markup:
    """Names with their values; nothing where there are none."""
    return macro("lists.html", "pairs", rows) if rows else Markup("")


def bullets(title: str, lines: Sequence[str | Markup]) -> Markup:
    """A line in bold and what belongs to it."""
    return macro("lists.html", "bullets", title, lines)


def attention(lines: Sequence[str | Markup], title: str = "") -> Markup:
    """Lines that each want a look, under a title if there is one; nothing where there are none."""
    return macro("lists.html", "attention", lines, title) if lines else Markup("")
