"""考核事项: what counts in a unit's year beside its reports, noted by the office."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date

from sqlalchemy import select

from db.models import Assignment, Merit, Plan
from db.queries.places.places import about_unit
from db.record import replace_interval
from documents.scheme_file import understood
from i18n import mark
from workflow.rules.access.permissions import Permission
from workflow.rules.assessment.facts import EXEMPTION
from workflow.rules.progress.quantities import parse
from workflow.rules.refusals import Invalid, Problem
from workflow.verbs.assessment.assess import newest_scheme
from workflow.verbs.context import Context
from workflow.verbs.finding import find_visible

LONGEST = 200
MOST_TIMES = 99


def merit_kinds(c: Context, year: int) -> dict[str, str]:
    """The kinds that the year's newest scheme counts, with the titles of their rules."""
    kept = newest_scheme(c, year)
    return understood(json.loads(kept.body)).merits if kept else {}


def record_merit(
    c: Context,
    *,
    plan_id: int,
    unit_id: int,
    year: int,
    kind: str,
    title: str,
    basis: str,
    day: date | None,
    task_id: int | None = None,
    level: str = "",
    matter: str = "",
    amount: str = "",
    times: int = 1,
) -> int:
    """Note a merit or demerit of a unit's year, or exempt one of its tasks; the id of the note.

    Who may: reviewers and administrators who hold no post for the unit. `kind` is one that the
    year's scheme counts, or EXEMPTION, which needs the task; `basis` the document that says so,
    `day` its local date. It counts from the next assessment on; the unit sees it at once. Leaves an
    event. `level`, `amount` (decimal text), `matter` and how many `times` are said where the scheme
    asks for them. Raises NotFound, NotAllowed, Invalid with every field that is not right.
    """
    plan = find_visible(c, Plan, plan_id)
    c.require(Permission.NOTE_MERIT, about_unit(c.session, unit_id))
    title, basis = title.strip(), basis.strip()
    tasks = _tasks(c, plan_id, unit_id)
    problems = [
        Problem(field, mark("write something here, in no more than {n} characters"), n=LONGEST)
        for field, text in (("title", title), ("basis", basis))
        if not 0 < len(text) <= LONGEST
    ]
    if kind != EXEMPTION and kind not in merit_kinds(c, year):
        problems.append(
            Problem("kind", mark("the scheme of {year} does not count this"), year=year)
        )
    if (kind == EXEMPTION) != (task_id is not None) or task_id not in (None, *tasks):
        problems.append(Problem("task", mark("an exemption is for one task of the unit")))
    if not tasks:
        problems.append(Problem("unit", mark("this unit has no part in the plan")))
    if day is None or day.year != year or day > c.today:
        problems.append(
            Problem("day", mark("the day lies in {year} and not in the future"), year=year)
        )
    problems += _of_size(level, matter, amount, times)
    if problems:
        raise Invalid(mark("This cannot be noted."), tuple(problems))
    noted = Merit(
        plan_id=plan.id, unit_id=unit_id, year=year, kind=kind, task_id=task_id, title=title,
        basis=basis, day=day, person_id=c.actor.person_id, known_from=c.now, level=level.strip(),
        matter=matter.strip(), amount=parse(amount).value if amount.strip() else None,
        times=times if times != 1 else None,
    )  # fmt: skip
    c.session.add(noted)
    c.session.flush()
    c.record_event(plan.id, "note_merit", "merit", noted.id, unit=unit_id, year=year, kind=kind)
    return noted.id


def strike_merit(c: Context, *, merit_id: int) -> None:
    """Strike out what was noted: it does not count from the next assessment on, and stays to read.

    Who may: as `note_merit`. Leaves an event. Raises NotFound, NotAllowed, Conflict where it was
    struck out already.
    """
    noted = find_visible(c, Merit, merit_id)
    c.require(Permission.NOTE_MERIT, about_unit(c.session, noted.unit_id))
    replace_interval(c.session, Merit, [Merit.id == merit_id], None, c.now)
    c.record_event(noted.plan_id, "strike_merit", "merit", merit_id, unit=noted.unit_id)


def _of_size(level: str, matter: str, amount: str, times: int) -> Iterator[Problem]:
    for field, text in (("level", level), ("matter", matter)):
        if len(text) > LONGEST:
            yield Problem(
                field, mark("write something here, in no more than {n} characters"), n=LONGEST
            )
    if amount.strip():
        try:
            parse(amount)
        except Invalid as refused:
            yield Problem("amount", refused.message, **refused.fields)
    if not 1 <= times <= MOST_TIMES:
        yield Problem("times", mark("write a number from 1 to {n}"), n=MOST_TIMES)


def _tasks(c: Context, plan_id: int, unit_id: int) -> frozenset[int]:
    """The tasks in which the unit has a part in force."""
    found = select(Assignment.task_id).where(
        Assignment.plan_id == plan_id, Assignment.unit_id == unit_id, Assignment.at(c.now)
    )
    return frozenset(c.session.scalars(found))
