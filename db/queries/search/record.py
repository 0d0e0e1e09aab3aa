"""Searching the record: plans, tasks, requests and what was reported, within the reader's scope."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    String,
    and_,
    bindparam,
    cast,
    column,
    func,
    or_,
    select,
    table,
)
from sqlalchemy.dialects.postgresql import TSQUERY
from sqlalchemy.orm import Session

from db.models import (
    Plan,
    Report,
    Request,
    Round,
    SearchEntry,
    SignOff,
    Submission,
    Task,
    TaskState,
    TaskVersion,
    Unit,
)
from db.queries.requests.requests import list_requests
from db.queries.scope import visible_to
from db.queries.search.sought import MOST, Hit, HitKind, Hits, Sought
from db.search import WORDS, SearchKind, plan_token, token
from workflow.rules.access.permissions import Actor
from workflow.rules.search import needed
from workflow.rules.states import TaskStateName

NOT_YET = (TaskStateName.DRAFTED, TaskStateName.DROPPED)
"""States of a task that is nobody's business yet, or no longer."""
_GRAMS = table("search_gram", column("rowid"), column("search_gram"))
"""SQLite's full-text table; its column of the same name is what can be matched."""


def search_record(
    session: Session, actor: Actor, kind: SearchKind, sought: Sought, at: datetime
) -> Hits:
    """What of a kind holds all the words, the newest first."""
    plans = _plans(session, actor, sought)
    if not sought.words or (plans is not None and not plans):
        return Hits(HitKind(kind), (), False)
    query = _in_scope(_holding(session, kind, sought.words, plans), actor, kind, at)
    if sought.before is not None:
        query = query.where(SearchEntry.id < sought.before)
    rows = session.execute(query.limit(MOST + 1)).tuples().all()
    keys = {subject_id: entry_id for entry_id, subject_id in rows[:MOST]}
    return Hits(HitKind(kind), tuple(_read(session, actor, kind, keys, at)), len(rows) > MOST)


def _plans(session: Session, actor: Actor, sought: Sought) -> list[int] | None:
    """The plans to which anything found must belong, None for whoever sees all of them."""
    if sought.plan_id is not None:
        return [sought.plan_id]
    if actor.system:
        return None
    seen = list(session.scalars(select(Plan.id).where(visible_to(actor, Plan))))
    # Whoever sees all of them need not say which.
    return None if session.scalar(select(func.count(Plan.id))) == len(seen) else seen


def _holding(
    session: Session, kind: SearchKind, words: Sequence[str], plans: list[int] | None
) -> Select[*tuple[Any, ...]]:
    """The entries (id, subject_id) of a kind that hold all the words."""
    found = select(SearchEntry.id, SearchEntry.subject_id).where(
        SearchEntry.kind == kind,
        *(SearchEntry.text.contains(word, autoescape=True) for word in words),
    )
    if session.get_bind().dialect.name == "postgresql":
        asked = _asked(kind, words, plans, "'{}'", "&|")
        # Written into the statement: how common these grams are decides how they are looked for.
        written = cast(bindparam(None, asked, String, literal_execute=True), TSQUERY)
        return found.where(SearchEntry.grams.op("@@")(written)).order_by(SearchEntry.id.desc())
    asked = _asked(kind, words, plans, '"{}"', ("AND", "OR"))
    return (
        found.join(_GRAMS, _GRAMS.c.rowid == SearchEntry.id)
        .where(_GRAMS.c.search_gram.op("match")(asked))
        .order_by(_GRAMS.c.rowid.desc())
    )


def _asked(
    kind: SearchKind,
    words: Sequence[str],
    plans: list[int] | None,
    quoted: str,
    joined: Sequence[str],
) -> str:
    """What the index is asked for; tokens are of letters, digits and points alone."""
    both, either = (f" {sign} " for sign in joined)
    grams = dict.fromkeys(gram for word in words for gram in needed(word))
    parts = [quoted.format(token(kind, gram)) for gram in grams]
    if plans is not None:
        of_plans = (quoted.format(plan_token(kind, plan)) for plan in plans)
        parts.append(f"({either.join(of_plans)})")
    return both.join(parts)


