"""What people gave of units' years beside their reports: for the facts, and for readers."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models import GivenFact, MeasureVersion, Person, Task, Unit
from db.queries.places.places import about_plan
from db.queries.scope import visible_to
from workflow.rules.access.permissions import Actor, Permission, Subject, may
from workflow.rules.assessment.given import (
    BY_THE_PANEL,
    BY_UNITS,
    LAST_YEAR,
    GivenKind,
    written_given,
)

Plain = dict[str, Any]


@dataclass(frozen=True)
class Given:
    """What was given of one unit, as the facts of a unit, of its measures and its tasks say it.

    `measures` by id: last_year, periods, values; `tasks` by id; `cleared`: (measure, doubt) → id of
    what says that it was looked at."""

    unit: Plain
    measures: Mapping[int, Plain]
    tasks: Mapping[int, Plain]
    cleared: Mapping[tuple[int, str], int]


NOTHING = Given({}, {}, {}, {})


def given_of_year(session: Session, plan_id: int, year: int, at: datetime) -> dict[int, Given]:
    """What was given of a plan's year as known at an instant, by unit. For the system."""
    by_unit: dict[int, list[GivenFact]] = defaultdict(list)
    for one in session.scalars(
        select(GivenFact)
        .where(GivenFact.plan_id == plan_id, GivenFact.year == year, GivenFact.at(at))
        .order_by(GivenFact.id)
    ):
        by_unit[one.unit_id].append(one)
    return {unit_id: _given(rows) for unit_id, rows in by_unit.items()}


def _given(rows: Sequence[GivenFact]) -> Given:
    unit: Plain = {}
    measures: dict[int, Plain] = defaultdict(dict)
    tasks: dict[int, Plain] = defaultdict(dict)
    cleared: dict[tuple[int, str], int] = {}
    for row in rows:
        value, kind = json.loads(row.value), GivenKind(row.kind)
        if kind in BY_UNITS:
            continue
        if kind is GivenKind.CLEARED:
            cleared[row.measure_id or 0, row.name] = row.id
        elif kind is GivenKind.MEASURE:
            _of_measure(measures[row.measure_id or 0], row, value["value"])
        elif kind is GivenKind.TASK:
            tasks[row.task_id or 0][row.name] = value["value"]
        elif kind is GivenKind.NUMBER:
            _number(unit.setdefault("numbers", {}), row, value)
        elif kind is GivenKind.WORD:
            unit.setdefault("words", {})[row.name] = value["value"]
        else:
            _listed(unit, kind, row, value)
    return Given(unit, measures, tasks, cleared)


def _of_measure(measure: Plain, row: GivenFact, number: str) -> None:
    if row.period:
        measure.setdefault("periods", {})[row.period] = number
    elif row.name == LAST_YEAR:
        measure[LAST_YEAR] = number
    else:
        measure.setdefault("values", {})[row.name] = number


def _number(numbers: Plain, row: GivenFact, value: Plain) -> None:
    one = numbers.setdefault(row.name, {"value": None, "evidence": []})
    one["evidence"].append(f"given_fact:{row.id}")
    if "unit" in value:
        one["unit"] = value["unit"]
    if row.period:
        one.setdefault("periods", {})[row.period] = value["value"]
    else:
        one["value"] = value["value"]


_LISTS = {
    GivenKind.RANK: "ranks",
    GivenKind.RATING: "ratings",
    GivenKind.PANEL: "ratings",
    GivenKind.BALLOT: "ballots",
    GivenKind.POINTS: "given",
}


def _listed(unit: Plain, kind: GivenKind, row: GivenFact, value: Plain) -> None:
    name = f"given_fact:{row.id}"
    said = {"id": name, "evidence": [name], "name": row.name, **value}
    if kind is GivenKind.POINTS:
        said = {"id": name, "evidence": [name], "rule": row.name, "points": value["value"]}
    elif row.raters:
        said["group"] = row.raters
    unit.setdefault(_LISTS[kind], []).append(said)


@dataclass(frozen=True)
class GivenRow:
    """One given fact for people. `about`: the task or measure to which it belongs, or "".
    `ended_at`: None while it counts; `may_take_back`: the reader may."""

    id: int
    unit_id: int
    unit: str
    kind: GivenKind
    name: str
    raters: str
    period: str
    about: str
    value: str
    basis: str
    given_by: str
    given_at: datetime
    ended_at: datetime | None
    may_take_back: bool


def given_rows(
    session: Session, actor: Actor, plan_id: int, year: int, at: datetime
) -> tuple[GivenRow, ...]:
    """What was given of a plan's year until an instant, of the reader's own units or of all; the
    newest first, with what has been taken back since. Of the marks of a panel see panel_marks."""
    version = MeasureVersion
    rows = session.execute(
        select(GivenFact, Unit.name, Person.name, Task.code, version.metric)
        .join(Unit, Unit.id == GivenFact.unit_id)
        .join(Person, Person.id == GivenFact.person_id)
        .outerjoin(Task, Task.id == GivenFact.task_id)
        .outerjoin(version, (version.measure_id == GivenFact.measure_id) & version.open())
        .where(
            GivenFact.plan_id == plan_id, GivenFact.year == year, GivenFact.known_from <= at,
            visible_to(actor, GivenFact), GivenFact.kind.not_in(BY_THE_PANEL),
        )
        .order_by(GivenFact.id.desc())
    )  # fmt: skip
    place = about_plan(session, plan_id).place_id
    return tuple(
        GivenRow(
            one.id, one.unit_id, unit, GivenKind(one.kind), one.name, one.raters, one.period,
            code or metric or "", written_given(GivenKind(one.kind), json.loads(one.value)),
            one.basis, person, one.known_from, one.known_to if one.known_to <= at else None,
            one.known_to > at
            and may(actor, Permission.NOTE_MERIT, Subject(place, unit_id=one.unit_id)),
        )
        for one, unit, person, code, metric in rows
    )  # fmt: skip
