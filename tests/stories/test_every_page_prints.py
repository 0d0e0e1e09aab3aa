"""Every page on paper: title, plan, date and page number, all of it on A4, nothing to press."""

from __future__ import annotations

from io import BytesIO

import pdfplumber
import pytest
from sqlalchemy import select

from browser import settled
from db.models import Plan
from stories.test_every_page_in_a_browser import ways
from ui.shell.application import find_view
from ui.shell.pages import PAGES

__all__ = ["ways"]

TO_PRESS = "button, input, select, textarea, [role=button], [contenteditable], nav, a[download]"
PRESSED = f"""() => [...document.querySelectorAll('{TO_PRESS}')]
    .filter(one => one.checkVisibility() && one.getBoundingClientRect().width > 1)
    .map(one => one.outerHTML.slice(0, 160))"""
OVER_PLANS = {leaf.key for leaf in PAGES if find_view(leaf.key) and leaf.over_plans}
LEFT, RIGHT = 14 / 25.4 * 72, (210 - 14) / 25.4 * 72


@pytest.mark.parametrize("role", ["liaison", "deputy_head", "reviewer", "leader", "administrator"])
def test_every_page_of_a_role_prints_well(chromium, town, ways, role):
    with town.installation.database.read() as session:
        plan = session.scalars(select(Plan.title)).one()
    found = {}
    with town.window(chromium, role) as page:
        for key, (whose, way) in ways.items():
            if whose != role:
                continue
            town.visit(page, way)
            page.emulate_media(media="print")
            settled(page)
            found[key, "to press"] = page.evaluate(PRESSED)
            head = page.locator(".ls-top").inner_text()
            found[key, "no date"] = "打印日期：2021年" not in head
            if key in OVER_PLANS:
                found[key, "no plan"] = plan not in head
            found[key, "no title"] = not page.locator("h1").is_visible()
            found[key, "on paper"] = wrong_on_paper(page.pdf(prefer_css_page_size=True))
            page.emulate_media(media="screen")
    assert not {where: what for where, what in found.items() if what}


def wrong_on_paper(content: bytes) -> list[str]:
    """What lies beyond the margins, and pages that are not A4, empty or without their number."""
    wrong = []
    with pdfplumber.open(BytesIO(content)) as printed:
        for no, sheet in enumerate(printed.pages, 1):
            if (round(sheet.width / 72 * 25.4), round(sheet.height / 72 * 25.4)) != (210, 297):
                wrong.append(f"page {no} is no A4")
            words = sheet.extract_words()
            if f"{no}/{len(printed.pages)}" not in "".join(one["text"] for one in words[-3:]):
                wrong.append(f"page {no} has no number")
            beyond = [one["text"] for one in words if one["x0"] < LEFT - 2 or one["x1"] > RIGHT + 2]
            wrong += [f"page {no}: {text} is cut off" for text in beyond[:5]]
            if len(words) < 4:
                wrong.append(f"page {no} is empty")
    return wrong
