"""本单位台账: parts with lights and punctuality, the score with its reasons, objections."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from db.engine import Database
from db.models import Objection
from pages import office
from pages.on_stage import on_stage, opened
from pages.stage import html_of
from ui.shell.application import Application
from workflow.verbs.assessment.assess import assess
from workflow.verbs.assessment.save_scheme import save_scheme, shipped_scheme
from worlds import LABOUR, OFFICE, SCIENCE, World
from worlds import little_city as build


@pytest.fixture
def world(sqlite_database: Database) -> World:
    made = build(sqlite_database)
    office.acknowledge_all(made)
    office.open_round(made, office.noon(2021, 3, 10))
    return made


@pytest.fixture
def application(world: World, tmp_path) -> Application:
    return on_stage(world, tmp_path)


@pytest.mark.parametrize("role", ["liaison", "deputy_head"])
def test_tasks_stand_with_light_reason_numbers_and_words_for_the_paper(world, application, role):
    report = office.report_of(world, "1.1", SCIENCE)
    measure = office.measure_of(world, "1.1")
    office.file(world, report, status="stuck", values={measure: "12"})
    html = html_of(opened(application, world, "ledger", SCIENCE, role))
    assert "牵头（负责）任务（2）" in html
    assert "滞后" in html
    assert "领军人才 12人" in html
    assert "按时" in html
    way = f"report?report={report.id}" if role == "liaison" else f"task?task={report.task_id}"
    assert f'<a href="/{way}">一季度</a>' in html
    labour = html_of(opened(application, world, "ledger", LABOUR, role))
    assert "配合任务（2）" in labour
    assert "未到期" in labour


def test_the_link_of_a_mail_leads_to_what_it_is_about(world, application):
    report = office.report_of(world, "1.1", SCIENCE)
    world.now = office.noon(2021, 3, 29)
    html = html_of(opened(application, world, "ledger", SCIENCE, "deputy_head", report=report.id))
    assert html.index("邮件所指事项") < html.index("牵头（负责）任务")
    assert "未报送" in html


def test_a_deputy_head_acknowledges_from_the_ledger(sqlite_database, tmp_path):
    world = build(sqlite_database)
    task = world.tasks["1.1"]
    at = opened(on_stage(world, tmp_path), world, "ledger", SCIENCE, "deputy_head", task=task)
    assert "待签收（2）" in html_of(at)
    at.button(key="acknowledge_now").click().run()
    assert not at.exception
    assert "待签收（1）" in html_of(at)


def test_the_years_score_has_a_reason_for_each_line_and_can_be_objected_to(world, application):
    at = opened(application, world, "ledger", SCIENCE, "liaison")
    assert "尚未测算" in html_of(at)
    world.do(world.administrator, save_scheme, data=shipped_scheme("quzhou"))
    world.do(world.reviewer, assess, plan_id=world.plan_id, year=2021)
    at.run()
    assert not at.exception
    html = html_of(at)
    assert "得分构成" in html
    assert "本年得分" in html
    box = next(one for one in at.text_area if one.label == "不符之处")
    box.set_value("一季度数据未计入。")
    send = next(one for one in at.button if one.label == "提交核对意见")
    send.click().run()
    assert not at.exception
    with world.database.read() as session:
        assert session.scalars(select(Objection.text)).all() == ["一季度数据未计入。"]


@pytest.mark.parametrize("role", ["reviewer", "administrator", "leader"])
def test_nobody_else_has_this_page(world, application, role):
    unit = "" if role == "leader" else OFFICE
    assert "您无权打开此页面" in html_of(opened(application, world, "ledger", unit, role))
