"""A unit's Excel return as a file: checked and read, cell by cell. No database here."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from documents.returns.return_sheets import ARCHIVE, NOT_ONE, Row, read
from documents.uploads import LARGEST, media_type_of
from i18n import mark
from workflow.rules.refusals import Invalid


@dataclass(frozen=True)
class ReturnFile:
    """What stands on the three sheets of a return, the SHA-256 of the file, and its token or ""."""

    sha: str
    token: str
    reports: list[Row]
    numbers: list[Row]
    milestones: list[Row]


def read_return(content: bytes) -> ReturnFile:
    """A filled-in return. To be run apart (documents.untrusted.apart).

    Raises Invalid with a Problem by sheet and cell, and as `media_type_of` does.
    """
    if len(content) > LARGEST:
        raise Invalid(mark("The file is too large."))
    if not content.startswith(ARCHIVE):
        raise Invalid(NOT_ONE)
    media_type_of(content, "return.xlsx")
    return ReturnFile(hashlib.sha256(content).hexdigest(), *read(content))
