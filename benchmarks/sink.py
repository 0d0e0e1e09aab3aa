"""A mail relay that takes everything and keeps nothing but the number, in a process of its own."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing import get_context
from multiprocessing.sharedctypes import Synchronized
from typing import Any


class _Session(asyncio.Protocol):
    def __init__(self, count: Synchronized[int], delay: float) -> None:
        self.count, self.delay = count, delay
        self.buffer, self.content = b"", False

    def connection_made(self, transport: Any) -> None:
        self.transport = transport
        self._say(b"220 sink\r\n")

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        while self.buffer:
            if self.content:
                # A letter is the last thing that comes before its answer.
                if not self.buffer.endswith(b"\r\n.\r\n"):
                    return
                self.buffer, self.content = b"", False
                self.count.value += 1
                self._say(b"250 taken\r\n")
                continue
            line, found, rest = self.buffer.partition(b"\r\n")
            if not found:
                return
            self.buffer = rest
            self._answer(line[:4].upper())

    def _answer(self, command: bytes) -> None:
        if command == b"DATA":
            self.content = True
            self._say(b"354 go on\r\n")
        elif command == b"QUIT":
            self._say(b"221 bye\r\n")
        else:
            self._say(b"250 sink\r\n")

    def _say(self, words: bytes) -> None:
        if self.delay:
            asyncio.get_running_loop().call_later(self.delay, self.transport.write, words)
        else:
            self.transport.write(words)


async def _listen(port: Synchronized[int], count: Synchronized[int], delay: float) -> None:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: _Session(count, delay), "127.0.0.1", 0)
    port.value = server.sockets[0].getsockname()[1]
    await server.serve_forever()


def _run(port: Synchronized[int], count: Synchronized[int], delay: float) -> None:
    asyncio.run(_listen(port, count, delay))


@contextmanager
def sink(delay: float = 0.0) -> Iterator[tuple[int, Synchronized[int]]]:
    """Its port, and how many letters it took; each answer comes after `delay` seconds."""
    spawn = get_context("spawn")
    port, count = spawn.Value("i", 0), spawn.Value("i", 0, lock=False)
    process = spawn.Process(target=_run, args=(port, count, delay), daemon=True)
    process.start()
    while not port.value:
        process.join(0.05)
        if process.exitcode is not None:
            raise SystemExit("the sink did not start")
    try:
        yield port.value, count
    finally:
        process.terminate()
        process.join()
