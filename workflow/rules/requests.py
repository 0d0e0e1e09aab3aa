"""What a unit may ask the office to change, as it stands in a request's `after`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

from i18n import mark
from workflow.rules.progress.paths import PathPoint, attainment


class RequestKind(StrEnum):
    """What a unit asks for; a comment is on a draft, all others are decided."""

    COMMENT = "comment"
    DISPUTE = "dispute"
    EXTENSION = "extension"
    TARGET_CHANGE = "target_change"
    COMPLETION = "completion"
    SUSPENSION = "suspension"
    RESUMPTION = "resumption"
    TERMINATION = "termination"


class CommentOutcome(StrEnum):
    """What became of a comment: 采纳, 部分采纳, 未采纳."""

    ADOPTED = "adopted"
    PARTLY = "partly"
    NOT_ADOPTED = "not_adopted"


KINDS: Mapping[str, str] = {
    RequestKind.DISPUTE: mark("objection to an assignment"),
    RequestKind.EXTENSION: mark("extension of a date"),
    RequestKind.TARGET_CHANGE: mark("change of a target"),
    RequestKind.COMPLETION: mark("close-out"),
    RequestKind.SUSPENSION: mark("suspension"),
    RequestKind.RESUMPTION: mark("resumption"),
    RequestKind.TERMINATION: mark("termination"),
}
"""The kinds that are decided; what a person reads for each."""
COMMENT_OUTCOMES: Mapping[str, str] = {
    CommentOutcome.ADOPTED: mark("adopted"),
    CommentOutcome.PARTLY: mark("adopted in part"),
    CommentOutcome.NOT_ADOPTED: mark("not adopted"),
}
TASK_ACTIONS: Mapping[str, str] = {
    RequestKind.SUSPENSION: "suspend",
    RequestKind.RESUMPTION: "resume",
    RequestKind.TERMINATION: "terminate",
}
"""The step of the task that a granted request of the kind takes."""
NEEDS_DOCUMENT = frozenset(
    {RequestKind.TARGET_CHANGE, RequestKind.SUSPENSION, RequestKind.TERMINATION}
)
"""Kinds that nobody grants without a paper that approves them."""


@dataclass(frozen=True)
class NewDate:
    """An extension: the local date to which a task, or one milestone by its number, moves."""

    due: date
    milestone: int | None = None


@dataclass(frozen=True)
class NewTarget:
    """A target change: a measure, or the share of one unit and year, moves to a value."""

    measure_id: int
    value: Decimal
    written: str
    year: int | None = None
    unit_id: int | None = None


@dataclass(frozen=True)
class DeliveredMilestone:
    """A deliverable that is there: its milestone's number, the document, the local date."""

    no: int
    document: str
    reached_on: date


@dataclass(frozen=True)
class Completion:
    """A close-out, with the deliverables that no report has told of yet."""

    deliverables: tuple[DeliveredMilestone, ...] = ()


Wish = NewDate | NewTarget | Completion


def to_plain(wish: Wish) -> dict[str, Any]:
    """The wish as the record keeps it; dates and numbers as text."""
    return {name: _text(value) for name, value in asdict(wish).items()}


def _text(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _text(entry) for name, entry in value.items()}
    if isinstance(value, list | tuple):
        return [_text(entry) for entry in value]
    return str(value) if isinstance(value, date | Decimal) else value


def new_date(plain: Mapping[str, Any]) -> NewDate:
    """The extension that `to_plain` wrote."""
    return NewDate(date.fromisoformat(plain["due"]), plain["milestone"])


def new_target(plain: Mapping[str, Any]) -> NewTarget:
    """The target change that `to_plain` wrote."""
    return NewTarget(**{**plain, "value": Decimal(plain["value"])})


def completion(plain: Mapping[str, Any]) -> Completion:
    """The close-out that `to_plain` wrote."""
    return Completion(
        tuple(
            DeliveredMilestone(row["no"], row["document"], date.fromisoformat(row["reached_on"]))
            for row in plain.get("deliverables", ())
        )
    )


def reached(op: str, target: Decimal | None, actual: Decimal | None) -> bool:
    """Whether a number is what was asked for; about (左右) is nine tenths. False where either is
    not known."""
    if target is None or actual is None:
        return False
    if op == "<":
        return actual < target
    if op == ">":
        return actual > target
    made = attainment(PathPoint(Decimal(0), target, target), op, actual)
    return made is not None and made >= (Decimal("0.9") if op == "approx" else 1)
