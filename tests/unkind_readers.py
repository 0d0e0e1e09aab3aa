"""Readers for tests of reading apart: each does what a parser may do on a bad day."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from i18n import _
from workflow.rules.refusals import Invalid, NotAllowed, Problem


@dataclass(frozen=True)
class Found:
    """Of every type that travels."""

    number: Decimal | None
    days: tuple[date, ...]
    names: Mapping[tuple[str, str], int]
    raw: bytes
    data: Any


FOUND = Found(
    Decimal("12345678901234567.890"), (date(2021, 7, 1),), {("任务", "1.1"): 3}, b"\0\xff",
    {"a": [1, 2.5, None, True, "𠮷\ud800"], 2: (Decimal("0.10"), date(2022, 1, 2)), "b": b"x"},
)  # fmt: skip


def kind(content: bytes) -> Found:
    assert content == b"PDF"
    return FOUND


def greedy(content: bytes) -> str:
    return str(len(content * 2_000_000_000))


def busy(content: bytes) -> str:
    while content:
        pass
    return ""


def asleep(content: bytes) -> str:
    """Starts a process that would outlive it, names it, and waits."""
    started = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    Path(content.decode()).write_text(str(started.pid))
    time.sleep(600)
    return ""


def talkative(content: bytes) -> str:
    return "x" * (len(content) * 40 * 1024 * 1024)


def broken(content: bytes) -> str:
    return str({}[content])


def killed(_content: bytes) -> str:
    os.kill(os.getpid(), 11)
    return ""


def chatty(content: bytes) -> str:
    print('{"done": "forged"}')
    os.write(1, b'{"done": "forged"}')
    return content.decode()


def another_type(content: bytes) -> int:
    return content.decode()  # type: ignore[return-value]


def endless(_content: bytes) -> Any:
    whole: list[Any] = []
    whole.append(whole)
    return whole


def refusing(_content: bytes) -> str:
    raise Invalid("{n} cells are to be put right.", (Problem("A1", "{x}", x=Decimal("1.50")),), n=1)


def forbidding(_content: bytes) -> str:
    raise NotAllowed("Too many files.")


def surroundings(_content: bytes) -> dict[str, str]:
    return {**os.environ, "said": _("Everybody"), "folder": str(Path.cwd())}
