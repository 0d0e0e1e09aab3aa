"""Which days are Chinese working days, the moved days (调休) included.

The State Council publishes each year's moved days in the autumn before. The `chinese_calendar`
data package carries what is published (`known_years`); a year it does not know is taken as
Monday to Friday without the holidays that have a fixed date. Days announced since then are given
as overrides.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

import chinese_calendar

from i18n import mark

# 全国年节及纪念日放假办法 (2024): the holidays that do not follow the moon, as (month, day).
FIXED_HOLIDAYS = frozenset({(1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3)})

ANNOUNCED_IN = 11
"""The month by which next year's moved days are announced, and asked for here."""
MISSING_YEAR = mark(
    "The moved days of {year} are not known yet: please install the new calendar, or enter them "
    "under operations, all in one go. Until then dates of that year are provisional; rounds that "
    "are open get their dates anew the morning after."
)
_published: tuple[int, ...] = tuple(sorted({day.year for day in chinese_calendar.holidays}))
_DAY = timedelta(days=1)


class Calendar:
    """A calendar of working days; dates are local calendar dates, never instants.

    `overrides` says of single dates whether they are worked (True) or free (False); it goes before
    everything else. All methods raise OverflowError past the end of Python's dates only.
    """

    def __init__(self, overrides: Mapping[date, bool] | None = None) -> None:
        self.overrides: Mapping[date, bool] = dict(overrides or {})
        self._spans: dict[tuple[date, date], int] = {}

    @property
    def known_years(self) -> tuple[int, ...]:
        """The years whose moved days are known: from the data package or by overrides; a page says
        so where they are not."""
        return tuple(sorted({*_published, *(day.year for day in self.overrides)}))

    def is_known(self, day: date) -> bool:
        """Whether the moved days of its year are known; a date of another year is provisional."""
        return day.year in _published or day.year in self.known_years

    def missing_year(self, today: date) -> int | None:
        """The year whose moved days should be known by now and are not: this one, and from November
        on, when they are announced, the next."""
        wanted = [today.year, *([today.year + 1] if today.month >= ANNOUNCED_IN else [])]
        return next((year for year in wanted if year not in self.known_years), None)

    def is_workday(self, day: date) -> bool:
        """Whether offices work on this day."""
        overridden = self.overrides.get(day)
        if overridden is not None:
            return overridden
        if day.year in _published:
            # As the package's own is_workday, which looks for its first and last day at each call.
            return day in chinese_calendar.workdays or (
                day.weekday() < 5 and day not in chinese_calendar.holidays
            )
        return day.weekday() < 5 and (day.month, day.day) not in FIXED_HOLIDAYS

    def next_workday(self, day: date) -> date:
        """The day itself if it is worked, else the first workday after it."""
        while not self.is_workday(day):
            day += _DAY
        return day

    def last_workday(self, day: date) -> date:
        """The day itself if it is worked, else the last workday before it."""
        while not self.is_workday(day):
            day -= _DAY
        return day

    def add_workdays(self, day: date, n: int) -> date:
        """The n-th workday after the day, or before it where n is negative; 0 gives the day.

        The day itself is never counted, worked or not: one workday after a Saturday is Monday.
        """
        step = _DAY if n > 0 else -_DAY
        for _ in range(abs(n)):
            day += step
            while not self.is_workday(day):
                day += step
        return day

    def workdays_between(self, start: date, end: date) -> int:
        """How many workdays lie after `start` up to and including `end`; negative the other way.

        From Friday to Monday is 1, from Monday to Friday before is -1, from a day to itself is 0.
        """
        if end < start:
            return -self.workdays_between(end, start)
        # A board asks for the same few spans hundreds of times.
        if (start, end) not in self._spans:
            days = range(1, (end - start).days + 1)
            self._spans[start, end] = sum(self.is_workday(start + i * _DAY) for i in days)
        return self._spans[start, end]
