"""The method of an index as data, `luoshi.index/1`, and the values that it is applied to,
`luoshi.index-values/1`, both read strictly.

A method is a version of its own: what was published under one stays comparable. How a value becomes
a score (normalisation) and what happens where one is missing are always named, never assumed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import Any

from i18n import mark
from workflow.rules.assessment.exact import read_exact
from workflow.rules.assessment.language.reading import (
    Reader,
    as_code,
    as_natural,
    as_number,
    as_text,
    choice,
    key,
    listed,
    part,
)
from workflow.rules.faults import Fault, brief
from workflow.rules.refusals import Invalid

SCHEMA = "luoshi.index/1"
VALUES = "luoshi.index-values/1"
WRONG_METHOD = mark("The method of the index cannot be used as it is.")
WRONG_VALUES = mark("The values cannot be used as they are.")


class Better(StrEnum):
    """Which way an indicator is good."""

    HIGHER = "higher"
    LOWER = "lower"


class By(StrEnum):
    """How a value becomes a score from 0 to 100.

    *min_max*: where it lies between `low` and `high` (of the method, else of the places), cut off
    at both. *reference*: the part of the `reference` that it reaches (or, where lower is better,
    the part of the value that the reference is); full marks at `cap` of it. *z*: its distance from
    the mean of the places in standard deviations, `spread` points each around `centre`, cut off at
    0 and 100.
    """

    MIN_MAX = "min_max"
    REFERENCE = "reference"
    Z = "z"


class Absent(StrEnum):
    """What a missing value does: its weight goes to the others of its group (*leave_out*), it
    scores nothing (*zero*), it scores as the others do on average (*mean*), or the place gets no
    index (*refuse*)."""

    LEAVE_OUT = "leave_out"
    ZERO = "zero"
    MEAN = "mean"
    REFUSE = "refuse"


@dataclass(frozen=True, kw_only=True)
class Normalise:
    """How an indicator's values become scores."""

    by: By = key(choice(By))
    low: Fraction | None = key(as_number(), None)
    high: Fraction | None = key(as_number(), None)
    reference: Fraction | None = key(as_number(), None)
    cap: Fraction = key(as_number(Fraction(1, 100), 10), Fraction(1))
    centre: Fraction | None = key(as_number(0, 100), None)
    spread: Fraction | None = key(as_number(Fraction(1, 100), 50), None)


@dataclass(frozen=True, kw_only=True)
class IndexIndicator:
    """One indicator with its weight within its group; `missing` where it has a rule of its own."""

    code: str = key(as_code)
    title: str = key(as_text)
    unit: str = key(as_text)
    weight: Fraction = key(as_number(Fraction(1, 1000), 1000))
    normalise: Normalise = key(part(Normalise))
    better: Better = key(choice(Better), Better.HIGHER)
    missing: Absent | None = key(choice(Absent), None)
    source: str = key(as_text, "")


@dataclass(frozen=True, kw_only=True)
class IndexGroup:
    """Indicators that belong together, with the weight of the group."""

    code: str = key(as_code)
    title: str = key(as_text)
    weight: Fraction = key(as_number(Fraction(1, 1000), 1000))
    indicators: tuple[IndexIndicator, ...] = key(listed(part(IndexIndicator)))


@dataclass(frozen=True, kw_only=True)
class MissingRule:
    """The rule for missing values, and the share of the whole weight that may be missing."""

    rule: Absent = key(choice(Absent))
    most: Fraction = key(as_number(0, 1))


@dataclass(frozen=True, kw_only=True)
class IndexMethod:
    """A version of a method."""

    schema: str = key(as_text)
    code: str = key(as_code)
    version: str = key(as_text)
    title: str = key(as_text)
    places: int = key(as_natural(0, 6))
    missing: MissingRule = key(part(MissingRule))
    groups: tuple[IndexGroup, ...] = key(listed(part(IndexGroup)))
    document: str = key(as_text, "")

    def indicators(self) -> tuple[tuple[IndexGroup, IndexIndicator], ...]:
        """Every indicator with its group, in order."""
        return tuple((group, one) for group in self.groups for one in group.indicators)


