"""What tracked runs a plan has, and how each of them looks: nothing but the record decides it.

The mirror makes runs like these, a rebuilt window has the same, and whoever compares the window
with the record asks here too. Names of states are the scheduler's own style, in English, and the
messages too: its window knows no languages, and the same record must give the same run everywhere.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from workflow.rules.states import ReportStateName, TaskStateName

KEPT = timedelta(days=90)
"""So long the window shows what is settled; the record shows it for ever."""
TRACKED = "tracked"
"""The tag of every run of the mirror."""
LONGEST_TITLE = 60


class Grain(StrEnum):
    """How fine the window is: a run a task with its reports, a run a unit, one a plan, or none."""

    TASK = "task"
    UNIT = "unit"
    PLAN = "plan"
    OFF = "off"


class Kind(StrEnum):
    """What a run stands for."""

    PLAN = "plan"
    UNIT = "unit"
    TASK = "task"
    REPORT = "report"


class Phase(StrEnum):
    """The scheduler's type of a state: it waits for somebody, is done, or nobody wants it."""

    WAITING = "PAUSED"
    DONE = "COMPLETED"
    GIVEN_UP = "CANCELLED"


@dataclass(frozen=True)
class RunState:
    """The state of a run: its phase, a name of our own, and what else is to be said."""

    phase: Phase
    name: str
    message: str = ""


TASKS: Mapping[str, RunState] = {
    TaskStateName.ISSUED: RunState(Phase.WAITING, "AwaitingAcknowledgement"),
    TaskStateName.UNDER_WAY: RunState(Phase.WAITING, "UnderWay"),
    TaskStateName.COMPLETION_REQUESTED: RunState(Phase.WAITING, "AwaitingCompletion"),
    TaskStateName.SUSPENDED: RunState(Phase.WAITING, "Suspended"),
    TaskStateName.CLOSED: RunState(Phase.DONE, "ClosedOut"),
    TaskStateName.TERMINATED: RunState(Phase.GIVEN_UP, "Terminated"),
}
"""The state of a task in the window; a task in another state has not begun and has no run."""

REPORTS: Mapping[str, RunState] = {
    ReportStateName.RETURNED: RunState(Phase.WAITING, "Returned"),
    ReportStateName.DUE: RunState(Phase.WAITING, "AwaitingReport"),
    ReportStateName.DRAFT: RunState(Phase.WAITING, "AwaitingReport"),
    ReportStateName.SUBMITTED: RunState(Phase.WAITING, "AwaitingSignOff"),
    ReportStateName.SIGNED_OFF: RunState(Phase.WAITING, "AwaitingReview"),
    ReportStateName.ACCEPTED: RunState(Phase.DONE, "Accepted"),
    ReportStateName.AS_BEFORE: RunState(Phase.DONE, "AsBefore"),
    ReportStateName.WAIVED: RunState(Phase.GIVEN_UP, "Waived"),
}
"""The state of a report in the window, the most pressing first."""

PRESSING = tuple(dict.fromkeys(state.name for state in REPORTS.values()))
UNDER_WAY, NOTHING_DUE = TASKS[TaskStateName.UNDER_WAY], RunState(Phase.WAITING, "NothingDue")


@dataclass(frozen=True)
class TrackedTask:
    """A task as it stands: its state since an instant (UTC), and its lead units, the one that
    collects first."""

    task_id: int
    code: str
    title: str
    state: str
    since: datetime
    leads: tuple[str, ...]


@dataclass(frozen=True)
class TrackedReport:
    """A report as it stands. `due_on` is the local date that counts in its state; `to_lead`: it
    goes to the unit that collects and not to the office."""

    report_id: int
    task_id: int
    period: str
    unit_id: int
    unit: str
    state: str
    since: datetime
    due_on: date | None
    to_lead: bool


@dataclass(frozen=True)
class TrackedPlan:
    """A plan with those of its tasks and reports that are looked at; `place` is the code of the
    place that it belongs to."""

    plan_id: int
    code: str
    title: str
    place: str
    tasks: tuple[TrackedTask, ...] = ()
    reports: tuple[TrackedReport, ...] = ()


@dataclass(frozen=True)
class TrackedRun:
    """How a run looks. `key` is its own for ever; `below` the key of the run that it is part of."""

    kind: Kind
    key: str
    name: str
    tags: tuple[str, ...]
    state: RunState
    below: str = ""


def plan_key(plan_id: int) -> str:
    """The key of a plan's own run."""
    return f"plan {plan_id}"


def plan_of(key: str) -> int:
    """The id of the plan whose own run has this key."""
    return int(key.removeprefix("plan "))


def task_key(task_id: int) -> str:
    """The key of a task's run."""
    return f"task {task_id}"


