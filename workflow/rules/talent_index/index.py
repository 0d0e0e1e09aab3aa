"""From a method and values to the index of each place, with what every indicator contributes.

Exact in fractions, but for the standard deviation, whose root is taken to thirty digits. What the
indicators contribute adds up to the index; equal indices share a rank.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Context
from fractions import Fraction

from i18n import mark
from workflow.rules.assessment.exact import decimal, shown
from workflow.rules.faults import Fault
from workflow.rules.refusals import Invalid
from workflow.rules.talent_index.method import (
    WRONG_VALUES,
    Absent,
    Better,
    By,
    IndexIndicator,
    IndexMethod,
    IndexValues,
)

FULL = Fraction(100)
_DIGITS = Context(prec=30)


@dataclass(frozen=True)
class Contribution:
    """What an indicator gives to a place's index: its value as written ("" where it is missing),
    its score from 0 to 100, its weight of the whole after missing ones, and weight × score.

    `basis`: the numbers by which the value became a score. `missing`: which rule stood in for a
    missing value.
    """

    group: str
    code: str
    title: str
    unit: str
    value: str
    score: Fraction | None
    weight: Fraction
    points: Fraction
    basis: Mapping[str, str]
    missing: str


@dataclass(frozen=True)
class PlaceIndex:
    """A place's index and rank, None where too much is missing; `missing`: the share of the whole
    weight without a value."""

    place: str
    index: Fraction | None
    rank: int | None
    missing: Fraction
    contributions: tuple[Contribution, ...]


def index_of(method: IndexMethod, values: IndexValues) -> tuple[PlaceIndex, ...]:
    """The index of every place, the best first. Raises Invalid where values cannot be told apart as
    the method asks, such as all being the same between no limits."""
    scores, bases = {}, {}
    for _group, one in method.indicators():
        known = {place: row[one.code] for place, row in values.places.items()}
        scores[one.code], bases[one.code] = _scores(one, known)
    found = [_place(method, values, place, scores, bases) for place in values.places]
    totals = sorted((one.index for one in found if one.index is not None), reverse=True)
    ranked = [
        PlaceIndex(one.place, one.index,
                   None if one.index is None else totals.index(one.index) + 1, one.missing,
                   one.contributions)
        for one in found
    ]  # fmt: skip
    last = len(ranked) + 1
    return tuple(sorted(ranked, key=lambda one: one.rank or last))


def _scores(
    one: IndexIndicator, values: Mapping[str, Fraction | None]
) -> tuple[dict[str, Fraction], dict[str, str]]:
    """The scores of the places that have a value, and by which numbers."""
    known = {place: value for place, value in values.items() if value is not None}
    if not known:
        return {}, {}
    how = {By.MIN_MAX: _min_max, By.REFERENCE: _reference, By.Z: _z}[one.normalise.by]
    scores, basis = how(one, list(known.values()))
    return dict(zip(known, (_cut(score) for score in scores), strict=True)), basis


def _min_max(
    one: IndexIndicator, values: Sequence[Fraction]
) -> tuple[list[Fraction], dict[str, str]]:
    low = min(values) if one.normalise.low is None else one.normalise.low
    high = max(values) if one.normalise.high is None else one.normalise.high
    if low >= high:
        raise _undecided(one, mark("“{title}”: no value lies above another; name low and high."))
    ends = (high, low - high) if one.better == Better.LOWER else (low, high - low)
    scores = [FULL * (value - ends[0]) / ends[1] for value in values]
    return scores, {"low": shown(low), "high": shown(high)}


def _reference(
    one: IndexIndicator, values: Sequence[Fraction]
) -> tuple[list[Fraction], dict[str, str]]:
    reference, cap = one.normalise.reference or Fraction(1), one.normalise.cap

    def reached(value: Fraction) -> Fraction:
        if one.better == Better.HIGHER:
            return value / reference
        return reference / value if value > 0 else cap

    scores = [FULL * min(cap, reached(value)) / cap for value in values]
    return scores, {"reference": shown(reference), "cap": shown(cap)}


def _z(one: IndexIndicator, values: Sequence[Fraction]) -> tuple[list[Fraction], dict[str, str]]:
    """Equal values all lie at the centre."""
    centre, spread = one.normalise.centre or Fraction(0), one.normalise.spread or Fraction(0)
    mean = sum(values, Fraction(0)) / len(values)
    variance = sum(((value - mean) ** 2 for value in values), Fraction(0)) / len(values)
    root = _DIGITS.sqrt(_DIGITS.divide(variance.numerator, variance.denominator))
    deviation = Fraction(*root.as_integer_ratio())
    sign = -1 if one.better == Better.LOWER else 1
    scores = [
        centre + (sign * spread * (value - mean) / deviation if deviation else 0)
        for value in values
    ]
    return scores, {"mean": shown(mean), "deviation": shown(deviation)}


def _cut(score: Fraction) -> Fraction:
    return max(Fraction(0), min(FULL, score))


def _place(
    method: IndexMethod,
    values: IndexValues,
    place: str,
    scores: Mapping[str, Mapping[str, Fraction]],
    bases: Mapping[str, Mapping[str, str]],
) -> PlaceIndex:
    """The place with what each indicator gives; groups and indicators that are left out give their
    weight to the others."""
    rows: list[tuple[str, IndexIndicator, Fraction | None, Fraction, str]] = []
    gone, refused = Fraction(0), False
    whole = sum((group.weight for group in method.groups), Fraction(0))
    for group in method.groups:
        within = sum((one.weight for one in group.indicators), Fraction(0))
        kept: list[tuple[IndexIndicator, Fraction | None, str]] = []
        for one in group.indicators:
            score, rule = scores[one.code].get(place), ""
            if score is None:
                gone += group.weight / whole * one.weight / within
                said = one.missing or method.missing.rule
                rule, refused = said.value, refused or said == Absent.REFUSE
                score = _instead(said, scores[one.code])
            kept.append((one, score, rule))
        there = sum((one.weight for one, score, _rule in kept if score is not None), Fraction(0))
        for one, score, rule in kept:
            part = group.weight * one.weight / there if score is not None else Fraction(0)
            rows.append((group.code, one, score, part, rule))
    weighed = sum((part for _code, _one, _score, part, _rule in rows), Fraction(0))
    contributions = tuple(
        Contribution(
            group=code,
            code=one.code,
            title=one.title,
            unit=one.unit,
            value=values.written.get((place, one.code), ""),
            score=score,
            weight=part / weighed if weighed else Fraction(0),
            points=(score or 0) * part / weighed if weighed else Fraction(0),
            basis=bases[one.code],
            missing=rule,
        )
        for code, one, score, part, rule in rows
    )
    index = sum((one.points for one in contributions), Fraction(0))
    told = weighed > 0 and not refused and gone <= method.missing.most
    return PlaceIndex(place, index if told else None, None, gone, contributions)


def _instead(rule: Absent, others: Mapping[str, Fraction]) -> Fraction | None:
    """The score that stands in for a missing one; None where the indicator is left out."""
    if rule == Absent.ZERO:
        return Fraction(0)
    if rule == Absent.MEAN and others:
        return sum(others.values(), Fraction(0)) / len(others)
    return None


def _undecided(one: IndexIndicator, message: str) -> Invalid:
    return Invalid(WRONG_VALUES, (Fault(None, message, place=one.code, title=one.title),))


def as_document(
    method: IndexMethod, values: IndexValues, found: Sequence[PlaceIndex]
) -> dict[str, object]:
    """The result as JSON: numbers as text, with the decimals of the method."""

    def text(value: Fraction | None) -> str | None:
        return None if value is None else str(decimal(value, method.places))

    return {
        "schema": "luoshi.index-result/1",
        "method": method.code,
        "version": method.version,
        "title": method.title,
        "year": values.year,
        "places": [
            {
                "place": one.place,
                "index": text(one.index),
                "rank": one.rank,
                "missing": str(decimal(one.missing, 4)),
                "contributions": [
                    {
                        "group": part.group, "code": part.code, "title": part.title,
                        "value": part.value or None, "unit": part.unit, "score": text(part.score),
                        "weight": str(decimal(part.weight, 6)), "points": text(part.points),
                        "basis": dict(part.basis), "missing": part.missing or None,
                    }
                    for part in one.contributions
                ],
            }
            for one in found
        ],
    }  # fmt: skip
