"""What stops a verb, in words that the person concerned can act on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from i18n import _


@dataclass(frozen=True)
class Trace:
    """What the record keeps of a refusal, though the transaction that it ended left nothing.

    `event` is the action of the event; `what` was tried, a name of the table of permissions;
    `about` holds ids of what it was tried on. `source` is a keyed hash of where it came from, for
    what is tried without a login.
    """

    event: str
    what: str = ""
    about: Mapping[str, int] = field(default_factory=dict)
    source: str = ""


class Refused(Exception):
    """A verb that was not carried out; nothing has changed.

    `message` is an English message of the translation catalogues with `{fields}`; `str()` gives it
    in the language of the person now served. `code` names the reason for programs; `trace` is
    there where the record keeps the refusal.
    """

    code = "refused"

    def __init__(self, message: str, /, *, trace: Trace | None = None, **fields: object) -> None:
        super().__init__(message)
        self.message = message
        self.fields = fields
        self.trace = trace

    def __str__(self) -> str:
        return _(self.message, **self.fields)


class NotAllowed(Refused):
    """The actor may not do this."""

    code = "not_allowed"


class NotFound(Refused):
    """There is no such thing, or the actor may not see it: the two are never told apart."""

    code = "not_found"


class WrongState(Refused):
    """The transition table has no such step from the present state."""

    code = "wrong_state"


class Conflict(Refused):
    """Somebody else wrote first; the reader's version is older than the stored one."""

    code = "conflict"


class Problem:
    """One thing wrong with what was entered: where, what, and what to do."""

    __slots__ = ("fields", "message", "where")

    def __init__(self, where: str, message: str, /, **fields: object) -> None:
        self.where = where
        self.message = message
        self.fields = fields

    def __str__(self) -> str:
        text = _(self.message, **self.fields)
        return f"{self.where}: {text}" if self.where else text


class Invalid(Refused):
    """What was entered cannot be taken; `problems` lists every one with its place."""

    code = "invalid"

    def __init__(
        self, message: str, /, problems: tuple[Problem, ...] = (), **fields: object
    ) -> None:
        super().__init__(message, trace=None, **fields)
        self.problems = problems
