"""领导参阅: who is behind and why, what changed, what is to be decided, on one sheet."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from built_once import built_once
from db.engine import Database
from db.models import Assignment, Event, Instruction, TaskVersion
from pages.office import acknowledge_all, file, judge, noon, open_round, report_of
from pages.on_stage import on_stage, opened
from pages.stage import html_of
from ui.shell.application import Application
from workflow.rules.requests import NewDate
from workflow.verbs.requests.request import request
from worlds import LABOUR, OFFICE, SCIENCE, World, little_city


@pytest.fixture
@built_once
def world(sqlite_database: Database) -> World:
    """科技局 is stuck with 1.1 and asks for help; 人社局 asks for more time for 1.2."""
    made = little_city(sqlite_database)
    acknowledge_all(made)
    open_round(made, noon(2021, 3, 10))
    file(
        made, report_of(made, "1.1", SCIENCE), status="stuck", help_from="市资源规划局",
        problem="用地指标未落实，联系电话13812345678。",
    )  # fmt: skip
    made.do(
        made.person(LABOUR, "liaison"), request, kind="extension", reason="等待省里批复",
        assignment_id=made.assignment("1.2", LABOUR), wish=NewDate(date(2021, 9, 30)),
    )  # fmt: skip
    return made


@pytest.fixture
def application(world: World, tmp_path) -> Application:
    return on_stage(world, tmp_path)


def test_the_reds_have_the_units_own_words_without_personal_numbers(application, world):
    html = html_of(opened(application, world, "leader", "", "leader"))
    assert "引进领军人才" in html
    assert "用地指标未落实" in html
    assert "市资源规划局" in html
    assert "13812345678" not in html


def test_what_needs_a_decision_is_named(application, world):
    html = html_of(opened(application, world, "leader", "", "leader"))
    assert "等待省里批复" in html
    assert "涉及 1 家单位" in html


@pytest.mark.parametrize(("unit", "role"), [
    (OFFICE, "administrator"), (SCIENCE, "liaison"), (SCIENCE, "deputy_head"),
])  # fmt: skip
def test_others_are_refused(application, world, unit, role):
    html = html_of(opened(application, world, "leader", unit, role))
    assert "用地指标未落实" not in html


def test_the_next_look_shows_what_changed_since_the_last(application, world):
    opened(application, world, "leader", "", "leader")
    world.now = noon(2021, 3, 22)
    file(world, report_of(world, "1.2", LABOUR))
    judge(world, report_of(world, "1.2", LABOUR))
    html = html_of(opened(application, world, "leader", "", "leader"))
    changes = html[html.index("上次查看以来的变化") :]
    assert "2021年3月10日" in changes
    assert "出台人才安居办法" in changes
    assert "引进领军人才" not in changes


def test_a_look_is_remembered_once_a_day(application, world):
    at = opened(application, world, "leader", "", "leader")
    at.run()
    opened(application, world, "leader", "", "leader")
    with world.database.read() as session:
        assert len(session.scalars(select(Event).where(Event.action == "look")).all()) == 1


def test_a_remark_becomes_a_task(application, world):
    at = opened(application, world, "leader", "", "leader")
    name = f"{world.plan_id}_0"
    at.text_area(key=f"instruct_text_{name}").set_value("请资源规划局协调。")
    at.text_input(key=f"instruct_title_{name}").set_value("落实用地指标")
    at.selectbox(key=f"instruct_lead_{name}").select(world.units[SCIENCE])
    at.date_input(key=f"instruct_due_{name}").set_value(date(2021, 4, 30))
    at.run()
    at.button(key=f"instruct_now_{name}").click().run()
    with world.database.read() as session:
        assert session.scalars(select(Instruction.text)).all() == ["请资源规划局协调。"]


def test_a_rerun_is_few_messages(application, world):
    at = opened(application, world, "leader", OFFICE, "reviewer")
    assert len(list(at.main)) + len(list(at.sidebar)) <= 25


def test_a_remark_on_a_red_is_one_box_with_unit_and_date_set_before(application, world):
    html = html_of(opened(application, world, "leader", "", "leader"))
    task = world.tasks["1.1"]
    assert f'href="/leader?about={task}"' in html
    at = opened(application, world, "leader", "", "leader", about=task)
    at.text_area(key=f"remark_text_{task}").set_value("请资源规划局协调。")
    at.button(key=f"remark_now_{task}").click().run()
    assert "已作为任务" in html_of(at)
    with world.database.read() as session:
        made = session.scalars(select(Instruction)).one()
        assert made.about_task_id == task
        parts = session.scalars(select(Assignment).where(Assignment.task_id == made.task_id)).all()
        assert [part.unit_id for part in parts] == [world.units[SCIENCE]]
        words = session.scalars(
            select(TaskVersion).where(TaskVersion.task_id == made.task_id)
        ).one()
        assert words.due == date(2021, 3, 24)
        assert words.title == "落实批示：引进领军人才"
