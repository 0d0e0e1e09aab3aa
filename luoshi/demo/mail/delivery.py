"""The demo's delivery of mail: real SMTP, to the demo's own mailbox."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial
from threading import Event, Thread

from db.queries.mail.outbox import mail_waits
from luoshi.wiring import Installation
from notifications.smtp import SmtpPool
from workflow.rules.access.permissions import system
from workflow.rules.time.timetable import DELIVER
from workflow.verbs.mail.deliver import deliver_for_ever, deliver_once

PATIENCE = 5.0
IDLE_SECONDS = 0.5


class DemoDelivery:
    """Delivers at simulated instants, or for ever."""

    def __init__(self, installation: Installation) -> None:
        self.installation, self.office = installation, SmtpPool(installation.relay)

    def __enter__(self) -> DemoDelivery:
        self.office.__enter__()
        return self

    def __exit__(self, *raised: object) -> None:
        self.office.__exit__(None, None, None)

    def deliver(self, at: datetime) -> None:
        """Send all that waits at an instant (UTC)."""
        with self.installation.database.read() as session:
            if not mail_waits(session):
                return
        acting = partial(self.installation.acting, system(DELIVER), at)
        while deliver_once(acting, self.office) is not None:
            pass


def deliver_beside(installation: Installation) -> Callable[[], None]:
    """Deliver in a thread for as long as the demo runs; returns what stops it."""
    stop = Event()
    acting = partial(installation.acting, system(DELIVER))
    thread = Thread(
        target=deliver_for_ever,
        args=(acting, installation.relay, stop, IDLE_SECONDS),
        name=DELIVER,
        daemon=True,
    )
    thread.start()

    def end() -> None:
        stop.set()
        thread.join(PATIENCE)

    return end
