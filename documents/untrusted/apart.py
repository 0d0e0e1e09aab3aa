"""Reading apart: a function is run in a new process that has limits, and its result brought back.

A file that eats memory, never ends or breaks its parser is refused in words, and whoever asked is
undisturbed. Processor time and memory are limits that the process sets itself before it sees the
file; the time on the wall, the length of the answer and the end of everything that it started
(LibreOffice too) are kept from here, and hold on systems that know no limit of memory.
"""

from __future__ import annotations

import json
import logging
import os
import pickle
import selectors
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from threading import BoundedSemaphore
from time import monotonic
from typing import Any, TypeVar, get_type_hints

from documents.untrusted.encoding import decode
from documents.untrusted.words import BROKEN, BUSY, TOO_LARGE, TOO_SLOW
from i18n import current
from workflow.rules import refusals
from workflow.rules.refusals import Problem, Refused

T = TypeVar("T")

CHILD = "documents.untrusted.child"


@dataclass(frozen=True)
class Limits:
    """What the process may take: seconds of processor time and on the wall, memory in MB."""

    seconds: int
    megabytes: int


READING = Limits(seconds=30, megabytes=512)
RECOGNISING = Limits(seconds=300, megabytes=2560)
"""For reading pictures of pages, whose models take 0.8 GB and reserve twice as much."""
LONGEST_ANSWER = 32 * 1024 * 1024
"""Bytes; a catalogue of ten thousand tasks has about ten million."""
PATIENCE = 60
"""Seconds that a file waits for its turn: no more are read at once than there are processors."""

_log = logging.getLogger(__name__)
_turns = BoundedSemaphore(max(2, os.cpu_count() or 1))
_REFUSALS: list[type[Refused]] = [Refused, *Refused.__subclasses__()]
_KINDS = {kind.code: kind for kind in _REFUSALS}
_NOT_SO = (ValueError, TypeError, LookupError, AttributeError, ArithmeticError, StopIteration,
           RecursionError)  # fmt: skip
_PASSED_ON = ("PATH", "PYTHONPATH", "PYTHONHASHSEED")
"""What the process is told of our surroundings: no password and no key is among it."""


def read_apart(function: Callable[..., T], *given: Any, limits: Limits = READING) -> T:
    """What a function of a module makes of what it is given, worked out in a process of its own.

    Its declared result says what can come back. Raises Refused: what the function raised, or that
    it took too much time or memory, or failed. It is served in the language of whoever asks.
    """
    kind = get_type_hints(function)["return"]
    request = (function.__module__, function.__name__, current(), given)
    if not _turns.acquire(timeout=PATIENCE):
        raise Refused(BUSY)
    try:
        answer = _ask(pickle.dumps(request), limits)
    finally:
        _turns.release()
    try:
        made = json.loads(answer)
        if "refused" in made:
            raise _refused(made["refused"])
        if "failed" in made:
            _log.info("%s failed on a file: %s", function.__name__, made["failed"])
            raise Refused(BROKEN)
        done: T = decode(kind, made["done"])
    except _NOT_SO as error:
        raise Refused(BROKEN) from error
    return done


def _ask(request: bytes, limits: Limits) -> bytes:
    """The answer of a process that is given the request. Raises Refused for none."""
    with tempfile.TemporaryDirectory(prefix="luoshi-") as folder:
        asked = Path(folder, "request")
        asked.write_bytes(request)
        surroundings = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
        with (
            asked.open("rb") as stdin,
            subprocess.Popen(  # noqa: S603 (our own module)
                [sys.executable, "-P", "-m", CHILD, str(limits.megabytes), str(limits.seconds)],
                stdin=stdin,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                cwd=folder,
                env={**surroundings, "HOME": folder, "TMPDIR": folder, "LANG": "C.UTF-8"},
                start_new_session=True,
            ) as process,
        ):
            asked.unlink()
            try:
                answer = _heard(process, limits)
                process.wait(timeout=limits.seconds)
            finally:
                with suppress(ProcessLookupError, PermissionError):
                    os.killpg(process.pid, signal.SIGKILL)
        if process.returncode == -signal.SIGXCPU:
            raise Refused(TOO_SLOW, n=limits.seconds)
        return answer


def _heard(process: subprocess.Popen[bytes], limits: Limits) -> bytes:
    """All that a process says. Raises Refused when it says too much or takes too long."""
    assert process.stdout is not None  # noqa: S101 (it was asked for)
    pieces: list[bytes] = []
    length, end = 0, monotonic() + limits.seconds
    with selectors.DefaultSelector() as ready:
        ready.register(process.stdout, selectors.EVENT_READ)
        while True:
            if not ready.select(max(0.0, end - monotonic())):
                raise Refused(TOO_SLOW, n=limits.seconds)
            piece = os.read(process.stdout.fileno(), 1 << 20)
            if not piece:
                return b"".join(pieces)
            pieces.append(piece)
            length += len(piece)
            if length > LONGEST_ANSWER:
                raise Refused(TOO_LARGE, n=limits.megabytes)


def _refused(said: Any) -> Refused:
    code, message, fields, problems = said
    told = dict(fields)
    if problems:
        made = tuple(Problem(where, text, **dict(more)) for where, text, more in problems)
        return refusals.Invalid(message, made, **told)
    return _KINDS[code](message, **told)
