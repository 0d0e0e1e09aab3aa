"""What a log tells of an error: where it happened and of what kind, never the error's own words.

Databases put the offending values into them, a key that is missing may be somebody's name.
"""

from __future__ import annotations

import logging
import threading
import traceback
from collections.abc import Iterator
from typing import Any

log = logging.getLogger(__name__)


def trace(error: BaseException) -> str:
    """The way to an error and to those behind it, the first one first, with kinds only."""
    return "\nwhich led to\n".join(
        f"{''.join(traceback.format_tb(one.__traceback__))}{type(one).__module__}."
        f"{type(one).__qualname__}"
        for one in reversed(list(_chain(error)))
    )


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    met: set[int] = set()
    while error is not None and id(error) not in met:
        met.add(id(error))
        yield error
        error = error.__cause__ or error.__context__


def keep_words_out_of_logs() -> None:
    """Write every error of this process so, those that libraries log themselves as well."""
    usual = logging.getLogRecordFactory()
    if getattr(usual, "keeps_words_out", False):
        return

    def record_of(*given: Any, **more: Any) -> logging.LogRecord:
        record = usual(*given, **more)
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
