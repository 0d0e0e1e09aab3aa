"""What is looked for and what a search gives, whatever it finds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

MOST = 20
"""How many of a kind are given at a time."""


class HitKind(StrEnum):
    """What is found, in the order in which it is shown."""

    TASK = "task"
    REPORT = "report"
    REQUEST = "request"
    PLAN = "plan"
    UNIT = "unit"
    PERSON = "person"


@dataclass(frozen=True)
class Sought:
    """Words, all of which are to be found; of one plan or all, of one kind or all, and of one kind
    those `before` the last that was given."""

    words: tuple[str, ...]
    plan_id: int | None = None
    kind: HitKind | None = None
    before: int | None = None


@dataclass(frozen=True, kw_only=True)
class Hit:
    """One thing found. `key` puts it in order within its kind, the newest highest; `title` names
    it, `text` is all that was looked through, without personal numbers.

    `detail` is a code: the kind of a request, the period of a report, the kind of a unit.
    """

    key: int
    id: int
    title: str
    text: str = ""
    code: str = ""
    plan_id: int | None = None
    task_id: int | None = None
    unit: str = ""
    detail: str = ""
    no: int = 0
    at: datetime | None = None
    roles: tuple[str, ...] = ()
    email: str = ""
    phone: str = ""


@dataclass(frozen=True)
class Hits:
    """What was found of a kind, the newest first, and whether there is more."""

    kind: HitKind
    shown: tuple[Hit, ...]
    more: bool
