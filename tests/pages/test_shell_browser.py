"""The shell in a real browser: from the login to an empty page after logout."""

from __future__ import annotations

import pytest
import streamlit as st
from playwright.sync_api import expect

from browser import SIZES, chromium, foreign, settled, violations, window
from db.queries.plans.choices import Choice
from pages import sample_view
from pages.stage import PASSWORD, people, served
from ui.components.kept_text import kept_text
from ui.shell.application import Action, Application, Banner, DemoLogin

__all__ = ["chromium"]
TYPED: dict[str, str] = {}
NOT_OURS = r"PDF|DOCX|MB|Esc|English|\w+@example.org"


def typing_view(page):
    page.title()
    page.html("", sample_view.cards([sample_view.ActionCard("到任务", "/task?task=7")]))
    TYPED["now"] = st.text_area("进展情况", TYPED.get("saved", ""), key=kept_text("report", 12))


def failing_view(_page):
    raise ValueError("secret detail")


def view(key):
    return {"report": typing_view, "chasing": failing_view}.get(key, sample_view.draw)


@pytest.fixture(scope="module")
def application():
    return Application(
        people(),
        view=view,
        plans=lambda _v: [Choice(1, "衢州市人才发展“十四五”行动计划")],
        banners=lambda _v: (Banner("演示环境", "demo", (Action("推进一天", lambda: None),)),),
        demo_logins=(DemoLogin("liaison", "liaison@example.org", PASSWORD),),
    )


@pytest.fixture(scope="module")
def address(application):
    with served(application) as address:
        yield address


def enter(page, address, name="reviewer", wanted="/overview?light=red"):
    page.goto(address + wanted)
    page.fill("#email", f"{name}@example.org")
    page.fill("#password", PASSWORD)
    page.click("main .card button")
    expect(page.locator("h1")).to_be_visible(timeout=30_000)
    settled(page)


@pytest.mark.parametrize("size", SIZES)
def test_from_a_deep_link_through_the_login_to_the_page_and_out(
    chromium, address, application, size
):
    with window(chromium, address, size) as page:
        enter(page, address)
        assert page.url == address + "/overview?light=red"
        expect(page.locator("h1")).to_have_text("进展总览")
        assert page.title() == "进展总览"
        assert page.evaluate("document.documentElement.lang") == "zh-CN"
        other = page.context.new_page()
        other.goto(address + "/review")
        expect(other.locator("h1")).to_have_text("审核", timeout=30_000)
        if size == "phone":
            page.get_by_test_id("stExpandSidebarButton").click()
        names = page.locator('[data-testid="stSidebarNav"] a').all_inner_texts()
        assert [name.split("\n")[-1] for name in names] == [
            "审核",
            "进展总览",
            "主要指标",
            "催办督办",
            "领导参阅",
            "年度考核",
            "规划与任务分解",
        ]
        page.get_by_role("link", name="退出登录").click()
        expect(page.locator("h1")).to_have_text("已退出登录")
        other.wait_for_url("**/login**")
        assert not application.sessions.open


@pytest.mark.parametrize("size", SIZES)
def test_login_and_a_page_are_clean_for_assistive_technology(chromium, address, size):
    with window(chromium, address, size) as page:
        page.goto(address + "/login")
        assert not violations(page)
        enter(page, address)
        assert not violations(page)
        page.goto(address + "/units")
        expect(page.locator(".ls-empty")).to_be_visible(timeout=30_000)
        settled(page)
        assert not violations(page)


def test_no_english_is_left_on_a_chinese_page_in_an_english_browser(chromium, address):
    with window(chromium, address, locale="en-US") as page:
        page.goto(address + "/login?lang=zh")
        assert not foreign(page, NOT_OURS)
        enter(page, address)
        assert not foreign(page, NOT_OURS)
        page.get_by_test_id("stDateInput").get_by_role("button").click()
        expect(page.get_by_text("2021年12月").first).to_be_visible()
        assert not foreign(page, NOT_OURS)
        page.keyboard.press("Escape")
        page.get_by_role("combobox").click()
        page.keyboard.type("zzz")
        expect(page.get_by_text("没有找到")).to_be_visible()
        page.keyboard.press("Escape")
        page.set_input_files(
            "input[type=file]", {"name": "1.pdf", "mimeType": "application/pdf", "buffer": b"x"}
        )
        expect(page.get_by_role("button", name="移除1.pdf")).to_be_visible()
        page.get_by_role("textbox", name="累计引进").fill("8")
        page.get_by_role("button", name="提交").click()
        settled(page)
        expect(page.get_by_text("A number, please.")).to_be_visible()
        said = r"|1\.pdf|Not sent\.|A number, please\."  # the words of the sample page
        assert not foreign(page, NOT_OURS + said)


