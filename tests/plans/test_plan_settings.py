"""The settings of a plan in plain words, changed one at a time; its comments; its catalogue."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select

from built_once import built_once
from db.engine import Database
from db.models import ClockStep, Event, Plan
from db.queries.access.sessions import Visitor
from pages.on_stage import on_stage, opened, wired
from pages.stage import html_of
from tasks_catalog import dump, load
from ui.files.evidence import files_of
from workflow.rules.refusals import NotFound, Refused
from workflow.rules.reporting.policy import EACH, YEARLY, PlanPolicy, RoundRule
from workflow.verbs.plans.answer_comment import answer_comment
from workflow.verbs.plans.change_plan import change_plan
from workflow.verbs.plans.comment import comment
from workflow.verbs.plans.consult import consult
from workflow.verbs.plans.load_catalogue import load_catalogue
from worlds import (
    ISSUED,
    LABOUR,
    OFFICE,
    SCIENCE,
    World,
    empty_city,
    little_catalogue,
    little_city,
)
from worlds import (
    load as load_world,
)


@pytest.fixture
def city(sqlite_database: Database) -> World:
    return little_city(sqlite_database)


def on(city: World, folder: Path, role: str = "administrator", language: str = "zh", **query):
    query = {"plan": city.plan_id, "part": "settings", **query}
    return opened(on_stage(city, folder, language), city, "plan", OFFICE, role, **query)


def field(elements, label: str):
    return next(one for one in elements if one.label == label)


def press(at, label: str) -> str:
    field(at.button, label).click().run()
    assert not at.exception
    return html_of(at)


def policy(city: World) -> PlanPolicy:
    with city.database.read() as session:
        return PlanPolicy.from_json(session.get_one(Plan, city.plan_id).policy)


def test_the_settings_stand_in_plain_words(city, tmp_path):
    said = html_of(on(city, tmp_path))
    for words in (
        "二季度：6月10日开始，6月25日截止；填报每期指标、半年指标",
        "下一期：2021年一季度，2021年3月10日开始",
        "退回修改的，3 个工作日内改好重报",
        "写明任务编号、名称",
        "截止后 3 个工作日：分管领导、审核人（人才办）（逾期并列入电话催办）",
        f"<p>{OFFICE}</p>",
    ):
        assert words in said
    assert "{" not in said.replace("{{", "")


def test_a_reviewer_reads_them_and_an_administrator_changes_them(city, tmp_path):
    assert "field=days" in html_of(on(city, tmp_path))
    at = on(city, tmp_path, "reviewer", field="days")
    assert "field=days" not in html_of(at)
    assert not at.number_input


def test_days_are_changed(city, tmp_path):
    at = on(city, tmp_path, field="days")
    field(at.number_input, "审核期限（工作日）").set_value(7)
    said = press(at, "保存")
    assert "设置已修改" in said
    assert "截止后 7 个工作日内审核" in said
    assert policy(city) == PlanPolicy(review_workdays=7)


def test_what_cannot_be_names_its_field_and_keeps_what_was_typed(city, tmp_path):
    at = on(city, tmp_path, field="days")
    field(at.number_input, "审核期限（工作日）").set_value(91)
    said = press(at, "保存")
    assert "<li>审核期限（工作日）：天数" in said or "<li>审核期限（工作日）: " in said
    assert field(at.number_input, "审核期限（工作日）").value == 91
    assert policy(city) == PlanPolicy()
    at = on(city, tmp_path, field="rounds")
    field(at.text_input, "一季度截止日期").set_value("月底")
    assert "<li>一季度: " in press(at, "保存")
    assert field(at.text_input, "一季度截止日期").value == "月底"


def test_the_second_administrator_is_told(city, tmp_path):
    at = on(city, tmp_path, field="days")
    field(at.number_input, "审核期限（工作日）").set_value(7)
    other = PlanPolicy(mail_detail="count")
    city.do(city.administrator, change_plan, plan_id=city.plan_id, version=2, policy=other)
    assert "ls-box-warning" in press(at, "保存")
    assert field(at.number_input, "审核期限（工作日）").value == 7
    assert policy(city) == other
    assert "设置已修改" in press(at, "保存")
    assert policy(city) == PlanPolicy(mail_detail="count", review_workdays=7)


def test_a_year_may_have_other_rounds(city, tmp_path):
    at = on(city, tmp_path, field="rounds")
    field(at.button_group, "报送周期").set_value(["Q2", "H2"]).run()
    field(at.text_input, "二季度截止日期").set_value("6月28日")
    field(at.text_input, "下半年开始日期").set_value("11-1")
    field(at.text_input, "下半年截止日期").set_value("12/5")
    field(at.button_group, "下半年填报内容").set_value([EACH, YEARLY])
    assert "设置已修改" in press(at, "保存")
    assert policy(city).rounds == (
        RoundRule("Q2", "06-10", "06-28", (EACH, "half_yearly")),
        RoundRule("H2", "11-01", "12-05", (EACH, YEARLY)),
    )


@pytest.mark.parametrize(
    ("name", "choose", "wanted"),
    [
        ("office", lambda at, c: at.selectbox[0].set_value(c.units[SCIENCE]), {}),
        ("supports_report", lambda at, _c: at.radio[0].set_value(True), {"supports_report": True}),
        ("mail_detail", lambda at, _c: at.radio[0].set_value("count"), {"mail_detail": "count"}),
    ],
)
def test_the_other_settings_are_changed(city, tmp_path, name, choose, wanted):
    at = on(city, tmp_path, field=name)
    choose(at, city)
    assert "设置已修改" in press(at, "保存")
    assert policy(city) == PlanPolicy(**wanted)
    with city.database.read() as session:
        office = session.get_one(Plan, city.plan_id).office_unit_id
    assert office == city.units[SCIENCE if name == "office" else OFFICE]


def test_a_reminder_is_changed_added_and_brought_back(city, tmp_path):
    at = on(city, tmp_path, field="acknowledge", step="T-2")
    field(at.number_input, "工作日").set_value(3)
    assert "截止前 3 个工作日：联络员" in press(at, "保存")
    at = on(city, tmp_path, field="acknowledge", step="new")
    field(at.radio, "时间").set_value(1)
    field(at.number_input, "工作日").set_value(5)
    field(at.button_group, "提醒对象").set_value(["liaison", "deputy_head"])
    field(at.selectbox, "提醒方式").set_value("late")
    press(at, "保存")
    steps = [row["workdays"] for row in policy(city).ladders["acknowledge"]]
    assert steps == [-3, 0, 1, 3, 5]
    with city.database.read() as session:
        assert "T-3" in session.scalars(select(ClockStep.step)).all()
    at = on(city, tmp_path, field="acknowledge", step="T+5")
    press(at, "不再作这次提醒")
    assert [row["workdays"] for row in policy(city).ladders["acknowledge"]] == [-3, 0, 1, 3]
    press(on(city, tmp_path, field="acknowledge"), "恢复通用提醒")
    assert policy(city) == PlanPolicy()


def test_a_form_shows_what_a_round_would_bring(city, tmp_path):
    said = html_of(on(city, tmp_path, field="preview"))
    assert "整期提醒预览" in said
    assert "截止前 5 个工作日" in said
    at = on(city, tmp_path, field="report", step="T-5")
    field(at.number_input, "工作日").set_value(4).run()
    assert "截止前 4 个工作日" in html_of(at)
    assert policy(city) == PlanPolicy()  # nothing is saved yet
    field(at.number_input, "工作日").set_value(2).run()
    assert "这样设置不行：牵头单位报送提醒: " in html_of(at)


def test_mails_have_their_hours_and_their_cap(city, tmp_path):
    at = on(city, tmp_path, field="mails")
    field(at.text_input, "提醒邮件最早发送时间").set_value("9：30")
    field(at.text_input, "提醒邮件最晚发送时间").set_value("8:00").run()
    assert "这样设置不行：提醒邮件最晚发送时间: 开始时间须早于截止时间" in html_of(at)
    assert "开始时间须早于截止时间" in press(at, "保存")
    field(at.text_input, "提醒邮件最晚发送时间").set_value("17:30")
    field(at.number_input, "一人 7 天内最多收到提醒邮件（封）").set_value(2)
    assert "提醒邮件在 09:30 至 17:30 之间发出" in press(at, "保存")
    assert policy(city) == PlanPolicy(send_from="09:30", send_until="17:30", mails_a_week=2)


def test_a_plan_reports_by_the_month(city, tmp_path):
    said = press(on(city, tmp_path, field="rounds"), "常用：按月报送")
    assert "12月：12月25日开始，次年1月5日截止；填报每期指标、半年指标、年度指标" in said
    at = on(city, tmp_path, field="rounds")
    field(at.text_input, "12月截止日期").set_value("次年1月8日")
    press(at, "保存")
    assert policy(city).rule("2021M12").due == "+01-08"


def test_two_reminders_on_one_day_are_refused_by_name(city, tmp_path):
    at = on(city, tmp_path, field="report", step="new")
    field(at.number_input, "工作日").set_value(5)
    assert "<li>牵头单位报送提醒: " in press(at, "保存")
    assert policy(city) == PlanPolicy()


def test_the_settings_speak_english_too(city, tmp_path):
    said = html_of(on(city, tmp_path, language="en"))
    assert "second quarter: opens on 10 June, due on 25 June" in said
    assert "3 workdays after the date: deputy head, reviewer" in said


@pytest.fixture
@built_once
def draft(sqlite_database: Database) -> World:
    """The plan is round for comment; one comment was answered, one was not."""
    world = empty_city(sqlite_database)
    load_world(world, little_catalogue(), issued=False)
    day = world.now.date().replace(day=29)
    world.do(world.administrator, consult, plan_id=world.plan_id, comments_due_on=day)
    said = [
        world.do(world.person(unit, "liaison"), comment, task_id=world.tasks[code], text=text)
        for unit, code, text in (
            (SCIENCE, "1.1", "建议将100人调整为80人"),
            (LABOUR, "1.2", "建议延后到9月"),
        )
    ]
    world.do(
        world.reviewer, answer_comment, request_id=said[0].request_id, outcome="partly",
        reply="调整为90人",
    )  # fmt: skip
    return world


def test_comments_stand_with_what_became_of_them(draft, tmp_path):
    said = html_of(on(draft, tmp_path, "reviewer", part=""))
    assert "采纳情况（2）" in said
    said = html_of(on(draft, tmp_path, "reviewer", part="comments"))
    assert "采纳 0 条，部分采纳 1 条，未采纳 0 条，待答复 1 条" in said
    assert "建议将100人调整为80人" in said
    assert "调整为90人" in said
    assert "/review?view=requests&amp;request=" in said
    assert "/review?" not in html_of(on(draft, tmp_path, part="comments"))


def visitor(city: World, unit: str, role: str) -> Visitor:
    return Visitor(city.person(unit, role), role, "zh", frozenset({role}))


@pytest.mark.parametrize("form", ["xlsx", "yaml", "json"])
def test_a_plans_catalogue_leaves_as_it_can_be_loaded_again(city, tmp_path, form, sqlite_template):
    way = f"files/export/catalogue?plan={city.plan_id}&amp;format={form}"
    assert f'href="/{way}"' in html_of(on(city, tmp_path, "reviewer", part=""))
    answer = files_of(wired(city, tmp_path))
    path = way.removeprefix("files/").replace("&amp;", "&")
    file = answer(visitor(city, OFFICE, "reviewer"), path)
    assert file.name == f"little.{form}"
    with city.database.read() as session:
        last = select(Event.action).where(Event.chain == city.plan_id).order_by(Event.no.desc())
        assert session.scalars(last).first() == "exported"
    assert dump(load(file.content), form) == file.content
    done = city.do(city.administrator, load_catalogue, ISSUED, catalogue=load(file.content))
    assert done.outcome == "unchanged"


def test_whoever_does_not_read_everything_gets_no_catalogue(city, tmp_path):
    answer = files_of(wired(city, tmp_path))
    for path in (f"export/catalogue?plan={city.plan_id}", "export/catalogue?plan=99"):
        with pytest.raises(Refused):
            answer(visitor(city, SCIENCE, "liaison"), path)
    with pytest.raises(NotFound):
        answer(visitor(city, OFFICE, "reviewer"), f"export/catalogue?plan={city.plan_id}&format=py")
