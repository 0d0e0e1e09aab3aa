"""From the foot of the side bar to a second factor, and in again with its code; on a phone too."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pyotp
import pytest
from playwright.sync_api import expect

from browser import foreign, settled, violations, window
from pages.on_stage import email
from pages.stage import PASSWORD
from stories.desks import desks_of
from worlds import SCIENCE

OURS = r"luoshi\.test|liaison\d*|TOTP|Chrome|Linux|English|[A-Z2-7]{4}( [A-Z2-7]{4})+"


def look(page, title: str) -> None:
    """The page stands there, readable by everybody and in one language, and fits its window."""
    expect(page.locator("h1")).to_have_text(title)
    assert not violations(page)
    assert not foreign(page, OURS)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("size", ["desk", "phone"])
def test_set_up_and_logged_in_with(chromium, sqlite_database, tmp_path, size):
    with (
        desks_of(sqlite_database, tmp_path) as desks,
        window(chromium, desks.address, size) as page,
    ):
        desks.enter(page, SCIENCE, "liaison", desks.address)
        settled(page)
        if size == "phone":
            page.get_by_role("button", name="展开菜单").click()
        page.get_by_role("link", name="账号与安全").click()
        look(page, "账号与安全")
        page.get_by_role("link", name="设置", exact=True).click()
        look(page, "设置双因素验证")
        expect(page.locator("img.picture")).to_have_js_property("complete", True)
        assert page.evaluate("document.querySelector('img.picture').naturalWidth") > 100
        totp = pyotp.TOTP(page.locator(".steps code").inner_text().replace(" ", ""))
        page.fill("#code", totp.now())
        page.fill("#password", PASSWORD)
        page.get_by_role("button", name="设置").click()
        expect(page.locator("h1")).to_have_text("恢复码")
        assert page.locator(".codes li").count() == 10
        page.get_by_role("link", name="已妥善保存").click()
        settled(page)
        page.goto(f"{desks.address}/account")
        look(page, "账号与安全")
        expect(page.get_by_text("剩余恢复码 10 个")).to_be_visible()
        page.get_by_role("button", name="退出登录").click()
        page.goto(f"{desks.address}/login?next=/ledger")
        page.fill("#email", email(desks.world, SCIENCE, "liaison"))
        page.fill("#password", PASSWORD)
        page.click("main .card button")
        look(page, "输入验证码")
        page.fill("#code", "000 000")
        page.click("main .card button")
        expect(page.locator("#problem")).to_be_visible()
        # The code of now was used up by setting up; clocks may differ by one step.
        page.fill("#code", totp.at(datetime.now(UTC) + timedelta(seconds=30)))
        page.click("main .card button")
        settled(page)
        assert page.url.endswith("/ledger")