def _in_scope(
    entries: Select[*tuple[Any, ...]], actor: Actor, kind: SearchKind, at: datetime
) -> Select[*tuple[Any, ...]]:
    """Those entries that the actor may read; never a draft."""
    subject = SearchEntry.subject_id
    if kind == SearchKind.PLAN:
        out = or_(Plan.consulted_at <= at, Plan.issued_at <= at)
        return entries.join(Plan, Plan.id == subject).where(out, visible_to(actor, Plan))
    if kind == SearchKind.TASK:
        now = and_(TaskState.task_id == Task.id, TaskState.at(at), TaskState.state.not_in(NOT_YET))
        return (
            entries.join(Task, Task.id == subject)
            .join(TaskState, now)
            .where(visible_to(actor, Task))
        )
    if kind == SearchKind.REQUEST:
        return entries.join(Request, Request.id == subject).where(visible_to(actor, Request))
    return (
        entries.join(Submission, Submission.id == subject)
        .join(Report, Report.id == Submission.report_id)
        .where(visible_to(actor, Report), _left_or_own(actor, at))
    )


def _left_or_own(actor: Actor, at: datetime) -> ColumnElement[bool]:
    """What is not signed off yet is its unit's alone, but for what another unit collects."""
    signed = select(SignOff.id).where(
        SignOff.submission_id == Submission.id, SignOff.consent, SignOff.at <= at
    )
    return or_(
        Report.unit_id != Report.lead_unit_id, Report.unit_id.in_(actor.unit_ids), signed.exists()
    )


def _read(
    session: Session, actor: Actor, kind: SearchKind, keys: dict[int, int], at: datetime
) -> list[Hit]:
    """What these subjects are (id → key), in the order of the keys."""
    words = WORDS[kind](session, list(keys))
    rows: list[dict[str, Any]]
    if kind == SearchKind.REQUEST:
        rows = [
            {
                "id": made.request_id, "title": made.title, "code": made.code, "at": made.at,
                "plan_id": made.plan_id, "task_id": made.task_id, "unit": made.unit,
                "detail": made.kind,
            }
            for made in list_requests(session, actor, at, Request.id.in_(keys))
        ]  # fmt: skip
    else:
        rows = [dict(row) for row in session.execute(_details(kind, keys, at)).mappings()]
    hits = (Hit(key=keys[row["id"]], text=words[row["id"]].text, **row) for row in rows)
    return sorted(hits, key=lambda hit: -hit.key)


def _details(kind: SearchKind, keys: dict[int, int], at: datetime) -> Select[*tuple[Any, ...]]:
    if kind == SearchKind.PLAN:
        return select(Plan.id, Plan.id.label("plan_id"), Plan.title).where(Plan.id.in_(keys))
    if kind == SearchKind.TASK:
        return (
            select(
                Task.id, Task.id.label("task_id"), Task.plan_id, Task.code, TaskVersion.title
            )
            .join(TaskVersion, and_(TaskVersion.task_id == Task.id, TaskVersion.at(at)))
            .where(Task.id.in_(keys))
        )  # fmt: skip
    return (
        select(
            Submission.id, Submission.no, Submission.at, Report.task_id, Report.plan_id,
            Unit.name.label("unit"), Round.period.label("detail"), Task.code,
            TaskVersion.title,
        )
        .join(Report, Report.id == Submission.report_id)
        .join(Round, Round.id == Report.round_id)
        .join(Unit, Unit.id == Report.unit_id)
        .join(Task, Task.id == Report.task_id)
        .join(TaskVersion, and_(TaskVersion.task_id == Task.id, TaskVersion.at(at)))
        .where(Submission.id.in_(keys))
    )  # fmt: skip
