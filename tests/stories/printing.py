"""A page on paper: title, plan, date and page number, all of it on A4, nothing to press."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO

import pdfplumber
from playwright.sync_api import Page

from browser import settled

TO_PRESS = "button, input, select, textarea, [role=button], [contenteditable], nav, a[download]"
PRESSED = f"""() => [...document.querySelectorAll('{TO_PRESS}')]
    .filter(one => one.checkVisibility() && one.getBoundingClientRect().width > 1)
    .map(one => one.outerHTML.slice(0, 160))"""
LEFT, RIGHT = 14 / 25.4 * 72, (210 - 14) / 25.4 * 72


def wrong_in_print(page: Page, plan: str | None) -> Iterator[tuple[str, object]]:
    """What is wrong with an open page as it prints; `plan` is a title its head has to name."""
    page.emulate_media(media="print")
    settled(page)
    yield "to press", page.evaluate(PRESSED)
    head = page.locator(".ls-top").inner_text()
    yield "no date", "打印日期：2021年" not in head
    yield "no plan", plan is not None and plan not in head
    yield "no title", not page.locator("h1").is_visible()
    yield "on paper", _wrong_on_paper(page.pdf(prefer_css_page_size=True))
    page.emulate_media(media="screen")


def _wrong_on_paper(content: bytes) -> list[str]:
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
