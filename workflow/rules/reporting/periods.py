"""Reporting periods in words: 2021Q3 is the third quarter of 2021."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from i18n import _, mark


@dataclass(frozen=True)
class PeriodWords:
    """What people read for a round: of one year, of any year, and within its year."""

    of_year: str
    of_any: str = ""
    short: str = ""


PERIODS: Mapping[str, PeriodWords] = {
    "Q1": PeriodWords(mark("first quarter of {year}"), mark("first quarter"), mark("Q1")),
    "Q2": PeriodWords(mark("second quarter of {year}"), mark("second quarter"), mark("Q2")),
    "Q3": PeriodWords(mark("third quarter of {year}"), mark("third quarter"), mark("Q3")),
    "Q4": PeriodWords(mark("fourth quarter of {year}"), mark("fourth quarter"), mark("Q4")),
    "H1": PeriodWords(mark("first half of {year}"), mark("first half-year")),
    "H2": PeriodWords(mark("second half of {year}"), mark("second half-year")),
    "Y": PeriodWords(mark("year {year}"), mark("whole year")),
    "": PeriodWords(mark("year {year}")),
}
"""The rounds that have words, by their code; a plan may have rounds of other codes."""
_MONTH_OF_YEAR = mark("{month}/{year}")
_MONTH = mark("month {n}")


def _month(code: str) -> int | None:
    """The month of a monthly round, whose code is M01 to M12."""
    return int(code[1:]) if code[:1] == "M" and code[1:].isdigit() else None


def period_name(code: str) -> str:
    """A reporting period in words; an unknown code is left as it is."""
    month = _month(code[4:])
    if month is not None:
        return _(_MONTH_OF_YEAR, year=code[:4], month=month)
    words = PERIODS.get(code[4:])
    return _(words.of_year, year=code[:4]) if words else code


def period_short(code: str) -> str:
    """A period within its year, for the head of a column."""
    month = _month(code[4:])
    if month is not None:
        return _(_MONTH, n=month)
    words = PERIODS.get(code[4:])
    return _(words.short) if words and words.short else code


def round_name(code: str) -> str:
    """A round of any year; an unknown code is left as it is."""
    month = _month(code)
    if month is not None:
        return _(_MONTH, n=month)
    words = PERIODS.get(code)
    return _(words.of_any) if words and words.of_any else code
