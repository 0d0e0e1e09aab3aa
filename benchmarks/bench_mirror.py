"""What the tracked workflows of a city cost: `python benchmarks/bench_mirror.py [--json]`.

A city of 210 tasks and 60 units lives through a year by the verbs, with a real Prefect server
beside on SQLite, and the mirror looks behind every single step, as if nobody ever worked in the
same minute as somebody else. Counted is the processor time of the mirror and of the server, less
what the server takes for itself when nobody asks it anything. A run is measured by making the
window anew in the end; what is left of the year is divided by its changes.
"""

from __future__ import annotations

import json
import os
import secrets
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from uuid import UUID

import psutil
from city import City, build
from prefect.client.orchestration import get_client
from prefect.settings import (
    PREFECT_API_AUTH_STRING,
    PREFECT_API_URL,
    PREFECT_CLIENT_CSRF_SUPPORT_ENABLED,
    temporary_settings,
)

from flows.mirror.mirror import Mirror
from flows.mirror.window import Window
from flows.serving import AS_SCHEDULER, environment, server_command, wait_for
from workflow.rules.tracking.runs import RunState, TrackedRun

TASKS, UNITS = 210, 60
SETTLING = 10
"""Seconds over which the server is watched at rest, and given to end what it has begun."""


class Counting(Window):
    """A window that counts the runs that are made in it and the changes of their states."""

    made = changed = 0

    def make(self, run: TrackedRun, above: UUID | None) -> UUID:
        self.made += 1
        return super().make(run, above)

    def set_state(self, keys: Sequence[str], state: RunState) -> bool:
        self.changed += len(keys)
        return super().set_state(keys, state)


class Costs:
    """Processor time of the server, without what it takes at rest, and of the mirror here."""

    def __init__(self, server: int) -> None:
        self._server = psutil.Process(server)
        time.sleep(SETTLING)
        before = self._taken()
        time.sleep(SETTLING)
        self._at_rest = (self._taken() - before) / SETTLING
        self._own = 0.0

    def here(self, work: Callable[[], object]) -> None:
        """Do some of the mirror's work and count it."""
        before = time.process_time()
        work()
        self._own += time.process_time() - before

    def of(self, work: Callable[[], object]) -> float:
        """Seconds of processor time that some work takes here and, to its end, in the server."""
        taken, own, began = self._taken(), self._own, time.monotonic()
        work()
        time.sleep(SETTLING)
        rest = self._at_rest * (time.monotonic() - began)
        return self._taken() - taken - rest + self._own - own

    def _taken(self) -> float:
        family = [self._server, *self._server.children(recursive=True)]
        return float(sum(one.cpu_times().user + one.cpu_times().system for one in family))


def main() -> None:
    """Live the year, print what it cost."""
    with tempfile.TemporaryDirectory() as folder, socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        free.close()
        home, secret = Path(folder) / "prefect", f"luoshi:{secrets.token_hex(8)}"
        home.mkdir()
        variables = environment(home, port, secret, "http://localhost")
        server = subprocess.Popen(
            server_command(),
            env={**os.environ, **variables, **AS_SCHEDULER},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            wait_for(variables["PREFECT_API_URL"])
            found = _year(Path(folder), variables, server.pid)
        finally:
            server.terminate()
            server.wait()
    if "--json" in sys.argv:
        print(json.dumps(found))
        return
    print(f"{'runs':>7}{'changes':>9}{'ms a run':>10}{'ms a change':>13}{'s a year':>10}")
    print(
        f"{found['runs']:>7}{found['changes']:>9}{found['run_ms']:>10.1f}"
        f"{found['change_ms']:>13.1f}{found['year_seconds']:>10.1f}"
    )


def _year(folder: Path, variables: dict[str, str], server: int) -> dict[str, float]:
    here = {
        PREFECT_API_URL: variables["PREFECT_API_URL"],
        PREFECT_API_AUTH_STRING: variables["PREFECT_API_AUTH_STRING"],
        PREFECT_CLIENT_CSRF_SUPPORT_ENABLED: True,
    }
    with temporary_settings(here), get_client(sync_client=True) as client:
        window = Counting(client)
        costs, mirrors = Costs(server), []

        def look(city: City) -> None:
            if not mirrors:
                mirrors.append(Mirror(city.installation, window))
            costs.here(mirrors[0].catch_up)

        year = costs.of(lambda: build(folder, TASKS, UNITS, look=look))
        runs, changes = window.made, window.changed
        window.made = 0
        anew = costs.of(lambda: costs.here(mirrors[0].rebuild))
        run = anew / window.made
        if mirrors[0].differences():
            raise SystemExit("the window differs from the record")
    return {
        "runs": runs,
        "changes": changes,
        "run_ms": 1000 * run,
        "change_ms": 1000 * (year - runs * run) / changes,
        "year_seconds": year,
    }


if __name__ == "__main__":
    main()
