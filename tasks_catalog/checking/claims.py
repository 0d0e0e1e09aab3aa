"""Every number that a catalogue promises, in one list, and two of them compared."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations

from tasks_catalog.checking.likeness import SAME, LikeNames, alike, base, core, is_more, same_metric
from tasks_catalog.checking.messages import finding
from tasks_catalog.model import Catalogue, Finding, Op, SourcePlace

PLAN = ("table", "goal")
TELLING = 3
MOST_ALIKE = 30  # what stands more often is no name of one thing
FLOOR: dict[Op, str] = {"=": ">=", ">=": ">=", ">": ">", "approx": "approx", "<=": "<=", "<": "<"}


@dataclass(frozen=True)
class Claim:
    """One number that the document states or promises, wherever it stands."""

    name: str
    value: Decimal
    unit: str
    op: Op
    year: int | None
    source: SourcePlace | None
    place: str  # table | goal | task | item
    owner: str = ""
    firm: bool = True
    yearly: bool = False


def claims(catalogue: Catalogue) -> list[Claim]:
    """All targets of a catalogue in one list."""
    out = [
        Claim(i.name, i.target, i.unit or "", i.op or "=", i.target_year, i.source,
              "goal" if i.table is None else "table", i.table or "", i.firm, i.kind == "annual")
        for i in catalogue.indicators if i.target is not None and i.scope is None
    ]  # fmt: skip
    for place, owners in (("item", catalogue.items), ("task", catalogue.tasks)):
        for owner in owners:
            out += [
                Claim(
                    m.metric,
                    m.value,
                    m.unit,
                    m.op,
                    m.by_year,
                    owner.source,
                    place,
                    owner.code,
                    m.firm,
                    m.kind == "annual",
                )
                for m in owner.measures
                if m.value is not None
            ]
    return out


def comparable(
    every: list[Claim], scopes: Collection[tuple[str, Decimal | None]] = ()
) -> Iterator[tuple[Claim, Claim]]:
    """Pairs that may speak of one thing, in the order of the document.

    Numbers of the whole plan are paired with all that have a like name, the same quantity or the
    value that one of the `scopes` gives their name; those of tasks only where the words or the
    quantity are the same: a thousand of them take no time.
    """
    alike_ones: dict[object, list[int]] = {}
    valued: dict[Decimal, list[int]] = {}
    for at, claim in enumerate(every):
        valued.setdefault(claim.value, []).append(at)
        for key in (core(claim.name), base(claim.value, claim.unit)):
            alike_ones.setdefault(key, []).append(at)
    names = LikeNames([claim.name for claim in every], SAME)
    scoped: dict[str, list[int]] = {}
    for name, value in scopes:
        scoped.setdefault(name, []).extend(valued.get(value, ()) if value is not None else ())
    pairs: set[tuple[int, int]] = set()
    for at, claim in enumerate(every):
        if claim.place in PLAN:
            near = names.like(claim.name).union(
                alike_ones[base(claim.value, claim.unit)], scoped.get(claim.name, ())
            )
            pairs.update((min(at, b), max(at, b)) for b in near if b != at)
        elif claim.name in scoped:
            plans = (b for b in scoped[claim.name] if every[b].place in PLAN)
            pairs.update((min(at, b), max(at, b)) for b in plans)
    for group in alike_ones.values():
        if len(group) <= MOST_ALIKE:
            pairs |= set(combinations(group, 2))
    for first, second in sorted(pairs):
        one, other = every[first], every[second]
        together = one.place == other.place and (one.place in PLAN or one.owner == other.owner)
        apart = one.year and other.year and one.year != other.year
        if not together and not apart:
            yield one, other


def compare(one: Claim, other: Claim) -> Iterator[Finding]:
    """Two claims: the same, the same under two names, or contradicting each other."""
    (a, unit_a), (b, unit_b) = base(one.value, one.unit), base(other.value, other.unit)
    where = [one.source, other.source]
    likeness = alike(one.name, other.name)
    if one.yearly != other.yearly:
        return
    if same_metric(one.name, other.name):
        if unit_a != unit_b and unit_a and unit_b:
            if a != b:
                yield finding(
                    "value-differs",
                    where,
                    name=one.name,
                    a=one.value,
                    b=other.value,
                    unit=f"{one.unit}/{other.unit}".strip("/"),
                )
            elif {unit_a, unit_b} <= {"件", "人年", "人次"}:
                yield finding(
                    "unit-changes",
                    where,
                    name=one.name,
                    unit_a=one.unit,
                    unit_b=other.unit,
                    a=one.value,
                )
        elif a != b:
            yield from _different(one, other)
        else:
            yield from _same(one, other)
    elif a == b and unit_a == unit_b and likeness >= 0.5 and _wordy(one, other):
        yield from _renamed(one, other, likeness)
    elif (
        a == b
        and unit_a == unit_b
        and likeness > 0
        and _telling(one.value, unit_a)
        and (one.place in PLAN) != (other.place in PLAN)
    ):
        yield finding("two-names", where, a=one.name, b=other.name, value=one.value)


def _telling(value: Decimal, unit: str) -> bool:
    """Whether a number has so many digits that it hardly occurs twice by chance."""
    digits = format(value.normalize(), "f").replace(".", "").strip("0")
    return unit != "%" and len(digits) >= TELLING


def _wordy(one: Claim, other: Claim) -> bool:
    """Numbers that are no mere coincidence: not the round small ones that occur everywhere."""
    return min(len(core(one.name)), len(core(other.name))) >= 3


def _different(one: Claim, other: Claim) -> Iterator[Finding]:
    exact = core(one.name) == core(other.name)
    both_plan = "task" not in (one.place, other.place) and "item" not in (one.place, other.place)
    if not both_plan and not (exact and len(core(one.name)) >= 6):
        return
    where = [one.source, other.source]
    if is_more(one.name) and not (both_plan and exact):
        return
    yield finding(
        "value-differs",
        where,
        None if both_plan else "warning",
        name=one.name,
        a=one.value,
        b=other.value,
        unit=one.unit if one.unit == other.unit else f"{one.unit}/{other.unit}",
    )


def _same(one: Claim, other: Claim) -> Iterator[Finding]:
    where = [one.source, other.source]
    apart = {FLOOR[one.op], FLOOR[other.op]}
    if (
        "approx" in apart
        and len(apart) == 2
        and not (one.place == "goal" and other.place == "table")
    ):
        yield finding(
            "firmness-differs",
            where,
            "note",
            name=one.name,
            a=one.value,
            op_a=one.op,
            op_b=other.op,
        )
    elif len(apart) == 2:
        yield finding("op-differs", where, name=one.name, a=one.value, op_a=one.op, op_b=other.op)
    elif {one.place, other.place} & {"task", "item"} and _more_than_phrase(one, other):
        yield finding(
            "stated-twice", where, name=one.name, a=one.value, unit=one.unit, other=other.name
        )
    if (
        one.unit
        and other.unit
        and one.unit != other.unit
        and base(one.value, one.unit)[0] != one.value
    ):
        yield finding(
            "unit-differs",
            where,
            name=one.name,
            unit_a=one.unit,
            unit_b=other.unit,
            a=one.value,
            b=other.value,
        )


def _more_than_phrase(one: Claim, other: Claim) -> bool:
    """Whether the same words in two tasks are more than a common phrase (引进人才)."""
    return one.place in PLAN or other.place in PLAN or len(core(one.name)) >= 6


def _renamed(one: Claim, other: Claim, likeness: float) -> Iterator[Finding]:
    if {one.place, other.place} == {"task"} and likeness < 0.7:
        return
    if is_more(one.name) != is_more(other.name) and one.place != "task" and other.place != "task":
        return
    kind = "two-names"
    ratio = re.search("占|每[万千]|比例", one.name) and re.search(
        "占|每[万千]|比例|万名", other.name
    )
    where = [one.source, other.source]
    if ratio and likeness < 0.95:
        kind = "definition-changes"
    yield finding(
        kind,
        where,
        "note" if kind == "two-names" else None,
        a=one.name,
        b=other.name,
        value=one.value,
    )
    if {FLOOR[one.op], FLOOR[other.op]} == {"approx", ">="}:
        yield finding(
            "firmness-differs",
            where,
            "note",
            name=one.name,
            a=one.value,
            op_a=one.op,
            op_b=other.op,
        )
