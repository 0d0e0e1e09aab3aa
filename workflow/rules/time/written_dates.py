"""Dates as people write them into a table: with or without the year, in Chinese numerals, and as
the serial number into which a spreadsheet turns a date whose cell was formatted anew."""

from __future__ import annotations

import re
from datetime import date, timedelta

from i18n import mark
from workflow.rules.refusals import Invalid
from workflow.rules.time.dates import narrow, parse_date

_NUMERALS = {char: value for value, char in enumerate("〇一二三四五六七八九")} | {"零": 0, "○": 0}
_IN_WORDS = re.compile(
    r"(?:(?P<year>[〇○零一二三四五六七八九]{4})年)?"
    r"(?P<month>[一二三四五六七八九十]{1,2})月(?P<day>[一二三四五六七八九十]{1,3})[日号]?"
)
_NO_YEAR = re.compile(r"(\d{1,2})\s*月\s*(\d{1,2})\s*[日号]?", re.ASCII)
_WEEKDAY = re.compile(r"\s*[(（]?\s*(?:周|星期|礼拜)[一二三四五六日天]\s*[)）]?\s*$")
_SERIAL = re.compile(r"[3-7]\d{4}", re.ASCII)
_SERIALS_FROM = date(1899, 12, 30)
"""The day that spreadsheets count as 0."""


def date_written(text: str, today: date) -> date:
    """The day that a person wrote: whatever `parse_date` takes, a weekday behind it, a day in
    Chinese numerals, and the serial number of a spreadsheet (44350). Without a year (6月3日) it is
    the last such day up to `today`: nothing is reached after it. Whoever shows it says the year.

    Raises Invalid for anything else, such as a month alone or two digits for a year.
    """
    typed = _WEEKDAY.sub("", narrow(text).strip())
    if _SERIAL.fullmatch(typed):
        return _SERIALS_FROM + timedelta(days=int(typed))
    if words := _IN_WORDS.fullmatch(typed):
        year = "".join(str(_NUMERALS[char]) for char in words["year"] or "")
        before = f"{year}年" if year else ""
        typed = f"{before}{_up_to_31(words['month'])}月{_up_to_31(words['day'])}日"
    if without := _NO_YEAR.fullmatch(typed):
        return _last(int(without[1]), int(without[2]), today, text)
    return parse_date(typed)


def _last(month: int, day: int, today: date, text: str) -> date:
    # 29 February may be eight years back.
    for year in range(today.year, today.year - 9, -1):
        try:
            found = date(year, month, day)
        except ValueError:
            continue
        if found <= today:
            return found
    raise Invalid(mark("There is no such day as “{text}”."), text=text.strip())


def _up_to_31(words: str) -> int:
    tens, ten, ones = words.rpartition("十")
    if not ten:
        return int("".join(str(_NUMERALS[char]) for char in words))
    return 10 * (_NUMERALS.get(tens, 10) if tens else 1) + (_NUMERALS[ones] if ones else 0)
