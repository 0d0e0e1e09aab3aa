"""What happens when in a simulated year: an agenda worked off in order of time."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import count
from random import Random
from zoneinfo import ZoneInfo

from workflow.rules.time.calendar import Calendar
from workflow.rules.time.dates import ZONE, local_date

Happening = Callable[[datetime], object]
"""Something done at an instant (UTC); what it returns is not looked at."""


@dataclass
class Agenda:
    """A queue of happenings; each may put further ones in."""

    calendar: Calendar
    _waiting: list[tuple[datetime, int, Happening]] = field(default_factory=list)
    _order: Iterator[int] = field(default_factory=count)

    def put(self, at: datetime, act: Happening) -> None:
        """Let something happen at an instant; among equals the first put comes first."""
        heapq.heappush(self._waiting, (at, next(self._order), act))

    def until(self, end: datetime) -> Iterator[datetime]:
        """Let everything happen up to and including an instant; yields each instant after it."""
        while self._waiting and self._waiting[0][0] <= end:
            at, _, act = heapq.heappop(self._waiting)
            act(at)
            yield at

    def office_time(self, day: date, dice: Random, first: int = 9, last: int = 17) -> datetime:
        """An instant in the office hours of a working day (the next one, if the day is free)."""
        day = self.calendar.next_workday(day)
        minute = dice.randrange(first * 60, last * 60)
        at = datetime.combine(day, time(minute // 60, minute % 60), ZoneInfo(ZONE))
        return at.astimezone(UTC) + timedelta(seconds=dice.randrange(60))

    def later(self, after: datetime, workdays: int, dice: Random) -> datetime:
        """An office instant some working days after another; 0 means the same day if there is time
        left, else the next."""
        day = local_date(after, ZONE)
        if workdays:
            return self.office_time(self.calendar.add_workdays(day, workdays), dice)
        hour = after.astimezone(ZoneInfo(ZONE)).hour
        if hour < 16 and self.calendar.is_workday(day):
            return self.office_time(day, dice, first=hour + 1, last=17)
        return self.office_time(day + timedelta(days=1), dice)


def at_local(day: date, hour: int, minute: int = 0) -> datetime:
    """An instant (UTC) by local date and time."""
    return datetime.combine(day, time(hour, minute), ZoneInfo(ZONE)).astimezone(UTC)
