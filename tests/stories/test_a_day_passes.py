"""A day passes in the demo: flows run, units go on, a digest arrives, the figures change."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from browser import settled
from db.queries.people.people import person_by_email
from i18n import _, speaking
from ui.components.dates import full_date
from workflow.verbs.people.choose_language import choose_language


def figures(page) -> str:
    return page.locator(".ls-figures").first.inner_text()


def passed(town) -> tuple[str, str]:
    """What the banner says of the day and of the mails of the morning."""
    mails = next(one.count for _at, one in town.passing.last if one.name == "remind")
    return full_date(town.installation.today()), _("{n} reminder mails", n=mails)


# From a Thursday to the Friday and on to the due date; in English to the first day overdue.
@pytest.mark.parametrize(
    ("language", "title", "buttons"),
    [("zh", "进展总览", ["过一天", "报送截止"]), ("en", "Overview", ["A day passes"])],
)
def test_a_day_passes(chromium, town, language, title, buttons):
    with town.installation.database.read() as session:
        person = person_by_email(session, town.players["reviewer"].email)
    with town.installation.acting(person) as c:
        choose_language(c, language=language)
    with town.window(chromium, "reviewer") as page, speaking(language):
        town.visit(page, "overview")
        expect(page.locator("h1")).to_have_text(title)
        stood, banner = figures(page), page.locator("[class*=banner_demo]")
        for button in buttons:
            kept, before = town.box.people(), town.installation.today()
            banner.get_by_role("button", name=button).click()
            expect(banner).not_to_contain_text(f", {full_date(before)}.")
            expect(banner).not_to_contain_text(f"系统日期：{full_date(before)}")
            for said in passed(town):
                expect(banner).to_contain_text(said)
            settled(page)
            a_digest_arrives(page, town, kept)
        assert figures(page) != stood


def a_digest_arrives(page, town, kept: dict[str, int]) -> None:
    for _turn in range(200):
        if any(mail.at.date() == town.installation.today() for mail in newest(town.box, kept)):
            return
        page.wait_for_timeout(100)
    raise AssertionError("no mail of this day arrived")


def newest(box, kept: dict[str, int]) -> list:
    """The newest mail of everybody who got one."""
    return [box.mails(who, limit=1)[0] for who, n in box.people().items() if n > kept.get(who, 0)]
