"""One task's whole story: what it demands, who answers, what was asked, told and decided."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from db.models import (
    Assignment,
    Event,
    GroupAssignment,
    Instruction,
    Item,
    Measure,
    MeasureVersion,
    Person,
    Plan,
    Task,
    TaskState,
    TaskVersion,
)
from db.queries.plans.plan_tasks import (
    GroupPart,
    PartRow,
    groups_of,
    parts_of,
)
from db.queries.progress.first_dates import first_dues
from db.queries.requests.requests import RequestRow, requests_about
from db.queries.scope import visible_to
from db.queries.tasks.reports import ReportRow, reports_about
from db.queries.tasks.task import (
    AcceptedValue,
    MeasureRow,
    MilestoneRow,
    ReachedMilestoneRow,
    YearTargetRow,
    accepted_milestones,
    accepted_values,
    measures_of,
    milestones_of,
    year_targets_of,
)
from i18n import mark
from workflow.rules.access.permissions import Actor
from workflow.rules.refusals import NotFound


@dataclass(frozen=True)
class WordingRow:
    """What a task said from an instant until before another; `document` approved it."""

    known_from: datetime
    known_to: datetime
    title: str
    text: str
    due: date | None
    document: str


@dataclass(frozen=True)
class TargetRow:
    """What a measure demanded from an instant until before another."""

    known_from: datetime
    known_to: datetime
    value: Decimal | None
    written: str
    document: str


@dataclass(frozen=True)
class MeasureStory:
    """A measure with all its versions (the first is the original), shares and accepted numbers."""

    now: MeasureRow
    versions: tuple[TargetRow, ...]
    year_targets: tuple[YearTargetRow, ...]
    accepted: tuple[AcceptedValue, ...]


@dataclass(frozen=True)
class InstructionRow:
    """A leader's remark: the task it became and the one it is about."""

    task_id: int
    code: str
    title: str
    about_task_id: int | None
    leader: str | None
    recorded_by: str | None
    text: str
    at: datetime


@dataclass(frozen=True)
class EventRow:
    """One thing that happened. `actor` is a person's name, else the system actor's."""

    no: int
    at: datetime
    actor: str
    action: str
    subject: str
    subject_id: int
    before: str
    after: str
    payload: dict[str, Any]


@dataclass(frozen=True)
class TaskStory:
    """Everything about a task that the reader may see, as it stood at an instant."""

    task_id: int
    plan_id: int
    plan: str
    plan_first_year: int
    plan_last_year: int
    item: str
    code: str
    title: str
    text: str
    kind: str
    state: str
    origin: str
    due: date | None
    first_due: date | None
    due_text: str
    version: int
    words: tuple[WordingRow, ...]
    measures: tuple[MeasureStory, ...]
    milestones: tuple[MilestoneRow, ...]
    reached: tuple[ReachedMilestoneRow, ...]
    parts: tuple[PartRow, ...]
    groups: tuple[GroupPart, ...]
    requests: tuple[RequestRow, ...]
    instruction: InstructionRow | None
    instructions_about: tuple[InstructionRow, ...]
    reports: tuple[ReportRow, ...]
    timeline: tuple[EventRow, ...]


def task_story(session: Session, actor: Actor, task_id: int, at: datetime) -> TaskStory:
    """The whole story of one task. Raises NotFound where it is not the reader's to see."""
    found = session.execute(
        select(Task, Plan, TaskState.state, TaskVersion, Item.title)
        .join(Plan, Plan.id == Task.plan_id)
        .join(TaskState, TaskState.task_id == Task.id)
        .join(TaskVersion, TaskVersion.task_id == Task.id)
        .outerjoin(Item, Item.id == Task.item_id)
        .where(Task.id == task_id, visible_to(actor, Task), TaskState.at(at), TaskVersion.at(at))
    ).one_or_none()
    if found is None:
        raise NotFound(mark("There is nothing here, or it is not yours to see."))
    task, plan, state, words, item = found
    parts = parts_of(session, actor, Assignment.task_id == task_id, at)[task_id]
    requests = requests_about(session, actor, task_id, at)
    reports = reports_about(session, actor, task_id, at)
    measures = _measures(session, actor, task_id, at)
    remarks = _instructions(session, actor, task_id, at)
    return TaskStory(
        task_id=task_id,
        plan_id=plan.id,
        plan=plan.title,
        plan_first_year=plan.first_year,
        plan_last_year=plan.last_year,
        item=item or "",
        code=task.code,
        title=words.title,
        text=words.text,
        kind=words.kind,
        state=state,
        origin=task.origin,
        due=words.due,
        first_due=first_dues(session, Task.id == task_id, at).get(task_id, words.due),
        due_text=words.due_text,
        version=task.version,
        words=_words(session, task_id, at),
        measures=measures,
        milestones=tuple(milestones_of(session, task_id, at)),
        reached=tuple(accepted_milestones(session, task_id, at)),
        parts=tuple(parts),
        groups=tuple(groups_of(session, GroupAssignment.task_id == task_id, at)[task_id]),
        requests=tuple(requests),
        instruction=next((row for row in remarks if row.task_id == task_id), None),
        instructions_about=tuple(row for row in remarks if row.about_task_id == task_id),
        reports=tuple(reports),
        timeline=_timeline(session, task, requests, reports, measures, at),
    )


