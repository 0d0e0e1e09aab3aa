"""Files from outside: what is refused before they are read, and what their parsers may not do."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from documents.untrusted.words import BROKEN, TOO_DEEP
from i18n import mark
from workflow.rules.refusals import NotFound, Refused

LARGEST = 60_000_000  # bytes
LARGEST_TEXT = 20_000_000  # bytes; the longest plans have about a million
PACKED = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"%PDF-", b"{\\rtf")
"""How files begin that hold pictures and more beside their text."""


def content_of(path: Path, largest: int = LARGEST) -> bytes:
    """A file's bytes. Raises NotFound, and Refused before reading one that is too large."""
    try:
        if not path.exists():
            raise NotFound(mark("There is no file “{name}”."), name=path)
        if not path.is_file():
            raise Refused(mark("“{name}” is a folder or a device, not a file."), name=path)
        with path.open("rb") as file:
            check_size(file.read(1024), path.stat().st_size, largest)
            file.seek(0)
            return file.read()
    except (OSError, ValueError) as error:
        raise Refused(
            mark("The file “{name}” cannot be opened; you may lack the right to read it."),
            name=path,
        ) from error


def check_size(begin: bytes, size: int, largest: int = LARGEST) -> None:
    """Whether a file that begins so may have this size. Raises Refused."""
    if not any(sign in begin[:1024] for sign in PACKED):
        largest = min(largest, LARGEST_TEXT)
    if size > largest:
        raise Refused(
            mark("The file is larger than {n} MB; give only the part that is needed."),
            n=largest // 1_000_000,
        )


@contextmanager
def foreign_parser() -> Iterator[None]:
    """Whatever a parser of somebody else's raises on a damaged file becomes one clear refusal."""
    try:
        yield
    except (Refused, MemoryError):
        raise
    except RecursionError as error:
        raise Refused(TOO_DEEP) from error
    except Exception as error:
        if _for_want_of_memory(error):
            raise MemoryError from error
        raise Refused(BROKEN) from error


def _for_want_of_memory(error: BaseException | None) -> bool:
    """Whether a parser was short of memory and called it something else."""
    while error is not None:
        if isinstance(error, MemoryError) or MemoryError in map(type, error.args):
            return True
        error = error.__context__
    return False
