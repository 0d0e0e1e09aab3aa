"""The demo's own clock: kept in its database, set forward by a button, never by waiting.

While the demo runs its clock goes on at the pace of real time, so that what people do has an order,
but stops before midnight: the next day comes only when somebody asks for it.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from threading import Lock
from zoneinfo import ZoneInfo

from db.engine import Database
from db.installation import DemoTime, demo_time, latest_event, set_demo_time, showing
from workflow.rules.time.dates import ZONE


def local(year: int, month: int, day: int, hour: int = 0, minute: int = 0) -> datetime:
    """An instant (UTC) by its local date and time."""
    return datetime(year, month, day, hour, minute, tzinfo=ZoneInfo(ZONE)).astimezone(UTC)


class DemoClock:
    """Shows the demo's time; call it for the present instant (UTC)."""

    def __init__(self, database: Database, wall: Callable[[], datetime]) -> None:
        self._database, self._wall = database, wall
        self._lock = Lock()
        with database.read() as session:
            shown = demo_time(session)
            last = latest_event(session)
        if shown is None:
            raise ValueError("this database has no demo clock")
        # The demo may have stopped long after the clock was last set.
        self.set(max(shown.now, last + timedelta(seconds=1) if last else shown.now))

    def __call__(self) -> datetime:
        with self._lock:
            return showing(self._shown, self._wall())

    def set(self, now: datetime) -> None:
        """Let the clock show an instant from now on, here and in every other process."""
        with self._lock:
            self._shown = DemoTime(now, self._wall())
            with self._database.write() as session:
                set_demo_time(session, self._shown)
