"""进展填报: filled in, kept, checked, sent; what is done with it afterwards."""

from __future__ import annotations

import json
from datetime import date

import pytest
from sqlalchemy import select

from db.engine import Database
from db.models import (
    Draft,
    Event,
    Evidence,
    Request,
    SignOff,
    Submission,
    SubmissionValue,
    SupportAsk,
)
from pages import office
from pages.on_stage import on_stage, opened
from pages.stage import html_of
from ui.shell.application import Application
from workflow.verbs.reports.save_draft import save_draft
from workflow.verbs.rounds.ask_supports import ask_supports
from worlds import LABOUR, OFFICE, SCIENCE, World
from worlds import little_city as build

TEXT = "组织两场专场对接会，新引进领军人才若干名。"


@pytest.fixture
def world(sqlite_database: Database) -> World:
    made = build(sqlite_database)
    office.acknowledge_all(made)
    office.open_round(made, office.noon(2021, 3, 10))
    return made


@pytest.fixture
def application(world: World, tmp_path) -> Application:
    return on_stage(world, tmp_path)


def numbers(world: World) -> int:
    return office.measure_of(world, "1.1", 1)


def fill(at, world: World, report_id: int, value: str = "12"):
    at.segmented_control(key=f"status_{report_id}").set_value("on_track")
    at.text_area(key=f"kept_text_{report_id}").set_value(TEXT)
    at.text_input(key=f"value:{numbers(world)}_{report_id}").set_value(value)
    return at.run()


def stored(world: World, report_id: int) -> dict[str, str]:
    with world.database.read() as session:
        found = session.get(Draft, report_id)
        return json.loads(found.content) if found else {}


def test_what_is_typed_is_saved_when_a_field_is_left_and_stands_there_again(world, application):
    report = office.report_of(world, "1.1", SCIENCE)
    at = opened(application, world, "report", SCIENCE, "liaison", report=report.id)
    assert "提交前还需补充" in html_of(at)
    fill(at, world, report.id)
    assert not at.exception
    kept = stored(world, report.id)
    assert (kept["text"], kept["status"], kept[f"value:{numbers(world)}"]) == (
        TEXT, "on_track", "12",
    )  # fmt: skip
    assert "草稿已于 12:00 自动保存" in html_of(at)
    assert "内容完整" in html_of(at)
    again = opened(application, world, "report", SCIENCE, "liaison", report=report.id)
    assert again.text_area(key=f"kept_text_{report.id}").value == TEXT


def test_a_report_is_sent_once_and_shows_its_receipt_and_what_comes_next(world, application):
    report = office.report_of(world, "1.1", SCIENCE)
    at = opened(application, world, "report", SCIENCE, "liaison", report=report.id)
    fill(at, world, report.id)
    at.button(key=f"submit_{report.id}").click().run()
    assert not at.exception
    with world.database.read() as session:
        sent = session.scalars(select(Submission)).one()
        value = session.scalars(select(SubmissionValue)).one()
    assert (value.written, value.firmness) == ("12", "preliminary")
    html = html_of(at)
    assert sent.receipt in html
    assert "等待本单位分管领导审签" in html
    assert "还有 1 项待报，下一项：1.3" in html


def test_sending_what_is_not_complete_names_every_gap_and_loses_nothing(world, application):
    report = office.report_of(world, "1.1", SCIENCE)
    at = opened(application, world, "report", SCIENCE, "liaison", report=report.id)
    fill(at, world, report.id, "一千多")
    at.button(key=f"submit_{report.id}").click().run()
    html = html_of(at)
    assert "尚未提交，请先补正" in html
    assert "一千多" in html
    assert office.state_of(world, report.id) == "draft"
    assert at.text_input(key=f"value:{numbers(world)}_{report.id}").value == "一千多"


def test_the_last_accepted_words_and_numbers_stand_in_the_next_rounds_form(world, application):
    first = office.report_of(world, "1.1", SCIENCE)
    office.file(world, first, TEXT, values={numbers(world): "7"})
    office.judge(world, first)
    office.open_round(world, office.noon(2021, 6, 10))
    report = office.report_of(world, "1.1", SCIENCE, "2021Q2")
    at = opened(application, world, "report", SCIENCE, "liaison", report=report.id)
    assert at.text_input(key=f"value:{numbers(world)}_{report.id}").value == "7"
    assert at.text_area(key=f"kept_text_{report.id}").value == TEXT
    html = html_of(at)
    assert "上次核准 7人（2021年一季度）" in html
    assert "2025年目标 100人" in html or "2021年目标" in html


def test_held_up_work_asks_what_and_who_could_help_and_a_nil_return_asks_why(world, application):
    report = office.report_of(world, "1.1", SCIENCE)
    at = opened(application, world, "report", SCIENCE, "liaison", report=report.id)
    assert not [area for area in at.text_area if area.label == "存在问题"]
    at.segmented_control(key=f"status_{report.id}").set_value("stuck").run()
    at.text_area(key=f"kept_problem_{report.id}").set_value("用地指标未落实")
    at.text_input(key=f"help_from_{report.id}").set_value("市资源规划局").run()
    assert stored(world, report.id)["help_from"] == "市资源规划局"
    at.checkbox(key=f"nil_{report.id}").check().run()
    at.text_area(key=f"kept_nil_reason_{report.id}").set_value("本季度未安排引才活动").run()
    at.button(key=f"submit_{report.id}").click().run()
    with world.database.read() as session:
        sent = session.scalars(select(Submission)).one()
        assert session.scalars(select(SubmissionValue)).all() == []
    assert (sent.nil_reason, sent.text) == ("本季度未安排引才活动", "")


