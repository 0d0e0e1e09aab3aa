"""The demo's delivery of mail: real SMTP, to the demo's own mailbox."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial
from threading import Event, Thread

from db.queries.plans.participants import mail_waits
from luoshi.wiring import Installation
from notifications.smtp import PostOffice
from workflow.rules.access.permissions import system
from workflow.rules.time.timetable import DELIVER
from workflow.verbs.mail.deliver import deliver_for_ever, deliver_once

PATIENCE = 5.0
IDLE_SECONDS = 0.5


class Postman:
    """Delivers at simulated instants, or for ever."""

    def __init__(self, house: Installation) -> None:
        self.house, self.office = house, PostOffice(house.relay)

    def __enter__(self) -> Postman:
        self.office.__enter__()
        return self

    def __exit__(self, *raised: object) -> None:
        self.office.__exit__(None, None, None)

    def deliver(self, at: datetime) -> None:
        """Send all that waits at an instant (UTC)."""
        with self.house.database.read() as session:
            if not mail_waits(session):
                return
        acting = partial(self.house.acting, system(DELIVER), at)
        while deliver_once(acting, self.office) is not None:
            pass


def deliver_beside(house: Installation) -> Callable[[], None]:
    """Deliver in a thread for as long as the demo runs; returns what stops it."""
    stop = Event()
    acting = partial(house.acting, system(DELIVER))
    thread = Thread(
        target=deliver_for_ever,
        args=(acting, house.relay, stop, IDLE_SECONDS),
        name=DELIVER,
        daemon=True,
    )
    thread.start()

    def end() -> None:
        stop.set()
        thread.join(PATIENCE)

    return end
