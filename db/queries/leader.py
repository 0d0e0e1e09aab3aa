"""领导参阅: who is behind, why, and what is asked of the reader."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models import Request, RequestState, Task, TaskVersion, Unit
from db.queries.my_tasks import units_named
from db.queries.overview import Figures, Overview, TaskLine, overview
from db.queries.scope import visible_to
from db.queries.sent import sees_personal, sent
from db.queries.standing import tasks_standing
from workflow.rules.confidentiality import mask
from workflow.rules.lights import Judgement, Light
from workflow.rules.permissions import Actor


@dataclass(frozen=True)
class Words:
    """What a unit last said of a task: its status, what holds it up, who could help."""

    unit: str
    period: str
    status: str
    problem: str
    help_from: str


@dataclass(frozen=True)
class Red:
    """A task that is behind, with its reason and the words of the units that answer for it."""

    line: TaskLine
    words: tuple[Words, ...]


@dataclass(frozen=True)
class Change:
    """A task whose light changed: `before` None where it was not there."""

    line: TaskLine
    before: Judgement | None


@dataclass(frozen=True)
class Pending:
    """A request that awaits a decision."""

    request_id: int
    kind: str
    task_id: int
    code: str
    title: str
    unit: str
    reason: str
    at: datetime


@dataclass(frozen=True)
class Brief:
    """One screen: figures, reds, what changed since the last look, what needs a decision."""

    board: Overview
    figures: Figures
    reds: tuple[Red, ...]
    changes: tuple[Change, ...]
    pending: tuple[Pending, ...]


def leaders_brief(
    session: Session, actor: Actor, plan_id: int, at: datetime, since: datetime, zone: str
) -> Brief:
    """The plan as a leader reads it, compared with an earlier instant. Raises NotFound."""
    now = overview(session, actor, plan_id, at, zone)
    then = overview(session, actor, plan_id, since, zone)
    before = {line.id: line.judgement for item in then.items for line in item.tasks}
    lines = [line for item in now.items for line in item.tasks]
    changes = [
        Change(line, before.get(line.id))
        for line in lines
        if line.id not in before or before[line.id].light != line.judgement.light
    ]
    reds = [line for line in lines if line.judgement.light == Light.RED]
    return Brief(
        now, now.figures, _with_words(session, actor, reds, at), tuple(changes),
        _pending(session, actor, plan_id, at),
    )  # fmt: skip


def _with_words(
    session: Session, actor: Actor, reds: list[TaskLine], at: datetime
) -> tuple[Red, ...]:
    tasks = tasks_standing(session, Task.id.in_([line.id for line in reds]), at)
    last = {
        (key, one.unit_id): one.submission
        for key, task in tasks.items()
        for one in task.standing.told
        if one.own
    }
    loaded = sent(session, last.values())
    units = units_named(session, {unit for _, unit in last})
    words: dict[int, list[Words]] = {line.id: [] for line in reds}
    for (key, unit), submission in last.items():
        one = loaded[submission]
        plain = sees_personal(actor, (unit,))
        words[key].append(
            Words(
                units[unit], one.period, one.status,
                one.problem if plain else mask(one.problem),
                one.help_from if plain else mask(one.help_from),
            )
        )  # fmt: skip
    return tuple(Red(line, tuple(words[line.id])) for line in reds)


def _pending(session: Session, actor: Actor, plan_id: int, at: datetime) -> tuple[Pending, ...]:
    rows = session.execute(
        select(
            Request.id, Request.kind, Request.task_id, Task.code, TaskVersion.title, Unit.name,
            Request.unit_id, Request.reason, Request.at,
        )
        .join(RequestState, RequestState.request_id == Request.id)
        .join(Task, Task.id == Request.task_id)
        .join(TaskVersion, TaskVersion.task_id == Task.id)
        .join(Unit, Unit.id == Request.unit_id)
        .where(
            Request.plan_id == plan_id, Request.kind != "comment", visible_to(actor, Request),
            RequestState.at(at), RequestState.state == "pending", TaskVersion.at(at),
        )
        .order_by(Request.at, Request.id)
    )  # fmt: skip
    return tuple(
        Pending(
            row.id, row.kind, row.task_id, row.code, row.title, row.name,
            row.reason if sees_personal(actor, (row.unit_id,)) else mask(row.reason), row.at,
        )
        for row in rows
    )  # fmt: skip