def _words(session: Session, task_id: int, at: datetime) -> tuple[WordingRow, ...]:
    names = list(WordingRow.__dataclass_fields__)
    rows = session.execute(
        select(*(getattr(TaskVersion, name) for name in names))
        .where(TaskVersion.task_id == task_id, TaskVersion.known_from <= at)
        .order_by(TaskVersion.known_from, TaskVersion.id)
    )
    return tuple(WordingRow(*row) for row in rows)


def _measures(
    session: Session, actor: Actor, task_id: int, at: datetime
) -> tuple[MeasureStory, ...]:
    versions: dict[int, list[TargetRow]] = defaultdict(list)
    columns = [getattr(MeasureVersion, name) for name in TargetRow.__dataclass_fields__]
    for measure_id, *row in session.execute(
        select(MeasureVersion.measure_id, *columns)
        .join(Measure, Measure.id == MeasureVersion.measure_id)
        .where(Measure.task_id == task_id, MeasureVersion.known_from <= at)
        .order_by(MeasureVersion.known_from, MeasureVersion.id)
    ):
        versions[measure_id].append(TargetRow(*row))
    targets = year_targets_of(session, actor, task_id, at)
    accepted = accepted_values(session, task_id, at)
    return tuple(
        MeasureStory(
            now,
            tuple(versions[now.measure_id]),
            tuple(row for row in targets if row.measure_id == now.measure_id),
            tuple(row for row in accepted if row.measure_id == now.measure_id),
        )
        for now in measures_of(session, task_id, at)
    )


def _instructions(
    session: Session, actor: Actor, task_id: int, at: datetime
) -> list[InstructionRow]:
    rows = session.execute(
        select(Instruction, Task.code, TaskVersion.title)
        .join(Task, Task.id == Instruction.task_id)
        .join(TaskVersion, TaskVersion.task_id == Task.id)
        .where(
            or_(Instruction.task_id == task_id, Instruction.about_task_id == task_id),
            visible_to(actor, Task),
            TaskVersion.at(at),
            Instruction.at <= at,
        )
        .order_by(Instruction.id)
    ).all()
    people = _names(session, {p for row in rows for p in (row[0].leader_id, row[0].recorded_by_id)})
    return [
        InstructionRow(
            said.task_id, code, title, said.about_task_id, people.get(said.leader_id or 0),
            people.get(said.recorded_by_id), said.text, said.at,
        )
        for said, code, title in rows
    ]  # fmt: skip


def _timeline(
    session: Session,
    task: Task,
    requests: list[RequestRow],
    reports: list[ReportRow],
    measures: tuple[MeasureStory, ...],
    at: datetime,
) -> tuple[EventRow, ...]:
    """Events of the task and of all that belongs to it and is the reader's to see."""
    assignments = session.scalars(select(Assignment.id).where(Assignment.task_id == task.id))
    subjects: dict[str, list[int]] = {
        "task": [task.id],
        "assignment": list(assignments),
        "request": [row.request_id for row in requests],
        "report": [row.report_id for row in reports],
        "measure": [row.now.measure_id for row in measures],
    }
    events = session.scalars(
        select(Event)
        .where(
            Event.chain == task.plan_id,
            Event.at <= at,
            or_(
                *(
                    and_(Event.subject == name, Event.subject_id.in_(ids))
                    for name, ids in subjects.items()
                    if ids
                )
            ),
        )
        .order_by(Event.no)
    ).all()
    people = _names(session, {_person(event.actor) for event in events})
    return tuple(
        EventRow(
            no=event.no,
            at=event.at,
            actor=people.get(_person(event.actor) or 0, event.actor),
            action=event.action,
            subject=event.subject,
            subject_id=event.subject_id,
            before=event.before,
            after=event.after,
            payload=json.loads(event.payload),
        )
        for event in events
    )


def _person(actor: str) -> int | None:
    return int(actor[1:]) if actor[:1] == "p" and actor[1:].isdigit() else None


def _names(session: Session, ids: set[int | None]) -> dict[int, str]:
    wanted = [person_id for person_id in ids if person_id is not None]
    rows = session.execute(select(Person.id, Person.name).where(Person.id.in_(wanted)))
    return dict(rows.tuples().all())
