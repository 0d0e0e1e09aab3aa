"""规划与任务分解: from a document's text to an issued plan, and everything that may go wrong."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select

from db.engine import Database
from db.models import Plan, WorkingCopy, YearTarget
from drafts import edit, sheet, started
from pages.on_stage import on_stage, opened
from pages.stage import html_of
from ui.files.evidence import files_of
from ui.views.plan.preparing.source import MarkedWords, source_html
from workflow.rules.preparing.working_copy import Change
from worlds import LABOUR, OFFICE, SCIENCE, World, little_city

TEXT = """小城人才发展规划
（2022—2026年）

一、引进人才
1.到2026年，引进领军人才50人以上。（市科技局牵头，市人力社保局配合）
2.建成人才驿站。
二、服务人才
1.落实安居办法。（市人力社保局牵头）
"""


@pytest.fixture
def city(sqlite_database: Database) -> World:
    return little_city(sqlite_database)


def on(city: World, folder: Path, role: str = "administrator", language: str = "zh", **query):
    return opened(on_stage(city, folder, language), city, "plan", OFFICE, role, **query)


def labelled(elements, label: str):
    return next(one for one in elements if one.label == label)


def press(at, label: str):
    labelled(at.button, label).click().run()
    assert not at.exception
    return at


def address(at, name: str) -> str:
    value = at.query_params[name]
    return value if isinstance(value, str) else value[0]


def test_the_page_lists_plans_and_says_how_to_begin(city, tmp_path):
    said = html_of(on(city, tmp_path))
    assert "请先导入规划文件" in said
    assert "小城人才规划" in said
    assert "已印发下达" in said


def test_pasted_text_becomes_a_copy_with_its_tasks_beside_the_words(city, tmp_path):
    at = on(city, tmp_path)
    labelled(at.button_group, "新建底稿").set_value("text").run()
    labelled(at.text_area, "规划文本").set_value(TEXT).run()
    press(at, "开始读取")
    with city.database.read() as session:
        copy = session.scalars(select(WorkingCopy)).one()
    assert address(at, "copy") == str(copy.id)
    first = sheet(city, copy.id).catalogue["tasks"][0]["code"]
    said = html_of(on(city, tmp_path, "reviewer", copy=copy.id, task=first))
    assert "引进领军人才" in said
    assert '<mark class="ls-w-unit">市科技局</mark>' in said
    assert '<mark class="ls-w-number">' in said


def test_a_shipped_plan_is_begun_with_and_a_secret_one_is_refused(city, tmp_path):
    at = on(city, tmp_path)
    labelled(at.button_group, "新建底稿").set_value("text").run()
    labelled(at.text_area, "规划文本").set_value("机密★3年\n" + TEXT).run()
    press(at, "开始读取")
    with city.database.read() as session:
        assert not session.scalars(select(WorkingCopy)).all()
    assert "ls-box-warning" in html_of(at)
    labelled(at.button_group, "新建底稿").set_value("sample").run()
    press(at, "以此新建")
    assert "原文核对" in html_of(at)


def test_doubts_come_first_and_are_settled_in_one_tap(city, tmp_path):
    copy = started(city)
    at = on(city, tmp_path, "reviewer", copy=copy)
    assert "没有写明年份。" in html_of(at)
    press(at, "已核对，读取无误")
    assert sheet(city, copy).coverage.open_doubts == 0
    press(at, "撤销")
    assert sheet(city, copy).coverage.open_doubts == 1


def test_a_field_is_saved_when_it_is_left(city, tmp_path):
    copy = started(city)
    at = on(city, tmp_path, "reviewer", copy=copy, task="1.2")
    labelled(at.text_input, "任务").set_value("出台安居细则").run()
    labelled(at.date_input, "办理时限").set_value(date(2022, 6, 30)).run()
    labelled(at.selectbox, "任务类型").set_value("steady").run()
    assert not at.exception
    task = sheet(city, copy).catalogue["tasks"][1]
    assert (task["title"], task["due"], task["kind"]) == ("出台安居细则", "2022-06-30", "steady")
    assert "已修改" in html_of(at)


def test_the_second_writer_is_told_and_keeps_what_was_typed(city, tmp_path):
    copy = started(city)
    at = on(city, tmp_path, "reviewer", copy=copy, task="1.2")
    before = "出台人才安居办法"
    edit(city, copy, Change("1.2", "title", before, "他人所改"), who=city.administrator)
    labelled(at.text_input, "任务").set_value("我所改").run()
    assert sheet(city, copy).catalogue["tasks"][1]["title"] == "他人所改"
    assert labelled(at.text_input, "任务").value == "我所改"
    assert "现为：他人所改" in html_of(at)
    press(at, "以我填写的为准")
    assert sheet(city, copy).catalogue["tasks"][1]["title"] == "我所改"


def test_units_are_chosen_and_new_ones_typed(city, tmp_path):
    copy = started(city)
    at = on(city, tmp_path, "reviewer", copy=copy, task="1.2")
    labelled(at.multiselect, "配合单位").set_value([SCIENCE]).run()
    units = sheet(city, copy).catalogue["tasks"][1]["units"]
    assert [(unit["name"], unit["role"]) for unit in units] == [
        (LABOUR, "lead"), (SCIENCE, "support"),
    ]  # fmt: skip


def test_a_number_is_corrected_and_one_added(city, tmp_path):
    copy = started(city)
    at = on(city, tmp_path, "reviewer", copy=copy, task="1.1", edit="number:0")
    labelled(at.text_input, "目标值").set_value("120")
    press(at, "保存")
    at = on(city, tmp_path, "reviewer", copy=copy, task="1.1", edit="number:new")
    labelled(at.text_input, "指标名称").set_value("院士站")
    labelled(at.text_input, "目标值").set_value("3")
    labelled(at.text_input, "计量单位").set_value("家")
    press(at, "保存")
    measures = sheet(city, copy).catalogue["tasks"][0]["measures"]
    assert [(one["metric"], one["value"]) for one in measures] == [
        ("领军人才", 120), ("高层次人才占比", measures[1]["value"]), ("院士站", 3),
    ]  # fmt: skip


def test_a_task_is_split_added_and_taken_out(city, tmp_path):
    copy = started(city)
    at = on(city, tmp_path, "reviewer", copy=copy, task="1.2", edit="shape")
    labelled(at.text_area, "拆分：一行一项任务").set_value("出台办法\n建成公寓").run()
    press(at, "按行拆分")
    at = on(city, tmp_path, "reviewer", copy=copy, edit="new")
    labelled(at.text_area, "文件中的表述").set_value("建立专家库。")
    press(at, "补充")
    codes = [task["code"] for task in sheet(city, copy).catalogue["tasks"]]
    assert {"1.2.1", "1.2.2"} <= set(codes)
    assert "1.2" not in codes
    added = next(t for t in sheet(city, copy).catalogue["tasks"] if t["title"] == "建立专家库")
    at = on(city, tmp_path, "reviewer", copy=copy, task=added["code"], edit="shape")
    press(at, "删除该任务")
    assert "建立专家库" not in str(sheet(city, copy).catalogue["tasks"])


def test_a_finding_is_settled_with_a_reason_only(city, tmp_path):
    copy = started(city)
    at = on(city, tmp_path, "reviewer", copy=copy, part="findings")
    assert "两处数字不一致。" in html_of(at)
    press(at, "核定，转到下一处")
    assert sheet(city, copy).coverage.open_errors == 1
    labelled(at.text_input, "其他意见").set_value("以正文为准").run()
    press(at, "核定，转到下一处")
    assert sheet(city, copy).settled == {"finding:1": "以正文为准"}
    at = on(city, tmp_path, "reviewer", copy=copy, part="findings", finding=1)
    press(at, "重新核对")
    assert sheet(city, copy).settled == {}
    press(at, "不影响任务分解")
    assert sheet(city, copy).settled == {"finding:1": "不影响任务分解"}


def unled(city: World) -> int:
    copy = started(city)
    tasks = sheet(city, copy).catalogue["tasks"]
    edit(city, copy, *(Change(t["code"], "units", t["units"], []) for t in tasks[:2]))
    return copy


def test_a_suggested_unit_leads_in_one_tap_and_the_next_task_comes(city, tmp_path):
    copy = unled(city)
    at = on(city, tmp_path, "reviewer", copy=copy, part="assign", task="1.1")
    offered = [button for button in at.button if (button.key or "").startswith("plan_lead_1.1")]
    assert offered
    unit = offered[0].label
    offered[0].click().run()
    assert not at.exception
    units = sheet(city, copy).catalogue["tasks"][0]["units"]
    assert [(part["name"], part["role"]) for part in units] == [(unit, "lead")]
    assert address(at, "task") == "1.2"


def test_many_tasks_are_given_to_a_unit_at_once(city, tmp_path):
    copy = unled(city)
    at = on(city, tmp_path, "reviewer", copy=copy, part="assign", view="units")
    led = sheet(city, copy).coverage.led
    many = next(button for button in at.button if button.key == "plan_many")
    many.click().run()
    assert not at.exception
    assert sheet(city, copy).coverage.led > led


def test_a_unit_supports_whatever_tasks_are_chosen(city, tmp_path):
    copy = started(city)
    at = on(
        city, tmp_path, "reviewer", copy=copy, part="assign", view="units", give="support",
        unit=SCIENCE,
    )  # fmt: skip
    labelled(at.button_group, "由其配合的任务").set_value(["1.2", "2.1"]).run()
    press(at, f"由{SCIENCE}配合所选任务")
    tasks = {task["code"]: task for task in sheet(city, copy).catalogue["tasks"]}
    for code in ("1.2", "2.1"):
        roles = {unit["name"]: unit["role"] for unit in tasks[code]["units"]}
        assert roles[SCIENCE] == "support"


def test_what_stands_in_the_way_is_said_and_an_administrator_lays_it_down(city, tmp_path):
    copy = unled(city)
    at = on(city, tmp_path, "reviewer", copy=copy, part="finish")
    assert "该任务没有牵头单位" in html_of(at)
    assert "由管理员形成规划草案" in html_of(at)
    at = on(city, tmp_path, copy=copy, part="finish")
    labelled(at.text_input, "规划代码").set_value("little-2").run()
    press(at, "形成规划草案")
    with city.database.read() as session:
        plan = session.scalars(select(Plan).where(Plan.code == "little-2")).one()
    assert address(at, "plan") == str(plan.id)
    assert "暂不能印发下达" in html_of(at)


def test_a_name_that_nobody_knows_is_confirmed_as_a_new_unit(city, tmp_path):
    copy = started(city)
    new = [{"name": "市专家局", "written": "市专家局", "role": "lead", "group": False}]
    edit(city, copy, Change("1.2", "units", sheet(city, copy).catalogue["tasks"][1]["units"], new))
    at = on(city, tmp_path, "reviewer", copy=copy, part="finish")
    assert "市专家局" in html_of(at)
    press(at, "“市专家局”书写无误，列为新单位")
    units = [unit["name"] for unit in sheet(city, copy).catalogue["units"]]
    assert "市专家局" in units


def laid_down(city: World, folder: Path) -> int:
    copy = started(city)
    edit(city, copy, Change("", "code", "little", "little-2"))
    press(on(city, folder, copy=copy, part="finish"), "形成规划草案")
    with city.database.read() as session:
        return session.scalars(select(Plan.id).where(Plan.code == "little-2")).one()


def test_a_plan_goes_round_for_comment_and_is_issued(city, tmp_path):
    plan_id = laid_down(city, tmp_path)
    at = on(city, tmp_path, "reviewer", plan=plan_id)
    send = next(button for button in at.button if button.label.startswith("发送"))
    send.click().run()
    assert not at.exception
    assert "已发送" in html_of(at)
    press(at, next(b.label for b in at.button if b.label.startswith("印发下达")))
    with city.database.read() as session:
        assert session.get_one(Plan, plan_id).issued_at is None
    labelled(at.text_input, "文号").set_value("小委〔2021〕2号")
    press(at, next(b.label for b in at.button if b.label.startswith("印发下达")))
    with city.database.read() as session:
        plan = session.get_one(Plan, plan_id)
        assert (plan.issue_document, plan.consulted_at is not None) == ("小委〔2021〕2号", True)
    assert "已于" in html_of(at)


def test_year_targets_are_filled_in_and_their_sum_is_checked(city, tmp_path):
    at = on(city, tmp_path, "reviewer", plan=city.plan_id, part="targets")
    assert "领军人才" in html_of(at)
    press(at, "按年度平均填入")
    assert "与总目标相符" in html_of(at)
    press(at, "保存年度目标")
    with city.database.read() as session:
        shares = session.scalars(select(YearTarget)).all()
    assert sum(share.value for share in shares) == 100
    assert {share.unit_id for share in shares} == {city.units[SCIENCE]}


def test_the_work_list_goes_out_to_the_office_alone(city, tmp_path):
    copy = started(city)
    installation = on_stage(city, tmp_path)
    answer = files_of(installation.installation)
    visitors = {v.roles: v for _password, v in installation.sessions.people.values()}
    sent = answer(visitors[frozenset({"reviewer"})], f"export/work_list?copy={copy}")
    assert sent.name.endswith(".xlsx")
    assert sent.content.startswith(b"PK")
    from workflow.rules.refusals import Refused

    with pytest.raises(Refused):
        answer(visitors[frozenset({"liaison"})], f"export/work_list?copy={copy}")


def test_every_change_is_on_record_with_its_author(city, tmp_path):
    copy = started(city)
    edit(city, copy, Change("1.2", "title", "出台人才安居办法", "出台细则"), who=city.administrator)
    said = html_of(on(city, tmp_path, "reviewer", copy=copy, part="history"))
    assert "市委组织部administrator" in said
    assert "<del>出台人才安居办法</del> → <ins>出台细则</ins>" in said


def test_a_newer_edition_is_compared_matched_and_brought_into_force(city, tmp_path):
    from dataclasses import replace

    from db.models import Task, TaskVersion
    from workflow.verbs.preparing.start_working_copy import start_working_copy
    from worlds import little_catalogue

    old = little_catalogue()
    first = replace(old.tasks[1], due=date(2021, 12, 31), due_text="2021年底前")
    newer = replace(old, tasks=(old.tasks[0], first, *old.tasks[2:]))
    copy = city.do(
        city.reviewer, start_working_copy, catalogue=newer, plan_id=city.plan_id, title="新版"
    ).copy_id
    at = on(city, tmp_path, "reviewer", copy=copy, part="edition")
    said = html_of(at)
    assert "变动的任务" in said
    assert "2021-06-30" in said
    assert "由管理员启用新版本" in said
    at = on(city, tmp_path, copy=copy, part="edition")
    labelled(at.text_input, "批准文件（文号）").set_value("小委〔2021〕3号")
    press(at, next(b.label for b in at.button if b.label.startswith("启用新版本")))
    with city.database.read() as session:
        due = session.scalars(
            select(TaskVersion.due)
            .join(Task, Task.id == TaskVersion.task_id)
            .where(Task.plan_id == city.plan_id, Task.code == "1.2", TaskVersion.open())
        ).one()
    assert due == date(2021, 12, 31)


def test_a_copy_that_was_set_aside_is_found_and_taken_up_again(city, tmp_path):
    copy = started(city)
    press(on(city, tmp_path, "reviewer", copy=copy, part="finish"), "搁置底稿")
    at = on(city, tmp_path, "reviewer", copy=copy)
    assert "该底稿已搁置" in html_of(at)
    assert labelled(at.text_input, "任务").disabled
    assert "1 份已搁置" in html_of(on(city, tmp_path, "reviewer"))
    press(on(city, tmp_path, "reviewer", copy=copy, part="finish"), "恢复底稿")
    assert sheet(city, copy).stage.name == "open"


def test_the_english_page_reads_as_english(city, tmp_path):
    copy = started(city)
    for part in ("", "findings", "assign", "finish", "exchange", "history"):
        said = html_of(on(city, tmp_path, "reviewer", "en", copy=copy, part=part))
        assert "Who leads (5/5)" in said


@pytest.mark.parametrize("role", ["liaison", "deputy_head"])
def test_others_are_told_who_may(city, tmp_path, role):
    at = opened(on_stage(city, tmp_path), city, "plan", SCIENCE, role, copy=started(city))
    assert "原文核对" not in html_of(at)
    assert "管理员" in html_of(at)


def test_marks_of_markdown_are_not_shown_and_words_beside_them_are_marked():
    shown = source_html(
        ["## 二、任务", "**1.引才。**引进100人。"], [MarkedWords(2, 2, (("100人", "number"),))], {}
    )
    assert "#" not in shown
    assert "**" not in shown
    assert '<mark class="ls-w-number">100人</mark>' in shown
