"""What a place below made of a task that was handed down to it: sums, gaps, raised targets."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from i18n import mark
from workflow.rules.progress.paths import ADD_UP
from workflow.rules.progress.quantities import shown
from workflow.rules.reporting.flags import Flag

MeasureKey = tuple[str, str]
"""The name and the unit of a number: by these a task taken down counts what was handed down."""


@dataclass(frozen=True)
class TaskBelow:
    """A task of the place below that was taken down from an assignment above.

    `targets`: what it promises in the last year; `accepted`: what was last accepted of it, with how
    its unit wrote it.
    """

    task_id: int
    code: str
    title: str
    unit: str
    targets: dict[MeasureKey, Decimal] = field(default_factory=dict)
    accepted: dict[MeasureKey, Decimal] = field(default_factory=dict)


@dataclass(frozen=True)
class SumPart:
    """What one task adds to a sum; None where nothing of it has been accepted."""

    code: str
    title: str
    unit: str
    value: Decimal | None


@dataclass(frozen=True)
class HandedUp:
    """What came up of a number: the sum of what was accepted, and its parts in order. `whole`:
    every part is there."""

    key: MeasureKey
    total: Decimal
    parts: tuple[SumPart, ...]

    @property
    def whole(self) -> bool:
        return all(part.value is not None for part in self.parts)


def handed_up(key: MeasureKey, kind: str, tasks: Iterable[TaskBelow]) -> HandedUp | None:
    """The sum of what tasks below have had accepted of a number; None where nobody below counts it,
    nothing was accepted yet, or its parts do not add up."""
    parts = tuple(
        SumPart(task.code, task.title, task.unit, task.accepted.get(key))
        for task in tasks
        if key in task.targets or key in task.accepted
    )
    known = [part.value for part in parts if part.value is not None]
    if not known or (kind not in ADD_UP and len(parts) > 1):
        return None
    return HandedUp(key, sum(known, Decimal(0)), parts)


def contradicts(measure_id: int, value: Decimal, up: HandedUp) -> Iterator[Flag]:
    """A report's number that is not the sum of what was accepted below."""
    if value != up.total:
        metric, unit = up.key
        yield Flag(
            "not_the_sum",
            mark("{metric}: reported {now}, but what was accepted below adds up to {sum}."),
            {"metric": metric, "now": shown(value, unit), "sum": shown(up.total, unit)},
            measure_id=measure_id,
        )


@dataclass(frozen=True)
class RaisedTarget:
    """A number on its way down (指标加码): what the level above asks of the whole, what of this
    place, and what this place asks of its own units; None where it says nothing."""

    key: MeasureKey
    above: Decimal | None
    asked: Decimal | None
    below: Decimal | None

    @property
    def raised(self) -> Decimal | None:
        """By how much, in percent, the place below asks more (or less, negative) than was asked."""
        if not self.asked or self.below is None:
            return None
        return (self.below - self.asked) / self.asked * 100


def raised_target(
    key: MeasureKey,
    kind: str,
    above: Decimal | None,
    asked: Decimal | None,
    tasks: Sequence[TaskBelow],
) -> RaisedTarget:
    """One row of the table of raised targets."""
    below = [task.targets[key] for task in tasks if key in task.targets]
    adds = kind in ADD_UP or len(below) == 1
    return RaisedTarget(key, above, asked, sum(below, Decimal(0)) if below and adds else None)
