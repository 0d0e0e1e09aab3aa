"""Dates that people agree on: local days and instants, typed dates.

A due date is a calendar date in the city's zone; it is over at the next local midnight. Instants
are aware datetimes, given out in UTC.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from i18n import mark
from workflow.rules.refusals import Invalid

ZONE = "Asia/Shanghai"
_DAY = timedelta(days=1)


def start_of_day(day: date, zone: str = ZONE) -> datetime:
    """The instant (UTC) at which the local day begins."""
    return datetime.combine(day, time(), ZoneInfo(zone)).astimezone(UTC)


def end_of_day(day: date, zone: str = ZONE) -> datetime:
    """The instant (UTC) at which the local day is over; the day lasts up to, not including, it."""
    return start_of_day(day + _DAY, zone)


def local_date(instant: datetime, zone: str = ZONE) -> date:
    """The calendar date in the zone at an instant. Raises ValueError for a naive datetime."""
    if instant.tzinfo is None:
        raise ValueError("an instant needs a time zone")
    return instant.astimezone(ZoneInfo(zone)).date()


_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}
_TYPED_DATE = re.compile(
    r"(?P<year>\d{4})\s*(?:[-/.]\s*(?P<m1>\d{1,2})\s*[-/.]\s*(?P<d1>\d{1,2})"
    r"|年\s*(?P<m2>\d{1,2})\s*月\s*(?P<d2>\d{1,2})\s*[日号]?"
    r"|(?P<m3>\d{2})(?P<d3>\d{2}))(?:[ T]0?0:00(?::00)?)?",
    re.ASCII,
)


def narrow(text: str) -> str:
    """The text with full-width letters, digits and signs made ordinary ones; the rest untouched."""
    return text.translate(_FULL_WIDTH)


def parse_date(text: str) -> date:
    """The date that a person typed: 2021-6-3, 2021/6/3, 2021.6.3, 20210603 or 2021年6月3日.

    Full-width digits are taken. Raises Invalid for anything else, a day that does not exist and a
    year outside 1949 to 2100 included; two-digit years and dates without a year are never guessed.
    """
    match = _TYPED_DATE.fullmatch(narrow(text).strip())
    if match:
        month = match["m1"] or match["m2"] or match["m3"]
        day = match["d1"] or match["d2"] or match["d3"]
        try:
            found = date(int(match["year"]), int(month), int(day))
        except ValueError:
            raise Invalid(mark("There is no such day as “{text}”."), text=text.strip()) from None
        if 1949 <= found.year <= 2100:
            return found
    raise Invalid(
        mark("“{text}” is not read as a date. Write year, month and day, such as 2021-06-03."),
        text=text.strip(),
    )
