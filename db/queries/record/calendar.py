"""Days that the published calendar moves."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models import CalendarDay


def overrides(session: Session) -> dict[date, bool]:
    """Local date → whether it is worked, as entered by the administrator."""
    rows = session.execute(select(CalendarDay.day, CalendarDay.workday))
    return {row.day: row.workday for row in rows}
