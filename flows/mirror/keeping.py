"""The mirror beside the served flows: it looks now and then whether the record has moved on."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from threading import Event, Thread

import httpx
from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.exceptions import PrefectException
from prefect.settings import PREFECT_API_URL

from flows.mirror.mirror import Mirror
from flows.mirror.window import Window
from i18n import mark
from luoshi.wiring import Installation
from workflow.rules.refusals import Refused
from workflow.rules.tracking.runs import Grain

log = logging.getLogger(__name__)
EVERY = timedelta(minutes=1)
"""How often the record is looked at; where nothing has happened, that is one query."""
SOON = timedelta(seconds=10)
"""How often where somebody waits for it."""
PATIENCE = 5.0
"""Seconds that the thread is given to end the call it is in."""


@dataclass(frozen=True)
class Mirrored:
    """What bringing the window up did: plans with something new, and what still differs."""

    plans: int
    differences: int


def once(installation: Installation, *, rebuild: bool) -> Mirrored:
    """Bring the window up to the record, or make it anew, and compare. Raises Refused where the
    scheduler does not answer."""
    try:
        with get_client(sync_client=True) as client:
            mirror = Mirror(installation, Window(client))
            plans = mirror.rebuild() if rebuild else mirror.catch_up()
            return Mirrored(plans, mirror.differences())
    except httpx.TransportError:
        raise Refused(
            mark("The scheduler's server does not answer at {place}."),
            place=PREFECT_API_URL.value(),
        ) from None


@contextmanager
def mirroring(installation: Installation, every: timedelta = EVERY) -> Iterator[None]:
    """Keep the window up to the record for as long as the block lasts, in a thread."""
    if installation.settings.mirror == Grain.OFF:
        yield
        return
    stop = Event()
    thread = Thread(target=_keep, args=(installation, every, stop), name="mirror", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(PATIENCE)


def _keep(installation: Installation, every: timedelta, stop: Event) -> None:
    while not stop.is_set():
        try:
            # Made anew after a failure: it may have been another window that failed.
            with get_client(sync_client=True) as client:
                _look(installation, client, every, stop)
        except (httpx.HTTPError, PrefectException, LookupError, Refused) as failed:
            log.error("the tracked workflows are not up to date: %s", type(failed).__name__)
            stop.wait(every.total_seconds())


def _look(
    installation: Installation, client: SyncPrefectClient, every: timedelta, stop: Event
) -> None:
    mirror = Mirror(installation, Window(client))
    while not stop.is_set():
        mirror.catch_up()
        stop.wait(every.total_seconds())
