"""A scheme as its writer reads it: every rule with its line, its cases, what the state's rules say.

`outline_in` is meant to be run apart (documents.untrusted.apart).
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from documents.scheme_file import FlagFound, flag_in, flags_of, read_scheme_file
from workflow.rules.assessment.exact import shown
from workflow.rules.assessment.faults import steps


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
