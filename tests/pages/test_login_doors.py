"""Log in with password and code, keep one's own account: through the real application."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pyotp
import pytest
from sqlalchemy import select, update

from built_once import built_once
from db.engine import Database
from db.models import Person, Role
from logins import FIRST, HASH, SECOND, Clock
from luoshi import wiring
from luoshi.settings import Settings
from luoshi.wiring import account_sessions
from pages.stage import client
from pages.test_shell_gate import ORIGIN, PAGE, closed_with, token_in
from ui.shell.access.login import STEP_COOKIE
from ui.shell.application import SESSION_COOKIE, Application
from ui.shell.web.requests import BROWSER_COOKIE
from workflow.rules.access.throttle import HERE as TRIES
from worlds import OFFICE, SCIENCE, World, little_city


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
@built_once
def city(sqlite_database: Database) -> World:
    world = little_city(sqlite_database)
    with sqlite_database.write() as session:
        known = {"password_hash": HASH, "must_change_password": False}
        session.execute(update(Person).values(**known))
    return world


@contextmanager
def opened(city: World, clock: Clock, **settings: str) -> Iterator:
    made = wiring.Installation(
        Settings(_env_file=None, database_url="sqlite://", secret_key="s" * 32, **settings),
        clock,
        clock,
    )
    made.database = city.database
    with client(Application(account_sessions(made), installation=made)) as browser:
        yield browser


@pytest.fixture
def browser(city: World, clock: Clock) -> Iterator:
    with opened(city, clock, second_factor="reviewer") as entered:
        yield entered


def who(city: World, unit: str, role: str) -> str:
    return f"{role}{city.units[unit]}@luoshi.test"


def post(browser, address: str, page: str = "", **fields: str):
    """Send the form of a page, with the hidden fields that stand in it."""
    form = browser.get(page or address, headers=PAGE)
    hidden = dict(re.findall(r'<input type="hidden" name="(sealed)" value="([^"]*)"', form.text))
    given = {**hidden, "form_token": token_in(form), **fields}
    return browser.post(address, data=given, headers={"origin": ORIGIN})


def stream(browser):
    """The websocket of a page, opened from a page of ours."""
    return browser.websocket_connect("/_stcore/stream", headers={"origin": ORIGIN})


def enter(browser, email: str, password: str = FIRST, **fields: str):
    return post(browser, "/login", email=email, password=password, **fields)


def set_up(browser) -> tuple[str, list[str]]:
    """Set up a second factor on its page; the secret that was shown and the recovery codes."""
    shown = browser.get("/second_factor", headers=PAGE).text
    assert 'src="data:image/svg+xml' in shown
    secret = re.search(r"<code>([A-Z2-7 ]+)</code>", shown)[1].replace(" ", "")
    sealed = re.search(r'name="sealed" value="([^"]+)"', shown)[1]
    code = pyotp.TOTP(secret).at(Clock().now)
    done = post(browser, "/second_factor", do="enrol", sealed=sealed, code=code, password=FIRST)
    assert done.status_code == 200
    return secret, re.findall(r"<li><code>([A-Z0-9-]+)</code>", done.text)


def test_a_role_that_needs_one_is_led_to_set_it_up(browser, city, clock):
    enter(browser, who(city, OFFICE, "reviewer"))
    assert browser.get("/review", headers=PAGE).headers["location"] == "/second_factor"
    assert browser.get("/account", headers=PAGE).headers["location"] == "/second_factor"
    assert browser.get("/files/1").status_code == 403
    with (
        stream(browser) as socket,
        closed_with(4405, socket),
    ):
        pass
    _secret, codes = set_up(browser)
    assert len(codes) == 10
    assert browser.get("/review", headers=PAGE).status_code == 200
    assert browser.get("/account", headers=PAGE).status_code == 200


def test_nobody_else_is_asked_for_one(browser, city):
    enter(browser, who(city, SCIENCE, "liaison"))
    assert browser.get("/my_tasks", headers=PAGE).status_code == 200


def test_the_first_password_comes_before_the_second_factor(browser, city):
    with city.database.write() as session:
        session.execute(update(Person).values(must_change_password=True))
    enter(browser, who(city, OFFICE, "reviewer"))
    assert browser.get("/second_factor", headers=PAGE).headers["location"] == "/password"
    post(browser, "/password", old=FIRST, password=SECOND, again=SECOND)
    assert browser.get("/review", headers=PAGE).headers["location"] == "/second_factor"


def test_from_the_password_over_the_code_to_the_wanted_page(browser, city, clock):
    email = who(city, OFFICE, "reviewer")
    enter(browser, email)
    secret, _codes = set_up(browser)
    browser.cookies.clear()
    clock.wait(minutes=1)
    answer = enter(browser, email, next="/task?task=3")
    assert answer.headers["location"] == "/login/code?next=%2Ftask%3Ftask%3D3"
    cookies = answer.headers.get_list("set-cookie")
    assert all("HttpOnly" in one for one in cookies)
    assert SESSION_COOKIE not in browser.cookies
    assert browser.get("/review", headers=PAGE).headers["location"].startswith("/login")
    page = "/login/code?next=%2Ftask%3Ftask%3D3"
    refused = post(browser, "/login/code", page, code="000000")
    assert refused.status_code == 400
    assert 'role="alert"' in refused.text
    code = pyotp.TOTP(secret).at(clock.now)
    done = post(browser, "/login/code", page, code=code, next="/task?task=3")
    assert done.headers["location"] == "/task?task=3"
    assert STEP_COOKIE not in browser.cookies
    assert browser.get("/review", headers=PAGE).status_code == 200


def test_the_code_page_leads_back_without_a_step_and_refuses_other_origins(browser, city, clock):
    assert browser.get("/login/code", headers=PAGE).headers["location"] == "/login"
    email = who(city, OFFICE, "reviewer")
    enter(browser, email)
    secret, _codes = set_up(browser)
    browser.cookies.clear()
    clock.wait(minutes=1)
    enter(browser, email)
    form = {"form_token": token_in(browser.get("/login/code", headers=PAGE))}
    form["code"] = pyotp.TOTP(secret).at(clock.now)
    elsewhere = {"origin": "http://evil.example"}
    assert browser.post("/login/code", data=form, headers=elsewhere).status_code == 403
    clock.wait(minutes=10)
    late = post(browser, "/login/code", code=pyotp.TOTP(secret).at(clock.now))
    assert late.status_code == 400
    assert 'action="/login"' in late.text


def test_the_browser_is_known_after_a_login_and_gets_in_while_others_attack(browser, city):
    email = who(city, SCIENCE, "liaison")
    cookie = next(
        one for one in enter(browser, email).headers.get_list("set-cookie") if BROWSER_COOKIE in one
    )
    assert "HttpOnly" in cookie
    assert "Max-Age=15552000" in cookie
    known = browser.cookies[BROWSER_COOKIE]
    browser.cookies.clear()
    for _ in range(TRIES):
        assert enter(browser, email, "wrong").status_code == 400
    assert enter(browser, email).status_code == 400
    browser.cookies.set(BROWSER_COOKIE, known)
    assert enter(browser, email).status_code == 303


def test_ones_sessions_are_seen_and_ended_on_the_account_page(browser, city, clock):
    email = who(city, SCIENCE, "liaison")
    enter(browser, email)
    other = browser.cookies[SESSION_COOKIE]
    with (
        stream(browser) as socket,
        closed_with(4401, socket),
    ):
        browser.cookies.delete(SESSION_COOKIE)
        enter(browser, email)
        page = browser.get("/account", headers=PAGE).text
        assert page.count("<li class") == 2
        key = re.search(r'name="key" value="(\w+)"', page)[1]
        assert post(browser, "/account", key=key).status_code == 400
        assert post(browser, "/account", key=key, password="wrong").status_code == 400
        done = post(browser, "/account", key=key, password=FIRST)
        assert done.status_code == 200
        assert 'role="status"' in done.text
    here = browser.cookies[SESSION_COOKIE]
    assert browser.get("/account", headers=PAGE).text.count("<li class") == 1
    assert post(browser, "/account", key=key, password=FIRST).status_code == 400
    browser.cookies.delete(SESSION_COOKIE)
    browser.cookies.set(SESSION_COOKIE, other)
    assert browser.get("/account", headers=PAGE).status_code == 303
    browser.cookies.set(SESSION_COOKIE, here)
    assert browser.get("/account", headers=PAGE).status_code == 200


def test_all_other_sessions_end_at_once(browser, city):
    email = who(city, SCIENCE, "liaison")
    for _ in range(3):
        browser.cookies.clear()
        enter(browser, email)
    assert browser.get("/account", headers=PAGE).text.count("<li class") == 3
    ended = post(browser, "/account", password=FIRST).text
    assert "2" in re.search(r'role="status">([^<]+)<', ended)[1]
    assert browser.get("/account", headers=PAGE).text.count("<li class") == 1


def test_nothing_of_the_account_changes_by_a_link_or_from_elsewhere(browser, city):
    email = who(city, SCIENCE, "liaison")
    enter(browser, email)
    browser.cookies.delete(SESSION_COOKIE)
    enter(browser, email)
    for address in ("/account", "/second_factor"):
        answer = browser.post(address, data={}, headers={"origin": "http://evil.example"})
        assert answer.status_code == 403
    assert browser.get("/account", headers=PAGE).text.count("<li class") == 2


def test_the_second_factor_is_renewed_and_given_up_on_its_page(browser, city):
    enter(browser, who(city, OFFICE, "reviewer"))
    _secret, codes = set_up(browser)
    wrong = post(browser, "/second_factor", do="renew", password="wrong")
    assert wrong.status_code == 400
    new = post(browser, "/second_factor", do="renew", password=FIRST)
    assert not set(codes) & set(re.findall(r"<li><code>([A-Z0-9-]+)</code>", new.text))
    assert "/second_factor?anew" in browser.get("/second_factor", headers=PAGE).text
    assert 'name="sealed"' in browser.get("/second_factor?anew", headers=PAGE).text
    assert post(browser, "/second_factor", do="give_up", password=FIRST).status_code == 303
    assert browser.get("/review", headers=PAGE).headers["location"] == "/second_factor"


def test_a_refused_password_says_why(browser, city):
    enter(browser, who(city, SCIENCE, "liaison"))
    weak = "Kejiju-2021"
    answer = post(browser, "/password", old=FIRST, password=weak, again=weak)
    assert answer.status_code == 400
    assert "本人姓名、邮箱用户名或单位名称" in answer.text
    assert weak not in answer.text


def test_no_page_of_the_account_has_inline_script_or_style(browser, city, clock):
    email = who(city, OFFICE, "reviewer")
    enter(browser, email)
    texts = [browser.get("/second_factor", headers=PAGE).text]
    secret, _codes = set_up(browser)
    texts += [browser.get(at, headers=PAGE).text for at in ("/account", "/second_factor")]
    texts.append(post(browser, "/second_factor", do="renew", password=FIRST).text)
    browser.cookies.clear()
    enter(browser, email)
    texts.append(browser.get("/login/code", headers=PAGE).text)
    for text in texts:
        assert "<h1>" in text
        assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=", text)
    assert secret not in "".join(texts[1:])


def test_nothing_personal_is_logged(browser, city, caplog):
    email = who(city, OFFICE, "reviewer")
    for room in ("ui", "luoshi", "workflow", "db"):
        caplog.set_level("DEBUG", room)
    enter(browser, email, "wrong")
    enter(browser, email)
    secret, codes = set_up(browser)
    for word in (email, FIRST, secret, codes[0], "testclient"):
        assert word not in caplog.text


def test_a_reader_without_any_role_has_an_account_too(browser, city):
    with city.database.write() as session:
        person = session.scalars(select(Person).where(Person.name.like("%liaison"))).first()
        held = update(Role).where(Role.person_id == person.id)
        session.execute(held.values(valid_to=Role.valid_from))
        address = person.email
    enter(browser, address)
    assert browser.get("/account", headers=PAGE).status_code == 200


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("", "zh-CN"), ("de", "zh-CN"), ("en-GB,en;q=0.9", "en"),
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh-CN"),
        ("de, en;q=0.5, zh;q=0.4", "en"), ("en;q=0.1, zh-TW", "zh-CN"), ("en;q=0", "zh-CN"),
        ("en;q=x, ,;;", "zh-CN"),
    ],
)  # fmt: skip
def test_the_login_page_speaks_the_browsers_language_until_one_is_chosen(
    accepted: str, language: str, browser
) -> None:
    headers = {**PAGE, "accept-language": accepted}
    assert f'<html lang="{language}"' in browser.get("/login", headers=headers).text
    browser.get("/login?lang=zh", headers=headers)
    assert '<html lang="zh-CN"' in browser.get("/login", headers=headers).text


def test_the_account_page_writes_days_as_all_pages_do(browser, city):
    enter(browser, who(city, SCIENCE, "liaison"))
    assert "2021年11月22日 09:00" in browser.get("/account", headers=PAGE).text
    page = browser.get("/account", headers=PAGE).text
    token = re.search(r'name="form_token" value="([^"]+)"', page)[1]
    chosen = {"form_token": token, "language": "en"}
    browser.post("/language", data=chosen, headers={"origin": ORIGIN})
    assert "22 Nov 2021 09:00" in browser.get("/account", headers=PAGE).text
