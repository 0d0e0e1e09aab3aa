"""From the document that was sent to the work list that goes round: in a real browser."""

from __future__ import annotations

import re
from io import BytesIO

import pytest
from openpyxl import load_workbook
from playwright.sync_api import expect
from sqlalchemy import select

from browser import SIZES, foreign, settled, violations
from db.models import Plan, WorkingCopy
from stories.test_every_page_in_a_browser import OURS, TOO_WIDE

SPENT = (
    "本市将进一步健全工作机制，完善政策体系，优化服务环境，形成上下联动、齐抓共管的格局。\n" * 40
)
DOCUMENT = f"""小城人才发展规划
（2022—2026年）

一、形势
{SPENT}
二、主要任务
（一）引进领军人才。到2026年，引进高层次人才50人以上。
（二）建设高水平创新平台。建成省级重点实验室3家，科技成果转化中心1个。
（三）培养高技能人才。开展职业技能培训，新增高技能人才2000人。
（四）办好人才子女教育。为高层次人才子女入学提供便利。
"""
PARTS = ("", "findings", "assign", "finish", "exchange", "history")


@pytest.fixture(scope="module")
def desk(chromium, town):
    """The administrator at the page, with the document uploaded."""
    with town.window(chromium, "administrator") as page:
        town.visit(page, "plan")
        file = {"name": "小城规划.txt", "mimeType": "text/plain", "buffer": DOCUMENT.encode()}
        page.locator("input[type=file]").set_input_files(file)
        page.wait_for_url(re.compile(r"copy=\d+"))
        settled(page)
        yield page


def tab(page, name: str) -> None:
    page.locator(".ls-tabs a", has_text=name).click()
    page.wait_for_url(re.compile("part="))
    settled(page)


def test_a_click_on_a_row_marks_its_words_and_brings_them_into_sight(desk):
    rows = desk.locator(".ls-queue a")
    expect(rows).to_have_count(4)
    desk.locator(".ls-queue a", has_text="创新平台").click()
    here = desk.locator(".ls-source .ls-here").first
    expect(here).to_contain_text("省级重点实验室")
    expect(here).to_be_in_viewport()
    expect(desk.locator(".ls-source mark.ls-w-number").first).to_contain_text("3家")


def test_a_field_that_is_left_is_saved_for_everybody(desk, town):
    field = desk.get_by_label("任务", exact=True)
    field.fill("建设创新平台")
    field.press("Tab")
    expect(desk.locator(".st-key-plan_undo")).to_contain_text("已保存")
    desk.reload()
    settled(desk)
    expect(desk.locator(".ls-queue li[aria-current]")).to_contain_text("建设创新平台")


def test_every_part_is_clean_at_both_sizes(desk, town):
    copy_id = re.search(r"copy=(\d+)", desk.url)[1]
    found = {}
    for part in PARTS:
        town.visit(desk, f"plan?copy={copy_id}&part={part}")
        for size in ("desk", "phone"):
            desk.set_viewport_size(dict(zip(("width", "height"), SIZES[size], strict=True)))
            settled(desk)
            found[part, size] = violations(desk)
            found[part, size, "too wide"] = desk.evaluate(TOO_WIDE)
        found[part, "words"] = foreign(desk, OURS)
        desk.set_viewport_size(dict(zip(("width", "height"), SIZES["desk"], strict=True)))
    assert not {where: what for where, what in found.items() if what}


def test_the_work_list_travels_as_a_workbook_and_comes_back(desk, town):
    copy_id = re.search(r"copy=(\d+)", desk.url)[1]
    sent = desk.request.get(f"{town.address}/files/export/work_list?copy={copy_id}")
    book = load_workbook(BytesIO(sent.body()))
    for row in (row for page in book for row in page.iter_rows()):
        for cell in row:
            if cell.value == "培养高技能人才":
                cell.value = "培养技能人才"
    back = BytesIO()
    book.save(back)
    town.visit(desk, f"plan?copy={copy_id}&part=exchange")
    file = {"name": "清单.xlsx", "mimeType": "application/zip", "buffer": back.getvalue()}
    desk.locator("input[type=file]").set_input_files(file)
    expect(desk.locator(".ls-table ins")).to_have_text(["培养技能人才"])
    desk.get_by_role("button", name="采用 1 处修改").click()
    expect(desk.locator(".st-key-plan_undo")).to_contain_text("任务清单中的 1 处修改")


def test_units_are_given_by_one_tap_each_and_the_draft_goes_round(desk, town):
    copy_id = re.search(r"copy=(\d+)", desk.url)[1]
    town.visit(desk, f"plan?copy={copy_id}&part=assign")
    for n in range(4):
        expect(desk.locator(".ls-tabs")).to_contain_text(f"{n}/4")
        settled(desk)  # the tabs are drawn before the offers of the next task
        desk.locator('[class*="st-key-plan_offer_"] button').first.click()
    expect(desk.locator(".ls-tabs")).to_contain_text("4/4")
    tab(desk, "形成草案")
    desk.get_by_label("标题", exact=True).fill("小城人才发展规划")
    desk.get_by_label("标题", exact=True).press("Tab")
    desk.get_by_label("起始年度", exact=True).fill("2022")
    desk.get_by_label("起始年度", exact=True).press("Tab")
    expect(desk.locator("h2").first).to_contain_text("已具备印发下达条件")
    settled(desk)
    desk.get_by_role("button", name="形成规划草案").click()
    desk.wait_for_url(re.compile(r"plan=\d+"))
    desk.get_by_role("button", name=re.compile("发送 .* 家单位征求意见")).click()
    expect(desk.locator(".ls-box-done").first).to_contain_text("已发送")
    with town.installation.database.read() as session:
        plan = session.scalars(select(Plan).order_by(Plan.id.desc())).first()
        assert plan.consulted_at is not None
        assert session.scalars(select(WorkingCopy.title)).all()
