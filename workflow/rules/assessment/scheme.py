"""考核办法: the rules of one year's assessment as data, read and checked; `luoshi.scheme/1`.

A scheme is a tree of rules of few kinds. A *sum* shares its points out to its children; *ratio*,
*table*, *count* and *manual* earn the points that they are worth; *deduct* and *bonus* stand beside
and take or give. How they are worked out is in `scoring`.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from i18n import mark
from workflow.rules.assessment.forms import check_form
from workflow.rules.assessment.scheme_faults import faults_in
from workflow.rules.assessment.scheme_types import (
    BESIDE,
    Grade,
    Group,
    Rule,
    Scheme,
    TableStep,
    Veto,
    Where,
)
from workflow.rules.refusals import Invalid

FORM = "scheme.schema.json"
"""The JSON Schema of a scheme, beside this module; whoever reads a scheme loads it."""

__all__ = [
    "BESIDE",
    "FORM",
    "Grade",
    "Group",
    "Rule",
    "Scheme",
    "TableStep",
    "Veto",
    "Where",
    "read_scheme",
]


def read_scheme(data: Any, form: Mapping[str, Any]) -> Scheme:
    """Read a scheme from what its YAML or JSON says; `form` is the JSON Schema named by FORM.

    Raises Invalid with every problem and its place: departures from the form, points that do not
    add up, codes used twice, tables that are not in order.
    """
    message = mark("The scheme cannot be used as it is.")
    check_form(data, form, message)
    scheme = Scheme(
        code=data["code"],
        title=data["title"],
        document=data.get("document", ""),
        year=data["year"],
        places=data.get("places", 2),
        roles={role: Decimal(weight) for role, weight in data["roles"].items()},
        groups=tuple(Group(g["code"], g["title"], tuple(g["kinds"])) for g in data["groups"]),
        grades=tuple(
            Grade(g["code"], g["title"], Decimal(g["at_least"]), g.get("barred_by_veto", False))
            for g in data.get("grades", ())
        ),
        vetoes=tuple(
            Veto(v["code"], v["title"], _where(v["where"])) for v in data.get("vetoes", ())
        ),
        score=_rule(data["score"]),
    )
    faults = tuple(faults_in(scheme))
    if faults:
        raise Invalid(message, faults)
    return scheme


def _where(data: Mapping[str, list[str]]) -> Where:
    return {name: tuple(values) for name, values in data.items()}


def _number(data: Mapping[str, Any], name: str) -> Decimal | None:
    return Decimal(data[name]) if name in data else None


def _rule(data: Mapping[str, Any]) -> Rule:
    children = tuple(_rule(child) for child in data.get("children", ()))
    points = _number(data, "points")
    if points is None:
        points = sum((child.points for child in children), Decimal(0))
    cap = _number(data, "cap")
    return Rule(
        code=data["code"],
        title=data["title"],
        kind=data["rule"],
        clause=data.get("clause", ""),
        points=points,
        over=data.get("over", ""),
        where=_where(data.get("where", {})),
        units=tuple(data.get("units", ())),
        of=data.get("of", ""),
        cap=Decimal(1) if cap is None else cap,
        steps=tuple(
            TableStep(Decimal(s["share"]), _number(s, "at_least"), _number(s, "at_most"))
            for s in data.get("steps", ())
        ),
        shares={word: Decimal(share) for word, share in data.get("shares", {}).items()},
        counts=_where(data.get("counts", {})),
        each=_number(data, "each") or Decimal(0),
        at_most=_number(data, "at_most"),
        at_least=_number(data, "at_least"),
        children=children,
        written=frozenset(data),
    )
