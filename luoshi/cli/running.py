"""What runs beside the pages on one machine: scheduler, flows, delivery, watch."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path
from threading import Event, Thread

from flows.serving import environment, served, server, wait_for
from luoshi.wiring import House
from workflow.rules.permissions import system
from workflow.rules.refusals import Refused
from workflow.rules.timetable import DELIVER
from workflow.verbs.context import Context
from workflow.verbs.deliver import deliver_for_ever
from workflow.verbs.watch import watch_for_ever

log = logging.getLogger(__name__)
PATIENCE = 15.0
"""Seconds that a thread is given to end its letter."""


@contextmanager
def beside(house: House, home: Path) -> Iterator[None]:
    """Run all of it for as long as the block lasts. `home` keeps Prefect's own files.

    The scheduler comes up in the background: pages and mail need not wait for it.
    """
    stop = Event()
    with ExitStack() as running:

        def begin(name: str, act: Callable[[], None]) -> None:
            thread = Thread(target=act, name=name, daemon=True)
            thread.start()
            running.callback(thread.join, PATIENCE)

        _scheduler(house, home, running, stop)
        running.callback(house.database.dispose)
        begin(DELIVER, lambda: deliver_for_ever(_as(house, DELIVER), house.relay, stop))
        begin("watch", lambda: watch_for_ever(_as(house, "watch"), stop, channel=house.channel))
        running.callback(stop.set)
        yield


def _as(house: House, name: str) -> Callable[[], AbstractContextManager[Context]]:
    return lambda: house.acting(system(name))


def _scheduler(house: House, home: Path, running: ExitStack, stop: Event) -> None:
    port = house.settings.scheduler_port
    if "PREFECT_API_URL" in os.environ:
        running.enter_context(served({}, home))
        return
    if not port:
        return
    variables = environment(home, port)
    running.enter_context(server(home, port, wait=False))
    flows = running.enter_context(ExitStack())

    def come_up() -> None:
        try:
            wait_for(port, home)
        except Refused as refusal:
            log.error("%s", refusal)
            return
        if not stop.is_set():
            flows.enter_context(served(variables, home))

    Thread(target=come_up, name="scheduler", daemon=True).start()
