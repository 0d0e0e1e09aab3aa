"""No verb writes before what was already recorded, nor, but in a demo, ahead of time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy.orm import Session

from db.installation import is_demo, latest_event
from i18n import mark
from workflow.rules.refusals import NotAllowed, Refused

TOLERANCE = timedelta(seconds=5)
"""By how much the clocks of several machines on one database may differ."""
BEHIND = mark(
    "The server's clock shows {now}, but things were recorded up to {last}. Nothing can be written "
    "until the clock is right again; please tell the system administrator."
)
AHEAD = mark("{asked} is not yet. Only a demo runs ahead of time.")


class ClockBehind(Refused):
    """The clock shows an instant before what was already recorded."""

    code = "clock_behind"


def behind(session: Session, now: datetime) -> ClockBehind | None:
    """Why nothing can be written at `now`, if its clock was set back. In a demo nothing is: while
    a day passes, its slots run ahead of what the demo's clock shows."""
    return _behind(session, now, latest_event(session))


def _behind(session: Session, now: datetime, last: datetime | None) -> ClockBehind | None:
    if last is None or last - now <= TOLERANCE or is_demo(session):
        return None
    return ClockBehind(BEHIND, now=_seconds(now), last=_seconds(last))


def instant_to_write(session: Session, now: datetime, wall: datetime) -> datetime:
    """The instant by which a verb writes: `now`, or that of the last event of all chains where
    this is TOLERANCE ahead at the most. `wall` is real time.

    Raises ClockBehind for an earlier `now`, and NotAllowed for one that is still to come, but in a
    demo.
    """
    last = latest_event(session)
    refusal = _behind(session, now, last)
    if refusal is not None:
        raise refusal
    if now > wall + TOLERANCE and not is_demo(session):
        raise NotAllowed(AHEAD, asked=now.isoformat())
    return now if last is None else max(now, last)


def _seconds(instant: datetime) -> str:
    return instant.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