def test_a_personal_number_in_the_words_is_warned_of(world, application):
    report = office.report_of(world, "1.1", SCIENCE)
    at = opened(application, world, "report", SCIENCE, "liaison", report=report.id)
    at.text_area(key=f"kept_text_{report.id}").set_value("联系人李敏，电话13857001234。").run()
    assert "手机号码" in html_of(at)


def test_two_people_on_one_report_the_second_is_told_and_chooses(world, application):
    report = office.report_of(world, "1.1", SCIENCE)
    at = opened(application, world, "report", SCIENCE, "liaison", report=report.id)
    theirs = {"text": "同事写下的话。", "status": "behind"}
    who = world.person(SCIENCE, "liaison")
    world.do(who, save_draft, report_id=report.id, content=theirs, version=0)
    at.text_area(key=f"kept_text_{report.id}").set_value(TEXT).run()
    assert stored(world, report.id)["text"] == "同事写下的话。"
    assert at.text_area(key=f"kept_text_{report.id}").value == TEXT
    at.button(key="keep_mine").click().run()
    assert stored(world, report.id)["text"] == TEXT
    world.do(who, save_draft, report_id=report.id, content=theirs, version=2)
    at.text_area(key=f"kept_text_{report.id}").set_value(TEXT + "又改。").run()
    at.button(key="keep_theirs").click().run()
    assert not at.exception
    assert at.text_area(key=f"kept_text_{report.id}").value == "同事写下的话。"
    assert stored(world, report.id) == theirs


def test_a_milestone_is_told_with_its_day_and_document(world, application):
    report = office.report_of(world, "1.2", LABOUR)
    at = opened(application, world, "report", LABOUR, "liaison", report=report.id)
    (day,) = [field for field in at.text_input if field.key.startswith("reached:")]
    day.set_value("2021年2月30日").run()
    assert "2021年2月30日" in html_of(at)
    at.text_input(key=day.key).set_value("2021-3-5")
    step = day.key.split(":")[1]
    at.text_input(key=f"document:{step}").set_value("市人社〔2021〕3号")
    at.segmented_control(key=f"status_{report.id}").set_value("done")
    at.text_area(key=f"kept_text_{report.id}").set_value("办法已印发实施，配套细则同步出台。").run()
    at.button(key=f"submit_{report.id}").click().run()
    html = html_of(at)
    assert "2021年3月5日" in html
    assert "市人社〔2021〕3号" in html


def test_a_returned_report_shows_why_and_goes_again_with_what_was_changed(world, application):
    report = office.report_of(world, "1.1", SCIENCE)
    office.file(world, report, TEXT)
    office.judge(world, report, "请附名单。")
    at = opened(application, world, "report", SCIENCE, "liaison", report=report.id)
    assert "请附名单。" in html_of(at)
    assert at.text_area(key=f"kept_text_{report.id}").value == TEXT
    at.button(key=f"submit_{report.id}").click().run()
    assert office.state_of(world, report.id) == "returned"
    at.text_area(key=f"kept_change_note_{report.id}").set_value("已补充名单。").run()
    at.button(key=f"submit_{report.id}").click().run()
    assert "第 2 次报送稿" in html_of(at)
    assert office.state_of(world, report.id) == "submitted"


def test_evidence_is_put_on_listed_taken_off_and_a_wrong_file_says_why(world, application):
    report = office.report_of(world, "1.1", SCIENCE)
    at = opened(application, world, "report", SCIENCE, "liaison", report=report.id)

    def upload(name: str, content: bytes):
        turn = at.session_state[f"turn_evidence_{report.id}"]
        field = at.file_uploader(key=f"upload_evidence_{report.id}_{turn}")
        return field.upload(name, content, "text/plain").run()

    upload("名单.txt", "第一批引进人才名单".encode())
    assert not at.exception
    with world.database.read() as session:
        file = session.scalars(select(Evidence)).one()
    assert f'href="/files/evidence/{file.id}"' in html_of(at)
    upload("报告.pdf", b"MZ no pdf")
    assert "报告.pdf" in html_of(at)
    with world.database.read() as session:
        refused = session.scalars(select(Event).where(Event.action == "file_refused")).one()
    assert json.loads(refused.payload)["what"] == "wrong_kind"
    at.button(key=f"take_off_{file.id}").click().run()
    assert "/files/evidence/" not in html_of(at)


