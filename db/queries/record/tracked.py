"""What the mirror of tracked workflows reads: how far each chain has come, what happened behind a
number, and plans with their tasks and reports as they stand."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, case, or_, select
from sqlalchemy.orm import Session, aliased

from db.models import (
    Assignment,
    ChainHead,
    Clock,
    Event,
    Place,
    Plan,
    Report,
    ReportState,
    Round,
    Task,
    TaskState,
    TaskVersion,
    Unit,
)
from db.record import SYSTEM_CHAIN, batched
from workflow.rules.access.permissions import INSTALLATION, Actor, Permission, require
from workflow.rules.assignments import ANSWERABLE
from workflow.rules.states import ReportStateName
from workflow.rules.tracking.runs import (
    REPORTS,
    TASKS,
    Phase,
    TrackedPlan,
    TrackedReport,
    TrackedTask,
)
from workflow.rules.tracking.touched import NAMES

_AT_ONCE = 5000
_SETTLED = [state for state, shown in REPORTS.items() if shown.phase != Phase.WAITING]


@dataclass(frozen=True)
class ChainPlace:
    """A place in a chain: the number of an event and its hash, which no other record has."""

    no: int
    hash: str


@dataclass(frozen=True)
class Happened:
    """An event as the window is told of it: ids and states, no words of people."""

    no: int
    at: datetime
    action: str
    subject: str
    subject_id: int
    before: str
    after: str
    hash: str


def plan_heads(session: Session, actor: Actor, plan_id: int | None = None) -> dict[int, ChainPlace]:
    """How far the chain of each issued plan has come, or of this one."""
    require(actor, Permission.OPERATE, INSTALLATION)
    wanted = (
        select(ChainHead.chain, ChainHead.no, ChainHead.hash)
        .join(Plan, Plan.id == ChainHead.chain)
        .where(Plan.issued_at.is_not(None))
        .order_by(ChainHead.chain)
    )
    if plan_id is not None:
        wanted = wanted.where(Plan.id == plan_id)
    return {row.chain: ChainPlace(row.no, row.hash) for row in session.execute(wanted)}


def last_renaming(session: Session, actor: Actor) -> int:
    """The number of the last event of the system's chain by which a name may have changed."""
    require(actor, Permission.OPERATE, INSTALLATION)
    return (
        session.scalar(
            select(Event.no)
            .where(Event.chain == SYSTEM_CHAIN, Event.subject.in_(NAMES))
            .order_by(Event.no.desc())
            .limit(1)
        )
        or 0
    )


def is_in_the_record(session: Session, actor: Actor, chain: int, place: ChainPlace) -> bool:
    """Whether the event with this number has this hash: else another record was read before."""
    require(actor, Permission.OPERATE, INSTALLATION)
    known = select(Event.hash).where(Event.chain == chain, Event.no == place.no)
    return session.scalar(known) == place.hash


def happened(session: Session, actor: Actor, chain: int, after: int) -> list[Happened]:
    """The events of a chain behind a number, in order."""
    require(actor, Permission.OPERATE, INSTALLATION)
    columns = [getattr(Event, name) for name in Happened.__dataclass_fields__]
    wanted = select(*columns).where(Event.chain == chain, Event.no > after).order_by(Event.no)
    return [Happened(*row) for row in session.execute(wanted)]


def subjects_of(
    session: Session, actor: Actor, ids: Mapping[str, Collection[int]]
) -> tuple[set[int], set[int]]:
    """The tasks, by id, that these subjects mean with all their reports, and single reports."""
    require(actor, Permission.OPERATE, INSTALLATION)
    tasks, reports = set(ids.get("task", ())), set(ids.get("report", ()))
    for some in _parts(ids.get("assignment", ())):
        tasks |= set(session.scalars(select(Assignment.task_id).where(Assignment.id.in_(some))))
    for some in _parts(ids.get("round", ())):
        reports |= set(session.scalars(select(Report.id).where(Report.round_id.in_(some))))
    return tasks, reports


