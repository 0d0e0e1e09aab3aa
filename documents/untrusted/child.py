"""The process in which files are read: `python -m documents.untrusted.child MEGABYTES SECONDS`.

It takes its own limits first, then the request on its standard input, and answers with one JSON
document.
"""

from __future__ import annotations

import importlib
import json
import os
import pickle
import resource
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any, get_type_hints

from documents.untrusted.encoding import encode
from documents.untrusted.words import TOO_DEEP, TOO_LARGE
from i18n import choose
from workflow.rules.refusals import Refused

LARGEST_FILE = 64 * 1024 * 1024
"""Bytes of any file that is written on the way."""
OFFICE_MB = 1536
"""Of addresses, of which LibreOffice takes many more than it fills; nothing else may go so far."""
_MB = 1024 * 1024


def main(megabytes: int, seconds: int) -> None:
    """Answer one request."""
    _limit(resource.RLIMIT_CPU, seconds, seconds + 2)
    _limit(resource.RLIMIT_AS, megabytes * _MB, max(OFFICE_MB, megabytes) * _MB)
    _limit(resource.RLIMIT_FSIZE, LARGEST_FILE, LARGEST_FILE)
    _limit(resource.RLIMIT_CORE, 0, 0)
    # What a parser prints is no part of the answer.
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    # Parsers do without them, and they take half a second and a hundred megabytes.
    sys.modules.update(dict.fromkeys(("numpy", "pandas")))  # type: ignore[arg-type]
    try:
        answer = _answer(*pickle.load(sys.stdin.buffer))  # noqa: S301 (from our own parent)
    except MemoryError:
        with more_memory():
            answer = _refusal(Refused(TOO_LARGE, n=megabytes))
    with out:
        out.write(answer)


@contextmanager
def more_memory() -> Iterator[None]:
    """For LibreOffice, and for saying that there was too little."""
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    _limit(resource.RLIMIT_AS, hard, hard)
    try:
        yield
    finally:
        _limit(resource.RLIMIT_AS, soft, hard)


def _limit(what: int, soft: int, hard: int) -> None:
    # Some systems refuse a limit of addresses; the limits kept by the parent still hold.
    with suppress(ValueError, OSError):
        resource.setrlimit(what, (soft, hard))


def _answer(module: str, name: str, language: str, given: tuple[Any, ...]) -> bytes:
    choose(language)
    try:
        function = getattr(importlib.import_module(module), name)
        made = function(*given)
        return _json({"done": encode(get_type_hints(function)["return"], made)})
    except Refused as refusal:
        return _refusal(refusal)
    except RecursionError:
        return _refusal(Refused(TOO_DEEP))
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001 (whatever a parser raises on a broken file)
        last = traceback.extract_tb(error.__traceback__)[-1]
        # No words of the file: they may be a person's.
        return _json({"failed": f"{type(error).__name__} at {last.filename}:{last.lineno}"})


def _refusal(refusal: Refused) -> bytes:
    problems = [
        [one.where, one.message, _fields(one.fields)] for one in getattr(refusal, "problems", ())
    ]
    return _json({"refused": [refusal.code, refusal.message, _fields(refusal.fields), problems]})


def _fields(fields: dict[str, object]) -> list[tuple[str, object]]:
    return [(k, v if type(v) in (str, int) else format(v)) for k, v in fields.items()]


def _json(document: Any) -> bytes:
    return json.dumps(document, ensure_ascii=False).encode("utf-8", "surrogatepass")


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
