"""A report is signed off, returned with a reason, put right, and accepted: four people's pages."""

from __future__ import annotations

from playwright.sync_api import expect

from browser import settled, window
from pages import office
from stories.desks import desks_of
from worlds import LABOUR, OFFICE

WHY = "请补充文件印发情况。"
TEXT = "人才安居办法已完成征求意见，提请常务会议审议。"


def test_return_and_resubmit(chromium, sqlite_database, tmp_path):
    with desks_of(sqlite_database, tmp_path) as desks:
        world = desks.world
        office.open_round(world, office.noon(2021, 3, 10))
        report = office.report_of(world, "1.2", LABOUR)
        address = f"{desks.address}/report?report={report.id}"
        with window(chromium, desks.address, "phone") as page:
            desks.enter(page, LABOUR, "liaison", address)
            page.get_by_role("radio", name="正常推进").or_(
                page.get_by_role("button", name="正常推进")
            ).first.click()
            page.get_by_role("textbox", name="本期进展情况").fill(TEXT)
            submit(page)
            expect(page.locator(".ls-receipt")).to_contain_text("第 1 次报送稿")
        with window(chromium, desks.address) as page:
            desks.enter(page, LABOUR, "deputy_head", f"{desks.address}/sign_off")
            expect(page.locator(".ls-said")).to_contain_text(TEXT)
            page.get_by_role("button", name="同意报送").click()
            expect(page.locator(".ls-empty")).to_contain_text("没有待审签事项")
        with window(chromium, desks.address) as page:
            desks.enter(page, OFFICE, "reviewer", f"{desks.address}/review?report={report.id}")
            page.get_by_role("textbox", name="理由").fill(WHY)
            settled(page)
            page.get_by_role("button", name="退回修改", exact=True).click()
            expect(page.get_by_text("已退回").first).to_be_visible()
        assert office.state_of(world, report.id) == "returned"
        desks.post()
        with window(chromium, desks.address, "phone") as page:
            desks.enter(page, LABOUR, "liaison", desks.link(LABOUR, "liaison"))
            expect(page.locator(".ls-box-warning")).to_contain_text(WHY)
            expect(page.get_by_role("textbox", name="本期进展情况")).to_have_value(TEXT)
            submit(page)
            expect(page.get_by_text("尚未提交，请先补正")).to_be_visible()
            page.get_by_role("textbox", name="退回后作了哪些修改").fill("已补充印发文号。")
            submit(page)
            expect(page.locator(".ls-receipt")).to_contain_text("第 2 次报送稿")
        with window(chromium, desks.address, "phone") as page:
            desks.enter(page, LABOUR, "deputy_head", f"{desks.address}/sign_off")
            page.get_by_role("button", name="同意报送").click()
            expect(page.locator(".ls-empty")).to_be_visible()
        office.judge(world, report)
        assert office.state_of(world, report.id) == "accepted"


def submit(page) -> None:
    settled(page)
    page.get_by_role("button", name="提交", exact=True).click()
    settled(page)
