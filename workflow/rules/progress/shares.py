"""年度分解: a measure's shares by year and unit, suggested and checked against the whole.

Sums (cumulative, new) add up over years and units, on top of the baseline. What starts again each
year (annual) adds up over the units of each year. A stock adds up over the units at the end; a
ratio or a growth is the same for each.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from itertools import pairwise

from i18n import mark
from workflow.rules.progress.paths import CAPS, SUMS
from workflow.rules.progress.quantities import plain, shown
from workflow.rules.refusals import Problem


@dataclass(frozen=True)
class Share:
    """What one unit is to reach in one year, in the measure's unit."""

    unit_id: int
    year: int
    value: Decimal


@dataclass(frozen=True)
class MeasureToShare:
    """A measure as far as its shares depend on it; `by_year` is the plan's last where it is not
    said."""

    kind: str
    op: str
    value: Decimal | None
    unit: str
    by_year: int
    baseline: Decimal | None = None


def suggest(
    whole: MeasureToShare, unit_ids: Sequence[int], first_year: int, last_year: int
) -> tuple[Share, ...]:
    """A straight-line split over the years and evenly over the units, by year and unit.

    Parts are as fine as the number itself: 100 people are split into whole people. Nothing is
    suggested where the number or, for a level before its last year, the baseline is not known.
    """
    years = range(first_year, min(last_year, whole.by_year) + 1)
    if whole.value is None or not unit_ids or not years:
        return ()
    total = whole.value
    by_year: dict[int, Decimal]
    if whole.kind in SUMS:
        parts = _parts(total - (whole.baseline or 0), len(years))
        by_year = dict(zip(years, parts, strict=True))
    elif whole.kind in ("ratio", "stock"):
        by_year = {years[-1]: total}
        if whole.baseline is not None:
            steps = _parts(total - whole.baseline, len(years))
            by_year = {
                y: whole.baseline + sum(steps[: i + 1], Decimal(0)) for i, y in enumerate(years)
            }
    else:
        by_year = dict.fromkeys(years, total)
    each = whole.kind in ("ratio", "growth")
    return tuple(
        Share(unit, year, part)
        for year, value in by_year.items()
        for unit, part in zip(
            unit_ids,
            [value] * len(unit_ids) if each else _parts(value, len(unit_ids)),
            strict=True,
        )
    )


def _parts(total: Decimal, count: int) -> list[Decimal]:
    """`count` parts that add up to the total exactly, none finer than the total is written."""
    exponent = min(int(total.normalize().as_tuple().exponent), 0)
    step = Decimal(1).scaleb(exponent)
    marks = [(total * i / count).quantize(step, ROUND_HALF_UP) for i in range(count + 1)]
    return [Decimal(plain(after - before)) for before, after in pairwise(marks)]


def check(whole: MeasureToShare, shares: Iterable[Share]) -> tuple[Problem, ...]:
    """What is wrong with the shares: empty where they make the whole.

    Sums and levels are judged when the last year has its shares, what starts again each year by
    each year. More than the whole is no fault, except over a ceiling.
    """
    if whole.value is None:
        return ()
    found = list(shares)
    last = [share for share in found if share.year == whole.by_year]
    problems = []
    if whole.kind in SUMS:
        if last or whole.op in CAPS:
            total = (whole.baseline or Decimal(0)) + _sum(found)
            problems.append(_judge(whole, total, ""))
    elif whole.kind == "stock":
        problems += [_judge(whole, _sum(last), str(whole.by_year))] if last else []
    elif whole.kind == "annual":
        for year in sorted({share.year for share in found}):
            total = _sum([share for share in found if share.year == year])
            problems.append(_judge(whole, total, str(year)))
    else:
        each = last if whole.kind == "ratio" else found
        problems += [_judge(whole, share.value, str(share.year)) for share in each]
    return tuple(problem for problem in problems if problem is not None)


def _sum(shares: Iterable[Share]) -> Decimal:
    return sum((share.value for share in shares), Decimal(0))


def _judge(whole: MeasureToShare, total: Decimal, where: str) -> Problem | None:
    assert whole.value is not None  # noqa: S101
    over = whole.op in CAPS
    if total == whole.value or (total < whole.value) == over:
        return None
    message = (
        mark("the shares make {total}, more than the ceiling of {whole}")
        if over
        else mark("the shares make {total}, less than the {whole} of the plan")
    )
    return Problem(
        where, message, total=shown(total, whole.unit), whole=shown(whole.value, whole.unit)
    )
