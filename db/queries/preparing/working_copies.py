"""Working copies of documents: which there are, and one with its edits folded in."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from db.models import Person, WorkingCopy, WorkingEdit, WorkingStep
from db.queries.scope import visible_to
from i18n import mark
from workflow.rules.access.permissions import Actor
from workflow.rules.preparing.working_copy import Change, Coverage, Plain, coverage, fold, settled
from workflow.rules.refusals import NotFound

OPEN, LAID_DOWN, SET_ASIDE, TAKEN_UP = "open", "laid_down", "set_aside", "taken_up"


@dataclass(frozen=True)
class EditRow:
    """An edit: its number in the copy, when, by whom ("" for the installation itself), and what."""

    no: int
    at: datetime
    person: str
    change: Change


@dataclass(frozen=True)
class Stage:
    """Where a copy stands: `name` is open, laid_down or set_aside; `plan_id` is the plan that it
    was laid down as, at `revision`."""

    name: str = OPEN
    revision: int = 0
    plan_id: int | None = None


@dataclass(frozen=True)
class CopyRow:
    """A copy as a list shows it. `plan_id`: the running plan of which it is a newer edition.
    `coverage` is None for a copy that was set aside."""

    id: int
    title: str
    file_name: str
    plan_id: int | None
    made_at: datetime
    made_by: str
    changed_at: datetime
    changed_by: str
    revision: int
    stage: Stage
    coverage: Coverage | None


@dataclass(frozen=True)
class CopySheet:
    """One copy. `catalogue` is plain, with the edits folded in; lines count from 1 in it.

    `changed`: (code, field) → who and when, of the last edit; `settled`: code → reason.
    """

    id: int
    title: str
    file_name: str
    plan_id: int | None
    made_at: datetime
    made_by: str
    source_lines: tuple[str, ...]
    catalogue: Plain
    edits: tuple[EditRow, ...]
    changed: dict[tuple[str, str], tuple[str, datetime]]
    settled: dict[str, str]
    revision: int
    stage: Stage
    coverage: Coverage


def exact(text: str) -> Any:
    """A value from canonical JSON: numbers int or Decimal."""
    return json.loads(text, parse_float=Decimal)


def edits_of(session: Session, copy_id: int, upto: int | None = None) -> tuple[EditRow, ...]:
    """The edits of a copy in order, all or those up to a revision."""
    wanted = WorkingEdit.working_copy_id == copy_id
    if upto is not None:
        wanted &= WorkingEdit.no <= upto
    rows = session.execute(
        select(WorkingEdit, Person.name)
        .outerjoin(Person, Person.id == WorkingEdit.person_id)
        .where(wanted)
        .order_by(WorkingEdit.no)
    )
    return tuple(_edit(edit, name) for edit, name in rows)


def working_copies(session: Session, actor: Actor) -> list[CopyRow]:
    """Every copy the actor may see, the last changed first."""
    found = session.execute(
        select(WorkingCopy, Person.name)
        .outerjoin(Person, Person.id == WorkingCopy.person_id)
        .where(visible_to(actor, WorkingCopy))
    ).all()
    stages = stages_of(session, [copy.id for copy, _name in found])
    at_work = [copy.id for copy, _name in found if stages[copy.id].name != SET_ASIDE]
    edits: dict[int, list[EditRow]] = {copy.id: [] for copy, _name in found}
    for edit, name in session.execute(
        select(WorkingEdit, Person.name)
        .outerjoin(Person, Person.id == WorkingEdit.person_id)
        .where(WorkingEdit.working_copy_id.in_(at_work))
        .order_by(WorkingEdit.no)
    ):
        edits[edit.working_copy_id].append(_edit(edit, name))
    rows = [_row(copy, name or "", edits[copy.id], stages[copy.id]) for copy, name in found]
    return sorted(rows, key=lambda row: (row.changed_at, row.id), reverse=True)


def working_copy(session: Session, actor: Actor, copy_id: int) -> CopySheet:
    """One copy as it is now. Raises NotFound."""
    found = session.execute(
        select(WorkingCopy, Person.name)
        .outerjoin(Person, Person.id == WorkingCopy.person_id)
        .where(WorkingCopy.id == copy_id, visible_to(actor, WorkingCopy))
    ).one_or_none()
    if found is None:
        raise NotFound(mark("There is nothing here, or it is not yours to see."))
    copy, name = found
    edits = edits_of(session, copy_id)
    changes = [edit.change for edit in edits]
    catalogue, done = fold(exact(copy.catalogue), changes), settled(changes)
    return CopySheet(
        id=copy.id,
        title=copy.title,
        file_name=copy.file_name,
        plan_id=copy.plan_id,
        made_at=copy.made_at,
        made_by=name or "",
        source_lines=tuple(copy.source.split("\n")) if copy.source else (),
        catalogue=catalogue,
        edits=edits,
        changed={(e.change.code, e.change.field): (e.person, e.at) for e in edits},
        settled=done,
        revision=len(edits),
        stage=stages_of(session, [copy_id])[copy_id],
        coverage=coverage(catalogue, done),
    )


def stages_of(session: Session, copy_ids: Sequence[int]) -> dict[int, Stage]:
    """Where copies stand, by id."""
    last = (
        select(func.max(WorkingStep.id))
        .where(WorkingStep.working_copy_id.in_(copy_ids))
        .group_by(WorkingStep.working_copy_id, WorkingStep.step == LAID_DOWN)
    )
    found = dict.fromkeys(copy_ids, Stage())
    steps = select(WorkingStep).where(WorkingStep.id.in_(last)).order_by(WorkingStep.id)
    for step in session.scalars(steps):
        before = found[step.working_copy_id]
        if step.step == TAKEN_UP:
            name = LAID_DOWN if before.plan_id else OPEN
            found[step.working_copy_id] = Stage(name, before.revision, before.plan_id)
        elif step.step == SET_ASIDE:
            found[step.working_copy_id] = Stage(SET_ASIDE, before.revision, before.plan_id)
        else:
            found[step.working_copy_id] = Stage(LAID_DOWN, step.revision, step.plan_id)
    return found


def _edit(edit: WorkingEdit, name: str | None) -> EditRow:
    change = Change(edit.code, edit.field, exact(edit.before), exact(edit.after))
    return EditRow(edit.no, edit.at, name or "", change)


def _row(copy: WorkingCopy, name: str, edits: Iterable[EditRow], stage: Stage) -> CopyRow:
    made = list(edits)
    covered = None
    if stage.name != SET_ASIDE:
        changes = [edit.change for edit in made]
        covered = coverage(fold(exact(copy.catalogue), changes), settled(changes))
    last_at, last_by = (made[-1].at, made[-1].person) if made else (copy.made_at, name)
    return CopyRow(
        id=copy.id,
        title=copy.title,
        file_name=copy.file_name,
        plan_id=copy.plan_id,
        made_at=copy.made_at,
        made_by=name,
        changed_at=last_at,
        changed_by=last_by,
        revision=len(made),
        stage=stage,
        coverage=covered,
    )
