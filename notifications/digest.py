"""A digest as its two templates show it: section by section, with the words of each row."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter

from i18n import _
from notifications.waiting import SECTIONS, DigestEntry

ROWS_IN_SECTION = 40
SOON = 2
"""So many workdays before the date a row is marked."""


@dataclass(frozen=True)
class RowShown:
    """What one row says. `mark`: late, soon or nothing. `about`: date, period, unit and so on."""

    name: str
    left: str
    mark: str
    about: list[str]
    link: str
    reason: str


@dataclass(frozen=True)
class SectionShown:
    """The first rows of a section, and how many there are besides."""

    heading: str
    pressing: bool
    rows: list[RowShown]
    more: int


def entries_of(facts: Mapping[str, object]) -> Sequence[DigestEntry]:
    """The entries among the facts of a digest, in order."""
    entries = facts["entries"]
    assert isinstance(entries, Sequence)  # noqa: S101 - whoever writes a digest gives a list
    return entries


def sections_shown(
    entries: Sequence[DigestEntry],
    name: Callable[[DigestEntry], str],
    near: Callable[..., str],
    period: Callable[[str], str],
    link: Callable[..., str],
) -> list[SectionShown]:
    """The sections of a digest whose entries are in order, in the language now spoken."""
    found = []
    for section, some in groupby(entries, key=attrgetter("section")):
        rows = list(some)
        shown = [
            RowShown(
                name(row),
                row.left(),
                "late" if row.workdays < 0 else "soon" if row.workdays <= SOON else "",
                row.about(near, period),
                row.link(link),
                row.reason if row.detail == "full" else "",
            )
            for row in rows[:ROWS_IN_SECTION]
        ]
        heading = f"{_(SECTIONS[section].heading)}{_(' ({text})', text=len(rows))}"
        more = max(0, len(rows) - ROWS_IN_SECTION)
        found.append(SectionShown(heading, SECTIONS[section].pressing, shown, more))
    return found
