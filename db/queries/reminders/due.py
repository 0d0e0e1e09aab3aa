"""Everything that waits for people on a day: what a digest lists, when it is written down."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from db.models import (
    ClockStep,
    Plan,
    SignOff,
    Submission,
    Task,
    TaskVersion,
    Unit,
    Verdict,
)
from db.queries.reminders.obligations import obligations, recipients
from db.record import batched
from workflow.rules.access.permissions import RoleName
from workflow.rules.reporting.ladder import AUDIENCE_STATES, ClockKind
from workflow.rules.reporting.verdicts import VerdictOutcome

_AT_ONCE = 2000
_UNIT_ROLES = (RoleName.LIAISON, RoleName.DEPUTY_HEAD)
_Post = tuple[str, int | None, int, int]
"""Role, unit, person."""


@dataclass(frozen=True)
class DueEntry:
    """Something that waits for a person in a role; `due_on` is the date that counts now."""

    person_id: int
    role: str
    kind: ClockKind
    subject: str
    subject_id: int
    state: str
    due_on: date
    plan_id: int
    plan: str
    policy: str
    task_id: int
    code: str
    title: str
    unit_id: int
    unit: str
    phone: str
    period: str


def digest_entries(session: Session, today: date, people: Sequence[int]) -> list[DueEntry]:
    """Everything that waits on a local day for these people."""
    return [entry for some in batched(people, _AT_ONCE) for entry in _waiting(session, today, some)]


def return_reasons(session: Session, report_ids: set[int]) -> dict[int, str]:
    """The words with which reports were last returned or sent back, by report."""
    if not report_ids:
        return {}
    returned = (
        select(Submission.report_id, Verdict.at, Verdict.reason)
        .join(Verdict, Verdict.submission_id == Submission.id)
        .where(Submission.report_id.in_(report_ids), Verdict.outcome == VerdictOutcome.RETURNED)
    )
    sent_back = (
        select(Submission.report_id, SignOff.at, SignOff.reason)
        .join(SignOff, SignOff.submission_id == Submission.id)
        .where(Submission.report_id.in_(report_ids), ~SignOff.consent)
    )
    rows = [*session.execute(returned), *session.execute(sent_back)]
    return {row.report_id: row.reason for row in sorted(rows, key=lambda row: row.at)}


def _waiting(session: Session, today: date, people: Sequence[int]) -> list[DueEntry]:
    posts = _posts(session, today, people)
    things = list(_things(session, today, posts))
    if not things:
        return []
    stepped = _stepped(session, today, {thing.clock_id for thing in things})
    of_unit: dict[int | None, list[_Post]] = defaultdict(list)
    of_office: list[_Post] = []
    for post in posts:
        (of_unit[post[1]] if post[0] in _UNIT_ROLES else of_office).append(post)
    found = []
    for thing in things:
        overdue = thing.due_on < today
        for post in (*of_unit.get(thing.unit_id, ()), *of_office):
            if _concerns(thing, post) and _is_told(thing, post[0], overdue, stepped):
                found.append(_entry(thing, post))
    return found


def _posts(session: Session, today: date, people: Sequence[int]) -> list[_Post]:
    """What these people act as on the day, for whom."""
    person = recipients(today, people=people)
    rows = session.execute(
        select(person.c.role, person.c.unit_id, person.c.place_id, person.c.person_id)
    )
    return [tuple(row) for row in rows.tuples()]


def _things(session: Session, today: date, posts: Iterable[_Post]) -> Iterator[Any]:
    """What is owed by their units, and, for who is of an office, to it."""
    units = {unit for role, unit, *_ in posts if role in _UNIT_ROLES}
    if any(role not in _UNIT_ROLES for role, *_ in posts):
        places = {place for _role, _unit, place, _person in posts}
        plans = session.scalars(select(Plan.id).where(Plan.place_id.in_(places))).all()
        thing = obligations(today, plan_ids=plans)
    else:
        thing = obligations(today, unit_ids=sorted(unit for unit in units if unit))
    rows = (
        select(
            thing,
            Plan.title.label("plan"),
            Plan.policy,
            Plan.office_unit_id,
            Plan.place_id,
            Task.code,
            TaskVersion.title,
            Unit.name.label("unit"),
            Unit.phone,
        )
        .select_from(thing)
        .join(Plan, Plan.id == thing.c.plan_id)
        .join(Task, Task.id == thing.c.task_id)
        .join(TaskVersion, and_(TaskVersion.task_id == Task.id, TaskVersion.open()))
        .join(Unit, Unit.id == thing.c.unit_id)
    )
    return iter(session.execute(rows))


def _stepped(session: Session, today: date, clocks: set[int]) -> set[tuple[int, str, bool]]:
    """(clock, role, overdue) of the steps that these clocks have come to."""
    rows = session.execute(
        select(ClockStep.clock_id, ClockStep.audience, ClockStep.overdue).where(
            ClockStep.clock_id.in_(clocks), ClockStep.fire_on <= today
        )
    )
    return {(clock, role, overdue) for clock, role, overdue in rows}


def _concerns(thing: Any, post: _Post) -> bool:
    """As `db.queries.reminders.planning.concerns` has it for sets."""
    role, unit, place, _person = post
    if role in _UNIT_ROLES:
        return True
    if place != thing.place_id:
        return False
    if role == RoleName.ADMINISTRATOR or unit is None:
        return True
    office = thing.office_unit_id
    return unit != thing.unit_id and office in (None, thing.unit_id, unit)


def _is_told(thing: Any, role: str, overdue: bool, stepped: set[tuple[int, str, bool]]) -> bool:
    """Their own work is listed whenever it waits, the rest only after a step has told of it."""
    acknowledge = thing.kind == ClockKind.ACKNOWLEDGE
    states = AUDIENCE_STATES.get((ClockKind(thing.kind), role, overdue), ())
    if not acknowledge and thing.state not in states:
        return False
    own = (
        role == RoleName.LIAISON
        or (role == RoleName.DEPUTY_HEAD and not acknowledge)
        or (role == RoleName.REVIEWER and thing.kind == ClockKind.REVIEW)
    )
    late = overdue and (thing.clock_id, role, True) in stepped
    return own or late or (thing.clock_id, role, False) in stepped


def _entry(thing: Any, post: _Post) -> DueEntry:
    return DueEntry(
        person_id=post[3],
        role=post[0],
        kind=ClockKind(thing.kind),
        subject=thing.subject,
        subject_id=thing.subject_id,
        state=thing.state,
        due_on=thing.due_on,
        plan_id=thing.plan_id,
        plan=thing.plan,
        policy=thing.policy,
        task_id=thing.task_id,
        code=thing.code,
        title=thing.title,
        unit_id=thing.unit_id,
        unit=thing.unit,
        phone=thing.phone,
        period=thing.period or "",
    )
