"""The functions of formulas, each by a Chinese and an English name."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor, isqrt

from workflow.rules.assessment.exact import RoundingRule, rounded, total

Numbers = Sequence[Fraction]


@dataclass(frozen=True)
class Function:
    """A function of numbers; `takes_absent`: it is made to look at what may be absent."""

    arguments: tuple[int, int]
    run: Callable[[Numbers], Fraction]
    takes_absent: bool = False
    with_absent: Callable[[Sequence[object]], Fraction | bool | str | None] = lambda _values: None


@dataclass(frozen=True)
class Statistic:
    """A statistic of the units that are compared, or of all (`everybody`). `ranks`: it says where
    the unit's own value stands among the others."""

    name: str
    everybody: bool = False
    ranks: bool = False
    run: Callable[[Numbers], Fraction] = lambda _values: Fraction(0)


def trimmed(values: Numbers, each: int = 1) -> Fraction:
    """The mean without the highest and the lowest (去掉最高分和最低分求平均)."""
    kept = sorted(values)[each : len(values) - each]
    return total(kept) / len(kept)


def median(values: Numbers) -> Fraction:
    """The middle one, or the mean of the middle two."""
    ordered, half = sorted(values), len(values) // 2
    return ordered[half] if len(values) % 2 else (ordered[half - 1] + ordered[half]) / 2


def mean(values: Numbers) -> Fraction:
    """The plain mean."""
    return total(values) / len(values)


ROOT_PLACES = 12
"""A root has no end: it is cut after so many decimals, the same everywhere."""


def root(value: Fraction) -> Fraction:
    """The square root, to ROOT_PLACES decimals; of what is below 0 there is none (0)."""
    scale = 10**ROOT_PLACES
    return Fraction(isqrt(int(max(value, Fraction(0)) * scale * scale)), scale)


def deviation(values: Numbers) -> Fraction:
    """The standard deviation of all that are compared (总体标准差)."""
    middle = mean(values)
    return root(mean([(one - middle) ** 2 for one in values]))


def _round(rule: RoundingRule) -> Callable[[Numbers], Fraction]:
    return lambda values: rounded(values[0], int(values[1]) if len(values) > 1 else 0, rule)


def _or_else(values: Sequence[object]) -> Fraction | bool | str | None:
    found = next((value for value in values if value is not None), None)
    return found if isinstance(found, Fraction | bool | str) else None


_MANY = 50
_FUNCTIONS: Mapping[tuple[str, str], Function] = {
    ("较大", "max"): Function((1, _MANY), max),
    ("较小", "min"): Function((1, _MANY), min),
    ("绝对值", "abs"): Function((1, 1), lambda v: abs(v[0])),
    ("平方根", "sqrt"): Function((1, 1), lambda v: root(v[0])),
    ("均值", "average"): Function((1, _MANY), mean),
    ("去极值均值", "trimmed"): Function((3, _MANY), trimmed),
    ("求和", "sum"): Function((1, _MANY), total),
    ("限于", "clamp"): Function((3, 3), lambda v: max(v[1], min(v[0], v[2]))),
    ("向下取整", "floor"): Function((1, 1), lambda v: Fraction(floor(v[0]))),
    ("向上取整", "ceil"): Function((1, 1), lambda v: Fraction(ceil(v[0]))),
    ("四舍五入", "round"): Function((1, 2), _round(RoundingRule.HALF_UP)),
    ("截尾", "cut"): Function((1, 2), _round(RoundingRule.DOWN)),
    ("默认", "or_else"): Function((2, _MANY), max, True, _or_else),
    ("已知", "known"): Function((1, 1), max, True, lambda v: v[0] is not None),
}
_STATISTICS: Mapping[tuple[str, str], Statistic] = {
    ("最高", "best"): Statistic("best", run=max),
    ("最低", "lowest"): Statistic("lowest", run=min),
    ("平均", "mean"): Statistic("mean", run=mean),
    ("中位", "median"): Statistic("median", run=median),
    ("标准差", "deviation"): Statistic("deviation", run=deviation),
    ("总和", "total_of"): Statistic("total", run=total),
    ("名次", "rank"): Statistic("rank", ranks=True),
    ("倒数名次", "rank_from_last"): Statistic("rank_from_last", ranks=True),
    ("个数", "count"): Statistic("count"),
    ("全体最高", "best_of_all"): Statistic("best", True, run=max),
    ("全体最低", "lowest_of_all"): Statistic("lowest", True, run=min),
    ("全体平均", "mean_of_all"): Statistic("mean", True, run=mean),
    ("全体中位", "median_of_all"): Statistic("median", True, run=median),
    ("全体标准差", "deviation_of_all"): Statistic("deviation", True, run=deviation),
    ("全体总和", "total_of_all"): Statistic("total", True, run=total),
    ("全体名次", "rank_of_all"): Statistic("rank", True, ranks=True),
    ("全体个数", "count_of_all"): Statistic("count", True),
}

FUNCTIONS: Mapping[str, Function] = {
    name: function for names, function in _FUNCTIONS.items() for name in names
}
STATISTICS: Mapping[str, Statistic] = {
    name: statistic for names, statistic in _STATISTICS.items() for name in names
}
REFERENCES = frozenset(
    name for name, one in STATISTICS.items() if not one.ranks and one.name != "count"
)
"""Statistics that a number can be held against."""
