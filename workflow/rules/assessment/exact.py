"""Exact numbers: read as they are written, rounded where a rule says so, shown to people."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from workflow.rules.progress.quantities import plain

_WRITTEN = re.compile(r"([+-]?\d{1,15}(?:\.\d{1,12})?)\s*(%|‰|/\s*(\d{1,9}))?")
SHORT = 6
"""Decimals with which a number is still shown whole."""
CUT = 4
"""Decimals of a number that has no end."""


class RoundingRule(StrEnum):
    """How the last decimal comes about: 四舍五入, 四舍六入五成双, 只入不舍, 只舍不入."""

    HALF_UP = "half_up"
    HALF_EVEN = "half_even"
    UP = "up"
    DOWN = "down"


def read_exact(value: object) -> Fraction:
    """The number that was written: 12, "0.5", "80%", "1/3". Raises ValueError for anything else."""
    if isinstance(value, int) and not isinstance(value, bool):
        return Fraction(value)
    match = _WRITTEN.fullmatch(value.strip()) if isinstance(value, str) else None
    if match is None:
        raise ValueError(value)
    number = of_text(match[1])
    if match[2] == "%":
        return number / 100
    if match[2] == "‰":
        return number / 1000
    if match[3]:
        if int(match[3]) == 0:
            raise ValueError(value)
        return number / int(match[3])
    return number


def of_text(text: str | int) -> Fraction:
    """A number in digits, fast."""
    return Fraction(*Decimal(text).as_integer_ratio())


def millionths(text: str | int) -> int:
    """A number in digits, with at most six decimals, in whole millionths."""
    if isinstance(text, int):
        return text * 1_000_000
    whole, _point, part = text.partition(".")
    return int(whole + part.ljust(6, "0"))


def of_millionths(value: int) -> Fraction:
    """The number again."""
    whole, part = divmod(value, 1_000_000)
    return Fraction(value, 1_000_000) if part else Fraction(whole)


def rounded(value: Fraction, places: int, rule: RoundingRule = RoundingRule.HALF_UP) -> Fraction:
    """The number with so many decimals; halves, up and down go by the size, whatever the sign."""
    scale: int = 10**places
    size = abs(value)
    whole, rest = divmod(size.numerator * scale, size.denominator)
    twice = 2 * rest
    if rule is RoundingRule.UP:
        more = rest > 0
    elif rule is RoundingRule.DOWN:
        more = False
    elif rule is RoundingRule.HALF_UP:
        more = twice >= size.denominator
    else:
        more = twice > size.denominator or (twice == size.denominator and whole % 2 == 1)
    whole += more
    return Fraction(whole if value >= 0 else -whole, scale)


def decimal(value: Fraction, places: int) -> Decimal:
    """The number as it is shown with so many decimals, half up."""
    number, of = value.numerator, value.denominator
    whole = (2 * abs(number) * 10**places + of) // (2 * of)
    return Decimal(whole if number >= 0 else -whole).scaleb(-places)


def shown(value: Fraction) -> str:
    """A number for people: whole where it ends soon, else rounded to four decimals."""
    if value.denominator == 1:
        return str(value.numerator)
    if 10**SHORT % value.denominator == 0:
        return plain(decimal(value, SHORT))
    return plain(decimal(value, CUT))


def percent(value: Fraction) -> str:
    """A share for people, rounded down to two decimals: what is not quite there is not 100%."""
    whole, part = divmod(value.numerator * 10_000 // value.denominator, 100)
    if not part:
        return f"{whole}%"
    if whole < 0:  # -1 and 25 hundredths are -0.75
        return f"{plain(Decimal(whole) + Decimal(part).scaleb(-2))}%"
    return f"{whole}.{part // 10}%" if part % 10 == 0 else f"{whole}.{part:02d}%"


def written(value: Fraction) -> str:
    """A number in full: in decimals where it ends, else as a fraction."""
    if 10**SHORT % value.denominator == 0:
        return plain(decimal(value, SHORT))
    return f"{value.numerator}/{value.denominator}"


def total(values: Sequence[Fraction]) -> Fraction:
    """The exact sum. By halves, and brought to lowest terms once: adding hundreds of fractions
    one by one costs the square of their number."""
    if len(values) <= 2:
        return sum(values, Fraction(0))
    return Fraction(*_added(values, 0, len(values)))


def _added(values: Sequence[Fraction], start: int, end: int) -> tuple[int, int]:
    if end - start == 1:
        return values[start].numerator, values[start].denominator
    middle = (start + end) // 2
    a, b = _added(values, start, middle)
    c, d = _added(values, middle, end)
    return (a + c, b) if b == d else (a * d + c * b, b * d)
