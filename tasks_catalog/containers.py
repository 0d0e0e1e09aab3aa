"""Files from outside: what is looked at before a parser may touch them, and what it may not do."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO

from luoshi.language import mark
from workflow.rules.refusals import Refused

LARGEST_UNPACKED = 300_000_000  # bytes
MOST_MEMBERS = 5_000
HIGHEST_RATIO = 400  # of unpacked to packed size; a table of blanks reaches about 200
SMALL = 20_000_000  # below this no ratio matters

BROKEN = mark("The file is damaged and cannot be read; open it, save it again and send it anew.")


def check_archive(content: bytes) -> tuple[str, ...]:
    """The names inside a zipped document. Raises Refused for damaged, locked or swollen ones."""
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError) as error:
        raise Refused(BROKEN) from error
    unpacked = sum(member.file_size for member in members)
    swollen = unpacked > SMALL and unpacked > HIGHEST_RATIO * len(content)
    if unpacked > LARGEST_UNPACKED or len(members) > MOST_MEMBERS or swollen:
        raise Refused(
            mark("The file unpacks to far more than a document holds; it was not opened.")
        )
    if any(member.flag_bits & 1 for member in members):
        raise Refused(
            mark("The file is protected by a password; remove the protection and try again.")
        )
    return tuple(member.filename for member in members)


@contextmanager
def foreign_parser() -> Iterator[None]:
    """Whatever a parser of somebody else's raises on a damaged file becomes one clear refusal."""
    try:
        yield
    except Refused:
        raise
    except Exception as error:
        raise Refused(BROKEN) from error
