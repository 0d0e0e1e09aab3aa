"""年度考核: a scheme applied to the facts of all units, with ranks, grades and vetoes.

How one unit's points come about is in `score_tree`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from decimal import Decimal
from typing import Any

from workflow.rules.assessment.facts import Facts, UnitFacts
from workflow.rules.assessment.scheme import Scheme
from workflow.rules.assessment.score_tree import ScoreNode, has_anything, holds, tree


@dataclass(frozen=True)
class VetoFound:
    """A veto with the ids of the events that set it off."""

    code: str
    title: str
    events: tuple[str, ...]
    evidence: tuple[str, ...]


@dataclass(frozen=True)
class UnitScore:
    """A unit's score. `total` is None where nothing at all could be judged; `rank` is within
    `group` (empty: the unit is compared with none), equal totals sharing a rank (1, 2, 2, 4);
    `grade` is the code of a grade or empty."""

    unit: str
    name: str
    kind: str
    group: str
    total: Decimal | None
    rank: int | None
    grade: str
    vetoes: tuple[VetoFound, ...]
    root: ScoreNode


@dataclass(frozen=True)
class AssessmentResult:
    """The scores of all units in order of their ids; `as_of` is the local day of the facts."""

    scheme: str
    year: int
    as_of: str
    units: tuple[UnitScore, ...]


def score(scheme: Scheme, facts: Facts) -> AssessmentResult:
    """Apply a scheme to facts. Pure: the same scheme and facts give the same result."""
    scored = [_unit_score(scheme, unit) for unit in facts.units]
    ranked = tuple(replace(one, rank=_rank(one, scored)) for one in scored)
    return AssessmentResult(scheme.code, facts.year, facts.as_of.isoformat(), ranked)


def _unit_score(scheme: Scheme, unit: UnitFacts) -> UnitScore:
    root = tree(scheme, unit)
    total = root.points if has_anything(scheme, unit) else None
    vetoes = tuple(_vetoes(scheme, unit))
    grades = (
        grade.code
        for grade in scheme.grades
        if total is not None and total >= grade.at_least and not (vetoes and grade.barred_by_veto)
    )
    return UnitScore(
        unit=unit.unit,
        name=unit.name,
        kind=unit.kind,
        group=next((group.code for group in scheme.groups if unit.kind in group.kinds), ""),
        total=total,
        rank=None,
        grade=next(grades, ""),
        vetoes=vetoes,
        root=root,
    )


def _rank(one: UnitScore, scored: Sequence[UnitScore]) -> int | None:
    total = one.total
    if total is None or not one.group:
        return None
    rivals = [other.total for other in scored if other.group == one.group]
    return 1 + sum(rival > total for rival in rivals if rival is not None)


def _vetoes(scheme: Scheme, unit: UnitFacts) -> Iterator[VetoFound]:
    for veto in scheme.vetoes:
        events = [
            item
            for item in unit.items
            if item.over == "events" and not item.left_out and holds(veto.where, item)
        ]
        if events:
            evidence = tuple(sorted({ref for event in events for ref in event.evidence}))
            yield VetoFound(veto.code, veto.title, tuple(e.id for e in events), evidence)


def as_json(value: Any) -> Any:
    """A result, or any part of it, as JSON: points as decimal text with the scheme's decimals."""
    if isinstance(value, Decimal):
        return format(value, "f")
    if is_dataclass(value):
        return {one.name: as_json(getattr(value, one.name)) for one in fields(value)}
    if isinstance(value, tuple):
        return [as_json(one) for one in value]
    return value


def canonical(result: AssessmentResult) -> bytes:
    """The result as bytes: the same scheme and facts, in whatever order, give the same bytes."""
    document = {"schema": "luoshi.result/1", **as_json(result)}
    return json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
