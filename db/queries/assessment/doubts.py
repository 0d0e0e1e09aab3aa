"""Doubts about the numbers of a year, found among what was promised and told."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy.orm import Session

from db.models import Task
from db.queries.progress.progress import promises_at
from workflow.rules.assessment.doubts import Doubt, DoubtKind, jumped, target_lowered, told
from workflow.rules.progress.judging import Promise, ReportedRound, TaskStatus, point_of
from workflow.rules.progress.paths import CurveKind, read_curve
from workflow.rules.time.dates import end_of_day

Promised = Mapping[int, Promise]


def promised_in_mid_year(
    session: Session, plan_id: int, year: int, at: datetime, zone: str
) -> Promised:
    """What was promised in numbers when the first half of the year was over, by measure; nothing
    where that is yet to come."""
    middle = end_of_day(date(year, 6, 30), zone)
    if at <= middle:
        return {}
    found = promises_at(session, Task.plan_id == plan_id, middle)
    return {one.id: one for promises in found.values() for one in promises}


def doubts_about(
    standing: TaskStatus,
    promise: Promise,
    target_of: int | None,
    tellers: Sequence[int],
    before: Promised,
    year: int,
) -> Iterator[Doubt]:
    """The doubts about one measure of a unit. `standing` tells of reports that were judged and of
    those that wait."""

    def doubt(kind: DoubtKind, old: str, new: str) -> Doubt:
        return Doubt(promise.id, promise.metric, kind, old, new, promise.unit)

    earlier = before.get(promise.id)
    if earlier is not None and earlier != promise:
        was, now = (_target(standing, one, target_of, year) for one in (earlier, promise))
        if target_lowered(promise.op, was, now):
            yield doubt(DoubtKind.TARGET_LOWERED, told(was), told(now))
    mine = [one for one in standing.told if one.unit_id in tellers and promise.id in one.values]
    of_year = [one for one in mine if one.year == year]
    waiting = [one for one in of_year if not one.accepted]
    if waiting:
        yield doubt(DoubtKind.AWAITING_REVIEW, "", told(waiting[-1].values[promise.id]))
    if len(tellers) == 1 and read_curve(promise.curve).kind != CurveKind.YEAR_END:
        accepted = [one for one in of_year if one.accepted]
        if len(accepted) > 1 and _jumped(standing, promise, target_of, accepted[-2], accepted[-1]):
            old, new = (one.values[promise.id] for one in accepted[-2:])
            yield doubt(DoubtKind.JUMPED, told(old), told(new))


def _target(
    standing: TaskStatus, promise: Promise, target_of: int | None, year: int
) -> Decimal | None:
    then = replace(standing, promises=(promise,))
    point = point_of(then, promise, target_of, date(year, 12, 31))
    return None if point is None else point.target


def _jumped(
    standing: TaskStatus,
    promise: Promise,
    target_of: int | None,
    earlier: ReportedRound,
    last: ReportedRound,
) -> bool:
    old, new = (point_of(standing, promise, target_of, one.on) for one in (earlier, last))
    if old is None or new is None:
        return False
    begin = point_of(standing, promise, target_of, date(last.year, 1, 1))
    start = begin.expected if begin is not None else new.start
    return jumped(
        promise.op,
        earlier.values[promise.id],
        last.values[promise.id],
        new.target - start,
        new.expected - old.expected,
    )