def tracked_plan(
    session: Session,
    actor: Actor,
    plan_id: int,
    settled_after: datetime,
    only: tuple[Collection[int], Collection[int]] | None = None,
) -> TrackedPlan:
    """A plan with its tasks that were issued, and their reports but those settled before an instant
    (UTC); `only` those tasks with their reports, and those reports with their tasks."""
    require(actor, Permission.OPERATE, INSTALLATION)
    plan = session.execute(
        select(Plan.code, Plan.title, Place.code.label("place"))
        .join(Place, Place.id == Plan.place_id)
        .where(Plan.id == plan_id)
    ).one()
    if only is None:
        return TrackedPlan(
            plan_id, plan.code, plan.title, plan.place,
            _tasks(session, [Task.plan_id == plan_id]),
            _reports(session, settled_after, [Report.plan_id == plan_id]),
        )  # fmt: skip
    task_ids, report_ids = only
    reports = _reports(
        session,
        settled_after,
        [
            *(Report.task_id.in_(some) for some in _parts(task_ids)),
            *(Report.id.in_(some) for some in _parts(report_ids)),
        ],
    )
    above = {*task_ids, *(report.task_id for report in reports)}
    tasks = _tasks(session, [Task.id.in_(some) for some in _parts(above)])
    return TrackedPlan(plan_id, plan.code, plan.title, plan.place, tasks, reports)


def _tasks(session: Session, which: Iterable[ColumnElement[bool]]) -> tuple[TrackedTask, ...]:
    found = []
    for condition in which:
        leads = _leads(session, condition)
        rows = session.execute(
            select(Task.id, Task.code, TaskVersion.title, TaskState.state, TaskState.known_from)
            .join(TaskVersion, TaskVersion.task_id == Task.id)
            .join(TaskState, TaskState.task_id == Task.id)
            .where(condition, TaskVersion.open(), TaskState.open(), TaskState.state.in_(TASKS))
            .order_by(Task.position, Task.id)
        )
        found += [TrackedTask(*row, tuple(leads[row.id])) for row in rows]
    return tuple(found)


def _leads(session: Session, condition: ColumnElement[bool]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = defaultdict(list)
    rows = session.execute(
        select(Assignment.task_id, Unit.name)
        .join(Task, Task.id == Assignment.task_id)
        .join(Unit, Unit.id == Assignment.unit_id)
        .where(
            condition,
            Assignment.open(),
            Assignment.role.in_(ANSWERABLE),
        )
        .order_by(Assignment.collects.desc(), Assignment.position, Assignment.id)
    )
    for task_id, unit in rows:
        found[task_id].append(unit)
    return found


def _reports(
    session: Session, settled_after: datetime, which: Iterable[ColumnElement[bool]]
) -> tuple[TrackedReport, ...]:
    shown = or_(ReportState.state.not_in(_SETTLED), ReportState.known_from > settled_after)
    found = {
        row["report_id"]: TrackedReport(**row)
        for condition in which
        for row in session.execute(
            _standing().where(condition, shown).order_by(Report.id)
        ).mappings()
    }
    return tuple(found.values())


def _standing() -> Select[*tuple[Any, ...]]:
    """Reports with the date that counts now: the unit's, that of its answer, or the reviewer's."""
    review = aliased(Clock)
    due = case(
        (ReportState.state == ReportStateName.RETURNED, Report.answer_due_on),
        (ReportState.state == ReportStateName.SIGNED_OFF, review.due_on),
        else_=Clock.due_on,
    )
    return (
        select(
            Report.id.label("report_id"), Report.task_id, Round.period, Report.unit_id,
            Unit.name.label("unit"), ReportState.state, ReportState.known_from.label("since"),
            due.label("due_on"), (Report.lead_unit_id != Report.unit_id).label("to_lead"),
        )
        .join(ReportState, ReportState.report_id == Report.id)
        .join(Round, Round.id == Report.round_id)
        .join(Unit, Unit.id == Report.unit_id)
        .join(Clock, Clock.id == Report.clock_id)
        .outerjoin(review, review.id == Report.review_clock_id)
        .where(ReportState.open())
    )  # fmt: skip


def _parts(ids: Iterable[int]) -> Iterable[Sequence[int]]:
    return batched(sorted(ids), _AT_ONCE)
