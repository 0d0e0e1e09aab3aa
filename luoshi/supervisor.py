"""Keeping the parts of one machine running: start them, start again what dies, stop all of them."""

from __future__ import annotations

import ctypes
import logging
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from threading import Event

log = logging.getLogger(__name__)
LOOK_EVERY = 0.5
SETTLED = 15.0
"""Seconds after which a part that lives counts as started well; only then its pause is short
again."""
LONGEST_PAUSE = 60.0
HUNG = 180.0
"""Seconds without a sign of life after which a part that still runs is taken for hung."""
LEAVE = 20.0
"""Seconds that the parts are given to end what they have begun."""


@dataclass(frozen=True)
class Program:
    """How a part is started: its name, its command, variables beside our own, and whether what it
    prints is for nobody (what it logs still is)."""

    name: str
    command: Sequence[str]
    variables: Mapping[str, str] = field(default_factory=dict)
    mute: bool = False


@dataclass
class _Running:
    program: Program
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    again_at: float = 0.0
    deaths: int = 0

    def start(self) -> None:
        environment = {**os.environ, **self.program.variables}
        environment.pop(
            "PYTHONDONTWRITEBYTECODE", None
        )  # Prefect's import would take thrice as long
        self.process = subprocess.Popen(  # noqa: S603
            list(self.program.command),
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL if self.program.mute else None,
            # Ctrl-C reaches the supervisor alone, which then stops the parts in their order.
            start_new_session=True,
            preexec_fn=_end_with_parent if sys.platform == "linux" else None,  # noqa: PLW1509
        )
        self.started = time.monotonic()
        log.info("%s started as process %s", self.program.name, self.process.pid)

    def end(self, number: signal.Signals) -> None:
        """Send a signal to the part and to all that it started."""
        if self.process is not None:
            try:
                os.killpg(self.process.pid, number)
            except ProcessLookupError:
                return


class Supervisor:
    """Starts programs and keeps them running until told to stop.

    `died(name)` is called when a part has died, before it is started again; `silent_for()` gives
    the seconds since each part's last sign of life, {} where that cannot be known.
    """

    def __init__(
        self,
        programs: Sequence[Program],
        died: Callable[[str], None],
        silent_for: Callable[[], Mapping[str, float]] = dict,
    ) -> None:
        self._parts = [_Running(program) for program in programs]
        self._died, self._silent_for = died, silent_for
        self._looked = 0.0
        self._suspects: set[str] = set()

    def run(self, stop: Event) -> None:
        """Keep the parts running until `stop` is set; then none of their processes is left."""
        try:
            while not stop.is_set():
                for part in self._parts:
                    self._tend(part)
                self._end_what_hangs()
                stop.wait(LOOK_EVERY)
        finally:
            self._stop()

    def _tend(self, part: _Running) -> None:
        now = time.monotonic()
        if part.process is None:
            if now >= part.again_at:
                part.start()
            return
        code = part.process.poll()
        if code is None:
            if part.deaths and now - part.started > SETTLED:
                part.deaths = 0
            return
        # What the part had started must not go on beside its successor.
        part.end(signal.SIGKILL)
        part.process = None
        pause = min(2.0**part.deaths, LONGEST_PAUSE)
        part.deaths, part.again_at = part.deaths + 1, now + pause
        log.error("%s ended (code %s); started again in %.0f s", part.program.name, code, pause)
        self._died(part.program.name)

    def _end_what_hangs(self) -> None:
        now = time.monotonic()
        if now - self._looked < HUNG / 6:
            return
        self._looked = now
        hung = {name for name, seconds in self._silent_for().items() if seconds > HUNG}
        for part in self._parts:
            name = part.program.name
            # Seen twice: after a pause of the database or of the machine all are silent at first.
            if part.process and name in hung & self._suspects and now - part.started > HUNG:
                log.error("%s gives no sign of life and is ended", name)
                part.end(signal.SIGKILL)
        self._suspects = hung

    def _stop(self) -> None:
        until = time.monotonic() + LEAVE
        for part in reversed(self._parts):
            if part.process is not None:
                # To the part alone: it ends its own children in their order.
                part.process.terminate()
        for part in self._parts:
            if part.process is not None:
                try:
                    part.process.wait(max(0.0, until - time.monotonic()))
                except subprocess.TimeoutExpired:
                    log.error("%s did not stop by itself", part.program.name)
                part.end(signal.SIGKILL)
                part.process.wait()


def _end_with_parent() -> None:
    """Let the kernel end this process should the supervisor be killed (PR_SET_PDEATHSIG)."""
    ctypes.CDLL(None).prctl(1, signal.SIGTERM)