def test_an_english_page_is_english(chromium, address, application):
    with window(chromium, address, locale="zh-CN") as page:
        page.goto(address + "/login?lang=en")
        expect(page.locator("h1")).to_have_text("Log in")
        page.get_by_role("button", name="liaison").click()
        page.get_by_role("link", name="English").click()
        expect(page.locator("h1")).to_have_text("My tasks", timeout=30_000)
        page.get_by_role("link", name="中文").click()
        expect(page.locator("h1")).to_have_text("我的任务", timeout=30_000)


def test_a_link_on_a_page_changes_the_page_without_a_new_load(chromium, address):
    with window(chromium, address) as page:
        enter(page, address, "liaison", "/report?report=12")
        page.evaluate("window.stillHere = true")
        page.get_by_role("link", name="到任务").click()
        expect(page.locator("h1")).to_have_text("任务")
        assert page.url == address + "/task?task=7"
        assert page.evaluate("window.stillHere")
        page.go_back()
        expect(page.locator("h1")).to_have_text("进展填报")
        assert page.url == address + "/report?report=12"


def test_what_is_typed_is_sent_while_the_field_keeps_the_cursor(chromium, address):
    TYPED.clear()
    with window(chromium, address) as page:
        enter(page, address, "liaison", "/report?report=12")
        page.get_by_role("textbox").press_sequentially("引进 81 人")
        page.wait_for_function(
            "() => document.querySelector('textarea') === document.activeElement"
        )
        wait_until(page, lambda: TYPED["now"] == "引进 81 人")
        expect(page.get_by_role("textbox")).to_be_focused()


def test_a_page_that_fails_says_so_with_a_number_and_no_detail(chromium, address):
    with window(chromium, address) as page:
        enter(page, address, "reviewer", "/review")
        page.get_by_role("link", name="催办督办").click()
        expect(page.get_by_role("alert")).to_contain_text("编号：")
        assert "secret" not in page.content()
        assert "ValueError" not in page.content()


HOLD_SOCKETS = """
  window.sockets = [];
  const Plain = WebSocket;
  WebSocket = class extends Plain { constructor(...a) { super(...a); sockets.push(this); } };
"""


def test_what_is_typed_survives_a_lost_connection(chromium, address):
    TYPED.clear()
    with window(chromium, address) as page:
        page.add_init_script(HOLD_SOCKETS)
        enter(page, address, "liaison", "/report?report=12")
        page.route("**/_stcore/health", lambda route: route.abort())
        page.get_by_role("textbox").press_sequentially("断线前写下的话")
        page.evaluate("sockets.forEach(socket => socket.close())")
        expect(page.get_by_role("alert")).to_contain_text("连接已中断", timeout=10_000)
        assert TYPED["now"] == ""
        page.unroute("**/_stcore/health")
        wait_until(page, lambda: TYPED["now"] == "断线前写下的话")
        expect(page.get_by_role("alert")).to_have_count(0)


def test_what_is_typed_survives_a_new_load(chromium, address):
    TYPED.clear()
    with window(chromium, address) as page:
        enter(page, address, "liaison", "/report?report=12")
        page.get_by_role("textbox").press_sequentially("尚未保存的一段话")
        page.reload()
        expect(page.get_by_role("textbox")).to_have_value("尚未保存的一段话", timeout=30_000)
        wait_until(page, lambda: TYPED["now"] == "尚未保存的一段话")


def test_a_text_that_somebody_else_changed_meanwhile_is_only_offered(chromium, address):
    TYPED.clear()
    with window(chromium, address) as page:
        enter(page, address, "liaison", "/report?report=12")
        page.get_by_role("textbox").press_sequentially("我写的")
        TYPED["saved"] = "同事写的"
        page.reload()
        offer = page.locator(".ls-kept button")
        expect(offer).to_be_visible(timeout=30_000)
        expect(page.get_by_role("textbox")).to_have_value("同事写的")
        offer.click()
        expect(page.get_by_role("textbox")).to_have_value("我写的")
    TYPED.clear()


def test_nothing_typed_stays_on_the_device_after_logout(chromium, address):
    TYPED.clear()
    with window(chromium, address) as page:
        enter(page, address, "liaison", "/report?report=12")
        page.get_by_role("textbox").press_sequentially("机密")
        assert "机密" in page.evaluate("JSON.stringify(localStorage)")
        page.get_by_role("link", name="退出登录").click()
        expect(page.locator("h1")).to_have_text("已退出登录")
        page.wait_for_load_state("load")
        assert "机密" not in page.evaluate("JSON.stringify(localStorage)")


def test_a_revoked_session_leads_to_the_login_and_back_to_the_same_thing(
    chromium, address, application
):
    with window(chromium, address) as page:
        enter(page, address, "liaison", "/report?report=12")
        application.sessions.open.clear()
        page.get_by_role("link", name="到任务").click()
        page.wait_for_url("**/login?next=**")
        assert "/login?next=%2Ftask%3Ftask%3D7" in page.url


def wait_until(page, done):
    for _ in range(600):
        if done():
            return
        page.wait_for_timeout(50)
    raise AssertionError("it did not happen")
