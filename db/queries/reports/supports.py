"""What a lead's supports report to it, and whom it may ask to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from db.models import Report, SupportAsk
from db.queries.progress.progress import TaskProgress
from db.queries.progress.timeliness import TimelinessRow, timeliness
from db.queries.reports.my_tasks import units_named
from db.queries.reports.submissions import SubmissionRead, masked, newest_of, submission_of
from db.queries.scope import visible_to
from workflow.rules.access.permissions import Actor
from workflow.rules.assignments import AssignmentRole
from workflow.rules.states import UNFILED


@dataclass(frozen=True)
class SupportReport:
    """What another unit owes this report's unit in the same round; `sent` None before it does."""

    paper: TimelinessRow
    unit: str
    submission: SubmissionRead | None


@dataclass(frozen=True)
class Supporter:
    """A unit that may be asked to report to this lead, and whether it is."""

    unit_id: int
    name: str
    asked: bool


def supports_of(
    session: Session, actor: Actor, paper: TimelinessRow, at: datetime
) -> tuple[SupportReport, ...]:
    """What other units owe this report's unit for its task in the same round."""
    which = and_(
        Report.round_id == paper.round_id,
        Report.task_id == paper.task_id,
        Report.lead_unit_id == paper.unit_id,
        Report.unit_id != paper.unit_id,
        visible_to(actor, Report),
    )
    found = timeliness(session, which, at)
    newest = newest_of(session, (one.id for one in found), at)
    loaded = submission_of(session, newest.values())
    units = units_named(session, {one.unit_id for one in found})
    return tuple(
        SupportReport(
            one, units[one.unit_id],
            masked(loaded[newest[one.id]], actor, one)
            if one.id in newest and one.state not in UNFILED
            else None,
        )
        for one in found
    )  # fmt: skip


def supporters_of(
    session: Session, paper: TimelinessRow, task: TaskProgress, units: Mapping[int, str]
) -> tuple[Supporter, ...]:
    """The units of a task that its lead may ask to report; nobody for whoever does not collect."""
    asked = set(
        session.scalars(
            select(SupportAsk.unit_id).where(SupportAsk.task_id == paper.task_id, SupportAsk.open())
        )
    )
    if task.standing.collector != paper.unit_id:
        return ()
    return tuple(
        Supporter(unit, units[unit], unit in asked)
        for unit, role in task.parts
        if role != AssignmentRole.JOINT and unit not in task.standing.answerable
    )
