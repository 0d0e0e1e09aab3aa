"""What `luoshi run` keeps running on one machine: pages, scheduler, flows, delivery, watch."""

from __future__ import annotations

import os
import socket
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from threading import Event

from db.queries.record.signs import mark_down, signs
from flows.serving import AS_SCHEDULER, environment, server_command
from i18n import mark
from luoshi.settings import SCHEDULER_ELSEWHERE
from luoshi.supervisor import Program, Supervisor
from luoshi.wiring import Installation
from workflow.rules.record.parts import DELIVERY, FLOWS, NEVER_SEEN, PAGES, PARTS, SCHEDULER, WATCH
from workflow.rules.refusals import Refused

DIED = mark("has died and is being started again")


def keep_running(installation: Installation, home: Path, stop: Event) -> None:
    """Keep every part running until `stop` is set. `home` keeps the scheduler's own files.

    Raises Refused where another process holds one of the ports.
    """
    settings = installation.settings
    own_scheduler = SCHEDULER_ELSEWHERE not in os.environ and bool(settings.scheduler_port)
    for port in (settings.port, *([settings.scheduler_port] if own_scheduler else [])):
        _require_free(port)
    with installation.database.write() as session:
        for name in PARTS:
            mark_down(session, name, NEVER_SEEN)  # signs of the last time are none of this one
    Supervisor(
        _programs(installation, home, own_scheduler), _died(installation), _silent_for(installation)
    ).run(stop)


def _programs(installation: Installation, home: Path, own_scheduler: bool) -> list[Program]:
    settings = installation.settings
    luoshi = [sys.executable, "-m", "luoshi"]
    programs = [Program(PAGES, [*luoshi, "ui"])]
    variables: Mapping[str, str] = {}
    if own_scheduler:
        home.mkdir(parents=True, exist_ok=True, mode=0o700)
        variables = environment(
            home, settings.scheduler_port, settings.scheduler_secret, settings.base_url
        )
        named = {**variables, **AS_SCHEDULER}
        programs.append(Program(SCHEDULER, server_command(), named, mute=True))
    if own_scheduler or SCHEDULER_ELSEWHERE in os.environ:
        programs.append(Program(FLOWS, [*luoshi, "flows", "serve"], variables))
    programs.append(Program(DELIVERY, [*luoshi, "deliver", "--keep-on"]))
    programs.append(Program(WATCH, [*luoshi, "watch", "--keep-on"]))
    return programs


def _died(installation: Installation) -> Callable[[str], None]:
    def write_down(name: str) -> None:
        try:
            with installation.database.write() as session:
                mark_down(session, name, DIED)
        except Refused:
            return  # the sign of life grows old by itself

    return write_down


def _silent_for(installation: Installation) -> Callable[[], Mapping[str, float]]:
    def seconds() -> dict[str, float]:
        try:
            with installation.database.read() as session:
                found = signs(session)
        except Refused:
            return {}
        now = installation.wall()
        return {name: (now - sign.seen_at).total_seconds() for name, sign in found.items()}

    return seconds


def _require_free(port: int) -> None:
    with socket.socket() as tried:
        tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            tried.bind(("127.0.0.1", port))
        except OSError:
            raise Refused(
                mark("Port {port} is taken; perhaps Luoshi runs already. Stop it first."), port=port
            ) from None
