"""A scheme as its writer reads it: every rule with its line, its cases, what the state's rules say.

`outline_in` is meant to be run apart (documents.untrusted.apart).
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import yaml

from documents.scheme_file import FlagFound, flag_in, flags_of, read_scheme_file
from workflow.rules.assessment.exact import shown
from workflow.rules.faults import steps


@dataclass(frozen=True)
class RuleShown:
    """A rule: at which line it stands, how deep, what kind it is and what it is worth."""

    line: int
    depth: int
    code: str
    title: str
    kind: str
    points: str


@dataclass(frozen=True)
class SchemeOutline:
    """A scheme that can be used: `data` is what it says; `examples` of its own cases hold."""

    data: dict[str, Any]
    title: str
    code: str
    year: int
    examples: int
    rules: tuple[RuleShown, ...]
    flags: tuple[FlagFound, ...]


FIRST = (
    "schema", "code", "title", "document", "year", "places", "roles", "unit_kinds", "groups",
    "events", "inputs", "values", "absent", "clause", "rule", "points", "score", "over", "where",
    "value", "children", "grades", "vetoes", "tie_break", "not_assessed", "unit", "others",
    "expect", "examples",
)  # fmt: skip
"""The order in which keys are written; others follow."""


def text_of(data: Any) -> str:
    """A scheme's data as YAML, for one that was not kept as it was written."""
    return yaml.safe_dump(_ordered(data), allow_unicode=True, sort_keys=False, width=96)


def _ordered(data: Any) -> Any:
    if isinstance(data, list):
        return [_ordered(one) for one in data]
    if not isinstance(data, dict):
        return data
    names = sorted(data, key=lambda one: (FIRST.index(one) if one in FIRST else len(FIRST), one))
    return {name: _ordered(data[name]) for name in names}


def outline_in(content: bytes) -> SchemeOutline:
    """What a scheme's text says. Raises Invalid with every problem: line, column and remedy."""
    data, marked, scheme = read_scheme_file(content)
    rules = tuple(
        RuleShown(
            marked.values.get(steps(path), (0, 0))[0],
            len(steps(path)) // 2,
            code,
            scheme.nodes[code].title,
            scheme.nodes[code].RULE,
            _points(scheme.nodes[code].worth()),
        )
        for code, path in scheme.paths.items()
    )
    return SchemeOutline(
        data, scheme.title, scheme.code, scheme.year, len(scheme.examples), rules,
        tuple(flag_in(one, marked) for one in flags_of(scheme)),
    )  # fmt: skip


def _points(worth: Fraction | None) -> str:
    return "" if worth is None else shown(worth)
