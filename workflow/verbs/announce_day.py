"""Enter a day that the published calendar moves (调休)."""

from __future__ import annotations

from datetime import date

from db.models import CalendarDay
from db.record import SYSTEM_CHAIN
from workflow.verbs.context import Context


def announce_day(c: Context, *, day: date, workday: bool) -> None:
    """Say of one local day whether offices work on it, for years the calendar does not know yet.

    Who may: administrators. Clocks opened from now on count by it; those that run keep the dates
    that people were told. Entering a day again replaces what was said of it.
    """
    c.require("operate")
    c.session.merge(CalendarDay(day=day, workday=workday, person_id=c.actor.person_id))
    c.note(SYSTEM_CHAIN, "announce_day", "calendar", day.toordinal(), day=day, workday=workday)
