"""Numbers that units of the demo report: what they are to reach each year, how far they are."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from random import Random
from typing import Any

from tasks_catalog.model import CatalogueMeasure

ROUNDS = ("Q1", "Q2", "Q3", "Q4")
FIRST, LAST = 2021, 2025
# Shares of a year's target that are reached by the four rounds.
PACES = {
    "ahead": ("0.30", "0.62", "0.90", "1.06"),
    "on": ("0.24", "0.49", "0.74", "0.95"),
    "behind": ("0.15", "0.36", "0.57", "0.78"),
    "stuck": ("0.10", "0.17", "0.24", "0.30"),
}
SUMS = ("cumulative", "new")
LEVELS = ("ratio", "stock", "growth")


def usual_row(measure: CatalogueMeasure) -> dict[str, Any]:
    """The numbers of a measure that the script says nothing of: an even split, or a level that
    rises to the target."""
    whole = measure.value or Decimal(100)
    if measure.kind in LEVELS:
        step = whole / 20
        levels = [_fine(whole - step * (8 - n), whole) for n in range(len(ROUNDS))]
        years = [_fine(whole - step * (LAST - year), whole) for year in range(FIRST, LAST + 1)]
        return {"levels": levels, "years": years, "pace": "on", "digits": _digits(whole)}
    each = whole / 5 if measure.kind in SUMS else whole
    return {"years": [_fine(each, whole)] * 5, "pace": "on", "digits": _digits(whole)}


def _digits(whole: Decimal) -> int:
    return 0 if whole == whole.to_integral_value() else 2


def _fine(value: Decimal, whole: Decimal) -> str:
    return f"{value.quantize(Decimal(1).scaleb(-_digits(whole)), ROUND_HALF_UP):f}"


def split_round(code: str) -> tuple[int, str]:
    """The year and the code of a round: Q3 is of the first year, 2022Q1 says its own."""
    return (FIRST, code) if code in ROUNDS else (int(code[:4]), code[4:])


def round_of(period: str) -> str:
    """How the script names a period: rounds of its year by their code alone."""
    return period[4:] if period.startswith(str(FIRST)) else period


def value_at(row: Mapping[str, Any], round_code: str, before: Decimal, dice: Random) -> Decimal:
    """What stands in the report of a round, in the measure's unit: `before` is what stood at the
    end of the year before, where the number goes on from there; `dice` is of the year."""
    year, code = split_round(round_code)
    place = ROUNDS.index(code)
    if "levels" in row and year == FIRST:
        return Decimal(str(row["levels"][place]))
    step = Decimal(1).scaleb(-int(row.get("digits", 0)))
    pace = row.get("pace", "on")
    shares = [Decimal(str(share)) for share in PACES.get(str(pace), pace)]
    if str(pace) in PACES:
        jitter = Decimal(dice.randrange(960, 1040)) / 1000
        shares = [share * jitter for share in shares]
    whole = Decimal(str(row["years"][min(year, LAST) - FIRST]))
    if "levels" in row:
        whole = max(whole - before, Decimal(0))
    return before + (whole * shares[place]).quantize(step, ROUND_HALF_UP)