def report_key(report_id: int) -> str:
    """The key of a report's run."""
    return f"report {report_id}"


def plan_tag(code: str) -> str:
    """The tag of all runs of a plan."""
    return f"plan:{code}"


def tracked_runs(plan: TrackedPlan, grain: Grain, now: datetime) -> dict[str, TrackedRun]:
    """The runs of a plan by their keys, those first that others are below of.

    What was settled more than `KEPT` before `now` (UTC) has no run, and a task's reports none
    without the task's. The plan's own run is always there, unless nothing is shown at all.
    """
    made: Iterable[TrackedRun] = ()
    if grain == Grain.TASK:
        made = _by_task(plan, now)
    elif grain == Grain.UNIT:
        made = _by_unit(plan, now)
    whole = () if grain == Grain.OFF else (_plan_run(plan, grain, now),)
    return {run.key: run for run in (*whole, *made)}


def report_state(report: TrackedReport) -> RunState:
    """What the window says of a report: for what it waits, and until when."""
    state = REPORTS[report.state]
    if report.to_lead and report.state == ReportStateName.SUBMITTED:
        state = REPORTS[
            ReportStateName.SIGNED_OFF
        ]  # nobody signs it off; its lead is the one who looks at it
    due = f"due {report.due_on}" if report.due_on and state.phase == Phase.WAITING else ""
    return RunState(state.phase, state.name, due)


def _by_task(plan: TrackedPlan, now: datetime) -> Iterator[TrackedRun]:
    shown = {
        task.task_id: task
        for task in plan.tasks
        if task.state in TASKS and _is_shown(TASKS[task.state], task.since, now)
    }
    yield from (_task_run(plan, task) for task in shown.values())
    for report in plan.reports:
        task = shown.get(report.task_id)
        if task and _is_shown(REPORTS[report.state], report.since, now):
            yield _report_run(plan, task, report)


def _by_unit(plan: TrackedPlan, now: datetime) -> Iterator[TrackedRun]:
    units = {report.unit_id: report.unit for report in plan.reports}
    for unit_id, unit in sorted(units.items()):
        state = _together(
            report
            for report in plan.reports
            if report.unit_id == unit_id and _is_shown(REPORTS[report.state], report.since, now)
        )
        name, key = f"{unit} · {plan.title}", f"plan {plan.plan_id} unit {unit_id}"
        yield TrackedRun(Kind.UNIT, key, name, _tags(plan, f"unit:{unit}"), state)


def _plan_run(plan: TrackedPlan, grain: Grain, now: datetime) -> TrackedRun:
    state = UNDER_WAY
    if grain == Grain.PLAN:
        state = _together(
            one for one in plan.reports if _is_shown(REPORTS[one.state], one.since, now)
        )
    return TrackedRun(Kind.PLAN, plan_key(plan.plan_id), plan.title, _tags(plan), state)


def _task_run(plan: TrackedPlan, task: TrackedTask) -> TrackedRun:
    more = f" +{len(task.leads) - 1}" if len(task.leads) > 1 else ""
    lead = f" · {task.leads[0]}{more}" if task.leads else ""
    tags = _tags(plan, f"task:{task.code}", *(f"unit:{unit}" for unit in task.leads))
    name = f"{task.code} {_short(task.title)}{lead}"
    return TrackedRun(Kind.TASK, task_key(task.task_id), name, tags, TASKS[task.state])


def _report_run(plan: TrackedPlan, task: TrackedTask, report: TrackedReport) -> TrackedRun:
    tags = _tags(plan, f"task:{task.code}", f"unit:{report.unit}", f"period:{report.period}")
    name = f"{report.period} {report.unit} · {task.code} {_short(task.title)}"
    key, below = report_key(report.report_id), task_key(task.task_id)
    return TrackedRun(Kind.REPORT, key, name, tags, report_state(report), below)


def _together(reports: Iterable[TrackedReport]) -> RunState:
    """The most pressing state of several reports, with how many there are in each."""
    counted = Counter(report_state(report).name for report in reports)
    if not counted:
        return NOTHING_DUE
    there = [name for name in PRESSING if counted[name]]
    return RunState(Phase.WAITING, there[0], ", ".join(f"{name} {counted[name]}" for name in there))


def _is_shown(state: RunState, since: datetime, now: datetime) -> bool:
    return state.phase == Phase.WAITING or now - since < KEPT


def _tags(plan: TrackedPlan, *more: str) -> tuple[str, ...]:
    return tuple(sorted({TRACKED, plan_tag(plan.code), f"place:{plan.place}", *more}))


def _short(title: str) -> str:
    return title if len(title) <= LONGEST_TITLE else title[: LONGEST_TITLE - 1] + "…"
