"""The facts of a year's assessment, as the record knows them at an instant.

What they look like is said in workflow.rules.assessment.facts_form. A unit's own number is
held against its own share, or, where it has none, what the lead collected against the whole, which
all who have a part in the task answer for. Only accepted reports count; where a newer number awaits
the office's review, that is a doubt, without whose end nothing is final: no unit loses by the
office's delay. Nobody's name is in the facts.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from db.models import (
    Plan,
    Report,
    Request,
    RequestState,
    Round,
    Submission,
    SubmissionEvidence,
    SubmissionValue,
    Task,
    Unit,
)
from db.queries.assessment.doubts import Promised, doubts_about, promised_in_mid_year
from db.queries.assessment.given_facts import NOTHING, Given, given_of_year
from db.queries.assessment.merits import merits_of_year
from db.queries.progress.progress import TaskProgress, tasks_progress
from db.queries.progress.timeliness import TimelinessRow, timeliness
from db.queries.record.calendar import overrides
from workflow.rules.assessment.doubts import Doubt
from workflow.rules.assessment.facts_form import SCHEMA
from workflow.rules.progress.judging import (
    Promise,
    ReportedRound,
    TaskStatus,
    judge,
    last_told,
    point_of,
)
from workflow.rules.progress.quantities import plain
from workflow.rules.reporting.policy import PlanPolicy
from workflow.rules.requests import RequestKind
from workflow.rules.states import NOT_OWED, RequestStateName, TaskStateName
from workflow.rules.time.calendar import Calendar

NEVER_BEGUN = frozenset({TaskStateName.DRAFTED, TaskStateName.CONSULTED})
SET_ASIDE = frozenset({TaskStateName.SUSPENDED, TaskStateName.TERMINATED})
"""States of a task that exempt it, with the decision as evidence."""
Plain = dict[str, Any]


@dataclass(frozen=True)
class _Known:
    """What is looked up by id."""

    day: date
    year: int
    zone: str
    calendar: Calendar
    return_workdays: int
    firmness: dict[tuple[int, int], str]
    evidence: dict[int, list[int]]
    papers: dict[tuple[int, int], list[TimelinessRow]]
    set_aside: dict[int, list[int]]
    before: Promised
    given: dict[int, Given]

    @property
    def trial(self) -> bool:
        """Whether the year is not over yet."""
        return self.day < date(self.year, 12, 31)

    def given_of(self, unit_id: int) -> Given:
        """What people gave of a unit."""
        return self.given.get(unit_id, NOTHING)

    def proofs(self, submission_id: int) -> list[str]:
        """A submission and the files that went with it."""
        files = [f"evidence:{key}" for key in self.evidence[submission_id]]
        return sorted([f"submission:{submission_id}", *files])


def facts_of_year(
    session: Session, plan_id: int, year: int, at: datetime, day: date, zone: str
) -> Plain:
    """The facts of one plan's year as known at `at`, judged as of the local day `day`.

    For the system, not for readers.
    """
    of_plan = Task.plan_id == plan_id
    plan = session.get_one(Plan, plan_id)
    known = _look_up(session, plan, year, at, day, zone)
    units: dict[int, list[Plain]] = defaultdict(list)
    exempt: dict[int, list[Plain]] = defaultdict(list)
    doubts: dict[int, list[Plain]] = defaultdict(list)
    for task in tasks_progress(session, of_plan, at).values():
        if task.standing.state in NEVER_BEGUN:
            continue
        of_year = _told_by(task.standing, year)
        judged = replace(task, standing=_accepted(of_year))
        for unit_id, role in task.parts:
            units[unit_id].append(_task(judged, unit_id, role, known))
            doubts[unit_id] += map(asdict, _doubts(of_year, unit_id, known))
            if task.standing.state in SET_ASIDE:
                requests = [f"request:{key}" for key in known.set_aside[task.id]]
                exempt[unit_id].append(
                    {"id": f"set_aside:{task.id}", "of": task.code, "evidence": requests}
                )
    events = merits_of_year(session, plan_id, year, at, units, exempt)
    rows = session.execute(select(Unit.id, Unit.name, Unit.kind).where(Unit.id.in_(units)))
    return {
        "schema": SCHEMA,
        "plan": plan.code,
        "year": year,
        "as_of": day.isoformat(),
        **({"trial": True} if known.trial else {}),
        "units": [
            {
                "unit": str(row.id),
                "name": row.name,
                "kind": row.kind,
                "tasks": units[row.id],
                "exemptions": exempt[row.id],
                **({"events": events[row.id]} if row.id in events else {}),
                **known.given_of(row.id).unit,
                **({"doubts": doubts[row.id]} if doubts[row.id] else {}),
            }
            for row in sorted(rows, key=lambda row: row.id)
        ],
    }


def _told_by(standing: TaskStatus, year: int) -> TaskStatus:
    """The task as the rounds of the year and of those before told of it. What later ones tell is of
    their own year, but for the day on which something was reached."""
    told = (
        one if one.year <= year else replace(one, own=False, status="", values={})
        for one in standing.told
    )
    return replace(standing, told=tuple(told))


def _accepted(standing: TaskStatus) -> TaskStatus:
    """The task as the reports tell of it that the office has accepted."""
    return replace(standing, told=tuple(one for one in standing.told if one.accepted))


def _doubts(standing: TaskStatus, unit_id: int, known: _Known) -> Iterator[Doubt]:
    cleared = known.given_of(unit_id).cleared
    for promise in standing.promises:
        found = _whose(standing, promise, unit_id)
        if found is None:
            continue
        for one in doubts_about(standing, promise, *found, known.before, known.year):
            yield replace(one, cleared=(one.measure_id, one.kind.value) in cleared)


def _look_up(session: Session, plan: Plan, year: int, at: datetime, day: date, zone: str) -> _Known:
    of_plan = Report.plan_id == plan.id
    firmness = session.execute(
        select(SubmissionValue.submission_id, SubmissionValue.measure_id, SubmissionValue.firmness)
        .join(Submission, Submission.id == SubmissionValue.submission_id)
        .join(Report, Report.id == Submission.report_id)
        .where(of_plan, Submission.at <= at)
    )
    evidence: dict[int, list[int]] = defaultdict(list)
    for submission_id, evidence_id in session.execute(
        select(SubmissionEvidence.submission_id, SubmissionEvidence.evidence_id)
        .join(Submission, Submission.id == SubmissionEvidence.submission_id)
        .join(Report, Report.id == Submission.report_id)
        .where(of_plan, Submission.at <= at)
    ):
        evidence[submission_id].append(evidence_id)
    by_part: dict[tuple[int, int], list[TimelinessRow]] = defaultdict(list)
    for paper in timeliness(session, and_(of_plan, Round.year == year, Round.opened_at <= at), at):
        if paper.state not in NOT_OWED:
            by_part[paper.task_id, paper.unit_id].append(paper)
    set_aside: dict[int, list[int]] = defaultdict(list)
    for task_id, request_id in session.execute(
        select(Request.task_id, Request.id)
        .join(RequestState, RequestState.request_id == Request.id)
        .where(
            Request.plan_id == plan.id,
            Request.kind.in_((RequestKind.SUSPENSION, RequestKind.TERMINATION)),
            RequestState.at(at),
            RequestState.state == RequestStateName.APPROVED,
        )
        .order_by(Request.id)
    ):
        set_aside[task_id].append(request_id)
    return _Known(
        day=day,
        year=year,
        zone=zone,
        calendar=Calendar(overrides(session)),
        return_workdays=PlanPolicy.from_json(plan.policy).return_workdays,
        firmness={(row.submission_id, row.measure_id): row.firmness for row in firmness},
        evidence=evidence,
        papers=by_part,
        set_aside=set_aside,
        before=promised_in_mid_year(session, plan.id, year, at, zone),
        given=given_of_year(session, plan.id, year, at),
    )


def _task(task: TaskProgress, unit_id: int, role: str, known: _Known) -> Plain:
    standing = _standing_for(task.standing, unit_id)
    last = max((one for one in standing.told if one.own), key=lambda one: one.on, default=None)
    return {
        "task": task.code,
        "title": task.title,
        "role": role,
        "kind": task.kind,
        "state": task.standing.state,
        "light": judge(standing, known.day).light.value,
        "evidence": known.proofs(last.submission) if last else [],
        "measures": list(_measures(task.standing, unit_id, known)),
        "milestones": list(_milestones(standing, known)),
        "reports": [_report(paper, known) for paper in known.papers[task.id, unit_id]],
        **known.given_of(unit_id).tasks.get(task.id, {}),
    }


def _standing_for(standing: TaskStatus, unit_id: int) -> TaskStatus:
    """The task as the unit answers for it: alone where each answers for itself, else together."""
    alone = standing.collector is None and unit_id in standing.answerable
    return standing.of(unit_id) if alone else standing


def _measures(standing: TaskStatus, unit_id: int, known: _Known) -> Iterator[Plain]:
    for promise in standing.promises:
        found = _whose(standing, promise, unit_id)
        if found is None:
            continue
        target_of, tellers = found
        told = [last_told(standing.told, promise, one, known.day) for one in tellers]
        given = known.given_of(unit_id).measures.get(promise.id, {})
        yield {
            **_measure(standing, promise, target_of, [one for one in told if one], known),
            **_earlier(standing, promise, tellers, known.year),
            **given,
        }


def _whose(
    standing: TaskStatus, promise: Promise, unit_id: int
) -> tuple[int | None, tuple[int, ...]] | None:
    """Whose target and whose numbers count for a unit; None where it has nothing to answer for."""
    shares = promise.shares or {}
    if unit_id in shares:
        return unit_id, (unit_id,)
    collector = standing.collector
    if collector is not None:
        # A collector with a share of its own answers for that, not for the whole.
        return None if collector in shares else (None, (collector,))
    if shares:
        return None
    if promise.adds_up:
        return None, standing.answerable
    return (None, (unit_id,)) if unit_id in standing.answerable else None


def _measure(
    standing: TaskStatus,
    promise: Promise,
    target_of: int | None,
    told: list[ReportedRound],
    known: _Known,
) -> Plain:
    """One measure of a unit. The path is that of the day for which the number was told."""
    at_end = point_of(standing, promise, target_of, known.day)
    on = min(max((one.on for one in told), default=known.day), known.day)
    on_path = point_of(standing, promise, target_of, on) if on.year == known.year else at_end
    actual = sum((one.values[promise.id] for one in told), Decimal(0)) if told else None
    firm = {known.firmness[one.submission, promise.id] for one in told}
    return {
        "id": f"measure:{promise.id}",
        "metric": promise.metric,
        "op": promise.op,
        "kind": promise.kind,
        "unit": promise.unit,
        "start": plain(at_end.start) if at_end else "0",
        "target": plain(at_end.target) if at_end else None,
        "expected": plain(on_path.expected) if at_end and on_path else None,
        "actual": None if actual is None else plain(actual),
        "evidence": sorted({proof for one in told for proof in known.proofs(one.submission)}),
        **({"firmness": firm.pop()} if len(firm) == 1 else {}),
    }


def _earlier(standing: TaskStatus, promise: Promise, tellers: tuple[int, ...], year: int) -> Plain:
    """The number at the end of last year, where all that are asked for it told one."""
    end = date(year - 1, 12, 31)
    before = [one for one in standing.told if one.year < year]
    last = [told for one in tellers if (told := last_told(before, promise, one, end))]
    if not last or len(last) < len(tellers):
        return {}
    return {"last_year": plain(sum((one.values[promise.id] for one in last), Decimal(0)))}


def _milestones(standing: TaskStatus, known: _Known) -> Iterator[Plain]:
    """What was due in the year, and what from before was still open when it began."""
    new_year = date(known.year, 1, 1)
    for step in standing.steps:
        told = [one for one in standing.told if step.id in one.reached]
        reached = told[-1].reached[step.id] if told else None
        over = step.due < new_year and reached is not None and reached < new_year
        if step.due.year > known.year or over:
            continue
        yield {
            "id": f"milestone:{step.id}",
            "title": step.title,
            "due": step.due.isoformat(),
            "reached_on": reached.isoformat() if reached else None,
            "deliverable": step.deliverable,
            "evidence": known.proofs(told[-1].submission) if told else [],
        }


def _report(paper: TimelinessRow, known: _Known) -> Plain:
    stands = paper.punctuality(known.day, known.calendar, known.return_workdays, known.zone)
    return {
        "id": f"report:{paper.id}",
        "period": paper.period,
        "word": stands.word.value,
        "workdays": stands.workdays,
        **({"returns": returns} if (returns := paper.returns) else {}),
        "evidence": [f"report:{paper.id}"],
    }
