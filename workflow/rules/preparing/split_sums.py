"""What a place splits of what it took down, held against what was asked of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from i18n import mark
from workflow.rules.progress.paths import ADD_UP, CAPS
from workflow.rules.progress.quantities import shown
from workflow.rules.reporting.cascade import MeasureKey

Asked = Mapping[str, Sequence[tuple[str, str, Decimal | None]]]
"""What was asked, by "plan/task" of the level above: name, unit and number of each measure."""


@dataclass(frozen=True)
class SplitSum:
    """A number whose parts do not make what was asked. `message` is English, with `fields`;
    `short`: less than was asked."""

    message: str
    fields: dict[str, str]
    codes: tuple[str, ...]
    short: bool


def split_sums(tasks: Sequence[Mapping[str, Any]], asked: Asked) -> Iterator[SplitSum]:
    """The numbers of tasks that were taken down (as in a plain catalogue) that differ from what was
    asked: parts that add up by their sum, others each by itself. What nobody said how much of falls
    to the place cannot differ."""
    parts: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for task in tasks:
        if task.get("taken_from") in asked:
            parts[task["taken_from"]].append(task)
    for taken_from, pieces in parts.items():
        for metric, unit, value in asked[taken_from]:
            if value is not None:
                yield from _held_against(pieces, (metric, unit), value)


def _held_against(
    pieces: Sequence[Mapping[str, Any]], key: MeasureKey, asked: Decimal
) -> Iterator[SplitSum]:
    found = [
        (task["code"], measure)
        for task in pieces
        for measure in task["measures"]
        if (measure["metric"], measure["unit"]) == key and measure["value"] is not None
    ]
    metric, unit = key
    if not found:
        message = mark("{metric}: {asked} was asked of us, and no task counts it.")
        codes = tuple(task["code"] for task in pieces)
        yield SplitSum(message, {"metric": metric, "asked": shown(asked, unit)}, codes, True)
        return
    op = found[0][1]["op"]
    if all(measure["kind"] in ADD_UP for _code, measure in found):
        total = sum((measure["value"] for _code, measure in found), Decimal(0))
        made = [(tuple(code for code, _measure in found), total)]
    else:
        made = [((code,), measure["value"]) for code, measure in found]
    for codes, value in made:
        if value != asked:
            yield _differs(key, op, asked, codes, Decimal(value))


def _differs(
    key: MeasureKey, op: str, asked: Decimal, codes: tuple[str, ...], value: Decimal
) -> SplitSum:
    metric, unit = key
    over = value > asked
    message = (
        mark("{metric}: {asked} was asked of us, tasks {codes} make {sum}, {by} more.")
        if over
        else mark("{metric}: {asked} was asked of us, tasks {codes} make {sum}, {by} less.")
    )
    fields = {
        "metric": metric, "asked": shown(asked, unit), "codes": "、".join(codes),
        "sum": shown(value, unit), "by": shown(abs(value - asked), unit),
    }  # fmt: skip
    return SplitSum(message, fields, codes, over is (op in CAPS))
