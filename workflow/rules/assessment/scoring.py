"""A result as bytes: for the record, and for people with every sentence in both languages."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal
from typing import Any

from workflow.rules.assessment.facts import Facts
from workflow.rules.assessment.language.scheme import Language
from workflow.rules.assessment.language_scores import unit_scores
from workflow.rules.assessment.score_tree import ScoreNode
from workflow.rules.assessment.scores import SCHEMA, AssessmentResult, UnitScore, as_json


def canonical(result: AssessmentResult) -> bytes:
    """The result as bytes: the same scheme and facts, in whatever order, give the same bytes."""
    return _whole(result, (_dumped(as_json(unit)) for unit in result.units))


def scored_document(scheme: Language, facts: Facts) -> tuple[AssessmentResult, bytes]:
    """The result without its trees, and the whole as bytes for people, in which each sentence also
    stands in both languages.

    The facts are worked off unit by unit and used up: a whole city's trees would take hundreds of
    megabytes at once.
    """
    trees: list[bytes] = []
    heads: list[UnitScore] = []
    for one in unit_scores(scheme, facts):
        trees.append(_dumped(as_json(one.root, spoken=True)))
        heads.append(replace(one, root=_NO_TREE))
    result = AssessmentResult(scheme.code, facts.year, facts.as_of.isoformat(), tuple(heads))
    units = (
        _dumped({**as_json(one, spoken=True), "root": 0}).replace(b'"root":0', b'"root":' + tree, 1)
        for one, tree in zip(heads, trees, strict=True)
    )
    return result, _whole(result, units)


_NO_TREE = ScoreNode("", "", "", Decimal(0), None)


def _whole(result: AssessmentResult, units: Iterable[bytes]) -> bytes:
    head = {"as_of": result.as_of, "schema": SCHEMA, "scheme": result.scheme}
    return b'%s,"units":[%s],"year":%d}' % (_dumped(head)[:-1], b",".join(units), result.year)


def _dumped(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
