"""任务: the whole story of one task, for whom it concerns, and what they may do there."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from built_once import built_once
from db.engine import Database
from db.models import Instruction, Request, Task
from pages.office import acknowledge_all, file, judge, noon, open_round, report_of
from pages.on_stage import on_stage, opened
from pages.stage import html_of
from ui.shell.application import Application
from workflow.rules.access.permissions import system
from workflow.rules.requests import NewDate
from workflow.verbs.reminders.remind import remind
from workflow.verbs.requests.decide import decide
from workflow.verbs.requests.request import request
from worlds import LABOUR, LONGYOU, OFFICE, SCIENCE, World, little_city


@pytest.fixture
@built_once
def world(sqlite_database: Database) -> World:
    """1.1 reported and returned, 1.2 given more time."""
    made = little_city(sqlite_database)
    acknowledge_all(made)
    open_round(made, noon(2021, 3, 10))
    file(
        made, report_of(made, "1.1", SCIENCE), status="behind",
        problem="用地指标尚未落实，电话13812345678。",
    )  # fmt: skip
    judge(made, report_of(made, "1.1", SCIENCE), "请补充佐证材料。")
    asked = made.do(
        made.person(LABOUR, "liaison"), request, kind="extension", reason="等待省里批复",
        assignment_id=made.assignment("1.2", LABOUR), wish=NewDate(date(2021, 9, 30)),
    )  # fmt: skip
    made.do(
        made.reviewer, decide, request_id=asked.request_id, approve=True,
        document="衢委人才〔2021〕9号", reply="同意。",
    )  # fmt: skip
    return made


@pytest.fixture
def application(world: World, tmp_path) -> Application:
    return on_stage(world, tmp_path)


@pytest.mark.parametrize(("unit", "role"), [
    (SCIENCE, "liaison"), (SCIENCE, "deputy_head"), (LABOUR, "liaison"), (OFFICE, "reviewer"),
    (OFFICE, "administrator"), ("", "leader"),
])  # fmt: skip
def test_everybody_concerned_reads_the_story(application, world, unit, role):
    html = html_of(opened(application, world, "task", unit, role, task=world.tasks["1.1"]))
    assert "<h1>1.1 引进领军人才</h1>" in html
    assert "五年引进领军人才100人。" in html
    assert "全过程" in html


def test_reports_and_verdicts_stand_in_the_story_of_those_who_may_read_them(application, world):
    html = html_of(opened(application, world, "task", SCIENCE, "liaison", task=world.tasks["1.1"]))
    assert "用地指标尚未落实" in html
    assert "请补充佐证材料。" in html
    other = html_of(opened(application, world, "task", LABOUR, "liaison", task=world.tasks["1.1"]))
    assert "请补充佐证材料。" not in other


def test_mails_are_folded_and_the_story_is_narrowed_by_kind(application, world):
    world.now = noon(2021, 3, 24)
    world.do(system("clock"), remind)

    def told(**narrowed: str) -> tuple[bool, bool]:
        """Whether mails and the answer to the request stand there."""
        page = opened(
            application, world, "task", OFFICE, "reviewer", task=world.tasks["1.2"], **narrowed
        )
        return f"{LABOUR} 联络员" in html_of(page), "等待省里批复" in html_of(page)

    assert told() == (False, True)
    assert told(story="mails") == (True, False)
    assert told(story="requests") == (False, True)
    assert told(story="changes") == (False, False)


def test_personal_numbers_are_for_the_unit_and_reviewers(application, world):
    for unit, role, seen in ((SCIENCE, "liaison", True), (OFFICE, "reviewer", True),
                             ("", "leader", False)):  # fmt: skip
        html = html_of(opened(application, world, "task", unit, role, task=world.tasks["1.1"]))
        assert ("13812345678" in html) is seen


def test_a_task_of_others_is_not_there(application, world):
    html = html_of(opened(application, world, "task", LONGYOU, "liaison", task=world.tasks["1.1"]))
    assert "引进领军人才" not in html
    assert "ls-box-warning" in html


def test_a_moved_date_stands_beside_the_first_one(application, world):
    html = html_of(opened(application, world, "task", LABOUR, "liaison", task=world.tasks["1.2"]))
    assert "2021年9月30日" in html
    assert "<s>2021年6月30日</s>" in html
    assert "衢委人才〔2021〕9号" in html


def test_without_a_task_the_page_says_where_to_find_one(application, world):
    assert "请选择任务" in html_of(opened(application, world, "task", SCIENCE, "liaison"))


def test_a_lead_asks_the_office_on_its_task(application, world):
    at = opened(application, world, "task", SCIENCE, "liaison", task=world.tasks["1.1"])
    part = world.assignment("1.1", SCIENCE)
    at.selectbox(key=f"ask_kind_{part}").select("suspension").run()
    at.text_area(key=f"ask_reason_{part}").set_value("政策调整").run()
    at.button(key="ask_now").click().run()
    with world.database.read() as session:
        asked = session.scalars(select(Request).order_by(Request.id.desc())).first()
    assert (asked.kind, asked.reason) == ("suspension", "政策调整")


def test_a_supporting_unit_is_offered_no_request(application, world):
    at = opened(application, world, "task", LABOUR, "liaison", task=world.tasks["1.1"])
    assert not at.selectbox


def fill_in(at, world: World, task: int) -> None:
    name = f"{world.plan_id}_{task}"
    at.text_area(key=f"instruct_text_{name}").set_value("请抓紧。")
    at.text_input(key=f"instruct_title_{name}").set_value("拿出支持办法")
    at.selectbox(key=f"instruct_lead_{name}").select(world.units[LABOUR])
    at.date_input(key=f"instruct_due_{name}").set_value(date(2021, 4, 30))
    at.run()
    at.button(key=f"instruct_now_{name}").click().run()


def test_a_leaders_remark_on_a_task_becomes_a_task(application, world):
    about = world.tasks["1.1"]
    at = opened(application, world, "task", "", "leader", task=about)
    fill_in(at, world, about)
    assert "已作为任务 I1 下达" in html_of(at)
    with world.database.read() as session:
        said = session.scalars(select(Instruction)).one()
        assert (said.about_task_id, said.text) == (about, "请抓紧。")
        assert said.leader_id == said.recorded_by_id == world.person("", "leader")


def test_a_reviewer_records_it_for_the_leader_and_a_double_click_acts_once(application, world):
    about = world.tasks["1.1"]
    at = opened(application, world, "task", OFFICE, "reviewer", task=about)
    fill_in(at, world, about)
    at.button(key=f"instruct_now_{world.plan_id}_{about}").click().run()
    with world.database.read() as session:
        said = session.scalars(select(Instruction)).one()
        assert said.recorded_by_id == world.reviewer
        assert said.leader_id == world.person("", "leader")
        assert len(session.scalars(select(Task).where(Task.origin == "instruction")).all()) == 1


def test_the_chart_has_the_same_figures_as_a_table(application, world):
    html = html_of(opened(application, world, "task", OFFICE, "reviewer", task=world.tasks["2.2"]))
    assert "目标 2000 人" in html
    assert "<td>" in html
