"""One cell of the work list: what people typed, taken exactly or not at all."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from i18n import mark
from tasks_catalog.plain import number
from tasks_catalog.worklist.sheets import Row, WorkListColumn

QUOTED = re.compile("(『(?:[^』]|』』)*』)|([^『]+|『)")
SEPARATORS = "、，,；;\n\t 　"


class UnreadableCell(Exception):
    """A cell that cannot be taken: an English message of the catalogues with `{fields}`."""

    def __init__(self, message: str, **fields: object) -> None:
        super().__init__(message)
        self.message, self.fields = message, fields


def read_cell(column: WorkListColumn, cell: Any) -> Any:
    if cell is None or (isinstance(cell, str) and not cell.strip()):
        return {"names": [], "lines": [], "actuals": []}.get(column.form)
    match column.form:
        case "number":
            return _read_number(cell)
        case "whole":
            value = _read_number(cell)
            if value != value.to_integral_value():
                raise UnreadableCell(mark("“{text}” is no whole number"), text=cell)
            return int(value)
        case "date":
            return _read_date(cell)
    text = repr(cell) if isinstance(cell, float) else str(cell).replace("\r\n", "\n").strip()
    if column.words:
        if text not in column.words:
            words = "、".join(column.words)
            raise UnreadableCell(
                mark("“{text}” is not one of: {allowed}"), text=text, allowed=words
            )
        return column.words[text]
    match column.form:
        case "names":
            return split_names(text)
        case "lines":
            return [line for line in text.split("\n") if line.strip()]
        case "values":
            try:
                return json.loads(text, parse_float=number)
            except (ValueError, RecursionError):
                raise UnreadableCell(mark("“{text}” is not in its form"), text=text[:40]) from None
        case "actuals":
            return [_read_actual(part) for part in re.split("[；;\n]", text) if part.strip()]
    return text


def _read_number(cell: Any) -> Decimal:
    if isinstance(cell, bool) or not isinstance(cell, int | float | str):
        raise UnreadableCell(mark("“{text}” is no number"), text=cell)
    text = cell.strip() if isinstance(cell, str) else format(Decimal(repr(cell)), "f")
    if not re.fullmatch(r"-?[0-9]{1,18}(\.[0-9]{1,12})?", text):
        raise UnreadableCell(
            mark(
                "“{text}” is no number; write it like 1234.5, without commas and in narrow digits"
            ),
            text=cell,
        )
    return Decimal(text.removesuffix(".0") if isinstance(cell, float) else text)


def _read_date(cell: Any) -> str:
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    try:
        return date.fromisoformat(str(cell).strip()).isoformat()
    except ValueError:
        raise UnreadableCell(
            mark("“{text}” is no date; write it like 2025-12-31"), text=cell
        ) from None


def _read_actual(text: str) -> Row:
    year, _equals, value = text.strip().partition("=")
    return {
        "year": int(_read_number(year)) if year else None,
        "value": _read_number(value) if value else None,
    }


def split_names(text: str) -> list[str]:
    """The names in a cell, split outside brackets; what stands in 『』 is one name."""
    names: list[str] = []
    for quoted, plain in QUOTED.findall(text):
        if quoted:
            names.append(quoted[1:-1].replace("』』", "』"))
        else:
            names += _split_plain(plain)
    return names


def _split_plain(text: str) -> list[str]:
    names, depth = [""], 0
    for char in text:
        depth = max(0, depth + (char in "（(") - (char in "）)"))
        if depth == 0 and char in SEPARATORS:
            names.append("")
        else:
            names[-1] += char
    return [name for name in names if name]


def join_names(names: Iterable[str]) -> str:
    """The names as a cell that is split into the same names again."""
    return "、".join(
        name if _plain(name) else f"『{name.replace('』', '』』')}』" for name in names
    )


def _plain(name: str) -> bool:
    """Whether a name can stand in a list as it is: no separators, no open brackets."""
    return _split_plain(f"{name}、甲") == [name, "甲"] and not set(name) & set("『』")