@dataclass(frozen=True)
class IndexValues:
    """The values of a year: by place, then by the indicator's code; None where one is missing.
    `written` as they stand in the file."""

    year: int
    places: Mapping[str, Mapping[str, Fraction | None]]
    written: Mapping[tuple[str, str], str]


def read_method(data: Any) -> IndexMethod:
    """The method that the data says. Raises Invalid with every problem and its place."""
    reader = Reader()
    found = reader.record(IndexMethod, data, None)
    if found is not None:
        _check(reader, found)
    if found is None or reader.faults:
        raise Invalid(WRONG_METHOD, tuple(reader.faults))
    return found


def _check(reader: Reader, method: IndexMethod) -> None:
    if method.schema != SCHEMA:
        reader.fault((None, "schema"), mark("Write {schema} here."), schema=SCHEMA)
    codes = Counter(one.code for _group, one in method.indicators())
    for no, group in enumerate(method.groups):
        for place, one in enumerate(group.indicators):
            path = ((((None, "groups"), no), "indicators"), place)
            if codes[one.code] > 1:
                reader.fault((path, "code"), mark("“{code}” stands twice. Give each its own."),
                             code=one.code)  # fmt: skip
            _check_normalise(reader, one.normalise, (path, "normalise"))


def _check_normalise(reader: Reader, one: Normalise, path: Any) -> None:
    named = {name for name in ("low", "high", "reference", "centre", "spread")
             if getattr(one, name) is not None}  # fmt: skip
    needed = {By.MIN_MAX: named & {"low", "high"}, By.REFERENCE: {"reference"},
              By.Z: {"centre", "spread"}}[one.by]  # fmt: skip
    for name in sorted(needed - named):
        reader.fault(path, mark("“{key}” is missing here. Write it."), key=name)
    for name in sorted(named - needed):
        reader.fault((path, name), mark("“{key}” says nothing for {by}. Take it out."), key=name,
                     by=one.by)  # fmt: skip
    if one.low is not None and one.high is not None and one.low >= one.high:
        reader.fault((path, "high"), mark("“high” must be more than “low”."))
    if one.by == By.REFERENCE and one.reference is not None and one.reference <= 0:
        reader.fault((path, "reference"), mark("A reference must be more than nothing."))


def read_values(data: Any, method: IndexMethod) -> IndexValues:
    """The values that the data says for a method. Raises Invalid with every problem."""
    faults: list[Fault] = []
    known = [one.code for _group, one in method.indicators()]
    body = data if isinstance(data, dict) else {}
    if body.get("schema") != VALUES:
        faults.append(Fault((None, "schema"), mark("Write {schema} here."), schema=VALUES))
    year, named = body.get("year"), body.get("places")
    if not isinstance(year, int) or isinstance(year, bool):
        faults.append(Fault((None, "year"), mark("Write a whole number here, not “{value}”."),
                            value=brief(year)))  # fmt: skip
    if not isinstance(named, dict) or not named:
        faults.append(
            Fault((None, "places"), mark("Write names with their values here, not “{value}”."),
                  value=brief(named))
        )  # fmt: skip
    places: dict[str, dict[str, Fraction | None]] = {}
    written: dict[tuple[str, str], str] = {}
    for place, values in (named if isinstance(named, dict) else {}).items():
        places[place] = dict.fromkeys(known)
        for code, value in (values if isinstance(values, dict) else {}).items():
            path = (((None, "places"), place), code)
            if code not in known:
                faults.append(
                    Fault(path, mark("The method has no indicator “{code}”."), at_key=True,
                          code=brief(code))
                )  # fmt: skip
            elif value is not None:
                try:
                    places[place][code] = read_exact(value)
                    written[place, code] = str(value)
                except ValueError:
                    faults.append(
                        Fault(
                            path,
                            mark("“{value}” is not a number. Write digits, such as 12, 0.5 or "
                                 "80%."),
                            value=brief(value),
                        )
                    )  # fmt: skip
    if faults:
        raise Invalid(WRONG_VALUES, tuple(faults))
    return IndexValues(int(str(year)), places, written)
