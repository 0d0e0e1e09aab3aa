"""Where an indicator will be in its target year if it goes on as it did, with an honest width.

A straight line of least squares through what was reached at the ends of years, and the interval in
which four of five values would lie (a prediction interval of 80 %, by Student's t). Below three
values of one definition nothing is said.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Context, Decimal
from enum import StrEnum
from fractions import Fraction

from workflow.rules.progress.paths import CAPS

FEWEST = 3
T_90 = tuple(
    Decimal(tenths).scaleb(-4)
    for tenths in (
        30777, 18856, 16377, 15332, 14759, 14398, 14149, 13968, 13830, 13722,
        13634, 13562, 13502, 13450, 13406, 13368, 13334, 13304, 13277, 13253,
    )
)  # fmt: skip
"""Student's t below which nine tenths lie, by degrees of freedom from 1; for more than the table
has its last one counts, which is a little too wide."""
_EXACT = Context(prec=40)


class Outlook(StrEnum):
    """Whether the target will be reached as things go."""

    REACHES = "reaches"
    OPEN = "open"
    MISSES = "misses"


@dataclass(frozen=True)
class Forecast:
    """The value of a year as things go: the line's own, and the ends of its interval, rounded
    outwards to the decimals of the values."""

    year: int
    middle: Decimal
    low: Decimal
    high: Decimal

    def outlook(self, op: str, target: Decimal) -> Outlook:
        """What the whole interval says of a target."""
        if op in CAPS:
            good, bad = self.high <= target, self.low > target
        else:
            good, bad = self.low >= target, self.high < target
        return Outlook.REACHES if good else Outlook.MISSES if bad else Outlook.OPEN


def forecast(
    values: Mapping[int, Decimal], year: int, baseline: tuple[int, Decimal] | None = None
) -> Forecast | None:
    """The forecast for a year from values by year, all of one definition; None below three values
    or where the year is not to come. `baseline` (year, value) is one more place on the line."""
    if len(values) < FEWEST or year <= max(values):
        return None
    points = dict([baseline] if baseline else []) | dict(values)
    n = len(points)
    middle_year = Fraction(sum(points), n)
    mean = sum(map(Fraction, points.values())) / n
    spread = sum((x - middle_year) ** 2 for x in points)
    slope = sum((x - middle_year) * (Fraction(y) - mean) for x, y in points.items()) / spread
    away = sum((Fraction(y) - mean - slope * (x - middle_year)) ** 2 for x, y in points.items())
    digits = max(_digits(value) for value in points.values())
    # A line that fits to the last digit is luck: what was rounded away is not known.
    variance = max(away / (n - 2), Fraction(1, 12 * 100**digits))
    share = variance * (1 + Fraction(1, n) + (year - middle_year) ** 2 / spread)
    t = T_90[min(n - 2, len(T_90)) - 1]
    half = _decimal(share).sqrt(_EXACT) * t
    line = _decimal(mean + slope * (year - middle_year))
    place = Decimal(1).scaleb(-digits)
    return Forecast(
        year,
        line.quantize(place, ROUND_HALF_UP),
        (line - half).quantize(place, ROUND_FLOOR),
        (line + half).quantize(place, ROUND_CEILING),
    )


def _digits(value: Decimal) -> int:
    exponent = value.normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def _decimal(exact: Fraction | float) -> Decimal:
    value = Fraction(exact)
    return _EXACT.divide(Decimal(value.numerator), Decimal(value.denominator))
