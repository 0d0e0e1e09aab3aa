"""A way to the operators that needs no mail: a command of this machine, or a webhook.

Each gets one JSON document. Whatever it answers is not read, only whether it took the message.
"""

from __future__ import annotations

import asyncio
import json
import os
import shlex
import signal
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field

import httpx

PATIENCE = 10.0
"""Seconds that the command, and the webhook, are given."""


@dataclass(frozen=True)
class Channel:
    """`command`: a program with its arguments, split as a shell would but run without one; it gets
    the document on its standard input. `url`: gets it by POST. Empty ones are left out."""

    command: str = ""
    url: str = field(default="", repr=False)

    def __bool__(self) -> bool:
        return bool(self.command or self.url)

    def tell(self, message: Mapping[str, object]) -> str:
        """Hand a message over; why that failed, or empty. An address or its keys are never said."""
        document = json.dumps(message, ensure_ascii=False).encode()
        failed = [_run(self.command, document)] if self.command else []
        failed += [_post(self.url, document)] if self.url else []
        return "; ".join(why for why in failed if why)


def _run(command: str, document: bytes) -> str:
    # What Luoshi was given in its environment, such as the secret key, is none of its business.
    environ = {name: word for name, word in os.environ.items() if not name.startswith("LUOSHI_")}
    try:
        process = subprocess.Popen(  # noqa: S603 - it stands in the settings, and no shell reads it
            shlex.split(command),
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=environ,
            start_new_session=True,
        )
    except (OSError, ValueError) as error:
        return f"command: {type(error).__name__}"
    try:
        process.communicate(document, timeout=PATIENCE)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        return "command: no end in time"
    return f"command: exit {process.returncode}" if process.returncode else ""


def _post(url: str, document: bytes) -> str:
    try:
        status = asyncio.run(_posted(url, document))
    except TimeoutError:
        return "webhook: no answer in time"
    except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
        return f"webhook: {type(error).__name__}"
    return "" if status < 300 else f"webhook: {status}"


async def _posted(url: str, document: bytes) -> int:
    headers = {"Content-Type": "application/json"}
    # Each step has its own time in the library; the whole must end, too.
    async with (
        asyncio.timeout(PATIENCE),
        httpx.AsyncClient(timeout=PATIENCE) as client,
        client.stream("POST", url, content=document, headers=headers) as answer,
    ):
        return answer.status_code
