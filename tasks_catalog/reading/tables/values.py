"""Cells of tables of indicators: a number, how it is meant, a second number in brackets."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from tasks_catalog.model import Op
from tasks_catalog.reading.words import flat

VALUE = re.compile(
    r"^(?P<mark>[*＊]?)(?P<op>>=|≥|>|<=|≤|<|≈|约|达到|超过|不少于|不低于|不超过)?(?P<value>-?\d+(?:[，,]\d{3})*(?:\.\d+)?)"
    r"(?P<percent>%)?(?:(?:-|至)(?P<max>\d+(?:\.\d+)?)%?)?(?P<unit>[^\d（]{0,5}?)?(?P<post>以上|左右|以内|以下)?(?:（(?P<scope>[^（）\d]*?)(?P<second>\d+(?:\.\d+)?)%?）)?[*＊]?$"
)
OPS: dict[str, Op] = {
    ">=": ">=", "≥": ">=", ">": ">", "<=": "<=", "≤": "<=", "<": "<", "≈": "approx", "约": "approx",
    "达到": ">=", "超过": ">", "不少于": ">=", "不低于": ">=", "不超过": "<=",
    "以上": ">=", "左右": "approx", "以内": "<=", "以下": "<=",
}  # fmt: skip
NOTHING = {"", "-", "--", "/", "—", "－", "无", "*"}


@dataclass(frozen=True)
class CellValue:
    """A cell of a table: a number, how it is meant, a second number for another scope."""

    value: Decimal | None
    high: Decimal | None = None
    op: Op | None = None
    scope: str | None = None
    second: Decimal | None = None
    preliminary: bool = False


def read_value(text: str) -> CellValue:
    """The number in a cell; no number where there is none (-, 完成, 持续提升)."""
    plain = re.sub(r"\s", "", flat(text))
    match = (
        None
        if plain in NOTHING
        else VALUE.match(plain.strip("（）") if plain[:1] == "（" else plain)
    )
    if not match:
        return CellValue(None)
    sign = match["op"] or match["post"]
    second = match["second"]
    return CellValue(
        value=Decimal(match["value"].replace("，", "")),
        high=Decimal(match["max"]) if match["max"] else None,
        op=OPS[sign] if sign else None,
        scope=match["scope"] or None,
        second=Decimal(second) if second else None,
        preliminary="*" in plain or "＊" in plain,
    )
