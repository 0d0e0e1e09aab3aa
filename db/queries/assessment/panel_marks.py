"""述职评议: the marks of the panel, as means for whoever sees the unit, and one's own to change."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass
from fractions import Fraction

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models import GivenFact, Unit
from db.queries.scope import visible_to
from workflow.rules.access.permissions import Actor
from workflow.rules.assessment.given import GivenKind
from workflow.rules.assessment.panel import CRITERIA

FEWEST = 3
"""A mean of fewer would say who gave which mark."""


@dataclass(frozen=True)
class PanelMarks:
    """A unit's marks: the mean of each criterion (None of fewer than FEWEST), from how many; `own`:
    the reader's own marks by criterion."""

    unit_id: int
    unit: str
    raters: int
    means: dict[str, Fraction | None]
    own: dict[str, str]


def panel_marks(session: Session, actor: Actor, plan_id: int, year: int) -> tuple[PanelMarks, ...]:
    """By unit, of those that the actor sees and that have marks."""
    rows = session.execute(
        select(
            GivenFact.unit_id, Unit.name, GivenFact.raters, GivenFact.value, GivenFact.person_id
        )
        .join(Unit, Unit.id == GivenFact.unit_id)
        .where(
            GivenFact.plan_id == plan_id, GivenFact.year == year,
            GivenFact.kind == GivenKind.PANEL, GivenFact.open(), visible_to(actor, GivenFact),
        )
        .order_by(GivenFact.unit_id, GivenFact.id)
    ).all()  # fmt: skip
    marks: dict[int, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    own: dict[int, dict[str, str]] = defaultdict(dict)
    names: dict[int, str] = {}
    for unit_id, unit, criterion, value, person_id in rows:
        (given,) = json.loads(value)["marks"]
        names[unit_id] = unit
        marks[unit_id][criterion].append(given)
        if person_id == actor.person_id:
            own[unit_id][criterion] = given
    return tuple(
        PanelMarks(
            unit_id, name, max(map(len, marks[unit_id].values())),
            {one: _mean(marks[unit_id][one]) for one in CRITERIA}, own[unit_id],
        )
        for unit_id, name in names.items()
    )  # fmt: skip


def _mean(given: list[str]) -> Fraction | None:
    if len(given) < FEWEST:
        return None
    return sum(map(Fraction, given), Fraction(0)) / len(given)
