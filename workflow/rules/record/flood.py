"""How many refusals are put on record one by one, so that nobody fills the disk with them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

A_SOURCE = 10
"""So many of one source in a minute."""
ALTOGETHER = 100
"""So many of all in a minute."""


@dataclass(frozen=True)
class CountedOnly:
    """What was only counted in the minute that began at `since`: of one source, or where `source`
    is empty of all that had none of theirs on record."""

    source: str
    count: int
    since: datetime


class Flood:
    """Counts by the minute. Not to be asked by two threads at once.

    What it keeps does not grow with the number of sources: past `ALTOGETHER` a new one is counted
    together with all others.
    """

    def __init__(self) -> None:
        self._since: datetime | None = None
        self._kept: dict[str, int] = {}
        self._left_out: dict[str, int] = {}

    def admits(self, source: str, at: datetime) -> bool:
        """Whether one more of the source is put on record; else it is counted. Ask `over` first."""
        if self._since is None:
            self._since = _minute(at)
        kept = self._kept.get(source, 0)
        if kept < A_SOURCE and sum(self._kept.values()) < ALTOGETHER:
            self._kept[source] = kept + 1
            return True
        known = source if kept else ""
        self._left_out[known] = self._left_out.get(known, 0) + 1
        return False

    def over(self, at: datetime, *, end: bool = False) -> tuple[CountedOnly, ...]:
        """What was left out in a minute that is over, told once; `end`: or now ends."""
        if self._since is None or (self._since == _minute(at) and not end):
            return ()
        since = self._since
        found = tuple(CountedOnly(name, n, since) for name, n in sorted(self._left_out.items()))
        self._since, self._kept, self._left_out = None, {}, {}
        return found


def _minute(at: datetime) -> datetime:
    return at.replace(second=0, microsecond=0)
