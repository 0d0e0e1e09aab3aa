"""Applying a newer edition to a running plan: its tasks, who answers for them, who is told."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import select

from db import record
from db.models import Plan, Request, Task, TaskState, TaskVersion
from db.queries.tasks.task import measures_of, year_targets_of
from i18n import mark
from tasks_catalog import model
from tasks_catalog.comparing import Differences
from workflow.rules.progress.shares import MeasureToShare, Share, check
from workflow.rules.refusals import Invalid, Problem
from workflow.rules.requests import RequestKind
from workflow.rules.states import LIVE_TASKS, TaskStateName
from workflow.verbs.assignments.assign import in_force, issue_assignments, waive_open
from workflow.verbs.assignments.letters import announce_edition, units_of
from workflow.verbs.context import Context
from workflow.verbs.directory import Directory
from workflow.verbs.editions.amend import amend_task
from workflow.verbs.editions.reallot import NOBODY, Allotment, allotment, assignments_of, reallot
from workflow.verbs.plans.load_catalogue import head_of, lay_items
from workflow.verbs.plans.taken_tasks import link_taken
from workflow.verbs.requesting import lay_aside
from workflow.verbs.requests.amend_promises import amend, touch

GOES_ON = LIVE_TASKS | {TaskStateName.SUSPENDED}


@dataclass
class AppliedChange:
    """What was done, by ids; `finished` and `shares` are codes of tasks (see Applied)."""

    added: list[int] = field(default_factory=list)
    dropped: list[int] = field(default_factory=list)
    changed: list[int] = field(default_factory=list)
    ended: list[int] = field(default_factory=list)
    issued: list[int] = field(default_factory=list)
    finished: tuple[str, ...] = ()
    shares: tuple[str, ...] = ()
    units_created: tuple[int, ...] = ()
    unreached: tuple[int, ...] = ()


@dataclass(frozen=True)
class TaskPair:
    """A task with what either edition says of it; `old` is None for an added one."""

    task: Task
    state: str
    old: model.CatalogueTask | None
    new: model.CatalogueTask


Standing = Mapping[str, tuple[Task, str]]
"""The tasks of a plan with their states, by the codes of the edition in force."""


def standing_tasks(c: Context, plan_id: int) -> Standing:
    """To be read before the tasks are renumbered."""
    rows = c.session.execute(
        select(Task, TaskState.state)
        .join(TaskState, TaskState.task_id == Task.id)
        .where(Task.plan_id == plan_id, TaskState.open())
    )
    return {task.code: (task, state) for task, state in rows}


def apply_edition(
    c: Context,
    plan: Plan,
    editions: tuple[model.Catalogue, model.Catalogue],
    standing: Standing,
    differences: Differences,
    no: int,
    document: str,
) -> AppliedChange:
    """Make a running plan demand what the newer of two `editions` says; tasks have their new codes.

    `no` is the newer edition's number. Raises Invalid with the tasks that no unit would lead.
    """
    old, new = editions
    done = AppliedChange()
    directory = Directory(c, plan.place_id)
    pairs = _pairs(c, plan.id, old, new, differences, standing, done)
    were = {
        p.task.id: allotment(plan.id, p.task.id, p.old, directory) if p.old else NOBODY
        for p in pairs
    }
    directory.learn(new)
    done.units_created = tuple(directory.created)
    will = {p.task.id: allotment(plan.id, p.task.id, p.new, directory) for p in pairs}
    _refuse_unled(pairs, were, will)
    _lay_head(c, plan, new, differences, pairs)
    ends = date(head_of(old)[2], 12, 31), date(head_of(new)[2], 12, 31)
    for pair in pairs:
        key = pair.task.id
        differs = amend_task(c, key, pair.old, pair.new, ends, document)
        if pair.state in GOES_ON:
            ended, issued = reallot(c, plan.id, key, were[key], will[key])
            done.ended += ended
            done.issued += issued
            differs = differs or bool(ended or issued)
        if differs and pair.old is not None:
            done.changed.append(key)
            touch(c, key)
            c.record_event(plan.id, "amend", "task", key, str(no - 1), str(no))
    link_taken(c, plan, {pair.task.id: pair.new for pair in pairs})
    for code in (task.code for task in differences.dropped):
        _drop(c, *standing[code], document, done)
    _sum_up(c, plan, pairs, done)
    _tell(c, plan, document, done)
    return done


def _pairs(
    c: Context,
    plan_id: int,
    old: model.Catalogue,
    new: model.Catalogue,
    differences: Differences,
    standing: Standing,
    done: AppliedChange,
) -> list[TaskPair]:
    """The tasks of the newer edition, those added as new drafts that are issued at once."""
    olds = {task.code: task for task in old.tasks}
    was = {n: o for o, n in differences.pairs}
    added = {
        entry.code: Task(plan_id=plan_id, code=entry.code, origin="plan", position=0)
        for entry in differences.added
    }
    c.session.add_all(added.values())
    c.session.flush()
    done.added = [task.id for task in added.values()]
    record.begin_state(c.session, "task", done.added, c.now)
    c.transition_all("task", done.added, "issue", chain=plan_id)
    pairs = []
    for entry in new.tasks:
        if entry.code in added:
            pairs.append(TaskPair(added[entry.code], TaskStateName.ISSUED, None, entry))
        else:
            pairs.append(TaskPair(*standing[was[entry.code]], olds[was[entry.code]], entry))
    return pairs


def _refuse_unled(
    pairs: Sequence[TaskPair], were: Mapping[int, Allotment], will: Mapping[int, Allotment]
) -> None:
    problems = [
        Problem(pair.new.code, mark("no unit leads this task"))
        for pair in pairs
        if pair.state in GOES_ON
        and not will[pair.task.id].collectors
        and (pair.old is None or were[pair.task.id].collectors)
    ]
    if problems:
        raise Invalid(mark("The edition cannot be applied yet."), tuple(problems))


def _lay_head(
    c: Context,
    plan: Plan,
    new: model.Catalogue,
    differences: Differences,
    pairs: Sequence[TaskPair],
) -> None:
    """The plan's own data, its headings, and the tasks' places below them."""
    _, plan.first_year, plan.last_year = head_of(new)
    for change in differences.head:
        if change.field == "published":
            plan.published = new.plan.published
        elif change.field in ("title", "issuer", "document_number") and change.after:
            setattr(plan, change.field, change.after)
    items = lay_items(c, plan.id, new)
    for position, pair in enumerate(pairs, 1):
        pair.task.item_id, pair.task.position = items.get(pair.new.item or ""), position
    c.session.flush()


def _drop(c: Context, task: Task, state: str, document: str, done: AppliedChange) -> None:
    """Terminate a task that goes on; what was closed out or terminated before stays as it is."""
    if state not in GOES_ON:
        return
    parts = assignments_of(c, [task.id])
    c.transition("task", task.id, "terminate", chain=task.plan_id, reason="edition")
    amend(c, TaskVersion, [TaskVersion.task_id == task.id], document=document)
    waive_open(c, task.plan_id, parts, "edition")
    lay_aside(c, Request.task_id == task.id, Request.kind != RequestKind.DISPUTE)
    touch(c, task.id)
    done.dropped.append(task.id)
    done.ended += parts


def _sum_up(c: Context, plan: Plan, pairs: Sequence[TaskPair], done: AppliedChange) -> None:
    """What a person should look at: finished tasks whose words changed, shares that do not fit."""
    changed = [pair for pair in pairs if pair.task.id in set(done.changed)]
    done.finished = tuple(pair.new.code for pair in changed if pair.state not in GOES_ON)
    done.shares = tuple(
        pair.new.code for pair in changed
        if pair.state in GOES_ON and not _shares_fit(c, plan, pair.task.id)
    )  # fmt: skip


def _shares_fit(c: Context, plan: Plan, task_id: int) -> bool:
    """Whether the year targets of a task make the whole and belong to units that have a part."""
    units = {part.unit_id for part in in_force(c, task_id)}
    shares: dict[int, list[Share]] = defaultdict(list)
    for row in year_targets_of(c.session, c.actor, task_id, c.now):
        shares[row.measure_id].append(Share(row.unit_id, row.year, row.value))
    strange = {one.unit_id for some in shares.values() for one in some} - units
    return not strange and not any(
        check(
            MeasureToShare(m.kind, m.op, m.value, m.unit, m.by_year or plan.last_year, m.baseline),
            shares[m.measure_id],
        )
        for m in measures_of(c.session, task_id, c.now)
        if shares[m.measure_id]
    )


def _tell(c: Context, plan: Plan, document: str, done: AppliedChange) -> None:
    """One letter a unit: what it has now, what is changed, what it has no longer."""
    due = issue_assignments(c, plan, done.issued) if done.issued else None
    goes_on = [task_id for task_id in done.changed if task_id not in done.added]
    changed = set(assignments_of(c, goes_on)) - set(done.issued)
    done.unreached = announce_edition(
        c,
        plan.id,
        gained=units_of(c, done.issued),
        changed=units_of(c, sorted(changed)),
        lost=units_of(c, done.ended),
        facts={"document": document, "acknowledge_due_on": due},
    )
