"""Checks between documents: one metric for one year, two numbers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from decimal import Decimal
from itertools import combinations

from tasks_catalog.checking.claims import Claim, claims
from tasks_catalog.checking.likeness import alike, base, core, is_more
from tasks_catalog.checking.messages import finding
from tasks_catalog.checking.within import check_catalogue
from tasks_catalog.model import Catalogue, Finding, FindingPlace, Indicator
from tasks_catalog.reading.units.unit_names import is_group

BUILT = re.compile("^(?:建设|创建|打造|组建|设立|培育)")


def check(catalogues: Iterable[Catalogue]) -> tuple[Finding, ...]:
    """Contradictions within the catalogues and between those of one place.

    What a reading has found already is passed on; places of several catalogues bear the plan's
    title or code as their document.
    """
    every = list(catalogues)
    out: list[Finding] = []
    for catalogue in every:
        name = _name(catalogue) if len(every) > 1 else None
        known = list(catalogue.findings)
        known += [f for f in check_catalogue(catalogue) if not _known_already(f, catalogue)]
        out += [_named(found, name) for found in known]
    for one, other in combinations(every, 2):
        if _one_place(one, other):
            out += _between(one, other)
    return tuple(out)


def _name(catalogue: Catalogue) -> str | None:
    return catalogue.plan.title or catalogue.plan.code


def _known_already(found: Finding, catalogue: Catalogue) -> bool:
    """Whether the reading has said it, perhaps with more places or several of a kind in one."""
    return any(f.kind == found.kind and found.message in f.message for f in catalogue.findings)


def _named(found: Finding, document: str | None) -> Finding:
    where = tuple(replace(place, document=place.document or document) for place in found.where)
    return replace(found, where=where or ((FindingPlace(document),) if document else ()))


def _one_place(one: Catalogue, other: Catalogue) -> bool:
    """Whether two plans are of one city: their issuers or titles share its name."""
    names = [
        f"{c.plan.issuer or ''}{c.plan.title or ''}{c.plan.document_number or ''}"
        for c in (one, other)
    ]
    cities = [
        set(re.findall(r"(?:中共)?([一-鿿]{2,3})[市县](?:委|人民|发展|人才|政府)", n))
        for n in names
    ]
    return bool(cities[0] & cities[1])


def _between(one: Catalogue, other: Catalogue) -> Iterator[Finding]:
    seen: set[tuple[str, str]] = set()
    for a in claims(one):
        for b in claims(other):
            if a.year and b.year and a.year != b.year:
                continue
            found = _pair(a, b, _name(one), _name(other))
            if found and (core(a.name), found.kind) not in seen:
                seen.add((core(a.name), found.kind))
                yield found
    yield from _units(one, other)
    yield from _baselines(one, other)


def _baselines(one: Catalogue, other: Catalogue) -> Iterator[Finding]:
    """What two documents say was reached in one year."""
    reached: dict[tuple[str, int], list[tuple[Decimal, str | None, Indicator]]] = {}
    for indicator in other.indicators:
        for year, value in _known(indicator):
            key = core(indicator.name), year
            reached.setdefault(key, []).append((value, indicator.unit, indicator))
    for indicator in one.indicators:
        for year, value in _known(indicator):
            for b, unit, row in reached.get((core(indicator.name), year), ()):
                here, there = base(value, indicator.unit), base(b, unit)
                if here[1] == there[1] and here[0] != there[0]:
                    yield finding(
                        "baseline-differs",
                        [(_name(one), indicator.source), (_name(other), row.source)],
                        name=indicator.name, a=value, b=b, unit_a=indicator.unit or "",
                        unit=unit or "",
                    )  # fmt: skip


def _known(indicator: Indicator) -> Iterator[tuple[int, Decimal]]:
    """The years and values that a row of a table says were reached."""
    if indicator.scope:
        return
    if indicator.baseline_year and indicator.baseline is not None:
        yield indicator.baseline_year, indicator.baseline
    for actual in indicator.actuals:
        if actual.year and actual.value is not None and actual.year != indicator.baseline_year:
            yield actual.year, actual.value


def _pair(a: Claim, b: Claim, first: str | None, second: str | None) -> Finding | None:
    where = [(first, a.source), (second, b.source)]
    (value_a, unit_a), (value_b, unit_b) = base(a.value, a.unit), base(b.value, b.unit)
    exact = (
        core(a.name) == core(b.name)
        and is_more(a.name) == is_more(b.name)
        and len(core(a.name)) >= 2
    )
    if exact and unit_a == unit_b and value_a != value_b:
        return finding(
            "value-differs", where, "warning", name=a.name, a=a.value, b=b.value, unit=a.unit
        )
    one, other = sorted((BUILT.sub("", core(c.name)) for c in (a, b)), key=len)
    if (
        not exact and value_a != value_b and unit_a == unit_b != "%"
        and is_more(a.name) == is_more(b.name) and len(one) >= 6 and other.endswith(one)
    ):  # fmt: skip
        return finding("narrower-differs", where, a=a.name, b=b.name, x=a.value, y=b.value,
                       unit_x=a.unit, unit_y=b.unit)  # fmt: skip
    if (
        not exact
        and value_a == value_b
        and unit_a == unit_b
        and value_a >= 100
        and alike(a.name, b.name) >= 0.6
    ):
        return finding("two-names", where, a=a.name, b=b.name, value=a.value)
    return None


def _units(one: Catalogue, other: Catalogue) -> Iterator[Finding]:
    """One unit that two documents call by different names."""
    for a in one.units:
        for b in other.units:
            shared = {a.name, *a.aliases} & {b.name, *b.aliases}
            if shared and a.name != b.name and not is_group(a.name):
                yield finding(
                    "two-names",
                    [(_name(one), None), (_name(other), None)],
                    a=a.name,
                    b=b.name,
                    value="",
                )
