"""Prefect in the demo: its server, the flows served, and a process that runs them on demand."""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
from contextlib import ExitStack
from datetime import datetime
from threading import Thread

from flows.serving import environment, served, server, wait_for
from i18n import mark
from luoshi.demo.place import DemoFolder, settings_of
from luoshi.demo.slots import Ran, run_slot
from luoshi.settings import Settings
from luoshi.wiring import Installation
from workflow.rules.refusals import Refused

log = logging.getLogger(__name__)
PATIENCE = 10.0


class Scheduler:
    """Comes up in the background; until it has, what falls due runs by its verbs alone."""

    def __init__(self, place: DemoFolder, port: int, pages: int) -> None:
        self._home = place.prefect
        settings = settings_of(place, place.folder, pages, 0)
        self._variables = environment(
            place.prefect, port, settings.scheduler_secret, settings.base_url
        )
        self._running = ExitStack()
        self._runner: subprocess.Popen[str] | None = None

    def start(self) -> None:
        """Start the server; it takes a while to answer."""
        self._running.enter_context(server(self._variables, self._home))

    def serve(self, settings: Settings) -> None:
        """Serve the flows, and get ready to run them, as soon as the server answers."""
        Thread(target=self._come_up, args=(settings,), name="prefect", daemon=True).start()

    def stop(self) -> None:
        """Stop all of it."""
        if self._runner is not None:
            self._runner.terminate()
            self._runner.wait(PATIENCE)
        self._running.close()

    def run_slot(self, installation: Installation, name: str, at: datetime) -> Ran:
        """Run a slot of the timetable at an instant (UTC) as a flow. Raises Refused."""
        runner = self._runner
        if runner is None or runner.stdin is None or runner.stdout is None:
            return run_slot(installation, name, at)
        runner.stdin.write(json.dumps({"slot": name, "at": at.isoformat()}) + "\n")
        runner.stdin.flush()
        answer = json.loads(runner.stdout.readline() or "{}")
        if "count" not in answer:
            log.error("flow %s: %s", name, answer.get("error", "no answer"))
            raise Refused(
                mark("The flow “{name}” failed; its run on Prefect's page says why."), name=name
            )
        return Ran(name, answer["count"])

    def _come_up(self, settings: Settings) -> None:
        variables = self._variables | luoshi_variables(settings)
        try:
            wait_for(self._variables["PREFECT_API_URL"])
        except Refused as refusal:
            log.error("%s", refusal)
            return
        self._running.enter_context(served(variables, self._home))
        runner = self._begin_runner(variables)
        if runner.stdout is not None and runner.stdout.readline():
            self._runner = runner

    def _begin_runner(self, variables: dict[str, str]) -> subprocess.Popen[str]:
        environ = {**os.environ, **variables}
        environ.pop("PYTHONDONTWRITEBYTECODE", None)
        with (self._home / "log.txt").open("a") as kept:
            return subprocess.Popen(
                [sys.executable, "-m", "luoshi.demo.running.runner"],
                env=environ,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=kept,
                text=True,
                start_new_session=True,
            )


def luoshi_variables(settings: Settings) -> dict[str, str]:
    """The settings as variables for another process."""
    said = settings.model_dump()
    for name in ("secret_key", "smtp_password", "backup_key"):
        said[name] = getattr(settings, name).get_secret_value()
    return {f"LUOSHI_{name.upper()}": str(value) for name, value in said.items()}
