"""审核: which report next, and is it true? What changed, numbers against their path, and flags."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import and_
from sqlalchemy.orm import Session

from db.models import Report, Task
from db.queries.places.cascade import sums_below
from db.queries.places.places import places_of
from db.queries.progress.progress import TaskProgress, tasks_progress
from db.queries.progress.timeliness import TimelinessRow, timeliness
from db.queries.record.calendar import overrides
from db.queries.reports.evidence import numbers_of_files
from db.queries.reports.form import paper_at
from db.queries.reports.my_tasks import names_of, units_named
from db.queries.reports.submissions import (
    SubmissionRead,
    VerdictRead,
    last_accepted_of,
    masked,
    signed_of,
    submission_of,
    verdicts_of,
)
from db.queries.reports.supports import SupportReport, supports_of
from db.queries.scope import visible_to
from workflow.rules.access.permissions import Actor, Permission, Subject, may
from workflow.rules.progress.judging import Promise, TaskStatus, last_value, point_of, targeted
from workflow.rules.progress.lights import Judgement, NumberState, number_light
from workflow.rules.reporting.cascade import HandedUp, contradicts
from workflow.rules.reporting.comparing import (
    EvidenceRead,
    FieldNumber,
    Proof,
    disagreements,
    proofs,
    unproved,
)
from workflow.rules.reporting.flags import ComparedNumber, Flag, flags
from workflow.rules.states import ReportStateName
from workflow.rules.time.calendar import Calendar
from workflow.rules.time.dates import local_date


@dataclass(frozen=True)
class NumberLine:
    """A number under review: now, as last told before (None: never), against its path."""

    promise: Promise
    number: NumberState
    written: str
    firmness: str
    last: Decimal | None
    judgement: Judgement
    proofs: tuple[Proof, ...] = ()
    """Where it was found in the evidence."""


@dataclass(frozen=True)
class ReviewEntry:
    """One report in the queue. `unread`: files of evidence of which nothing could be read.
    `workdays` are left for the verdict (below 0: overdue). `late`: it came after its date.
    `again`: it answers a return. `mine`: the actor may review it."""

    paper: TimelinessRow
    code: str
    title: str
    unit: str
    no: int
    sent_at: datetime
    workdays: int
    numbers: tuple[NumberLine, ...]
    flags: tuple[Flag, ...]
    unread: int
    late: bool
    again: bool
    mine: bool


@dataclass(frozen=True)
class ReviewSheet:
    """One report to be judged: the new version beside the one last accepted."""

    entry: ReviewEntry
    new: SubmissionRead
    last: SubmissionRead | None
    numbers: tuple[NumberLine, ...]
    steps: tuple[tuple[str, date, str], ...]
    """Milestones told reached: title, day, document number."""
    versions: tuple[SubmissionRead, ...]
    said: tuple[VerdictRead, ...]
    supports: tuple[SupportReport, ...]


@dataclass(frozen=True)
class _Case:
    paper: TimelinessRow
    task: TaskProgress
    new: SubmissionRead
    last: SubmissionRead | None
    numbers: tuple[NumberLine, ...]
    flags: tuple[Flag, ...]
    files: tuple[EvidenceRead, ...]


def review_queue(
    session: Session, actor: Actor, plan_ids: Sequence[int], at: datetime, zone: str
) -> tuple[ReviewEntry, ...]:
    """The reports of these plans that await review: overdue verdicts first, then flagged ones, then
    the rest, each by the date of the verdict."""
    which = and_(Report.plan_id.in_(plan_ids), visible_to(actor, Report))
    found = timeliness(session, which, at, (ReportStateName.SIGNED_OFF,))
    entries = _entries(session, actor, _cases(session, found, at), at, zone)
    return tuple(sorted(entries, key=in_turn))


def in_turn(entry: ReviewEntry) -> tuple[bool, bool, int, int]:
    """The order of the queue."""
    return entry.workdays >= 0, not entry.flags, entry.workdays, entry.paper.id


def review_one(
    session: Session, actor: Actor, report_id: int, at: datetime, zone: str
) -> ReviewSheet | None:
    """One report as its reviewer sees it, in whatever state: what left its unit, signed off; None
    before anything did.

    Raises NotFound where the actor does not see it.
    """
    paper = paper_at(session, actor, report_id, at)
    cases = _cases(session, [paper], at)
    if not cases:
        return None
    (case,) = cases
    (entry,) = _entries(session, actor, cases, at, zone)
    titles = {step.id: step.title for step in case.task.standing.steps}
    versions = submission_of(session, signed_of(session, [report_id], at)[report_id])
    return ReviewSheet(
        entry,
        masked(case.new, actor, paper),
        masked(case.last, actor, paper) if case.last else None,
        case.numbers,
        tuple((titles.get(k, ""), s.reached_on, s.document) for k, s in case.new.steps.items()),
        tuple(masked(versions[key], actor, paper) for key in sorted(versions)),
        verdicts_of(session, report_id, at, versions.values()),
        supports_of(session, actor, paper, at),
    )


def flags_of(
    session: Session, report_ids: Iterable[int], at: datetime
) -> Mapping[int, tuple[Flag, ...]]:
    """The flags of these reports' newest versions; for verbs, so without a reader's scope."""
    found = timeliness(session, Report.id.in_(sorted(set(report_ids))), at)
    return {case.paper.id: case.flags for case in _cases(session, found, at)}


def _cases(session: Session, found: list[TimelinessRow], at: datetime) -> list[_Case]:
    signed = signed_of(session, (paper.id for paper in found), at)
    newest = {report_id: versions[-1] for report_id, versions in signed.items()}
    before = last_accepted_of(session, found, at)
    loaded = submission_of(session, [*newest.values(), *before.values()])
    tasks = tasks_progress(session, Task.id.in_(sorted({p.task_id for p in found})), at)
    newest_files = [file for version in newest.values() for file in loaded[version].evidence]
    read = numbers_of_files(session, (file.sha for file in newest_files))
    papers = {paper.id: (tasks[paper.task_id].standing.promises, paper.year) for paper in found}
    below = sums_below(session, papers, at)
    cases = []
    for paper in found:
        if paper.id not in newest:
            continue
        new, last = loaded[newest[paper.id]], loaded.get(before.get(paper.id, 0))
        task = tasks[paper.task_id]
        files = tuple(EvidenceRead(f.id, f.name, read.get(f.sha)) for f in new.evidence)
        numbers = _numbers(task.standing, paper, new, files)
        compared = [ComparedNumber(n.number, n.promise.kind, n.last) for n in numbers]
        fields = [field_number(line) for line in numbers]
        raised = flags(
            new.text, last.text if last else "", compared,
            evidence=len(new.evidence), nil_return=bool(new.nil_reason),
            thresholds=task.standing.thresholds,
        )  # fmt: skip
        if not new.nil_reason:
            raised += (*disagreements(new.text, fields), *unproved(fields, files))
            raised += tuple(_not_the_sums(new, below.get(paper.id, {})))
        cases.append(_Case(paper, task, new, last, numbers, raised, files))
    return cases


def _not_the_sums(new: SubmissionRead, below: Mapping[int, HandedUp]) -> Iterator[Flag]:
    for measure_id, up in below.items():
        if measure_id in new.values:
            yield from contradicts(measure_id, new.values[measure_id].value, up)


def field_number(line: NumberLine) -> FieldNumber:
    """A number as it is compared with text and evidence."""
    number, point = line.number, line.number.point
    return FieldNumber(
        line.promise.id, number.metric, number.unit, number.actual or Decimal(0),
        point.target if point else None, point.expected if point else None,
    )  # fmt: skip


def _numbers(
    task: TaskStatus, paper: TimelinessRow, new: SubmissionRead, files: Sequence[EvidenceRead]
) -> tuple[NumberLine, ...]:
    lines = []
    on = paper.round_due_on
    earlier = [one for one in task.told if one.on < on]
    for promise in task.promises:
        value = new.values.get(promise.id)
        if value is None:
            continue
        target_of, has = targeted(task, promise, paper.unit_id)
        point = point_of(task, promise, target_of, on) if has else None
        number = NumberState(promise.metric, promise.op, promise.unit, point, value.value)
        last = last_value(earlier, promise, paper.unit_id, on)[1]
        line = NumberLine(
            promise, number, value.written, value.firmness, last,
            number_light(number, task.thresholds),
        )  # fmt: skip
        lines.append(replace(line, proofs=proofs(field_number(line), files)))
    return tuple(lines)


def _entries(
    session: Session, actor: Actor, cases: list[_Case], at: datetime, zone: str
) -> list[ReviewEntry]:
    today = local_date(at, zone)
    calendar = Calendar(overrides(session))
    names = names_of(session, {case.task.id for case in cases}, at)
    units = units_named(session, {case.paper.unit_id for case in cases})
    places = places_of(session, units)
    entries = []
    for case in cases:
        paper = case.paper
        code, title = names[case.task.id]
        first = paper.filings[0].filed_at if paper.filings else case.new.at
        due = paper.review_due_on or today
        entries.append(
            ReviewEntry(
                paper, code, title, units[paper.unit_id], case.new.no, case.new.at,
                calendar.workdays_between(today, due), case.numbers, case.flags,
                sum(file.numbers is None for file in case.files),
                local_date(first, zone) > paper.due_on, len(paper.filings) > 1,
                may(
                    actor, Permission.REVIEW,
                    Subject(places[paper.unit_id], unit_id=paper.unit_id),
                ),
            )
        )  # fmt: skip
    return entries
