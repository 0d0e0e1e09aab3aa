"""Schemes and facts as files: YAML or JSON, read and understood. No database here.

What ends in `_in` or is `scored` is meant to be run apart (documents.untrusted.apart).
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from documents.untrusted.data import read_data
from i18n import mark
from workflow.rules.assessment import facts as facts_of_units
from workflow.rules.assessment import scheme as schemes
from workflow.rules.assessment.facts import Facts, read_facts
from workflow.rules.assessment.scheme import Scheme, read_scheme
from workflow.rules.assessment.scoring import canonical, score


@dataclass(frozen=True)
class ScoredFile:
    """A result as its canonical bytes, and a line for people about each unit."""

    document: bytes
    lines: tuple[str, ...]


def parsed(content: bytes) -> Any:
    """The data of a YAML or JSON file. Raises Invalid with the line that is not well-formed."""
    return read_data(content, mark("This is not well-formed YAML or JSON."))


def scheme_in(content: bytes) -> Any:
    """The data of a file that holds a scheme. Raises Invalid with every problem and its place."""
    data = parsed(content)
    understood(data)
    return data


def scored(scheme: Any, facts: bytes) -> ScoredFile:
    """The facts of a file scored by a scheme's data. Raises Invalid with every problem."""
    result = score(understood(scheme), understood_facts(parsed(facts)))
    lines = (f"{one.rank or '—'}\t{one.total}\t{one.grade}\t{one.name}" for one in result.units)
    return ScoredFile(canonical(result), tuple(lines))


def understood(data: Any) -> Scheme:
    """The scheme that the data says. Raises Invalid with every problem and its place."""
    return read_scheme(data, _form(schemes.FORM))


def understood_facts(data: Any) -> Facts:
    """The facts that the data says. Raises Invalid with every problem and its place."""
    return read_facts(data, _form(facts_of_units.FORM))


def _form(name: str) -> Any:
    return json.loads(files("workflow.rules.assessment").joinpath(name).read_text(encoding="utf-8"))
