"""进展填报: one report to be filled in, with everything that helps to do so."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from db.models import (
    Draft,
    Person,
    Plan,
    Report,
    Submission,
    Task,
    TaskVersion,
)
from db.queries.places.cascade import sums_below
from db.queries.progress.progress import TaskProgress, tasks_progress
from db.queries.progress.timeliness import TimelinessRow, timeliness
from db.queries.reports.asked_fields import required_fields
from db.queries.reports.evidence import EvidenceFile, attached
from db.queries.reports.my_tasks import closed_on, units_named
from db.queries.reports.submissions import (
    SubmissionRead,
    VerdictRead,
    last_accepted_of,
    masked,
    signed_of,
    submission_of,
    verdicts_of,
)
from db.queries.reports.supports import Supporter, SupportReport, supporters_of, supports_of
from db.queries.scope import visible_to
from i18n import mark
from workflow.rules.access.permissions import Actor
from workflow.rules.assignments import ANSWERABLE
from workflow.rules.progress.judging import TaskStatus, point_of, targeted
from workflow.rules.progress.quantities import plain
from workflow.rules.refusals import NotFound
from workflow.rules.reporting.cascade import HandedUp
from workflow.rules.reporting.content import Required
from workflow.rules.reporting.report_content import draft_from_json
from workflow.rules.states import MAY_WRITE


@dataclass(frozen=True)
class MeasureField:
    """One number of a form. `asked` in this round; `expected` on the round's due date and `target`
    of the year are the unit's own or, where it answers for it, the whole; None where there is none.
    `last` is the number last accepted, as it was written then."""

    measure_id: int
    metric: str
    unit: str
    op: str
    kind: str
    asked: bool
    year: int
    target: Decimal | None
    expected: Decimal | None
    by_year: int | None
    final: Decimal | None
    written: str
    definition: str
    last: Decimal | None
    last_written: str


@dataclass(frozen=True)
class StepField:
    """One milestone or deliverable of a form, with the day on which it was last told reached."""

    milestone_id: int
    title: str
    due: date
    deliverable: bool
    reached_on: date | None


@dataclass(frozen=True)
class DraftView:
    """What is stored of the typing: whose and when; `version` 0 where nothing is yet."""

    version: int
    person: str
    saved_at: datetime | None


@dataclass(frozen=True)
class ReportForm:
    """One report to be filled in. `content` is what stands in the fields: the draft, else what was
    last accepted, and the sums of what was accepted below (`below`, by measure). `still_open`: it
    can be submitted today."""

    paper: TimelinessRow
    plan: str
    code: str
    title: str
    text: str
    kind: str
    due: date | None
    unit: str
    leads: tuple[str, ...]
    asked: Required
    measures: tuple[MeasureField, ...]
    steps: tuple[StepField, ...]
    content: Mapping[str, str]
    draft: DraftView
    last_accepted: SubmissionRead | None
    versions: tuple[SubmissionRead, ...]
    said: tuple[VerdictRead, ...]
    evidence: tuple[EvidenceFile, ...]
    supports: tuple[SupportReport, ...]
    supporters: tuple[Supporter, ...]
    below: Mapping[int, HandedUp]
    still_open: bool


def paper_at(session: Session, actor: Actor, report_id: int, at: datetime) -> TimelinessRow:
    """One report. Raises NotFound where the actor does not see it."""
    found = timeliness(session, and_(Report.id == report_id, visible_to(actor, Report)), at)
    if not found:
        raise NotFound(mark("There is nothing here, or it is not yours to see."))
    return found[0]


def report_form(
    session: Session, actor: Actor, report_id: int, today: date, at: datetime
) -> ReportForm:
    """The form of a report, for whoever sees it; the draft, what is attached to it and versions
    that are not signed off are there for the unit's own people only. Raises NotFound."""
    paper = paper_at(session, actor, report_id, at)
    own = paper.unit_id in actor.unit_ids
    task = tasks_progress(session, Task.id == paper.task_id, at)[paper.task_id]
    last_id = last_accepted_of(session, [paper], at).get(paper.id)
    if own:
        versions = versions_of(session, report_id, at)
    else:
        versions = signed_of(session, [report_id], at)[report_id]
    loaded = submission_of(session, [*versions, *([last_id] if last_id else [])])
    loaded = {key: masked(one, actor, paper) for key, one in loaded.items()}
    last = loaded.get(last_id) if last_id else None
    units = units_named(session, {unit for unit, _ in task.parts} | {paper.unit_id})
    words = session.execute(
        select(TaskVersion.text, Plan.title)
        .join(Task, Task.id == TaskVersion.task_id)
        .join(Plan, Plan.id == Task.plan_id)
        .where(Task.id == task.id, TaskVersion.at(at))
    ).one()
    report = session.get_one(Report, report_id)
    asked = required_fields(session, report, at)
    below = sums_below(session, {paper.id: (task.standing.promises, paper.year)}, at)
    sums = below.get(paper.id, {})
    draft, content = _draft(session, report_id) if own else (DraftView(0, "", None), {})
    return ReportForm(
        paper=paper,
        plan=words.title,
        code=task.code,
        title=task.title,
        text=words.text,
        kind=task.kind,
        due=task.standing.due,
        unit=units[paper.unit_id],
        leads=tuple(units[unit] for unit, role in task.parts if role in ANSWERABLE),
        asked=asked,
        measures=measure_fields(task, paper, {m.id for m in asked.measures}, last),
        steps=_step_fields(task.standing) if not paper.to_lead else (),
        content=content if content is not None else {**prefill(last), **_summed(sums)},
        draft=draft,
        last_accepted=last,
        versions=tuple(loaded[key] for key in versions),
        said=verdicts_of(session, report_id, at, (loaded[key] for key in versions)),
        evidence=attached(session, actor, report_id) if own else (),
        supports=supports_of(session, actor, paper, at),
        supporters=supporters_of(session, paper, task, units),
        below=sums,
        still_open=not closed_on(session, [paper], today) and paper.state in MAY_WRITE,
    )


