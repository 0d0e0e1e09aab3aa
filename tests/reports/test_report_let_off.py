"""A report that has not come: more time for it, or no longer asking, wherever it is seen."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select

from built_once import built_once
from db.engine import Database
from db.models import Clock, Outbox, Report, ReportDecision
from pages.office import noon, now_of, open_round, report_of, state_of
from pages.on_stage import on_stage, opened
from pages.stage import html_of
from workflow.verbs.reports.waive import waive
from worlds import LABOUR, OFFICE, SCIENCE, World, little_city


@pytest.fixture
@built_once
def city(sqlite_database: Database) -> World:
    """The first round of 2021, four workdays over its date."""
    world = little_city(sqlite_database)
    open_round(world, noon(2021, 3, 10))
    world.now = noon(2021, 3, 31)
    return world


def on(city: World, folder: Path, key: str, unit: str = OFFICE, role: str = "reviewer", **query):
    return opened(on_stage(city, folder), city, key, unit, role, **query)


def field(elements, label: str):
    return next(one for one in elements if one.label == label)


def press(at, label: str):
    field(at.button, label).click().run()
    assert not at.exception
    return html_of(at)


def decisions(city: World) -> list[tuple[str, str]]:
    with city.database.read() as session:
        rows = session.execute(select(ReportDecision.outcome, ReportDecision.reason))
        return [tuple(row) for row in rows]


def test_overdue_reports_are_listed_with_a_way_for_whom_may(city, tmp_path):
    report = report_of(city, "1.1", SCIENCE)
    said = html_of(on(city, tmp_path, "chasing", list="late"))
    assert f'href="/chasing?list=late&amp;report={report.id}"' in said
    assert "逾期 4 个工作日" in said
    own = report_of(city, "2.1", OFFICE)
    assert f"report={own.id}" not in said


def test_more_time_is_given_and_the_unit_told(city, tmp_path):
    report = report_of(city, "1.1", SCIENCE)
    at = on(city, tmp_path, "chasing", list="late", report=report.id)
    field(at.date_input, "新的报送期限").set_value(date(2021, 4, 20))
    field(at.text_area, "理由").set_value("数源单位尚未公布")
    said = press(at, "延长报送期限")
    assert "报送期限延至2021年4月20日，已邮件告知单位联络员" in said
    assert f"report={report.id}" not in said
    with city.database.read() as session:
        assert session.get_one(Clock, now_of(city, report.id).clock_id).due_on == date(2021, 4, 20)
        assert session.scalars(select(Outbox.id)).all()
    assert decisions(city) == [("extended", "数源单位尚未公布")]
    story = html_of(on(city, tmp_path, "task", task=city.tasks["1.1"]))
    assert "报送期限延至2021年4月20日" in story
    assert "数源单位尚未公布" in story
    assert "<s>2021年3月25日</s>" in story


def test_a_report_is_let_off_from_the_tasks_page(city, tmp_path):
    report = report_of(city, "1.1", SCIENCE)
    task = city.tasks["1.1"]
    assert f"task={task}&amp;report={report.id}" in html_of(on(city, tmp_path, "task", task=task))
    at = on(city, tmp_path, "task", task=task, report=report.id)
    assert "不再提醒，不计未报" in html_of(at)
    field(at.text_area, "免报理由").set_value("任务并入另一项")
    said = press(at, "免报")
    assert "已免报，不再提醒，不计未报" in said
    assert state_of(city, report.id) == "waived"
    assert decisions(city) == [("waived", "任务并入另一项")]
    assert "任务并入另一项" in said


def test_what_is_missing_is_said_and_what_was_typed_stays(city, tmp_path):
    report = report_of(city, "1.1", SCIENCE)
    at = on(city, tmp_path, "chasing", list="late", report=report.id)
    field(at.text_area, "理由").set_value("数源单位尚未公布")
    assert "请选择新的报送期限" in press(at, "延长报送期限")
    assert field(at.text_area, "理由").value == "数源单位尚未公布"
    assert "请填写理由" in press(at, "免报")
    assert not decisions(city)


def test_the_second_reviewer_is_told_and_keeps_what_was_typed(city, tmp_path):
    report = report_of(city, "1.1", SCIENCE)
    at = on(city, tmp_path, "chasing", list="late", report=report.id)
    field(at.text_area, "免报理由").set_value("任务并入另一项")
    with city.database.write() as session:
        session.get_one(Report, report.id).version += 1
    assert "ls-box-warning" in press(at, "免报")
    assert field(at.text_area, "免报理由").value == "任务并入另一项"
    assert not decisions(city)


def test_a_reviewer_of_the_same_unit_leaves_it_to_another(city, tmp_path):
    own = report_of(city, "1.2", LABOUR)
    for key, query in (("chasing", {"list": "late"}), ("task", {"task": city.tasks["1.2"]})):
        at = on(city, tmp_path, key, LABOUR, report=own.id, **query)
        assert "请其他单位的审核人办理" in html_of(at)
        assert "免报" not in [button.label for button in at.button]


def test_nobody_else_gets_the_two_ways(city, tmp_path):
    report = report_of(city, "1.1", SCIENCE)
    for unit, role in ((SCIENCE, "liaison"), (OFFICE, "administrator"), ("", "leader")):
        at = on(city, tmp_path, "task", unit, role, task=city.tasks["1.1"], report=report.id)
        assert "本期报送情况" in html_of(at)
        assert "延期 / 免报" not in html_of(at)
        assert "免报" not in [button.label for button in at.button]


def test_a_report_that_is_done_with_offers_nothing(city, tmp_path):
    report = report_of(city, "1.1", SCIENCE)
    city.do(city.reviewer, waive, report_id=report.id, version=report.version, reason="并入")
    at = on(city, tmp_path, "task", task=city.tasks["1.1"], report=report.id)
    assert "免报" not in [button.label for button in at.button]
