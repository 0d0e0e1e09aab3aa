"""年度分解: a measure's share for each year and unit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from db import record
from db.models import Assignment, Measure, MeasureVersion, Plan, Task, YearTarget
from db.queries.places.places import about_plan
from i18n import mark
from workflow.rules.access.permissions import Permission
from workflow.rules.progress.quantities import parse
from workflow.rules.progress.shares import MeasureToShare, Share, check
from workflow.rules.refusals import Invalid, NotFound, Problem
from workflow.verbs.context import Context
from workflow.verbs.finding import find_visible
from workflow.verbs.plans.draft_tasks import Row, replace_intervals


@dataclass(frozen=True)
class TargetEntry:
    """What was typed for a unit and year; an empty text takes the share away."""

    unit_id: int
    year: int
    text: str


def set_year_targets(
    c: Context,
    *,
    measure_id: int,
    version: int,
    entries: Sequence[TargetEntry],
    document: str = "",
) -> int:
    """Set shares of a measure, the written text kept beside; how many stand then.

    Who: the office. Shares that are not entered stay. `version` is the task's as the page showed
    it. What stood before stays as closed intervals. No mail. Raises NotFound, NotAllowed, Conflict,
    Invalid with each number that is not read, unit or year that is not of the task, and where the
    shares do not make the whole (see workflow.rules.progress.shares).
    """
    measure = c.session.get(Measure, measure_id)
    if measure is None:
        raise NotFound(mark("There is nothing here, or it is not yours to see."))
    task = find_visible(c, Task, measure.task_id)
    c.require(Permission.SET_YEAR_TARGETS, about_plan(c.session, task.plan_id))
    record.compare_and_set(c.session, Task, task.id, version)
    plan = c.session.get_one(Plan, task.plan_id)
    wanted = c.session.scalars(
        select(MeasureVersion).where(MeasureVersion.measure_id == measure_id, MeasureVersion.open())
    ).one()
    rows = _rows(c, measure_id)
    problems = _enter(c, rows, entries, wanted, plan, task.id, document)
    shares = [Share(row["unit_id"], row["year"], row["value"]) for row in rows.values()]
    by_year = wanted.by_year or plan.last_year
    whole = MeasureToShare(
        wanted.kind, wanted.op, wanted.value, wanted.unit, by_year, wanted.baseline
    )
    problems += [] if problems else check(whole, shares)
    if problems:
        raise Invalid(mark("The year targets cannot be taken."), tuple(problems))
    key = ["measure_id", "unit_id", "year"]
    replace_intervals(c, YearTarget, key, YearTarget.measure_id == measure_id, rows.values())
    c.record_event(
        plan.id, "set_year_targets", "measure", measure_id, entered=len(entries), stand=len(rows)
    )
    return len(rows)


def _rows(c: Context, measure_id: int) -> dict[tuple[int, int], Row]:
    """The shares that stand, by unit and year."""
    names = ["measure_id", "unit_id", "year", "value", "written", "document"]
    found = c.session.execute(
        select(*(getattr(YearTarget, name) for name in names)).where(
            YearTarget.measure_id == measure_id, YearTarget.open()
        )
    ).mappings()
    return {(row["unit_id"], row["year"]): dict(row) for row in found}


def _enter(
    c: Context,
    rows: dict[tuple[int, int], Row],
    entries: Sequence[TargetEntry],
    wanted: MeasureVersion,
    plan: Plan,
    task_id: int,
    document: str,
) -> list[Problem]:
    """Put what was typed into the rows; what is wrong with it."""
    units = c.session.scalars(
        select(Assignment.unit_id).where(Assignment.task_id == task_id, Assignment.open())
    ).all()
    problems = []
    for place, entry in enumerate(entries, 1):
        where = f"{place}: {entry.year}"
        if not entry.text.strip():
            # Also of a unit that has no part any more, and of a year before a newer edition.
            rows.pop((entry.unit_id, entry.year), None)
        elif entry.unit_id not in units:
            problems.append(Problem(where, mark("this unit has no part in the task")))
        elif not plan.first_year <= entry.year <= plan.last_year:
            problems.append(Problem(where, mark("this year is not of the plan")))
        else:
            try:
                number = parse(entry.text, wanted.unit)
            except Invalid as error:
                problems.append(Problem(where, error.message, **error.fields))
                continue
            rows[entry.unit_id, entry.year] = {
                "measure_id": wanted.measure_id,
                "unit_id": entry.unit_id,
                "year": entry.year,
                "value": number.value,
                "written": number.written,
                "document": document.strip(),
            }
    return problems
