"""How an indicator stands: its last sure value against its path, and where it is going."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from i18n import mark
from workflow.rules.indicators.forecast import Forecast, Outlook, forecast
from workflow.rules.indicators.path import Promise, definition_in, expected
from workflow.rules.indicators.words import Firmness, IndicatorKind
from workflow.rules.progress.lights import (
    USUAL,
    Judgement,
    Light,
    NumberState,
    Thresholds,
    number_light,
)
from workflow.rules.progress.paths import CAPS, PathPoint


@dataclass(frozen=True)
class YearValue:
    """What was reached in a year, as last reported. `objected`: its source says otherwise."""

    year: int
    value: Decimal
    firmness: Firmness
    objected: bool = False

    @property
    def sure(self) -> bool:
        """Whether it is judged and gone on from: an estimate is not, nor what is objected to."""
        return self.firmness != Firmness.EXPECTED and not self.objected


@dataclass(frozen=True)
class IndicatorState:
    """How an indicator stands.

    `judged` is the value that the light is about, `point` the place on the path it is held
    against; `reached` whether it is as good as the target; `forecast` for the target year and what
    it says of the target, None where nothing can be said.
    """

    judgement: Judgement
    judged: YearValue | None = None
    point: PathPoint | None = None
    reached: bool = False
    forecast: Forecast | None = None
    outlook: Outlook | None = None
    same_definition: int = field(default=0)
    """How many sure values are of the definition that counts now."""


def state_of(
    name: str,
    promise: Promise,
    values: Sequence[YearValue],
    changes: Iterable[int] = (),
    thresholds: Thresholds = USUAL,
) -> IndicatorState:
    """The state of an indicator by its values; `changes` are the years from which another
    definition counts. Values of two definitions are never compared, nor one line drawn through
    them."""
    changes = tuple(changes)
    sure = {one.year: one for one in sorted(values, key=lambda one: one.year) if one.sure}
    if not sure:
        return IndicatorState(_grey(mark("No value is known yet."), name))
    last = max(sure)
    now = definition_in(last, changes)
    series = {year: one.value for year, one in sure.items() if definition_in(year, changes) == now}
    comparable = promise.definition == now and promise.target is not None
    point = expected(promise, last) if comparable else None
    going = _going(promise, series, now)
    return IndicatorState(
        _judge(name, promise, now, sure[last].value, point, thresholds),
        sure[last],
        point,
        comparable and promise.kind != IndicatorKind.GROWTH and _meets(promise, sure[last].value),
        going,
        going.outlook(promise.op, promise.target)
        if going and comparable and promise.target is not None
        else None,
        len(series),
    )


def _judge(
    name: str,
    promise: Promise,
    now: int,
    actual: Decimal,
    point: PathPoint | None,
    thresholds: Thresholds,
) -> Judgement:
    if promise.target is None or promise.target_year is None:
        return _grey(mark("No target is laid down in figures."), name)
    if promise.definition != now:
        return _grey(
            mark("The definition has changed; the target still counts by the earlier one."), name
        )
    if point is None and promise.kind == IndicatorKind.GROWTH:
        message = mark("Average growth is judged at the end of {year}.")
        return Judgement(Light.GREY, message, {"year": str(promise.target_year)})
    if point is None:
        return _grey(mark("There is no baseline, so there is no path to judge by."), name)
    number = NumberState(name, promise.op, promise.unit, point, actual)
    return number_light(number, thresholds)


def _grey(message: str, name: str) -> Judgement:
    return Judgement(Light.GREY, message, {"metric": name})


def _meets(promise: Promise, value: Decimal) -> bool:
    assert promise.target is not None  # noqa: S101
    if promise.op == "<":
        return value < promise.target
    if promise.op == ">":
        return value > promise.target
    return value <= promise.target if promise.op in CAPS else value >= promise.target


def _going(promise: Promise, series: Mapping[int, Decimal], now: int) -> Forecast | None:
    if promise.target_year is None or promise.kind == IndicatorKind.GROWTH:
        return None
    baseline = None
    if (
        promise.baseline is not None
        and promise.baseline_year is not None
        and promise.definition == now
        and promise.kind == IndicatorKind.LEVEL
    ):
        baseline = promise.baseline_year, promise.baseline
    return forecast(series, promise.target_year, baseline)


def awaited_year(
    values: Iterable[YearValue], first_year: int, known_month: int | None, today: date
) -> int | None:
    """The year whose value the source knows by now and nobody has reported as more than an
    estimate, the oldest first; None where nothing is awaited or no month is laid down."""
    if known_month is None:
        return None
    known = today.year - 1 if today.month >= known_month else today.year - 2
    there = {one.year for one in values if one.sure}
    missing = (year for year in range(first_year, known + 1) if year not in there)
    return next(missing, None)
