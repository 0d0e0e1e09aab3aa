"""Reporting periods in words: 2021Q3 is the third quarter of 2021."""

from __future__ import annotations

from i18n import _, mark

_NAMES = {
    "Q1": mark("first quarter of {year}"),
    "Q2": mark("second quarter of {year}"),
    "Q3": mark("third quarter of {year}"),
    "Q4": mark("fourth quarter of {year}"),
    "H1": mark("first half of {year}"),
    "H2": mark("second half of {year}"),
    "Y": mark("year {year}"),
    "": mark("year {year}"),
}
_MONTH = mark("{month}/{year}")


def period_name(code: str) -> str:
    """A reporting period in words; an unknown code is left as it is."""
    if code[4:5] == "M":
        return _(_MONTH, year=code[:4], month=int(code[5:]))
    message = _NAMES.get(code[4:])
    return _(message, year=code[:4]) if message else code
