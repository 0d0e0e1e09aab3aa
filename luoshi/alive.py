"""Signs of life that a part gives while it runs, and its end by a signal."""

from __future__ import annotations

import logging
import signal
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Thread
from urllib.error import URLError

from db.queries.record.signs import give_sign, mark_down
from i18n import mark
from luoshi.wiring import Installation
from workflow.rules.record.parts import SIGN_EVERY
from workflow.rules.refusals import Refused

log = logging.getLogger(__name__)
STOPPED = mark("was stopped")
PATIENCE = 5.0
"""Seconds that the thread is given to write its last word."""


@contextmanager
def giving_signs(
    installation: Installation, name: str, lives: Callable[[], bool] = lambda: True
) -> Iterator[None]:
    """Say every few seconds that a part lives, for as long as the block lasts and `lives()`."""
    over = Event()
    started = installation.wall()

    def give() -> None:
        while not over.is_set():
            try:
                if lives():
                    with installation.database.write() as session:
                        give_sign(session, name, started, installation.wall())
            except Refused as refusal:
                log.error("%s gives no sign of life: %s", name, refusal.code)
            over.wait(SIGN_EVERY.total_seconds())
        try:
            with installation.database.write() as session:
                mark_down(session, name, STOPPED)
        except Refused as refusal:
            log.error("%s could not say that it stops: %s", name, refusal.code)

    thread = Thread(target=give, name="signs of life", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join(PATIENCE)


def answers(address: str) -> bool:
    """Whether a server answers there within some seconds."""
    try:
        with urllib.request.urlopen(address, timeout=PATIENCE):  # noqa: S310
            return True
    except (URLError, OSError):
        return False


def stop_by_signal() -> Event:
    """An event that SIGTERM, SIGHUP and Ctrl-C set, so that a loop ends what it has begun."""
    stop = Event()
    for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    return stop
