"""待审签: what leaves a unit under its deputy head's name."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import and_
from sqlalchemy.orm import Session

from db.models import (
    Report,
    Task,
)
from db.queries.progress.progress import tasks_progress
from db.queries.progress.timeliness import timeliness
from db.queries.record.calendar import overrides
from db.queries.reports.form import MeasureField, measure_fields
from db.queries.reports.my_tasks import ReportCard, cards_of, units_as
from db.queries.reports.submissions import (
    SubmissionRead,
    last_accepted_of,
    newest_of,
    submission_of,
)
from workflow.rules.access.permissions import Actor, RoleName
from workflow.rules.states import ReportStateName
from workflow.rules.time.calendar import Calendar


@dataclass(frozen=True)
class AwaitingSignOff:
    """A report that awaits the deputy head: what is new, and what was accepted last time."""

    card: ReportCard
    new: SubmissionRead
    last: SubmissionRead | None
    measures: tuple[MeasureField, ...]


def to_sign_off(
    session: Session, actor: Actor, today: date, at: datetime
) -> tuple[AwaitingSignOff, ...]:
    """The reports that await sign-off in the units whose deputy head or head the actor is."""
    units = units_as(actor, RoleName.DEPUTY_HEAD, RoleName.HEAD)
    which = and_(Report.unit_id.in_(units), Report.lead_unit_id == Report.unit_id)
    found = timeliness(session, which, at, (ReportStateName.SUBMITTED,))
    calendar = Calendar(overrides(session))
    newest = newest_of(session, (paper.id for paper in found), at)
    before = last_accepted_of(session, found, at)
    loaded = submission_of(session, [*newest.values(), *before.values()])
    ids = sorted({paper.task_id for paper in found})
    tasks = tasks_progress(session, Task.id.in_(ids), at)
    return tuple(
        AwaitingSignOff(
            card,
            loaded[newest[card.paper.id]],
            last,
            measure_fields(tasks[card.paper.task_id], card.paper, set(new.values), last),
        )
        for card in cards_of(session, found, today, at, calendar)
        for new in (loaded[newest[card.paper.id]],)
        for last in (loaded.get(before.get(card.paper.id, 0)),)
    )
