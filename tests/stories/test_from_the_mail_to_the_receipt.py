"""A liaison on a phone: from the link of a mail to the receipt, with three clicks at most."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from browser import settled, violations, window
from db.models import Submission, SubmissionValue
from pages import office
from stories.desks import desks_of
from worlds import SCIENCE

SAID = {
    "zh": ("我的任务", "提交", "回执", "领军人才（人）"),
    "en": ("My tasks", "Submit", "receipt", "领军人才 (人)"),
}
COUNT_CLICKS = """
  window.clicks = +(sessionStorage.clicks ?? 0);
  addEventListener('click', e => { if (e.isTrusted) sessionStorage.clicks = ++clicks }, true);
"""


@pytest.mark.parametrize("language", SAID)
def test_from_the_reminder_mail_to_the_receipt(chromium, sqlite_database, tmp_path, language):
    title, submit, receipt, metric = SAID[language]
    with desks_of(sqlite_database, tmp_path, language) as desks:
        world = desks.world
        measure = office.measure_of(world, "1.1")
        office.open_round(world, office.noon(2021, 3, 10))
        for code in ("1.1", "1.3"):
            report = office.report_of(world, code, SCIENCE)
            office.file(world, report, values={measure: "7"})
            office.judge(world, report)
        office.open_round(world, office.noon(2021, 6, 10))
        world.now = office.noon(2021, 6, 18)
        desks.remind()
        with window(chromium, desks.address, "phone") as page:
            desks.enter(page, SCIENCE, "liaison", desks.link(SCIENCE, "liaison"))
            settled(page)
            expect(page.locator("h1")).to_have_text(title)
            assert not violations(page)
            page.add_init_script(COUNT_CLICKS)
            page.goto(desks.link(SCIENCE, "liaison"))
            page.get_by_role("link", name="1.1 引进领军人才").click()
            expect(page.locator("h1")).to_have_text("1.1 引进领军人才")
            field = page.get_by_role("textbox", name=metric)
            expect(field).to_have_value("7")
            field.fill("12")
            settled(page)
            assert not violations(page)
            page.get_by_role("button", name=submit, exact=True).click()
            shown = page.locator(".ls-receipt .ls-number")
            expect(shown).to_be_visible()
            number = shown.inner_text()
            assert page.evaluate("window.clicks") <= 3
            assert not violations(page)
        with world.database.read() as session:
            sent = session.scalars(select(Submission).order_by(Submission.id.desc())).first()
            value = session.get(SubmissionValue, (sent.id, measure))
        assert (sent.receipt, value.written) == (number, "12")
        desks.post()
        subject, text = desks.newest(SCIENCE, "liaison")
        assert receipt in subject.lower()
        assert number in text
