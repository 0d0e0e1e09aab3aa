"""述职评议: what the record holds for a unit's yearly report of one plan."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from db.models import Report, Round, Submission, TaskState, Verdict
from db.queries.progress.ledger import LedgerLine, ledger
from db.queries.tasks.board import own_words
from workflow.rules.access.permissions import Actor
from workflow.rules.papers.circular import Voice
from workflow.rules.papers.debriefing import (
    DatedPromise,
    Debriefing,
    NumberPromise,
    Promised,
    Trouble,
)
from workflow.rules.progress.judging import milestones_of, numbers_of
from workflow.rules.progress.lights import Light, number_light
from workflow.rules.reporting.punctuality import PunctualityWord
from workflow.rules.reporting.verdicts import VerdictOutcome
from workflow.rules.states import NOT_OWED, TaskStateName
from workflow.rules.time.dates import end_of_day, local_date

BAD = (Light.RED, Light.YELLOW)


def debriefing(
    session: Session, actor: Actor, unit_id: int, plan_id: int, year: int, at: datetime, zone: str
) -> Debriefing:
    """A unit's year in a plan, as known at an instant and no later than the year's end. Raises
    NotFound where it is not the reader's to see."""
    last = date(year, 12, 31)
    at = min(at, end_of_day(last, zone) - datetime.resolution)
    found = ledger(session, actor, unit_id, plan_id, at, zone)
    day = min(local_date(at, zone), last)
    closed = _closed(session, [line.task.id for line in found.answers], at, zone)
    said = own_words(session, actor, [line.task.id for line in found.answers], at)
    voices = {
        key: Voice(one.unit, one.period, one.problem, one.next_steps)
        for key, words in said.items()
        for one in words
        if one.unit == found.unit
    }
    words = [
        paper.word.word
        for line in (*found.answers, *found.supports)
        for paper in line.papers
        if paper.paper.state not in NOT_OWED
    ]
    return Debriefing(
        unit=found.unit,
        plan=found.plan,
        year=year,
        day=day,
        promises=tuple(_promises(found.answers, unit_id, year, day, closed)),
        troubles=tuple(
            Trouble(
                line.task.code, line.task.title, str(line.judgement), voices.get(line.task.id)
            )
            for line in found.answers
            if line.judgement.light in BAD
        ),
        on_time=words.count(PunctualityWord.ON_TIME),
        late=words.count(PunctualityWord.LATE),
        missing=words.count(PunctualityWord.MISSING),
        returned=_returned(session, plan_id, unit_id, year, at),
        next_year=tuple(_coming(found.answers, unit_id, year + 1)),
        plans=tuple(
            voices[line.task.id]
            for line in found.answers
            if line.task.id in voices and voices[line.task.id].next_steps
        ),
    )  # fmt: skip


def _promises(
    lines: Sequence[LedgerLine], unit_id: int, year: int, day: date, closed: dict[int, date]
) -> Iterable[Promised]:
    # Until the year is over a number is held against its path on the day for which it was told.
    held_on = day if day == date(year, 12, 31) else None
    for line in lines:
        own, task = line.task.standing.of(unit_id), line.task
        for number in numbers_of(own, day, held_on):
            if number.point is not None:
                kept = number_light(number, own.thresholds).light == Light.GREEN
                yield NumberPromise(task.code, task.title, number, kept)
        for step in milestones_of(own):
            if step.due.year == year and step.due <= day:
                yield DatedPromise(task.code, task.title, step.title, step.due, step.reached_on)
        due = task.standing.due
        if due is not None and due.year == year and due <= day:
            yield DatedPromise(task.code, task.title, "", due, closed.get(task.id))


def _coming(lines: Sequence[LedgerLine], unit_id: int, year: int) -> Iterable[Promised]:
    """What is due in a year, and what is over its date and still open."""
    end = date(year, 12, 31)
    for line in lines:
        own, task = line.task.standing.of(unit_id), line.task
        if task.standing.state == TaskStateName.CLOSED:
            continue
        for number in numbers_of(own, end, end):
            if number.point is not None:
                yield NumberPromise(task.code, task.title, number, False)
        for step in milestones_of(own):
            if step.due.year <= year and step.reached_on is None:
                yield DatedPromise(task.code, task.title, step.title, step.due, None)
        if task.standing.due is not None and task.standing.due.year <= year:
            yield DatedPromise(task.code, task.title, "", task.standing.due, None)


def _closed(session: Session, tasks: Sequence[int], at: datetime, zone: str) -> dict[int, date]:
    rows = session.execute(
        select(TaskState.task_id, TaskState.known_from).where(
            TaskState.task_id.in_(tasks), TaskState.state == TaskStateName.CLOSED, TaskState.at(at)
        )
    )
    return {task_id: local_date(since, zone) for task_id, since in rows}


def _returned(session: Session, plan_id: int, unit_id: int, year: int, at: datetime) -> int:
    """How many times a report of the unit was returned."""
    return session.scalars(
        select(func.count(Verdict.id))
        .join(Submission, Submission.id == Verdict.submission_id)
        .join(Report, Report.id == Submission.report_id)
        .join(Round, Round.id == Report.round_id)
        .where(
            Report.plan_id == plan_id, Report.unit_id == unit_id, Round.year == year,
            Verdict.outcome == VerdictOutcome.RETURNED, Verdict.at <= at,
        )
    ).one()  # fmt: skip
