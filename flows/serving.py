"""Serving the flows by the one timetable, and Prefect's own server kept within the installation."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, cast
from uuid import UUID

from i18n import mark
from workflow.rules.record.parts import SCHEDULER
from workflow.rules.refusals import Refused
from workflow.rules.tracking.runs import KEPT

if TYPE_CHECKING:
    from luoshi.wiring import Installation
    from workflow.rules.time.timetable import Slot

PATIENCE = 90
"""Seconds that the server is given to answer; on a fresh database it lays its own tables first."""

ALWAYS = {
    # Nothing is told to anybody outside, and little to the terminal.
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT": "false",
    "DO_NOT_TRACK": "1",
    "PREFECT_LOGGING_LEVEL": "WARNING",
    "PREFECT_SERVER_LOGGING_LEVEL": "WARNING",
    "PREFECT_CLI_WRAP_LINES": "false",
    "PREFECT_LOGGING_SETTINGS_PATH": str(Path(__file__).with_name("logging.yml")),
    # Seconds between two looks for runs that are due.
    "PREFECT_RUNNER_POLL_FREQUENCY": "5",
    # What is old goes; by default runs stay for ever.
    "PREFECT_SERVER_SERVICES_DB_VACUUM_ENABLED": "events,flow_runs",
    "PREFECT_SERVER_SERVICES_DB_VACUUM_RETENTION_PERIOD": str(KEPT.days * 86400),
    # Looked after in vain: there are no work pools, and no run waits for a date.
    "PREFECT_SERVER_SERVICES_FOREMAN_ENABLED": "false",
    "PREFECT_SERVER_SERVICES_PAUSE_EXPIRATIONS_ENABLED": "false",
    # No signs of life from runs: nobody looks at them (the pool looks at a shard's tasks), and each
    # flow run would wait up to a second at its end for the thread that gives them.
    "PREFECT_FLOWS": '{"heartbeat_frequency": null}',
}

AS_SCHEDULER = {"PREFECT_LOGGING_FORMATTERS_LUOSHI_PART": SCHEDULER}
"""For the server alone: its lines in the log name it."""


def environment(home: Path, port: int, secret: str, address: str) -> dict[str, str]:
    """The variables under which a server keeps everything in `home`, and its clients find it.

    The server listens on this machine alone, and does nothing without `secret` ("user:password"):
    whoever reaches its API can let it run a program. Browsers reach it through the pages at
    `address` only.
    """
    return {
        **ALWAYS,
        "PREFECT_HOME": str(home.absolute()),
        "PREFECT_PROFILES_PATH": str(home.absolute() / "profiles.toml"),
        "PREFECT_API_URL": f"http://127.0.0.1:{port}/api",
        "PREFECT_API_AUTH_STRING": secret,
        "PREFECT_SERVER_API_AUTH_STRING": secret,
        "PREFECT_SERVER_API_HOST": "127.0.0.1",
        "PREFECT_SERVER_API_PORT": str(port),
        "PREFECT_SERVER_CORS_ALLOWED_ORIGINS": address,
        "PREFECT_SERVER_CSRF_PROTECTION_ENABLED": "true",
        "PREFECT_SERVER_UI_SERVE_BASE": "/prefect",
        "PREFECT_UI_API_URL": f"{address}/prefect/api",
    }


def server_command() -> list[str]:
    """What starts the server in such an environment."""
    return [sys.executable, "-m", "prefect", "server", "start"]


@contextmanager
def server(variables: Mapping[str, str], home: Path) -> Iterator[None]:
    """Prefect's server for as long as the block lasts; it takes a while to answer."""
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    process = _start({**variables, **AS_SCHEDULER}, home, *server_command()[1:])
    try:
        yield
    finally:
        _stop(process)


@contextmanager
def served(variables: Mapping[str, str], home: Path) -> Iterator[None]:
    """The flows served in a process beside, for as long as the block lasts."""
    process = _start(variables, home, "-m", "flows.serving")
    try:
        yield
    finally:
        _stop(process)


