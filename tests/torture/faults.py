"""Faults on purpose: a process that dies, and statements, commits, files and replies that fail."""

from __future__ import annotations

import builtins
import io
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP
from sqlalchemy import event

from db.engine import Database
from relay import Server, free_port


class Death(BaseException):
    """The process dies here. No `except Exception` stops it."""


class Points:
    """Counts the places at which something can go wrong; the one at `at` does, by `fails`."""

    def __init__(self) -> None:
        self.arm(0)

    def arm(self, at: int, fails: Callable[[], BaseException] = Death) -> None:
        """Let the `at`-th from here fail; 0 lets none."""
        self.at, self.fails, self.passed = at, fails, 0

    @property
    def struck(self) -> bool:
        return 0 < self.at <= self.passed

    def __call__(self, *_: object) -> None:
        self.passed += 1
        if self.passed == self.at:
            raise self.fails()


def on_statements(database: Database, points: Points) -> None:
    """Each statement of the database, BEGIN included, is a point before it is carried out."""
    for kind in ("do_execute", "do_executemany", "do_execute_no_params"):
        event.listen(database.engine, kind, lambda *_: points())


def on_commits(database: Database, before: Points, after: Points) -> None:
    """Each commit is a point before it, and another when it is done and nobody was told yet."""
    dialect = database.engine.dialect
    commit = dialect.do_commit

    def do_commit(connection: Any) -> None:
        before()
        commit(connection)
        after()

    dialect.do_commit = do_commit  # type: ignore[method-assign]


def broken(database: Database) -> Callable[[], BaseException]:
    """The driver's own word for a database that cannot do what it is told."""
    driver: Any = database.engine.dialect.dbapi
    return lambda: driver.OperationalError("disk I/O error")


class _File:
    """A file being written, each call of which is a point."""

    def __init__(self, file: Any, points: Points) -> None:
        self._file, self._points = file, points

    def __getattr__(self, name: str) -> Any:
        if name in ("write", "flush"):
            self._points()
        return getattr(self._file, name)

    def close(self) -> None:
        if not self._file.closed:
            try:
                self._points()
            finally:
                self._file.close()

    def __enter__(self) -> _File:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


@contextmanager
def on_files(folder: Path, points: Points) -> Iterator[None]:
    """Each opening for writing, write, flush, close, fsync, rename and making of a folder below
    `folder` is a point before it is done."""
    kept = {name: getattr(os, name) for name in ("mkdir", "rename", "replace", "link", "fsync")}
    opened = builtins.open

    def inside(path: Any) -> bool:
        return isinstance(path, int) or str(path).startswith(str(folder))

    def opening(path: Any, mode: str = "r", *more: Any, **options: Any) -> Any:
        if isinstance(path, int) or not inside(path) or "r" in mode:
            return opened(path, mode, *more, **options)
        points()
        return _File(opened(path, mode, *more, **options), points)

    def point(name: str) -> Callable[..., Any]:
        def call(path: Any, *more: Any, **options: Any) -> Any:
            if inside(path):
                points()
            return kept[name](path, *more, **options)

        return call

    builtins.open = io.open = opening  # type: ignore[assignment]
    for name in kept:
        setattr(os, name, point(name))
    try:
        yield
    finally:
        builtins.open = io.open = opened
        for name, call in kept.items():
            setattr(os, name, call)


class FaultyRelay(Server):
    """A relay one of whose replies is another than it should be."""

    def __init__(self) -> None:
        super().__init__()
        self.arm(0)

    def arm(self, at: int, how: str = "") -> None:
        """Let the `at`-th reply from here, greetings and farewells included, be `how`; where that
        is empty the connection drops instead (of a letter's last reply: after it was taken)."""
        self.strikes_at, self.how, self.replies = at, how, 0
        self.armed = object()

    @property
    def struck(self) -> bool:
        return 0 < self.strikes_at <= self.replies


class _Session(SMTP):
    def connection_made(self, transport: Any) -> None:
        self.armed = self.event_handler.armed
        super().connection_made(transport)

    async def push(self, status: str | bytes) -> None:
        relay = self.event_handler
        # A connection from before may still be saying farewell.
        relay.replies += self.armed is relay.armed
        if self.armed is not relay.armed or relay.replies != relay.strikes_at:
            await super().push(status)
        elif relay.how:
            await super().push(relay.how)
            said = status.encode() if isinstance(status, str) else status
            # After 421 it is over; and this server would wait for the letter that it did not ask
            # for, where it answers DATA with anything else.
            if relay.how.startswith("421") or said.startswith(b"354"):
                self.transport.close()
        else:
            self.transport.abort()


class _Controller(Controller):
    def factory(self) -> SMTP:
        return _Session(self.handler, **self.SMTP_kwargs)


@contextmanager
def relaying() -> Iterator[FaultyRelay]:
    """Such a relay on a free port for as long as the block lasts."""
    relay = FaultyRelay()
    relay.port = free_port()
    controller = _Controller(relay, hostname="127.0.0.1", port=relay.port)
    controller.start()
    try:
        yield relay
    finally:
        controller.stop()
