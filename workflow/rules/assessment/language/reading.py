"""Reading the language strictly: the parts are dataclasses whose fields say how they are read.

Whatever is not understood is a Fault with its place and a remedy; reading goes on, so that a person
sees all of them at once.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Iterable, Mapping
from enum import StrEnum
from fractions import Fraction
from functools import cache
from typing import Any, TypeVar

from i18n import mark
from workflow.rules.assessment.exact import RoundingRule, read_exact
from workflow.rules.assessment.language.formula import Formula, WrongFormula
from workflow.rules.assessment.language.parsing import parse
from workflow.rules.faults import (
    Fault,
    Path,
    brief,
    missing_key,
    not_among,
    unknown_key,
)

T = TypeVar("T")
Read = Callable[["Reader", Any, Path], Any]

CODE = re.compile(r"[\w.-]{1,60}")
LARGEST = Fraction(10**12)


class Reader:
    """Collects what is wrong; every method reads one value, and gives None for what is wrong."""

    def __init__(self) -> None:
        self.faults: list[Fault] = []

    def fault(self, path: Path, message: str, /, **fields: Any) -> None:
        self.faults.append(Fault(path, message, **fields))

    def record(self, kind: type[T], value: Any, path: Path, also: Iterable[str] = ()) -> T | None:
        """A dataclass from keys and values; `also` names keys that are read elsewhere."""
        if not isinstance(value, dict):
            self.fault(
                path, mark("Write keys with their values here, not “{value}”."), value=brief(value)
            )
            return None
        fields, required = _fields(kind)  # type: ignore[arg-type]
        found: dict[str, Any] = {}
        before = len(self.faults)
        for key, inner in value.items():
            if key in fields:
                found[key] = fields[key](self, inner, (path, key))
            elif key not in also:
                self.faults.append(unknown_key(path, key, [*also, *fields]))
        for key in required:
            if key not in value:
                self.faults.append(missing_key(path, key))
        return kind(**found) if len(self.faults) == before else None


@cache
def _fields(kind: Any) -> tuple[Mapping[str, Read], tuple[str, ...]]:
    """How the keys of a kind are read, and which of them must be there."""
    read, required = {}, []
    for one in dataclasses.fields(kind):
        if "read" in one.metadata:
            read[one.name] = one.metadata["read"]
            if one.default is dataclasses.MISSING and one.default_factory is dataclasses.MISSING:
                required.append(one.name)
    return read, tuple(required)


def key(read: Read, default: Any = dataclasses.MISSING) -> Any:
    """A field that is read from the key of its name; without a default it must be there."""
    return dataclasses.field(default=default, metadata={"read": read})


def as_text(reader: Reader, value: Any, path: Path) -> str | None:
    """A text that is not empty."""
    if isinstance(value, str) and value.strip():
        return str(value)
    reader.fault(path, mark("Write a text here, not “{value}”."), value=brief(value))
    return None


def as_code(reader: Reader, value: Any, path: Path) -> str | None:
    """A short name of letters (Chinese too), digits, “_”, “.” and “-”."""
    if isinstance(value, str) and CODE.fullmatch(value):
        return str(value)
    reader.fault(
        path,
        mark("“{value}” is no code: it has letters, digits, “_”, “.” and “-”, and no spaces."),
        value=brief(value),
    )
    return None


def as_period(reader: Reader, value: Any, path: Path) -> str | None:
    """The name of a year, quarter or month; a year may stand without quotes."""
    return as_text(reader, str(value) if type(value) is int else value, path)


def as_flag(reader: Reader, value: Any, path: Path) -> bool | None:
    if isinstance(value, bool):
        return value
    reader.fault(path, mark("Write true or false here, not “{value}”."), value=brief(value))
    return None


def as_number(low: Fraction | int | None = None, high: Fraction | int | None = None) -> Read:
    """An exact number between limits: 12, 0.5, 80%, 1/3."""

    def read(reader: Reader, value: Any, path: Path) -> Fraction | None:
        try:
            found = read_exact(value)
        except ValueError:
            reader.fault(
                path,
                mark("“{value}” is not a number. Write digits, such as 12, 0.5 or 80%."),
                value=brief(value),
            )
            return None
        least, most = (-LARGEST if low is None else low), (LARGEST if high is None else high)
        if least <= found <= most:
            return found
        if high is None:
            reader.fault(
                path,
                mark("{value} is too small. Write {low} or more."),
                value=brief(value),
                low=least,
            )
        else:
            reader.fault(
                path,
                mark("{value} is out of range. Write a number from {low} to {high}."),
                value=brief(value),
                low=least,
                high=most,
            )
        return None

    return read


def as_natural(low: int, high: int) -> Read:
    """A whole number between limits."""
    exact = as_number(low, high)

    def read(reader: Reader, value: Any, path: Path) -> int | None:
        if isinstance(value, bool) or not isinstance(value, int):
            reader.fault(
                path, mark("Write a whole number here, not “{value}”."), value=brief(value)
            )
            return None
        found = exact(reader, value, path)
        return None if found is None else int(found)

    return read


def as_formula(reader: Reader, value: Any, path: Path) -> Formula | None:
    """A formula or a condition; a bare number is one too."""
    if isinstance(value, bool) or not isinstance(value, str | int):
        reader.fault(path, mark("Write a formula here, not “{value}”."), value=brief(value))
        return None
    try:
        return parse(str(value))
    except WrongFormula as wrong:
        reader.fault(path, wrong.message, **wrong.fields)
        return None


def choice(kind: type[StrEnum]) -> Read:
    """One of a few words."""

    def read(reader: Reader, value: Any, path: Path) -> StrEnum | None:
        try:
            return kind(value)
        except ValueError:
            reader.faults.append(not_among(path, value, [one.value for one in kind]))
            return None

    return read


def listed(inner: Read, least: int = 1) -> Read:
    """A list of what `inner` reads, as a tuple; one value may stand without brackets."""

    def read(reader: Reader, value: Any, path: Path) -> tuple[Any, ...] | None:
        values = value if isinstance(value, list) else [value]
        if len(values) < least:
            reader.fault(path, mark("This list is too short. Write at least {n}."), n=least)
            return None
        return tuple(inner(reader, one, (path, no)) for no, one in enumerate(values))

    return read


def mapped(inner: Read, name: Read = as_text) -> Read:
    """Names with what `inner` reads."""

    def read(reader: Reader, value: Any, path: Path) -> dict[str, Any] | None:
        if not isinstance(value, dict) or not value:
            reader.fault(
                path, mark("Write names with their values here, not “{value}”."), value=brief(value)
            )
            return None
        return {
            str(key): inner(reader, one, (path, key))
            for key, one in value.items()
            if name(reader, key, (path, key)) is not None
        }

    return read


def part(kind: type[Any]) -> Read:
    """A dataclass of its own."""
    return lambda reader, value, path: reader.record(kind, value, path)


@dataclasses.dataclass(frozen=True, kw_only=True)
class Rounding:
    """Where a number is rounded: to how many decimals, by which rule."""

    places: int = key(as_natural(0, 6))
    rule: RoundingRule = key(choice(RoundingRule), RoundingRule.HALF_UP)


def as_rounding(reader: Reader, value: Any, path: Path) -> Rounding | None:
    """Decimals alone, rounded half up, or with a rule."""
    if isinstance(value, int) and not isinstance(value, bool):
        value = {"places": value}
    return reader.record(Rounding, value, path)


Where = Mapping[str, tuple[str, ...]]