def wait_for(address: str) -> None:
    """Wait until the API at an address answers; Refused after PATIENCE seconds."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        try:
            with urllib.request.urlopen(f"{address}/health", timeout=2):  # noqa: S310
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.3)
    raise Refused(mark("The scheduler's server does not answer at {place}."), place=address)


def serve(installation: Installation, paused: bool = False) -> None:
    """Register a deployment a slot, scheduled in the city's zone, and carry out their runs one
    after the other until a signal.

    `paused`: only people start them, as in a demo, whose days do not pass by themselves. Raises
    Refused where the scheduler's server does not answer.
    """
    from prefect import Flow
    from prefect.deployments.runner import RunnerDeployment
    from prefect.runner import Runner
    from prefect.schedules import RRule
    from prefect.settings import PREFECT_API_URL
    from prefect.types.entrypoint import EntrypointType

    from flows.catching_up import SlotWatch
    from flows.collecting import collect
    from flows.engine.pool import open_pool
    from flows.installation import open_installation
    from flows.mirror.keeping import EVERY, SOON, mirroring
    from flows.runs import FLOWS
    from workflow.rules.time.timetable import COLLECT, COLLECT_DOES, COLLECT_EVERY

    open_installation(installation)
    wait_for(PREFECT_API_URL.value())
    if installation.settings.work_pool:
        open_pool(installation.settings.work_pool)

    def deployment(slot: Slot) -> RunnerDeployment:
        flow: Flow[..., object] = FLOWS[slot.name]
        made = flow.to_deployment(
            name=slot.name,
            # No cron: with a time zone Prefect 3.9.1 plans none of its runs on Python 3.11, 3.12.
            schedules=[RRule(slot.recurrence, timezone=installation.settings.time_zone)],
            description=slot.does,
            tags=["luoshi", slot.days.value],
            paused=paused,
            entrypoint_type=EntrypointType.MODULE_PATH,
        )
        return cast(RunnerDeployment, made)

    # Prefect's methods are typed for callers within and outside of a loop; this is outside.
    # One after the other: what opens a round comes before what reminds of it.
    runner = Runner(pause_on_shutdown=False, limit=1)
    slots = {
        slot.name: cast(UUID, runner.add_deployment(deployment(slot)))
        for slot in installation.timetable
    }
    if installation.settings.imap_host:
        mailbox = collect.to_deployment(
            name=COLLECT,
            schedules=[RRule(f"FREQ=MINUTELY;INTERVAL={COLLECT_EVERY.seconds // 60}")],
            description=COLLECT_DOES,
            tags=["luoshi"],
            paused=paused,
            entrypoint_type=EntrypointType.MODULE_PATH,
        )
        # Missed runs are struck with those of the slots; the next takes in all that has come.
        slots[COLLECT] = cast(UUID, runner.add_deployment(cast(RunnerDeployment, mailbox)))
    watch = nullcontext() if paused else SlotWatch(installation, slots).running()
    # In a demo a button lets days pass, and whoever presses it looks at once.
    with watch, mirroring(installation, SOON if paused else EVERY):
        asyncio.run(runner.start())


def _start(variables: Mapping[str, str], home: Path, *arguments: str) -> subprocess.Popen[bytes]:
    log = (home / "log.txt").open("ab")
    environ = {**os.environ, **variables}
    environ.pop("PYTHONDONTWRITEBYTECODE", None)  # Prefect's import would take thrice as long
    return subprocess.Popen(  # noqa: S603
        [sys.executable, *arguments],
        env=environ,
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=log,
        start_new_session=True,
    )


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


if __name__ == "__main__":
    from db.installation import is_demo
    from flows.installation import this_installation

    installation = this_installation()
    with installation.database.read() as session:
        demo = is_demo(session)
    serve(installation, paused=demo)
