"""年度考核: a scheme applied to the facts of all units, with ranks, grades and vetoes.

How one unit's points come about is in `score_tree`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from workflow.rules.assessment.facts import Facts, UnitFacts
from workflow.rules.assessment.language.scheme import Language
from workflow.rules.assessment.language_scores import score_language, unit_scores
from workflow.rules.assessment.scheme import Scheme
from workflow.rules.assessment.score_tree import ScoreNode, has_anything, holds, tree
from workflow.rules.assessment.scores import (
    SCHEMA,
    AssessmentResult,
    UnitScore,
    VetoFound,
    as_json,
)


def score(scheme: Scheme | Language, facts: Facts) -> AssessmentResult:
    """Apply a scheme to facts. Pure: the same scheme and facts give the same result."""
    if isinstance(scheme, Language):
        return score_language(scheme, facts)
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
            item for item in unit.over("events") if not item.left_out and holds(veto.where, item)
        ]
        if events:
            evidence = tuple(sorted({ref for event in events for ref in event.evidence}))
            yield VetoFound(veto.code, veto.title, tuple(e.id for e in events), evidence)


def canonical(result: AssessmentResult) -> bytes:
    """The result as bytes: the same scheme and facts, in whatever order, give the same bytes."""
    return _whole(result, (_dumped(as_json(unit)) for unit in result.units))


def scored_document(scheme: Scheme | Language, facts: Facts) -> tuple[AssessmentResult, bytes]:
    """The result without its trees, and the whole as bytes for people, in which each sentence also
    stands in both languages.

    The facts are worked off unit by unit and used up: a whole city's trees would take hundreds of
    megabytes at once.
    """
    trees: list[bytes] = []
    heads: list[UnitScore] = []
    for one in _one_by_one(scheme, facts):
        trees.append(_dumped(as_json(one.root, spoken=True)))
        heads.append(replace(one, root=_NO_TREE))
    if not isinstance(scheme, Language):
        heads = [replace(one, rank=_rank(one, heads)) for one in heads]
    result = AssessmentResult(scheme.code, facts.year, facts.as_of.isoformat(), tuple(heads))
    units = (
        _dumped({**as_json(one, spoken=True), "root": 0}).replace(b'"root":0', b'"root":' + tree, 1)
        for one, tree in zip(heads, trees, strict=True)
    )
    return result, _whole(result, units)


def _one_by_one(scheme: Scheme | Language, facts: Facts) -> Iterator[UnitScore]:
    if isinstance(scheme, Language):
        yield from unit_scores(scheme, facts)
        return
    for unit in facts.units:
        yield _unit_score(scheme, unit)
        unit.forget()


_NO_TREE = ScoreNode("", "", "", Decimal(0), None)


def _whole(result: AssessmentResult, units: Iterable[bytes]) -> bytes:
    head = {"as_of": result.as_of, "schema": SCHEMA, "scheme": result.scheme}
    return b'%s,"units":[%s],"year":%d}' % (_dumped(head)[:-1], b",".join(units), result.year)


def _dumped(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
