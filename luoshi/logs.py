"""How every command and part writes its log: one line an entry, on stderr, with ids only.

A line holds the instant (UTC), the level, the part that writes and the message. Our own packages
write from INFO, libraries from WARNING. What an error says of itself is left out, for databases put
the offending values into it and a missing key may be somebody's name; so are mail addresses.
"""

from __future__ import annotations

import json
import logging
import os
import re
import sys
import threading
import traceback
from collections.abc import Iterator
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, Literal

Format = Literal["plain", "json"]
VARIABLE = "LUOSHI_LOG_FORMAT"
OURS = frozenset(
    ("luoshi", "ui", "flows", "workflow", "db", "notifications", "documents", "tasks_catalog")
)
ADDRESS = re.compile(r"[^\s<>\"'(),;]+@[^\s<>\"'(),;]+")
END_STATE = re.compile(r"^(Finished in state \w+)\(.*", re.DOTALL)
"""Prefect's last word on a run that failed; the error's own words follow in brackets."""

log = logging.getLogger(__name__)


class Line(logging.Formatter):
    """A record as one line, plain or JSON. `part` is who writes: a part or a command."""

    def __init__(self, part: str, how: Format) -> None:
        super().__init__()
        self.part, self.how = part, how

    def format(self, record: logging.LogRecord) -> str:
        at = datetime.fromtimestamp(record.created, UTC)
        time = at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
        message = ADDRESS.sub("…@…", record.getMessage())
        if self.how == "json":
            entry = {"time": time, "level": record.levelname, "part": self.part, "message": message}
            return json.dumps(entry, ensure_ascii=False)
        # What follows a line break is indented: no message can look like another entry.
        message = message.replace("\n", "\n    ")
        return f"{time} {record.levelname} {self.part} {message}"


class _ToStderr(logging.Handler):
    def __init__(self, part: str) -> None:
        super().__init__()
        self.setFormatter(Line(part, "plain"))

    def filter(self, record: logging.LogRecord) -> bool:
        return record.levelno >= logging.WARNING or record.name.partition(".")[0] in OURS

    def emit(self, record: logging.LogRecord) -> None:
        try:
            sys.stderr.write(self.format(record) + "\n")
            sys.stderr.flush()
        except Exception:  # noqa: BLE001 - logging's own way with a stream that is gone
            self.handleError(record)


def set_up(part: str) -> None:
    """Let this process write its log for a part; plain until `use` says otherwise."""
    root = logging.getLogger()
    for earlier in [one for one in root.handlers if isinstance(one, _ToStderr)]:
        root.removeHandler(earlier)
    root.addHandler(_ToStderr(part))
    root.setLevel(logging.INFO)
    logging.captureWarnings(True)
    keep_words_out_of_logs()
    sys.excepthook = _process_failed


def use(how: Format) -> None:
    """Write plain lines or JSON, here and in the processes that this one starts."""
    os.environ[VARIABLE] = how
    for handler in logging.getLogger().handlers:
        if isinstance(handler.formatter, Line):
            handler.formatter.how = how


def prefect_line(part: str) -> Line:
    """The same line for processes that Prefect starts and sets up by flows/logging.yml."""
    import uvicorn.config

    # Prefect's server gives uvicorn no configuration, and uvicorn's own writes no time.
    uvicorn.config.LOGGING_CONFIG["loggers"] = {}
    logging.captureWarnings(True)
    keep_words_out_of_logs()
    return Line(part, "json" if os.environ.get(VARIABLE) == "json" else "plain")


def trace(error: BaseException) -> str:
    """The way to an error and to those behind it, the first one first, with kinds only."""
    return "\nwhich led to\n".join(
        f"{''.join(traceback.format_tb(one.__traceback__))}{_kind(one)}"
        for one in reversed(list(_chain(error)))
    )


def _kind(error: BaseException) -> str:
    return f"{type(error).__module__}.{type(error).__qualname__}"


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    met: set[int] = set()
    while error is not None and id(error) not in met:
        met.add(id(error))
        yield error
        error = error.__cause__ or error.__context__


def keep_words_out_of_logs() -> None:
    """Write every error of this process by its kind, those that libraries log as well."""
    usual = logging.getLogRecordFactory()
    if getattr(usual, "keeps_words_out", False):
        return

    def record_of(*given: Any, **more: Any) -> logging.LogRecord:
        record = usual(*given, **more)
        if isinstance(record.args, tuple):
            record.args = tuple(
                _kind(a) if isinstance(a, BaseException) else a for a in record.args
            )
        if record.name.startswith("prefect."):
            record.msg = END_STATE.sub(r"\1", str(record.msg))
        if record.exc_info and record.exc_info[1] is not None:
            record.msg = f"{record.getMessage()}\n{trace(record.exc_info[1])}"
            record.args, record.exc_info = (), None
        return record

    def thread_failed(how: threading.ExceptHookArgs) -> None:
        name = how.thread.name if how.thread else ""
        log.error("thread %s ended", name, exc_info=how.exc_value)

    threading.excepthook = thread_failed
    record_of.keeps_words_out = True  # type: ignore[attr-defined]
    logging.setLogRecordFactory(record_of)


def _process_failed(
    kind: type[BaseException], error: BaseException, where: TracebackType | None
) -> None:
    if issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, error, where)
    else:
        log.critical("ended by an error", exc_info=error)
