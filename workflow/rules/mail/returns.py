"""How reports come in and what became of them: the words that the record of returns is kept in."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from i18n import mark


class ReturnWay(StrEnum):
    """By which way a return came."""

    PAGE = "page"
    COMMAND = "command"
    MAIL = "mail"


class ReturnKind(StrEnum):
    """What came."""

    WORKBOOK = "workbook"
    REPLY = "reply"
    BOUNCE = "bounce"
    OTHER = "other"


class ReturnOutcome(StrEnum):
    """What became of it."""

    SUBMITTED = "submitted"
    DRAFTED = "drafted"
    TO_PLACE = "to_place"
    REFUSED = "refused"
    REPEATED = "repeated"
    EMPTY = "empty"
    THANKS = "thanks"
    NOTHING_OPEN = "nothing_open"
    NOT_THEIRS = "not_theirs"
    UNKNOWN = "unknown"
    AUTOMATIC = "automatic"
    BOUNCED = "bounced"
    TOO_LARGE = "too_large"
    UNREADABLE = "unreadable"
    FAILED = "failed"


WAYS: Mapping[str, str] = {
    ReturnWay.PAGE: mark("page"),
    ReturnWay.COMMAND: mark("command line"),
    ReturnWay.MAIL: mark("mail"),
}
KINDS: Mapping[str, str] = {
    ReturnKind.WORKBOOK: mark("Excel return"),
    ReturnKind.REPLY: mark("reply by mail"),
    ReturnKind.BOUNCE: mark("notice of non-delivery"),
    ReturnKind.OTHER: mark("other mail"),
}
OUTCOMES: Mapping[str, str] = {
    ReturnOutcome.SUBMITTED: mark("submitted"),
    ReturnOutcome.DRAFTED: mark("draft, to be confirmed"),
    ReturnOutcome.TO_PLACE: mark("words kept, to be placed"),
    ReturnOutcome.REFUSED: mark("to be put right"),
    ReturnOutcome.REPEATED: mark("had come before"),
    ReturnOutcome.EMPTY: mark("nothing filled in"),
    ReturnOutcome.THANKS: mark("only says that it arrived"),
    ReturnOutcome.NOTHING_OPEN: mark("nothing is to be reported"),
    ReturnOutcome.NOT_THEIRS: mark("sender files no reports"),
    ReturnOutcome.UNKNOWN: mark("unknown sender"),
    ReturnOutcome.AUTOMATIC: mark("written by a machine"),
    ReturnOutcome.BOUNCED: mark("address marked"),
    ReturnOutcome.TOO_LARGE: mark("too large"),
    ReturnOutcome.UNREADABLE: mark("cannot be read"),
    ReturnOutcome.FAILED: mark("error of the program"),
}
ANSWERED = frozenset({
    ReturnOutcome.SUBMITTED, ReturnOutcome.DRAFTED, ReturnOutcome.TO_PLACE, ReturnOutcome.REFUSED,
    ReturnOutcome.REPEATED, ReturnOutcome.EMPTY, ReturnOutcome.NOTHING_OPEN,
    ReturnOutcome.NOT_THEIRS, ReturnOutcome.TOO_LARGE, ReturnOutcome.UNREADABLE,
})  # fmt: skip
"""What somebody known here is told of by mail."""
MOST_ANSWERS = 20
"""To one person on one day: whatever answers us by itself does not do so for ever."""
