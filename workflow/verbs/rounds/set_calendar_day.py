"""Enter a day that the published calendar moves (调休)."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select

from db.models import CalendarDay, Plan
from db.record import SYSTEM_CHAIN
from workflow.rules.access.permissions import INSTALLATION, Permission
from workflow.verbs.context import Context
from workflow.verbs.rounds.clocks import lay_out_again


def set_calendar_day(c: Context, *, day: date, workday: bool) -> None:
    """Say of one local day whether offices work on it, for years the calendar does not know yet.

    Who may: administrators. Due dates that people were told stay; the steps of reminders before and
    after them are counted anew. Entering a day again replaces what was said of it.
    """
    c.require(Permission.OPERATE, INSTALLATION)
    c.session.merge(CalendarDay(day=day, workday=workday, person_id=c.actor.person_id))
    c.session.flush()
    in_force = select(Plan).where(Plan.issued_at.is_not(None)).order_by(Plan.id)
    for plan in c.session.scalars(in_force).all():
        lay_out_again(c, plan)
    c.record_event(
        SYSTEM_CHAIN, "announce_day", "calendar", day.toordinal(), day=day, workday=workday
    )
