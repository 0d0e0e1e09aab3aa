"""我的任务: what comes first, what is answered in place, and an empty desk."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select

from db.engine import Database
from db.models import AssignmentState, Request
from pages import office
from pages.on_stage import on_stage, opened
from pages.stage import html_of
from ui.shell.application import Application
from workflow.rules.requests import NewDate
from workflow.verbs.plans.consult import consult
from workflow.verbs.reports.save_draft import save_draft
from workflow.verbs.requests.decide import decide
from workflow.verbs.requests.request import request
from workflow.verbs.rounds.ask_supports import ask_supports
from worlds import KECHENG, LABOUR, OFFICE, SCIENCE, World, empty_city, little_catalogue, load
from worlds import little_city as build


@pytest.fixture
def world(sqlite_database: Database) -> World:
    return build(sqlite_database)


@pytest.fixture
def application(world: World, tmp_path) -> Application:
    return on_stage(world, tmp_path)


def order(html: str, *words: str) -> bool:
    places = [html.index(word) for word in words]
    return places == sorted(places)


def test_returned_ones_come_first_with_the_reviewers_words_then_by_date_then_with_others(
    world, application
):
    office.acknowledge_all(world)
    office.open_round(world, office.noon(2021, 3, 10))
    back = office.report_of(world, "1.2", LABOUR)
    office.file(world, back)
    office.judge(world, back, "数字请附文件。")
    html = html_of(opened(application, world, "my_tasks", LABOUR, "liaison"))
    assert order(html, "退回修改（1）", "1.2 出台人才安居办法", "数字请附文件。")
    assert f'href="/report?report={back.id}"' in html
    office.file(world, office.report_of(world, "1.1", SCIENCE), signed=False)
    html = html_of(opened(application, world, "my_tasks", SCIENCE, "liaison"))
    assert order(
        html, "待报送（1）", "还有 11 个工作日", "1.3 建成", "已报送，待审（1）", "1.1 引进"
    )


def test_a_draft_and_a_report_to_the_lead_say_what_they_are(world, application):
    office.acknowledge_all(world)
    task = world.tasks["1.1"]
    unit = world.units[LABOUR]
    world.do(world.person(SCIENCE, "liaison"), ask_supports, task_id=task, unit_ids=[unit])
    office.open_round(world, office.noon(2021, 3, 10))
    report = office.report_of(world, "1.1", LABOUR)
    begun = office.report_of(world, "1.2", LABOUR)
    said = {"text": "正在填写"}
    who = world.person(LABOUR, "liaison")
    world.do(who, save_draft, report_id=begun.id, content=said, version=0)
    html = html_of(opened(application, world, "my_tasks", LABOUR, "liaison"))
    assert "已有草稿" in html
    assert "报牵头单位" in html
    office.file(world, report, signed=False)
    html = html_of(opened(application, world, "my_tasks", SCIENCE, "liaison"))
    assert order(html, "待报送", "配合单位报来，待接收（1）", "市人力社保局")


def test_with_nothing_due_the_page_says_so_and_names_the_next_date(world, application):
    office.acknowledge_all(world)
    html = html_of(opened(application, world, "my_tasks", SCIENCE, "liaison"))
    assert "目前没有待办事项" in html
    assert "下一报送周期于2021年3月10日开始，2021年3月25日前报送" in html


def test_a_part_is_acknowledged_in_place_with_its_division(world, application):
    assignment = world.assignment("1.2", LABOUR)
    at = opened(application, world, "my_tasks", LABOUR, "liaison", task=world.tasks["1.2"])
    assert "待签收（3）" in html_of(at)
    at.text_input(key=f"division_{assignment}").set_value("人才开发处")
    at.button(key="acknowledge_now").click().run()
    assert not at.exception
    assert state(world, assignment) == "acknowledged"
    assert "待签收（2）" in html_of(at)
    assert "已签收 1 项任务。" in html_of(at)


def test_all_parts_are_acknowledged_at_once_where_there_are_many(world, application):
    at = opened(application, world, "my_tasks", LABOUR, "liaison")
    at.button(key="acknowledge_all").click().run()
    assert "待签收" not in html_of(at)
    for code in ("1.1", "1.2", "1.3"):
        assert state(world, world.assignment(code, LABOUR)) == "acknowledged"


def test_the_lead_names_the_members_of_a_group(world, application):
    assignment = world.assignment("1.3", SCIENCE)
    at = opened(application, world, "my_tasks", SCIENCE, "liaison", task=world.tasks["1.3"])
    at.multiselect(key=f"members_{assignment}").set_value([world.units[KECHENG]]).run()
    at.button(key="acknowledge_now").click().run()
    assert not at.exception
    assert state(world, world.assignment("1.3", KECHENG)) == "issued"


def test_an_objection_goes_to_the_office_and_wants_a_reason(world, application):
    assignment = world.assignment("1.2", LABOUR)
    at = opened(application, world, "my_tasks", LABOUR, "liaison", task=world.tasks["1.2"])
    at.button(key="dispute_now").click().run()
    assert "请填写理由。" in html_of(at)
    assert state(world, assignment) == "issued"
    at.text_area(key=f"dispute_{assignment}").set_value("应由市住建局承担")
    at.button(key="dispute_now").click().run()
    assert state(world, assignment) == "disputed"
    assert "分工异议已报送人才办" in html_of(at)


def test_a_draft_work_list_asks_for_comments(sqlite_database, tmp_path):
    world = empty_city(sqlite_database)
    load(world, little_catalogue(), issued=False)
    world.do(world.administrator, consult, plan_id=world.plan_id, comments_due_on=date(2021, 1, 15))
    application = on_stage(world, tmp_path)
    at = opened(application, world, "my_tasks", LABOUR, "liaison", task=world.tasks["1.2"])
    assert "征求意见（3）" in html_of(at)
    assignment = world.assignment("1.2", LABOUR)
    at.text_area(key=f"comment_{assignment}").set_value("建议将时限调整为9月底。")
    at.button(key="comment_now").click().run()
    assert "征求意见（2）" in html_of(at)
    at.button(key="comment_none").click().run()
    assert "征求意见" not in html_of(at)
    with world.database.read() as session:
        said = session.scalars(select(Request.reason).order_by(Request.id)).all()
    assert said == ["建议将时限调整为9月底。", "无意见。", "无意见。"]


def test_the_answer_to_a_request_is_shown_for_two_weeks(world, application):
    office.acknowledge_all(world)
    asked = world.do(
        world.person(LABOUR, "liaison"), request, assignment_id=world.assignment("1.2", LABOUR),
        kind="extension", reason="会议推迟", wish=NewDate(date(2021, 9, 30)),
    )  # fmt: skip
    html = html_of(opened(application, world, "my_tasks", LABOUR, "liaison"))
    assert order(html, "申请与答复（1）", "待答复", "由 2021年6月30日 调整为")
    who = world.person(OFFICE, "reviewer")
    world.do(who, decide, request_id=asked.request_id, approve=True, reply="同意。")
    assert "同意。" in html_of(opened(application, world, "my_tasks", LABOUR, "liaison"))
    world.now = datetime(2021, 2, 1, 1, tzinfo=UTC)
    assert "同意。" not in html_of(opened(application, world, "my_tasks", LABOUR, "liaison"))


@pytest.mark.parametrize("role", ["deputy_head", "reviewer", "administrator", "leader"])
def test_nobody_else_has_this_page(world, application, role):
    unit = "" if role == "leader" else OFFICE
    assert "您无权打开此页面" in html_of(opened(application, world, "my_tasks", unit, role))


def state(world: World, assignment_id: int) -> str:
    with world.database.read() as session:
        return session.scalars(
            select(AssignmentState.state).where(
                AssignmentState.assignment_id == assignment_id, AssignmentState.open()
            )
        ).one()
