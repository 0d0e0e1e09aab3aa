"""What a newer edition demands of a running task, put beside what stood; nothing is overwritten.

Only what differs between the editions is changed, so that a date or a number that was moved by a
decision in between stays where the newer edition says nothing else.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import func, insert, select

from db import record
from db.models import Measure, MeasureVersion, Milestone, TaskVersion, YearTarget
from tasks_catalog import model
from tasks_catalog.comparing.pairing import measures_alike, pair, words_alike
from workflow.verbs.context import Context
from workflow.verbs.plans.draft_tasks import Row, measure_row, milestone_rows, task_row
from workflow.verbs.requests.amend_promises import amend


def amend_task(
    c: Context,
    task_id: int,
    old: model.CatalogueTask | None,
    new: model.CatalogueTask,
    ends: tuple[date, date],
    document: str,
) -> bool:
    """Make a task demand what the newer edition says; whether anything differs.

    `old` is None for a new task; `ends` are the last days of the older and the newer edition;
    `document` approves the change.
    """
    words = _words(c, task_id, old, new, document)
    measures = amend_measures(c, task_id, old.measures if old else (), new.measures, document)
    before = milestone_rows(task_id, old, ends[0]) if old else []
    steps = _steps(c, task_id, before, milestone_rows(task_id, new, ends[1]))
    return words or measures or steps


def _words(
    c: Context,
    task_id: int,
    old: model.CatalogueTask | None,
    new: model.CatalogueTask,
    document: str,
) -> bool:
    row = task_row(task_id, new)
    if old is None:
        values = {**row, "known_from": c.now, "document": document}
        c.session.execute(insert(TaskVersion).values(**values))
        return True
    changes = _differing(task_row(task_id, old), row)
    if changes:
        which = [TaskVersion.task_id == task_id]
        amend(c, TaskVersion, which, **changes, document=document)
    return bool(changes)


def amend_measures(
    c: Context,
    task_id: int,
    old: Sequence[model.CatalogueMeasure],
    new: Sequence[model.CatalogueMeasure],
    document: str,
) -> bool:
    """Change, add and close a task's measures; one that goes on keeps its id and its series."""
    if old == new:
        return False
    ids = _standing_measures(c, task_id, old)
    for i, j in pair(range(len(old)), range(len(new)), lambda i, j: measures_alike(old[i], new[j])):
        measure_id = ids[i] if i is not None else None
        if j is None and measure_id is not None:
            _close_measure(c, measure_id)
        elif j is not None and (i is None or measure_id is None):
            _add_measure(c, task_id, new[j], document)
        elif j is not None and i is not None and measure_id is not None:
            before, after = measure_row(measure_id, old[i]), measure_row(measure_id, new[j])
            changes = _differing(before, after)
            if "value" in changes:
                changes["written"] = ""
            if changes:
                which = [MeasureVersion.measure_id == measure_id]
                amend(c, MeasureVersion, which, **changes, document=document)
    return True


def _standing_measures(
    c: Context, task_id: int, old: Sequence[model.CatalogueMeasure]
) -> list[int | None]:
    """The ids of the measures that an edition named, by their metric and unit, in order."""
    rows = c.session.execute(
        select(Measure.id, MeasureVersion.metric, MeasureVersion.unit)
        .join(MeasureVersion, MeasureVersion.measure_id == Measure.id)
        .where(Measure.task_id == task_id, MeasureVersion.open())
        .order_by(Measure.no)
    ).all()
    standing = {row.id: (row.metric, row.unit) for row in rows}
    found: list[int | None] = []
    for one in old:
        same = (i for i, key in standing.items() if key == (one.metric, one.unit))
        measure_id = next(same, None)
        standing.pop(measure_id or 0, None)
        found.append(measure_id)
    return found


def _close_measure(c: Context, measure_id: int) -> None:
    """Nothing more is promised: neither the number nor its shares."""
    record.replace_interval(
        c.session, MeasureVersion, [MeasureVersion.measure_id == measure_id], None, c.now
    )
    shares = select(YearTarget.id).where(YearTarget.measure_id == measure_id, YearTarget.open())
    for share_id in c.session.scalars(shares).all():
        record.replace_interval(c.session, YearTarget, [YearTarget.id == share_id], None, c.now)


def _add_measure(c: Context, task_id: int, new: model.CatalogueMeasure, document: str) -> None:
    last = c.session.scalar(select(func.max(Measure.no)).where(Measure.task_id == task_id))
    measure = Measure(task_id=task_id, no=(last or 0) + 1)
    c.session.add(measure)
    c.session.flush()
    values = {**measure_row(measure.id, new), "known_from": c.now, "document": document}
    c.session.execute(insert(MeasureVersion).values(**values))


def _steps(c: Context, task_id: int, old: list[Row], new: list[Row]) -> bool:
    """Change, add and close a task's milestones; one that goes on keeps its number."""
    rows = [[(row["title"], row["due"], row["deliverable"]) for row in some] for some in (old, new)]
    if rows[0] == rows[1]:
        return False

    def alike(i: int, j: int) -> int:
        same = old[i]["deliverable"] == new[j]["deliverable"]
        return words_alike(old[i]["title"], new[j]["title"]) if same else 0

    numbers = _standing_steps(c, task_id, old)
    last = c.session.scalar(select(func.max(Milestone.no)).where(Milestone.task_id == task_id)) or 0
    for i, j in pair(range(len(old)), range(len(new)), alike):
        no = numbers[i] if i is not None else None
        which = [Milestone.task_id == task_id, Milestone.no == no]
        if j is None and no is not None:
            record.replace_interval(c.session, Milestone, which, None, c.now)
        elif j is not None and (i is None or no is None):
            last += 1
            values = {**new[j], "no": last, "known_from": c.now}
            c.session.execute(insert(Milestone).values(**values))
        elif j is not None and i is not None:
            changes = _differing(old[i], new[j])
            changes.pop("no", None)
            if changes:
                amend(c, Milestone, which, **changes)
    return True


def _standing_steps(c: Context, task_id: int, old: list[Row]) -> list[int | None]:
    """The numbers of the milestones that an edition named, by their titles, in order."""
    rows = c.session.execute(
        select(Milestone.no, Milestone.title, Milestone.deliverable)
        .where(Milestone.task_id == task_id, Milestone.open())
        .order_by(Milestone.no)
    ).all()
    standing = {row.no: (row.title, row.deliverable) for row in rows}
    found: list[int | None] = []
    for row in old:
        same = (n for n, key in standing.items() if key == (row["title"], row["deliverable"]))
        no = next(same, None)
        standing.pop(no or 0, None)
        found.append(no)
    return found


def _differing(before: Row, after: Row) -> Row:
    return {name: value for name, value in after.items() if before[name] != value}