def prefill(last: SubmissionRead | None) -> dict[str, str]:
    """The fields of a new report as last accepted: words, status and numbers, as written then."""
    if last is None:
        return {}
    said = last.as_draft()
    for measure_id, value in last.values.items():
        said[f"value:{measure_id}"] = value.written
        said[f"firmness:{measure_id}"] = value.firmness
    return said


def _summed(sums: Mapping[int, HandedUp]) -> dict[str, str]:
    """The fields of numbers that the tasks below make up, all of which have been accepted."""
    return {f"value:{key}": plain(up.total) for key, up in sums.items() if up.whole}


def measure_fields(
    task: TaskProgress, paper: TimelinessRow, asked: set[int], last: SubmissionRead | None
) -> tuple[MeasureField, ...]:
    """The numbers of a task as one of its units reports them."""
    fields = []
    for promise in task.standing.promises:
        target_of, has = targeted(task.standing, promise, paper.unit_id)
        targets = promise.targets(target_of, task.standing.first_year, task.standing.last_year)
        point = point_of(task.standing, promise, target_of, paper.round_due_on) if has else None
        before = last.values.get(promise.id) if last else None
        fields.append(
            MeasureField(
                measure_id=promise.id,
                metric=promise.metric,
                unit=promise.unit,
                op=promise.op,
                kind=promise.kind,
                asked=promise.id in asked,
                year=paper.year,
                target=targets.get(paper.year) if has else None,
                expected=point.expected if point else None,
                by_year=promise.by_year,
                final=promise.value,
                written=promise.written,
                definition=promise.definition,
                last=before.value if before else None,
                last_written=before.written if before else "",
            )
        )
    return tuple(fields)


def _step_fields(task: TaskStatus) -> tuple[StepField, ...]:
    reached: dict[int, date] = {}
    for one in task.told:
        reached |= one.reached
    return tuple(
        StepField(step.id, step.title, step.due, step.deliverable, reached.get(step.id))
        for step in task.steps
    )


def versions_of(session: Session, report_id: int, at: datetime) -> list[int]:
    """Ids of a report's versions in order."""
    return list(
        session.scalars(
            select(Submission.id)
            .where(Submission.report_id == report_id, Submission.at <= at)
            .order_by(Submission.no)
        )
    )


def plan_of_report(session: Session, actor: Actor, report_id: int) -> int | None:
    """The plan of a report, None where the actor does not see it."""
    return session.scalar(
        select(Report.plan_id).where(Report.id == report_id, visible_to(actor, Report))
    )


def draft_version(session: Session, actor: Actor, report_id: int) -> int:
    """How often the draft of a report that the actor sees was saved, 0 where there is none."""
    seen = (Draft.report_id == report_id, visible_to(actor, Report))
    found = select(Draft.version).join(Report, Report.id == Draft.report_id).where(*seen)
    return session.scalar(found) or 0


def _draft(session: Session, report_id: int) -> tuple[DraftView, dict[str, str] | None]:
    row = session.execute(
        select(Draft, Person.name)
        .join(Person, Person.id == Draft.person_id)
        .where(Draft.report_id == report_id)
    ).one_or_none()
    if row is None:
        return DraftView(0, "", None), None
    draft, name = row
    return DraftView(draft.version, name, draft.saved_at), draft_from_json(draft.content)
