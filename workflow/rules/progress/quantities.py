"""Numbers as people type them, read exactly or refused with a reason; never through a float.

A value counts in the unit of its measure: 1.5 of a measure in 万人 is fifteen thousand people. The
database keeps whole millionths beside the written form.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Context, Decimal

from i18n import mark
from workflow.rules.refusals import Invalid
from workflow.rules.time.dates import narrow

LIMIT = Decimal("9.2e12")
"""The largest number either way: in millionths it still is a 64-bit integer."""

_PIECES = frozenset(
    (*"人名位个家项所套支件场次批座处间户门篇册期条台辆栋幢张份队组类种", "人次", "项目", "平台")
)
"""Units of which only whole ones count."""
_EXACT = Context(prec=100)
_LONGEST = 40

SCALES = {"万亿": 12, "千万": 7, "百万": 6, "亿": 8, "万": 4, "千": 3, "百": 2}
"""The scale words of Chinese numbers as powers of ten, the longest first."""
_SCALE = "|".join(SCALES)
_SPACES = {0x00A0: " ", 0x2009: " ", 0x202F: " ", 0x2212: "-"}

_NUMBER = re.compile(
    r"(?P<sign>[-+]?)\s*"
    r"(?P<whole>\d{1,3}(?:,\d{3})+|\d{1,3}(?: \d{3})+|\d+)(?:\.(?P<part>\d+))?"
    rf"\s*(?P<scale>(?:{_SCALE})(?!分))?\s*(?P<unit>[^\d\s.,+-][^\d]*)?",
    re.ASCII,
)
_UNSURE = re.compile(r"约|大概|左右|上下|多|余|近|以上|以下|超过|不少于|不低于|至少|[<>≥≤≈~～?？]")
_RANGE = re.compile(r"\d\s*(?:-|—|–|~|至|到)\s*\d", re.ASCII)
_IN_WORDS = re.compile(r"[零〇一二三四五六七八九十两][零〇一二三四五六七八九十两百千万亿]*")


@dataclass(frozen=True)
class Quantity:
    """An exact number in the unit of its measure, and the words in which it was written."""

    value: Decimal
    written: str


def parse(text: str, unit: str = "") -> Quantity:
    """Read what a person typed into a field whose measure counts in `unit`.

    Taken: full-width digits, thousands set off by commas or spaces in groups of three, the scale
    words 百 千 万 亿, a unit equal to the measure's (1.5万人 or 15000人 for a measure in 万人),
    % where the measure is in %. Raises Invalid for what could mean two things (1,5; 约100; 100-200;
    1万5), for another unit, for more than six decimals and for numbers beyond ±9.2e12.
    """
    typed = narrow(text).translate(_SPACES).strip()
    match = _NUMBER.fullmatch(typed) if len(typed) <= _LONGEST else None
    if (
        match is None
        or (match["unit"] and not unit)
        or _UNSURE.search(typed.replace(unit, "") if unit else typed)
    ):
        raise Invalid(_why_not(typed), text=text.strip()[:_LONGEST])
    digits = re.sub("[, ]", "", match["whole"]) + "." + (match["part"] or "0")
    number = Decimal(match["sign"] + digits)
    power = SCALES.get(match["scale"] or "", 0)
    unit_power, plain_unit = scaled(unit)
    typed_unit = match["unit"] or ""
    if typed_unit and _bare(typed_unit) != _bare(plain_unit):
        raise Invalid(
            mark("“{text}” is not in {unit}. Write the number alone, counted in {unit}."),
            text=text.strip(),
            unit=unit,
        )
    if match["scale"] or (typed_unit and unit_power):
        number = number.scaleb(power - unit_power, _EXACT)
    to_millionths(number)
    return Quantity(Decimal(plain(number)), text.strip())


def _why_not(typed: str) -> str:
    if not typed:
        return mark("A number is missing.")
    if _RANGE.search(typed):
        return mark("“{text}” is a range. Write the one number that was reached.")
    if _UNSURE.search(typed):
        return mark("“{text}” is not an exact number. Write the number without more words.")
    if "," in typed or "." in typed or " " in typed:
        return mark("“{text}” can be read in two ways. Write the digits without separators.")
    if _IN_WORDS.match(typed):
        return mark("“{text}” is written in words. Write it in digits.")
    return mark("“{text}” is not read as one number. Write digits, such as 15000 or 1.5万.")


def scaled(unit: str) -> tuple[int, str]:
    """The power of ten in a unit and the unit without it: 万人 is (4, 人)."""
    match = re.match(rf"(?:{_SCALE})(?!分)", unit)
    return (SCALES[match[0]], unit[match.end() :]) if match else (0, unit)


def counts_pieces(unit: str) -> bool:
    """Whether a unit counts people or things, of which there is no half: 人, 家; not 万人, 亿元."""
    return _bare(unit) in _PIECES


def powers_between(of: str, wanted: str) -> int | None:
    """The power of ten that turns a number counted in one unit into one counted in another: from
    万人 to 人 it is 4. None where the two do not count the same."""
    (power, plain_of), (other, plain_wanted) = scaled(of), scaled(wanted)
    return power - other if _bare(plain_of) == _bare(plain_wanted) else None


def _bare(unit: str) -> str:
    """A unit without the counting word people put before it: 个百分点 is 百分点."""
    unit = narrow(unit).strip()
    return unit[1:] if len(unit) > 1 and unit[0] == "个" else unit


def to_millionths(value: Decimal) -> int:
    """The whole millionths of a number, for the database.

    Raises Invalid where there are more than six decimals or the number is beyond ±9.2e12.
    """
    if not value.is_finite() or abs(value) > LIMIT:
        raise Invalid(mark("The number is too large."))
    millionths = value.scaleb(6, _EXACT)
    whole = int(millionths)
    if whole != millionths:
        raise Invalid(mark("The number has more than six decimals."))
    return whole


def from_millionths(millionths: int) -> Decimal:
    """The number that the database keeps as whole millionths, in canonical form."""
    return Decimal(plain(Decimal(millionths).scaleb(-6, _EXACT)))


def plain(value: Decimal) -> str:
    """The canonical text of a number: no exponent, no needless zeros, no minus before zero."""
    text = format(value, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def shown(value: Decimal, unit: str = "", written: str = "") -> str:
    """A number for people: as it was written where it holds a scale word, else with thousands.

    `shown(Decimal(15000), "人")` is 15,000人; `shown(Decimal(15000), "人", "1.5万")` is 1.5万人.
    """
    if any(scale in written for scale in SCALES):
        plain_unit = scaled(unit)[1]
        return written if written.endswith(plain_unit) else written + plain_unit
    return format(Decimal(plain(value)), ",f") + unit
