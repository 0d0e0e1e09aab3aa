"""Give facts of units' years that no report holds: numbers, ranks, marks, votes, points."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sqlalchemy import select

from db.models import Assignment, GivenFact, Measure, Plan, Task
from db.queries.places.places import about_unit
from db.record import replace_interval
from db.types import canonical
from i18n import mark
from workflow.rules.access.permissions import Permission
from workflow.rules.assessment.doubts import BY_PEOPLE
from workflow.rules.assessment.given import BY_THE_PANEL, BY_UNITS, OF_TASK, GivenKind, read_given
from workflow.rules.refusals import Invalid, Problem
from workflow.verbs.context import Context
from workflow.verbs.finding import find_visible

LONGEST = 200


@dataclass(frozen=True)
class FactHead:
    """What several units are given at once: what kind, what it is called (for points the code of
    the rule), by which `raters`, of which `period` where it is not the year, of which measure or
    task, and by which document."""

    kind: GivenKind
    name: str
    basis: str
    raters: str = ""
    period: str = ""
    measure_id: int | None = None
    task_id: int | None = None


def give_fact(
    c: Context, *, plan_id: int, year: int, head: FactHead, values: Mapping[int, str]
) -> tuple[int, ...]:
    """Give units (by id) a fact of their year, as typed (workflow.rules.assessment.given); the ids.

    Who may: reviewers and administrators who hold no post for the unit. What was given before under
    the same name ends. It counts from the next assessment on; the unit sees it at once. Leaves an
    event a fact. Raises NotFound, NotAllowed, Invalid with every value and field that is not right.
    """
    plan = find_visible(c, Plan, plan_id)
    for unit_id in values:
        c.require(Permission.NOTE_MERIT, about_unit(c.session, unit_id))
    problems = [*_wrong_head(c, plan_id, head)]
    if head.kind in BY_UNITS:
        problems.append(Problem("kind", mark("units say this themselves")))
    if head.kind in BY_THE_PANEL:
        problems.append(Problem("kind", mark("everybody of the panel says this alone")))
    known = set(
        c.session.scalars(
            select(Assignment.unit_id).where(Assignment.plan_id == plan_id, Assignment.at(c.now))
        )
    )
    read = {}
    for unit_id, typed in values.items():
        if unit_id not in known:
            problems.append(Problem("unit", mark("this unit has no part in the plan")))
            continue
        try:
            read[unit_id] = read_given(head.kind, typed)
        except Invalid as refused:
            problems.append(Problem("value", refused.message, **refused.fields))
    if not values:
        problems.append(Problem("value", mark("name at least one unit with its value")))
    if problems:
        raise Invalid(mark("This cannot be noted."), tuple(problems))
    return tuple(
        _give(c, plan.id, year, unit_id, head, canonical(value)) for unit_id, value in read.items()
    )


def take_back_fact(c: Context, *, fact_id: int) -> None:
    """Take a given fact back: it does not count from the next assessment on, and stays to read.

    Who may: as `give_fact`. Leaves an event. Raises NotFound, NotAllowed, Conflict where it ended.
    """
    given = find_visible(c, GivenFact, fact_id)
    c.require(Permission.NOTE_MERIT, about_unit(c.session, given.unit_id))
    replace_interval(c.session, GivenFact, [GivenFact.id == fact_id], None, c.now)
    c.record_event(
        given.plan_id, "take_back_fact", "given_fact", fact_id, unit=given.unit_id, year=given.year
    )


def _give(c: Context, plan_id: int, year: int, unit_id: int, head: FactHead, value: str) -> int:
    same = [
        GivenFact.plan_id == plan_id, GivenFact.year == year, GivenFact.unit_id == unit_id,
        GivenFact.kind == head.kind, GivenFact.name == head.name,
        GivenFact.raters == head.raters, GivenFact.period == head.period,
        GivenFact.measure_id.is_not_distinct_from(head.measure_id),
        GivenFact.task_id.is_not_distinct_from(head.task_id),
    ]  # fmt: skip
    before = c.session.scalar(select(GivenFact.id).where(*same, GivenFact.open()))
    if before is not None:
        replace_interval(c.session, GivenFact, [GivenFact.id == before], None, c.now)
    made = GivenFact(
        plan_id=plan_id, unit_id=unit_id, year=year, kind=head.kind, name=head.name.strip(),
        raters=head.raters.strip(), period=head.period.strip(), task_id=head.task_id,
        measure_id=head.measure_id, value=value, basis=head.basis.strip(),
        person_id=c.actor.person_id, known_from=c.now,
    )  # fmt: skip
    c.session.add(made)
    c.session.flush()
    c.record_event(
        plan_id, "give_fact", "given_fact", made.id, unit=unit_id, year=year, kind=head.kind
    )
    return made.id


def _wrong_head(c: Context, plan_id: int, head: FactHead) -> Iterator[Problem]:
    for field, text in (("name", head.name), ("basis", head.basis)):
        if not 0 < len(text.strip()) <= LONGEST:
            yield Problem(
                field, mark("write something here, in no more than {n} characters"), n=LONGEST
            )
    of_measure = head.kind in (GivenKind.MEASURE, GivenKind.CLEARED)
    if of_measure != (head.measure_id is not None) or (
        of_measure and not _is_of(c, Measure, head.measure_id, plan_id)
    ):
        yield Problem("measure", mark("say of which measure of the plan it is"))
    of_task = head.kind is GivenKind.TASK
    if of_task != (head.task_id is not None) or (
        of_task and not _is_of(c, Task, head.task_id, plan_id)
    ):
        yield Problem("task", mark("say of which task of the plan it is"))
    known = {GivenKind.TASK: OF_TASK, GivenKind.CLEARED: tuple(BY_PEOPLE)}.get(head.kind)
    if known is not None and head.name not in known:
        yield Problem("name", mark("write one of: {names}"), names=", ".join(sorted(known)))


def _is_of(c: Context, table: type[Measure | Task], row_id: int | None, plan_id: int) -> bool:
    query = select(Task.plan_id).where(Task.id == row_id)
    if table is Measure:
        query = select(Task.plan_id).join(Measure).where(Measure.id == row_id)
    return c.session.scalar(query) == plan_id
