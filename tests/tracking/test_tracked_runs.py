"""What a tracked run looks like follows from the record alone."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

import pytest

from workflow.rules.states import STATES
from workflow.rules.tracking.runs import (
    KEPT,
    REPORTS,
    TASKS,
    Grain,
    Kind,
    Phase,
    RunState,
    TrackedPlan,
    TrackedReport,
    TrackedTask,
    plan_of,
    tracked_runs,
)
from workflow.rules.tracking.touched import touched

NOW = datetime(2021, 3, 20, 4, tzinfo=UTC)
TASK = TrackedTask(4, "1.1", "引进领军人才", "under_way", NOW, ("市科技局", "市人社局"))
REPORT = TrackedReport(9, 4, "2021Q1", 7, "市科技局", "due", NOW, date(2021, 3, 25), to_lead=False)
PLAN = TrackedPlan(3, "little", "小城人才规划", "330800", (TASK,), (REPORT,))


def run_of(report: TrackedReport, grain: Grain = Grain.TASK):
    return tracked_runs(replace(PLAN, reports=(report,)), grain, NOW).get("report 9")


def test_a_task_under_way_is_a_run_named_after_it_and_its_lead_unit_with_its_reports_below():
    plan, task, report = tracked_runs(PLAN, Grain.TASK, NOW).values()
    assert (plan.kind, plan.name, plan_of(plan.key)) == (Kind.PLAN, "小城人才规划", 3)
    assert task.name == "1.1 引进领军人才 · 市科技局 +1"
    assert task.tags == (
        "place:330800", "plan:little", "task:1.1", "tracked", "unit:市人社局", "unit:市科技局",
    )  # fmt: skip
    assert (task.state.name, task.below) == ("UnderWay", "")
    assert report.name == "2021Q1 市科技局 · 1.1 引进领军人才"
    assert {"period:2021Q1", "task:1.1", "plan:little", "unit:市科技局"} < set(report.tags)
    assert report.below == task.key


@pytest.mark.parametrize(("state", "shown"), [
    ("due", "AwaitingReport"), ("draft", "AwaitingReport"), ("submitted", "AwaitingSignOff"),
    ("signed_off", "AwaitingReview"), ("returned", "Returned"), ("accepted", "Accepted"),
    ("waived", "Waived"), ("as_before", "AsBefore"),
])  # fmt: skip
def test_a_report_says_for_whom_it_waits_and_until_when(state: str, shown: str):
    said = run_of(replace(REPORT, state=state)).state
    assert said.name == shown
    settled = state in ("accepted", "waived", "as_before")
    assert said.message == ("" if settled else "due 2021-03-25")
    assert (said.phase == Phase.WAITING) is not settled


def test_every_state_of_a_report_and_every_state_of_a_task_that_was_issued_is_shown():
    assert REPORTS.keys() == STATES["report"].keys()
    assert STATES["task"].keys() - TASKS.keys() == {"drafted", "consulted", "dropped"}


def test_what_a_supporting_unit_submits_awaits_the_lead_and_no_signature():
    assert run_of(replace(REPORT, state="submitted", to_lead=True)).state.name == "AwaitingReview"


def test_what_is_settled_is_shown_for_a_while_and_what_waits_for_ever():
    old = NOW - KEPT
    assert run_of(replace(REPORT, state="accepted", since=old)) is None
    assert run_of(replace(REPORT, state="accepted", since=old + timedelta(seconds=1)))
    assert run_of(replace(REPORT, since=old))


def test_the_reports_of_a_task_that_is_shown_no_more_are_not_shown_either():
    over = replace(PLAN, tasks=(replace(TASK, state="closed", since=NOW - KEPT),))
    assert list(tracked_runs(over, Grain.TASK, NOW)) == ["plan 3"]
    drafted = replace(PLAN, tasks=(replace(TASK, state="drafted"),))
    assert list(tracked_runs(drafted, Grain.TASK, NOW)) == ["plan 3"]


def test_a_coarser_window_says_the_most_pressing_state_of_many_and_how_many_of_each():
    other = replace(REPORT, report_id=10, state="returned")
    third = replace(REPORT, report_id=11, unit_id=8, unit="市人社局", state="accepted")
    many = replace(PLAN, reports=(REPORT, other, third))
    plan, *units = tracked_runs(many, Grain.UNIT, NOW).values()
    assert [(run.name, run.state.name) for run in units] == [
        ("市科技局 · 小城人才规划", "Returned"),
        ("市人社局 · 小城人才规划", "Accepted"),
    ]
    assert units[0].state.message == "Returned 1, AwaitingReport 1"
    (alone,) = tracked_runs(many, Grain.PLAN, NOW).values()
    assert alone.state == RunState(
        Phase.WAITING, "Returned", "Returned 1, AwaitingReport 1, Accepted 1"
    )
    assert plan.state.name == "UnderWay"
    assert tracked_runs(many, Grain.OFF, NOW) == {}


def test_a_plan_without_reports_awaits_nothing():
    (alone,) = tracked_runs(replace(PLAN, reports=()), Grain.PLAN, NOW).values()
    assert alone.state.name == "NothingDue"


def test_a_long_title_is_cut():
    long = replace(PLAN, tasks=(replace(TASK, title="引" * 200),))
    assert all(len(run.name) < 100 for run in tracked_runs(long, Grain.TASK, NOW).values())


@dataclass
class Event:
    action: str
    subject: str
    subject_id: int
    before: str = ""
    after: str = ""


def test_an_event_is_looked_up_by_its_subject_and_one_that_nobody_knows_anywhere():
    found = touched(
        [
            Event("submit", "report", 9, "draft", "submitted"),
            Event("open_round", "round", 2),
            Event("remind", "plan", 3),
        ]
    )
    assert (found.whole, found.ids) == (False, {"report": {9}, "round": {2}})
    assert touched([Event("something_new", "plan", 3)]).whole


@pytest.mark.parametrize("event", [
    Event("look", "plan", 3), Event("edit", "working_copy", 1),
    Event("draft", "report", 9, "due", "draft"),
])  # fmt: skip
def test_what_changes_no_run_is_not_looked_up(event: Event):
    assert touched([event]).nothing
