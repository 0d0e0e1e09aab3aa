"""Serving the flows by the one timetable, and Prefect's own server kept within the house."""

from __future__ import annotations

import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from luoshi.language import mark
from workflow.rules.refusals import Refused
from workflow.rules.timetable import TIMETABLE

PATIENCE = 90
"""Seconds that the server is given to answer; on a fresh database it lays its own tables first."""

QUIET = {
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT": "false",
    "DO_NOT_TRACK": "1",
    "PREFECT_LOGGING_LEVEL": "WARNING",
    "PREFECT_SERVER_LOGGING_LEVEL": "WARNING",
    "PREFECT_CLI_WRAP_LINES": "false",
}
"""Nothing is told to anybody outside, and little to the terminal."""


def environment(home: Path, port: int) -> dict[str, str]:
    """The variables under which a server keeps everything in `home`, and its clients find it."""
    return {
        **QUIET,
        "PREFECT_HOME": str(home.absolute()),
        "PREFECT_PROFILES_PATH": str(home.absolute() / "profiles.toml"),
        "PREFECT_API_URL": f"http://127.0.0.1:{port}/api",
        "PREFECT_UI_API_URL": f"http://127.0.0.1:{port}/api",
        "PREFECT_SERVER_API_HOST": "127.0.0.1",
        "PREFECT_SERVER_API_PORT": str(port),
    }


@contextmanager
def server(home: Path, port: int, wait: bool = True) -> Iterator[Mapping[str, str]]:
    """Prefect's server on a port of this machine for as long as the block lasts.

    Gives the variables that clients need. Raises Refused where it does not come up in time.
    """
    home.mkdir(parents=True, exist_ok=True)
    variables = environment(home, port)
    process = _start(variables, home, "prefect", "server", "start")
    try:
        if wait:
            wait_for(port, home)
        yield variables
    finally:
        _stop(process)


@contextmanager
def served(variables: Mapping[str, str], home: Path) -> Iterator[None]:
    """The flows served in a process beside, for as long as the block lasts."""
    process = _start(variables, home, "flows.serving")
    try:
        yield
    finally:
        _stop(process)


def wait_for(port: int, home: Path) -> None:
    """Wait until the server answers; Refused after PATIENCE seconds."""
    address = f"http://127.0.0.1:{port}/api/health"
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        try:
            with urllib.request.urlopen(address, timeout=2):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.3)
    raise Refused(mark("The scheduler's server did not start; see its log in {place}."), place=home)


def serve(zone: str, paused: bool = False) -> None:
    """Register a deployment a slot, scheduled in the city's zone, and serve them until a signal.

    `paused`: only people start them, as in a demo, whose days do not pass by themselves.
    """
    from prefect import serve as prefect_serve
    from prefect.deployments.runner import EntrypointType
    from prefect.schedules import Cron

    from flows.runs import FLOWS

    prefect_serve(
        *(
            FLOWS[slot.name].to_deployment(
                name=slot.name,
                schedules=[Cron(slot.cron, timezone=zone)],
                description=slot.does,
                tags=["luoshi", slot.days.value],
                paused=paused,
                entrypoint_type=EntrypointType.MODULE_PATH,
            )
            for slot in TIMETABLE
        ),
        print_starting_message=False,
    )


def _start(
    variables: Mapping[str, str], home: Path, module: str, *arguments: str
) -> subprocess.Popen[bytes]:
    log = (home / "log.txt").open("ab")
    environ = {**os.environ, **variables}
    environ.pop("PYTHONDONTWRITEBYTECODE", None)  # Prefect's import would take thrice as long
    return subprocess.Popen(  # noqa: S603
        [sys.executable, "-m", module, *arguments],
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
    from flows.house import this_house

    house = this_house()
    with house.database.read() as session:
        demo = is_demo(session)
    serve(house.settings.time_zone, paused=demo)
