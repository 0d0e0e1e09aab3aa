"""The year's score: from the ranking to a point's evidence; a unit objects and is answered."""

from __future__ import annotations

from hashlib import sha256

from playwright.sync_api import expect

from browser import settled
from db.models import Evidence

WORDS = "核定人数与就业部门口径不一致，请按核定数复核。"
REPLY = "经复核，维持原核定数。"


def test_from_the_ranking_to_the_evidence_of_a_point(chromium, town):
    unit = town.players["liaison"].unit
    with town.window(chromium, "reviewer") as page:
        town.visit(page, "assessment?plan=1")
        page.get_by_role("link", name=unit, exact=True).click()
        expect(page.get_by_role("heading", name=unit, exact=True)).to_be_visible()
        settled(page)
        line = page.locator("details").filter(has=page.locator("a[href^='/files/evidence/']")).first
        line.locator("summary").click()
        file = line.locator("a[href^='/files/evidence/']").first
        expect(file).to_be_visible()
        way = file.get_attribute("href")
        answer = page.context.request.get(town.address + way)
        assert answer.ok
        with town.installation.database.read() as session:
            kept = session.get_one(Evidence, int(way.rpartition("/")[2]))
            assert kept.name == file.inner_text()
            assert sha256(answer.body()).hexdigest() == kept.sha
        with page.expect_download() as sheet:
            page.locator("a[href*='score_sheet'][href$='docx']").click()
        assert unit in sheet.value.suggested_filename
        page.context.clear_cookies()
        refused = page.context.request.get(town.address + way)
        assert refused.body() != answer.body()
        assert not refused.ok or "login" in refused.url


def test_a_unit_objects_to_a_line_and_reads_the_answer(chromium, town):
    with town.window(chromium, "liaison", "phone") as page:
        town.visit(page, "assessment?plan=1")
        page.get_by_text("对本单位得分提出核对意见").click()
        page.get_by_role("textbox", name="不符之处").fill(WORDS)
        page.get_by_role("button", name="提交核对意见").click()
        expect(page.locator(".ls-box").filter(has_text=WORDS)).to_be_visible()
    # Whoever reviewed the unit's reports does not answer it.
    with town.window(chromium, "administrator") as page:
        town.visit(page, "assessment?plan=1")
        expect(page.locator(".ls-figures")).to_contain_text("待答复")
        page.get_by_role("textbox", name="答复").fill(REPLY)
        page.get_by_role("button", name="不予采纳").click()
        expect(page.locator(".ls-box").filter(has_text=REPLY)).to_be_visible()
    with town.window(chromium, "liaison", "phone") as page:
        town.visit(page, "assessment?plan=1")
        expect(page.locator(".ls-box").filter(has_text=REPLY)).to_be_visible()
    assert town.box.people()[town.players["liaison"].email]
