"""The words of the record as an index keeps them: written with what they tell of, or all anew.

Which rows a transaction wrote is noticed (db.sealing); `db.record` has the subjects that they
belong to indexed before it commits. Drafts are not in the record and so never here.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import Select, delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from db.models import (
    Measure,
    MeasureVersion,
    Milestone,
    Plan,
    PlanSpan,
    Report,
    Request,
    RequestState,
    SearchEntry,
    Submission,
    SubmissionMilestone,
    SubmissionValue,
    Task,
    TaskVersion,
    YearTarget,
)
from db.sealing import Row
from workflow.rules.reporting.confidentiality import mask
from workflow.rules.reporting.report_content import TEXTS
from workflow.rules.search import folded, grams

AT_ONCE = 500


class SearchKind(StrEnum):
    """What is found through the index."""

    PLAN = "plan"
    TASK = "task"
    REQUEST = "request"
    REPORT = "report"


_LETTERS = {
    SearchKind.PLAN: "p",
    SearchKind.TASK: "t",
    SearchKind.REQUEST: "q",
    SearchKind.REPORT: "r",
}


@dataclass(frozen=True)
class Words:
    """What there is to find of a subject, a line for each thing that is said, and its plan."""

    plan_id: int
    lines: list[str]

    @property
    def text(self) -> str:
        """All of it, without personal numbers."""
        return mask("\n".join(dict.fromkeys(line for line in self.lines if line)))


def token(kind: SearchKind, gram: str) -> str:
    """How the index keeps a gram of a text of a kind, so that none has to be sought among those
    of the other kinds."""
    return f"{_LETTERS[kind]}{gram}"


def plan_token(kind: SearchKind, plan_id: int) -> str:
    """What the index holds for whatever of a kind belongs to a plan; no gram is like it."""
    return token(kind, f"plan{plan_id}")


def _plans(session: Session, ids: Sequence[int]) -> dict[int, Words]:
    found = {}
    for plan in session.scalars(select(Plan).where(Plan.id.in_(ids))):
        numbers = [plan.document_number, plan.issue_document]
        found[plan.id] = Words(plan.id, [plan.title, *numbers, plan.issuer, plan.code])
    _add(session, found, select(PlanSpan.plan_id, PlanSpan.document), PlanSpan.plan_id, ids)
    return found


def _tasks(session: Session, ids: Sequence[int]) -> dict[int, Words]:
    rows = session.execute(
        select(Task.id, Task.plan_id, Task.code, TaskVersion.title, TaskVersion.text)
        .join(TaskVersion, TaskVersion.task_id == Task.id)
        .where(Task.id.in_(ids), TaskVersion.open())
    )
    found = {row.id: Words(row.plan_id, [f"{row.code} {row.title}", row.text]) for row in rows}
    mine = Task.id
    step = select(Milestone.task_id, Milestone.title).where(Milestone.open())
    _add(session, found, step, Milestone.task_id, ids)
    _add(
        session, found, select(TaskVersion.task_id, TaskVersion.document), TaskVersion.task_id, ids
    )
    for table in (MeasureVersion, YearTarget):
        papers = (
            select(mine, table.document)
            .join(Measure, Measure.task_id == mine)
            .join(table, table.measure_id == Measure.id)
            .where(table.document != "")
            .distinct()
        )
        _add(session, found, papers, mine, ids)
    return found


def _requests(session: Session, ids: Sequence[int]) -> dict[int, Words]:
    rows = session.scalars(select(Request).where(Request.id.in_(ids)))
    found = {made.id: Words(made.plan_id, [made.document, made.reason]) for made in rows}
    state = RequestState
    for words in (state.document, state.reply):
        _add(session, found, select(state.request_id, words), state.request_id, ids)
    return found


def _reports(session: Session, ids: Sequence[int]) -> dict[int, Words]:
    rows = session.execute(
        select(Submission, Report.plan_id)
        .join(Report, Report.id == Submission.report_id)
        .where(Submission.id.in_(ids))
    )
    found = {
        sent.id: Words(plan_id, [getattr(sent, name) for name in TEXTS]) for sent, plan_id in rows
    }
    told = session.execute(
        select(
            SubmissionValue.submission_id, MeasureVersion.metric, SubmissionValue.written,
            MeasureVersion.unit,
        )
        .join(MeasureVersion, MeasureVersion.measure_id == SubmissionValue.measure_id)
        .where(SubmissionValue.submission_id.in_(ids), MeasureVersion.open())
        .order_by(SubmissionValue.measure_id)
    )  # fmt: skip
    for key, metric, written, unit in told:
        found[key].lines.append(f"{metric} {written}{unit}")
    paper = SubmissionMilestone
    _add(session, found, select(paper.submission_id, paper.document), paper.submission_id, ids)
    _add(session, found, select(Submission.id, Submission.receipt), Submission.id, ids)
    return found


def _add(
    session: Session,
    found: dict[int, Words],
    lines: Select[*tuple[Any, ...]],
    key: Any,
    ids: Sequence[int],
) -> None:
    """Add lines (whose, what) to the words of the subjects that they belong to; what was dropped
    from a draft has none any more."""
    for subject_id, line in session.execute(lines.where(key.in_(ids))):
        if subject_id in found:
            found[subject_id].lines.append(line)


WORDS: dict[SearchKind, Callable[[Session, Sequence[int]], dict[int, Words]]] = {
    SearchKind.PLAN: _plans,
    SearchKind.TASK: _tasks,
    SearchKind.REQUEST: _requests,
    SearchKind.REPORT: _reports,
}
_OF_MEASURE = select(Measure.task_id)
_BELONGS: dict[str, tuple[SearchKind, Select[*tuple[Any, ...]], Any]] = {
    "plan": (SearchKind.PLAN, select(Plan.id), Plan.id),
    "plan_span": (SearchKind.PLAN, select(PlanSpan.plan_id), PlanSpan.id),
    "task_version": (SearchKind.TASK, select(TaskVersion.task_id), TaskVersion.id),
    "milestone": (SearchKind.TASK, select(Milestone.task_id), Milestone.id),
    "measure_version": (
        SearchKind.TASK,
        _OF_MEASURE.join(MeasureVersion, MeasureVersion.measure_id == Measure.id),
        MeasureVersion.id,
    ),
    "year_target": (
        SearchKind.TASK,
        _OF_MEASURE.join(YearTarget, YearTarget.measure_id == Measure.id),
        YearTarget.id,
    ),
    "request": (SearchKind.REQUEST, select(Request.id), Request.id),
    "request_state": (SearchKind.REQUEST, select(RequestState.request_id), RequestState.id),
    "submission": (SearchKind.REPORT, select(Submission.id), Submission.id),
}
"""Table → the kind of subject that its rows tell of, and how it is found from their ids."""


def index_written(session: Session, rows: Iterable[Row]) -> None:
    """Index what rows that were just written tell of."""
    written: dict[str, list[int]] = defaultdict(list)
    for table, key in rows:
        if table in _BELONGS:
            written[table].append(key[0])
    subjects: dict[SearchKind, set[int]] = defaultdict(set)
    for table, keys in written.items():
        kind, subject, key = _BELONGS[table]
        for some in _in_parts(keys):
            subjects[kind].update(session.scalars(subject.where(key.in_(some))))
    for kind in sorted(subjects):
        _index(session, kind, sorted(subjects[kind]))


def index_all(session: Session) -> int:
    """Make the whole index anew from the record, the oldest first; how many entries."""
    session.execute(delete(SearchEntry))
    subjects = {
        SearchKind.PLAN: Plan.id,
        SearchKind.TASK: Task.id,
        SearchKind.REQUEST: Request.id,
        SearchKind.REPORT: Submission.id,
    }
    count = 0
    for kind, key in subjects.items():
        last = 0
        while some := session.scalars(
            select(key).where(key > last).order_by(key).limit(AT_ONCE)
        ).all():
            count += _index(session, kind, some)
            last = some[-1]
    return count


def _index(session: Session, kind: SearchKind, ids: Sequence[int]) -> int:
    """Write the entries of subjects; how many. A task that has no words yet has none."""
    count = 0
    for some in _in_parts(ids):
        # Two who change one task at once: the second waits, and then reads the words of both.
        mine = SearchEntry.kind == kind, SearchEntry.subject_id.in_(some)
        order = SearchEntry.subject_id
        session.execute(select(SearchEntry.id).where(*mine).order_by(order).with_for_update())
        entries = [
            _entry(kind, subject_id, words)
            for subject_id, words in sorted(WORDS[kind](session, some).items())
        ]
        if entries:
            session.execute(_upsert(session), entries)
        count += len(entries)
    return count


def _in_parts(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    return (ids[start : start + AT_ONCE] for start in range(0, len(ids), AT_ONCE))


def _entry(kind: SearchKind, subject_id: int, words: Words) -> dict[str, Any]:
    text = folded(words.text)
    kept = dict.fromkeys(token(kind, gram) for gram in grams(text))
    tokens = " ".join((plan_token(kind, words.plan_id), *kept))
    return {"kind": kind, "subject_id": subject_id, "text": text, "grams": tokens}


def _upsert(session: Session) -> Any:
    made = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    new = made(SearchEntry)
    return new.on_conflict_do_update(
        index_elements=["kind", "subject_id"],
        set_={"text": new.excluded.text, "grams": new.excluded.grams},
    )