def test_what_was_sent_is_taken_back_or_signed_on_paper(world, application):
    report = office.report_of(world, "1.1", SCIENCE)
    office.file(world, report, TEXT, signed=False)
    at = opened(application, world, "report", SCIENCE, "liaison", report=report.id)
    at.button(key=f"withdraw_{report.id}").click().run()
    assert office.state_of(world, report.id) == "draft"
    assert at.text_area(key=f"kept_text_{report.id}").value == TEXT
    at.button(key=f"submit_{report.id}").click().run()
    at.button(key=f"on_paper_{report.id}").click().run()
    assert office.state_of(world, report.id) == "submitted"
    at.text_input(key=f"signer_{report.id}").set_value("陈立")
    at.button(key=f"on_paper_{report.id}").click().run()
    assert not at.exception
    assert office.state_of(world, report.id) == "signed_off"
    with world.database.read() as session:
        signed = session.scalars(select(SignOff)).one()
    assert (signed.paper_signer, signed.paper_date) == ("陈立", date(2021, 3, 10))


def test_a_lead_asks_supports_receives_and_asks_again(world, application):
    lead = office.report_of(world, "1.1", SCIENCE)
    at = opened(application, world, "report", SCIENCE, "liaison", report=lead.id)
    at.toggle(key=f"asking_{lead.id}").set_value(True).run()
    unit = world.units[LABOUR]
    at.multiselect(key=f"supporters_{lead.id}").set_value([unit]).run()
    at.button(key=f"ask_supports_{lead.id}").click().run()
    with world.database.read() as session:
        assert session.scalars(select(SupportAsk.unit_id)).all() == [unit]
    theirs = office.report_of(world, "1.1", LABOUR)
    office.file(world, theirs, "配合开展人才政策宣传，受理申报材料。", signed=False)
    at = opened(application, world, "report", SCIENCE, "liaison", report=lead.id)
    assert "受理申报材料" in html_of(at)
    at.button(key=f"again_{theirs.id}").click().run()
    assert office.state_of(world, theirs.id) == "submitted"
    at.text_input(key=f"again_reason_{theirs.id}").set_value("请补充受理数量。")
    at.button(key=f"again_{theirs.id}").click().run()
    assert office.state_of(world, theirs.id) == "returned"
    office.file(world, theirs, "配合开展人才政策宣传，受理申报材料36件。", signed=False)
    at = opened(application, world, "report", SCIENCE, "liaison", report=theirs.id)
    at.button(key=f"receive_{theirs.id}").click().run()
    assert office.state_of(world, theirs.id) == "accepted"


def test_more_time_is_asked_for_from_the_form(world, application):
    report = office.report_of(world, "1.2", LABOUR)
    at = opened(application, world, "report", LABOUR, "liaison", report=report.id)
    at.toggle(key=f"requests_{report.id}").set_value(True).run()
    assignment = world.assignment("1.2", LABOUR)
    at.selectbox(key=f"ask_kind_{assignment}").set_value("extension").run()
    at.button(key="ask_now").click().run()
    assert not at.exception
    at.text_area(key=f"ask_reason_{assignment}").set_value("专题会议推迟召开")
    at.date_input(key="ask_new_date").set_value(date(2021, 9, 30)).run()
    at.button(key="ask_now").click().run()
    assert not at.exception
    with world.database.read() as session:
        asked = session.scalars(select(Request)).one()
    assert (asked.kind, json.loads(asked.after)["due"]) == ("extension", "2021-09-30")


def test_someone_elses_report_is_not_there_and_no_report_leads_to_the_list(world, application):
    report = office.report_of(world, "1.2", LABOUR)
    at = opened(application, world, "report", SCIENCE, "liaison", report=report.id)
    assert "出台人才安居办法" not in html_of(at)
    assert "这里没有内容" in html_of(at) or "无权查看" in html_of(at)
    at = opened(application, world, "report", SCIENCE, "liaison")
    assert "/my_tasks" in html_of(at)


def test_after_the_round_closed_the_form_says_what_to_do(world, application):
    report = office.report_of(world, "1.1", SCIENCE)
    world.now = office.noon(2021, 5, 10)
    at = opened(application, world, "report", SCIENCE, "liaison", report=report.id)
    assert "本报送周期已截止" in html_of(at)
    fill(at, world, report.id)
    at.button(key=f"submit_{report.id}").click().run()
    assert office.state_of(world, report.id) == "draft"
    assert "2021Q1" in html_of(at)


@pytest.mark.parametrize("role", ["deputy_head", "reviewer", "administrator", "leader"])
def test_nobody_else_fills_in_reports(world, application, role):
    unit = "" if role == "leader" else OFFICE
    report = office.report_of(world, "2.1", OFFICE)
    at = opened(application, world, "report", unit, role, report=report.id)
    assert "您无权打开此页面" in html_of(at)


def test_asking_supports_is_not_offered_to_who_does_not_collect(world, application):
    task = world.tasks["1.1"]
    unit = world.units[LABOUR]
    world.do(world.person(SCIENCE, "liaison"), ask_supports, task_id=task, unit_ids=[unit])
    theirs = office.report_of(world, "1.1", LABOUR)
    at = opened(application, world, "report", LABOUR, "liaison", report=theirs.id)
    assert "报市科技局汇总" in html_of(at)
    assert not [one for one in at.toggle if one.key.startswith("asking_")]
