"""What events are about, by the names that stand today."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models import (
    Assignment,
    Evidence,
    GivenFact,
    Indicator,
    IndicatorValue,
    MeasureVersion,
    Merit,
    Objection,
    Outbox,
    Person,
    Place,
    Plan,
    Report,
    Request,
    Round,
    ScoreLine,
    Task,
    TaskVersion,
    Unit,
    UnitGroup,
    WorkingCopy,
)


def names_of(session: Session, subjects: Iterable[tuple[str, int]]) -> dict[tuple[str, int], str]:
    """(subject, id) → its name, as far as it has one; a few at a time, such as a page of events."""
    asked: dict[str, set[int]] = defaultdict(set)
    for subject, subject_id in subjects:
        if subject in _NAMES and subject_id:
            asked[subject].add(subject_id)
    return {
        (subject, row[0]): " ".join(str(part) for part in row[1:] if part)
        for subject, ids in asked.items()
        for row in session.execute(_NAMES[subject](ids))
    }


def _tasks(ids: set[int]) -> Any:
    current = (TaskVersion.task_id == Task.id) & TaskVersion.open()
    return (
        select(Task.id, Task.code, TaskVersion.title)
        .join(TaskVersion, current)
        .where(Task.id.in_(ids))
    )


def _reports(ids: set[int]) -> Any:
    return (
        select(Report.id, Round.period, Task.code, Unit.name)
        .join(Round, Round.id == Report.round_id)
        .join(Task, Task.id == Report.task_id)
        .join(Unit, Unit.id == Report.unit_id)
        .where(Report.id.in_(ids))
    )


def _evidence(ids: set[int]) -> Any:
    return (
        select(Evidence.id, Evidence.name, Round.period, Task.code, Unit.name)
        .join(Report, Report.id == Evidence.report_id)
        .join(Round, Round.id == Report.round_id)
        .join(Task, Task.id == Report.task_id)
        .join(Unit, Unit.id == Report.unit_id)
        .where(Evidence.id.in_(ids))
    )


def _objections(ids: set[int]) -> Any:
    return (
        select(Objection.id, Unit.name, ScoreLine.title)
        .join(ScoreLine, ScoreLine.id == Objection.score_line_id)
        .join(Unit, Unit.id == Objection.unit_id)
        .where(Objection.id.in_(ids))
    )


def _merits(ids: set[int]) -> Any:
    named = select(Merit.id, Unit.name, Merit.title).join(Unit, Unit.id == Merit.unit_id)
    return named.where(Merit.id.in_(ids))


def _given_facts(ids: set[int]) -> Any:
    named = select(GivenFact.id, Unit.name, GivenFact.name)
    return named.join(Unit, Unit.id == GivenFact.unit_id).where(GivenFact.id.in_(ids))


def _letters(ids: set[int]) -> Any:
    named = select(Outbox.id, Person.name, Outbox.subject)
    return named.join(Person, Person.id == Outbox.person_id).where(Outbox.id.in_(ids))


def _of_unit(table: type[Assignment] | type[Request]) -> Callable[[set[int]], Any]:
    return lambda ids: (
        select(table.id, Task.code, Unit.name)
        .join(Task, Task.id == table.task_id)
        .join(Unit, Unit.id == table.unit_id)
        .where(table.id.in_(ids))
    )


_NAMES: dict[str, Callable[[set[int]], Any]] = {
    "person": lambda ids: select(Person.id, Person.name).where(Person.id.in_(ids)),
    "place": lambda ids: select(Place.id, Place.name).where(Place.id.in_(ids)),
    "unit": lambda ids: select(Unit.id, Unit.name).where(Unit.id.in_(ids)),
    "unit_group": lambda ids: select(UnitGroup.id, UnitGroup.name).where(UnitGroup.id.in_(ids)),
    "plan": lambda ids: select(Plan.id, Plan.title).where(Plan.id.in_(ids)),
    "round": lambda ids: select(Round.id, Round.period).where(Round.id.in_(ids)),
    "working_copy": lambda ids: select(WorkingCopy.id, WorkingCopy.title).where(
        WorkingCopy.id.in_(ids)
    ),
    "task": _tasks,
    "report": _reports,
    "measure": lambda ids: select(MeasureVersion.measure_id, MeasureVersion.metric).where(
        MeasureVersion.measure_id.in_(ids), MeasureVersion.open()
    ),
    "indicator": lambda ids: select(Indicator.id, Indicator.name).where(Indicator.id.in_(ids)),
    "indicator_value": lambda ids: (
        select(IndicatorValue.id, Indicator.name, IndicatorValue.year)
        .join(Indicator, Indicator.id == IndicatorValue.indicator_id)
        .where(IndicatorValue.id.in_(ids))
    ),
    "assignment": _of_unit(Assignment),
    "request": _of_unit(Request),
    "evidence": _evidence,
    "merit": _merits,
    "given_fact": _given_facts,
    "objection": _objections,
    "outbox": _letters,
}
