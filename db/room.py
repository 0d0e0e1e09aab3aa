"""A full disk called by its name: what databases and files say of it, in words for people."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from i18n import mark
from workflow.rules.refusals import Refused

_ERRORS = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_SQLITE = "SQLITE_FULL"
_POSTGRESQL = "53100"


class DiskFull(Refused):
    """There is no room left to write to; what was begun is taken back."""

    code = "disk_full"

    def __init__(self) -> None:
        super().__init__(
            mark(
                "The disk is full; nothing was changed. Make room on it, or tell the operator, and "
                "then do it again."
            )
        )


@contextmanager
def room() -> Iterator[None]:
    """Raise DiskFull where the block finds no room for a file."""
    try:
        yield
    except OSError as error:
        if error.errno in _ERRORS:
            raise DiskFull from error
        raise


def says_full(error: Any) -> bool:
    """Whether what a database's driver raised means that its disk is full."""
    return (
        getattr(error, "sqlite_errorname", "") == _SQLITE
        or getattr(error, "sqlstate", "") == _POSTGRESQL
    )
