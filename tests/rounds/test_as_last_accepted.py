"""沿用上期: who is on their path and has nothing new need not write, and may all the same."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import select

from db.engine import Database
from db.models import Plan, Report, ReportState, Round, Task
from db.queries.progress.overview import overview
from db.queries.reports.my_tasks import my_tasks
from pages.office import acknowledge_all, file, judge, measure_of, noon, open_round, report_of
from workflow.rules.access.permissions import system
from workflow.rules.progress.judging import Promise, PromisedStep, ReportedRound, TaskStatus
from workflow.rules.reporting.policy import PlanPolicy
from workflow.rules.reporting.silence import may_stay_silent
from workflow.verbs.plans.change_plan import change_plan
from workflow.verbs.reminders.remind import remind
from worlds import KECHENG, LABOUR, OFFICE, SCIENCE, World, little_city

DUE = date(2021, 6, 25)
LEADERS = Promise(
    1, "领军人才", ">=", "人", "new", Decimal(100), 2025, None, "each_round", "straight"
)
TOLD = ReportedRound(7, 2021, date(2021, 3, 25), True, "on_track", {1: Decimal(30)}, {})
TASK = TaskStatus(
    "under_way", date(2025, 12, 31), 2021, 2025, (LEADERS,), (), (7,), 7, (TOLD,)
)  # fmt: skip
FAR = replace(TOLD, values={1: Decimal(60)})
STEP = PromisedStep(3, "开工", DUE, False)


@pytest.mark.parametrize(
    ("task", "silent"),
    [
        (TASK, True),
        (replace(TASK, promises=()), True),
        (replace(TASK, told=()), False),
        (replace(TASK, told=(replace(TOLD, status="behind"),)), False),
        (replace(TASK, promises=(replace(LEADERS, by_year=2021),)), False),
        (replace(TASK, promises=(replace(LEADERS, by_year=2021),), told=(FAR,)), True),
        (replace(TASK, told=(replace(TOLD, values={}),)), True),
        (replace(TASK, due=DUE), False),
        (replace(TASK, steps=(STEP,)), False),
        (replace(TASK, steps=(STEP,), told=(replace(TOLD, reached={3: DUE}),)), True),
        (replace(TASK, steps=(replace(STEP, due=date(2021, 9, 30)),)), True),
    ],
)
def test_who_need_not_write(task: TaskStatus, silent: bool) -> None:
    assert may_stay_silent(task, DUE) is silent


def test_an_annual_number_that_will_be_behind_must_be_told() -> None:
    yearly = replace(LEADERS, kind="annual", value=Decimal(100))
    for told, silent in ((30, False), (60, True)):
        task = replace(
            TASK, promises=(yearly,), told=(replace(TOLD, values={1: Decimal(told)}),)
        )  # fmt: skip
        assert may_stay_silent(task, DUE) is silent


@pytest.fixture
def world(database: Database) -> World:
    """After the first round: 1.1 well ahead, 2.1 steady and on track, 1.2 stuck; all accepted."""
    made = little_city(database)
    acknowledge_all(made)
    with made.database.read() as session:
        version = session.get_one(Plan, made.plan_id).version
    quiet = PlanPolicy(quiet=True)
    made.do(made.administrator, change_plan, plan_id=made.plan_id, version=version, policy=quiet)
    open_round(made, noon(2021, 3, 10))
    ahead = {measure_of(made, "1.1"): "90", measure_of(made, "1.1", 2): "3"}
    for code, unit, more in (
        ("1.1", SCIENCE, {"values": ahead}),
        ("2.1", OFFICE, {}),
        ("1.2", LABOUR, {"status": "stuck"}),
    ):
        file(made, report_of(made, code, unit), **more)
        judge(made, report_of(made, code, unit))
    open_round(made, noon(2021, 6, 10))
    return made


def states(world: World, period: str) -> dict[str, set[str]]:
    with world.database.read() as session:
        rows = session.execute(
            select(Task.code, ReportState.state)
            .join(Report, Report.task_id == Task.id)
            .join(Round, Round.id == Report.round_id)
            .join(ReportState, ReportState.report_id == Report.id)
            .where(Round.period == period, ReportState.open())
        )
        found: dict[str, set[str]] = {}
        for code, state in rows:
            found.setdefault(code, set()).add(state)
    return found


def test_the_quiet_ones_stand_as_last_accepted_and_nobody_reminds_them(world: World) -> None:
    found = states(world, "2021Q2")
    assert found["2.1"] == {"as_before"}
    assert found["1.2"] == {"due"}
    assert found["2.2"] == {"due"}
    mails = world.do(system("clock"), remind, at=noon(2021, 6, 24), dry_run=True).mails
    told = {entry.code for mail in mails for entry in mail.entries if entry.section == "ahead"}
    assert "1.2" in told
    assert "2.1" not in told
    with world.reading(world.reviewer) as c:
        figures = overview(c.session, c.actor, [world.plan_id], c.now, "Asia/Shanghai").figures
    assert figures.as_before == sum(kinds == {"as_before"} for kinds in found.values())
    assert figures.owed == 6 - figures.as_before


def test_who_has_news_reports_all_the_same(world: World) -> None:
    who = world.person(OFFICE, "liaison")
    with world.reading(who) as c:
        desk = my_tasks(c.session, c.actor, c.today, c.now)
    assert [one.code for one in desk.as_before] == ["2.1"]
    assert "2.1" not in [one.code for one in desk.to_do]
    file(world, report_of(world, "2.1", OFFICE, "2021Q2"))
    assert states(world, "2021Q2")["2.1"] == {"signed_off"}


def test_the_last_round_of_the_year_asks_everybody(world: World) -> None:
    open_round(world, noon(2021, 11, 15))
    assert all("as_before" not in kinds for kinds in states(world, "2021Q4").values())


def test_without_the_policy_everybody_is_asked(sqlite_database: Database) -> None:
    made = little_city(sqlite_database)
    acknowledge_all(made)
    open_round(made, noon(2021, 3, 10))
    file(made, report_of(made, "2.1", OFFICE))
    judge(made, report_of(made, "2.1", OFFICE))
    open_round(made, noon(2021, 6, 10))
    assert states(made, "2021Q2")["2.1"] == {"due"}
    assert KECHENG in made.units
