"""Dates in words near today; the counting is done by the rules."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from markupsafe import Markup

from i18n import _, current
from i18n import full_date as full_date  # noqa: PLC0414 (pages find it here)
from ui.components.rendering import macro
from workflow.rules.time.calendar import Calendar


def clock_time(instant: datetime, zone: str) -> str:
    """The time of day of an instant in a zone."""
    return f"{instant.astimezone(ZoneInfo(zone)):%H:%M}"


def workdays_left(workdays: int) -> str:
    """How long there is: workdays until the date, 0 on it, below 0 after it."""
    if workdays > 1:
        return _("{n} workdays left", n=workdays)
    if workdays == 1:
        return _("1 workday left")
    if workdays == 0:
        return _("due today")
    return _("{n} workdays overdue", n=-workdays)


def dated(day: date, calendar: Calendar) -> str:
    """A date in full, and that it is provisional while the workdays of its year are not known."""
    return full_date(day) if calendar.is_known(day) else _as_provisional(day)


def _as_provisional(day: date) -> str:
    return _("{day} (provisional)", day=full_date(day))


def due(day: date, workdays: int, *, provisional: bool = False) -> Markup:
    """A date with how long there is, louder the nearer it is."""
    said = _as_provisional(day) if provisional else full_date(day)
    tone = "over" if workdays < 0 else "near" if workdays <= 3 else "far"
    return macro("lights.html", "due", day, tone, workdays_left(workdays), said)


def moment(instant: datetime, zone: str) -> str:
    """An instant as local date and time of day."""
    local = instant.astimezone(ZoneInfo(zone))
    return f"{short_date(local.date())} {local:%H:%M}"


def short_date(day: date) -> str:
    """A date with its year, in English in few letters: 31 Dec 2021."""
    return f"{day.day} {day:%b %Y}" if current() == "en" else full_date(day)
