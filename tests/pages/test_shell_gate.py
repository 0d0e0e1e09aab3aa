"""Nobody passes the gate without a living session, and nothing leaves or enters by another way."""

from __future__ import annotations

import re
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import quote

import pytest
from starlette.websockets import WebSocketDisconnect

from pages.stage import PASSWORD, client, people, view_of
from ui.shell.application import SESSION_COOKIE, Application, DemoLogin, Download
from ui.shell.health import Health
from ui.shell.pages import PAGES
from ui.shell.web.csp import CONTENT_SECURITY_POLICY
from ui.shell.web.requests import local_path
from workflow.rules.record.parts import SignOfLife, parts
from workflow.rules.refusals import NotAllowed

PAGE = {"accept": "text/html"}
ORIGIN = "http://testserver"


def files(visitor, path):
    if path == "secret":
        raise NotAllowed("Not yours.")
    name = "证明材料.html" if path == "bad" else "证明.pdf"
    kind = "text/html" if path == "bad" else "application/pdf"
    return Download(name, b"%PDF", kind, inline=True)


@pytest.fixture
def application():
    return Application(people(), view=view_of(lambda page: page.title()), files=files)


@pytest.fixture
def browser(application):
    with client(application) as entered:
        yield entered


@contextmanager
def closed_with(code: int, socket):
    """Read what comes until the server closes, and see with which code."""
    yield
    with pytest.raises(WebSocketDisconnect) as closed:
        read_all(socket)
    assert closed.value.code == code


def stream(browser, **headers: str):
    return browser.websocket_connect("/_stcore/stream", headers={"origin": ORIGIN, **headers})


def read_all(socket):
    while True:
        socket.receive_bytes()


def token_in(answer) -> str:
    return re.search(r'name="(?:form_token|luoshi-form)" (?:value|content)="([^"]+)"', answer.text)[
        1
    ]


def enter(browser, name="liaison", wanted="", **changed):
    page = browser.get("/login", headers=PAGE)
    form = {
        "email": f"{name}@example.org",
        "password": PASSWORD,
        "form_token": token_in(page),
        "next": wanted,
    }
    return browser.post("/login", data={**form, **changed}, headers={"origin": ORIGIN})


def test_a_page_asked_for_without_a_session_leads_to_the_login_and_keeps_its_query(browser):
    answer = browser.get("/report?report=12&from=mail", headers=PAGE)
    assert answer.status_code == 303
    assert answer.headers["location"] == "/login?next=" + quote(
        "/report?report=12&from=mail", safe=""
    )
    entered = enter(browser, wanted="/report?report=12&from=mail")
    assert entered.headers["location"] == "/report?report=12&from=mail"


@pytest.mark.parametrize(
    "path",
    [
        "/report",
        "/_stcore/health",
        "/_stcore/host-config",
        "/media/x",
        "/files/1",
        "/nowhere",
        "/",
        "/_stcore/upload_file/a/b",
        "/index.html",
        "/loginx",
    ],
)
def test_nothing_answers_a_program_without_a_session(browser, path):
    assert browser.get(path).status_code == 401
    assert browser.put(path).status_code == 401


@pytest.mark.parametrize("forged", ["x", "token-1", "", "a" * 5000])
def test_a_forged_cookie_opens_nothing(browser, forged):
    browser.cookies.set(SESSION_COOKIE, forged)
    assert browser.get("/report", headers=PAGE).status_code == 303
    with stream(browser) as socket, closed_with(4401, socket):
        pass


def test_the_session_cookie_is_for_the_server_alone(browser):
    cookie = enter(browser).headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    assert "secure" not in cookie


def test_under_https_cookies_are_secure_and_browsers_stay_there(application):
    with client(replace(application, address="https://x.example")) as browser:
        page = browser.get("/login", headers=PAGE)
        assert "secure" in page.headers["set-cookie"].lower()
        assert "strict-transport-security" in page.headers


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "/\t/evil.example",
        "javascript:alert(1)",
        "evil.example",
        "/login?next=/login",
        "/logout",
        "http:/evil.example",
    ],
)
def test_login_never_leads_to_another_application(browser, elsewhere):
    assert local_path(elsewhere) == "/"
    assert enter(browser, wanted=elsewhere).headers["location"] == "/"


@pytest.mark.parametrize("origin", ["http://evil.example", "null", None])
def test_a_post_from_another_origin_is_refused(browser, application, origin):
    page = browser.get("/login", headers=PAGE)
    form = {
        "email": "liaison@example.org",
        "password": PASSWORD,
        "form_token": token_in(page),
    }
    headers = {"origin": origin} if origin else {}
    assert browser.post("/login", data=form, headers=headers).status_code == 403
    assert not application.sessions.open


def test_a_post_without_the_hidden_token_is_refused(browser, application):
    assert enter(browser, form_token="made up").status_code == 403
    browser.cookies.clear()
    answer = browser.post(
        "/login",
        data={"email": "liaison@example.org", "password": PASSWORD, "form_token": ""},
        headers={"origin": ORIGIN},
    )
    assert answer.status_code == 403
    assert not application.sessions.open


def test_a_wrong_password_keeps_the_address_and_says_why(browser):
    answer = enter(browser, password="wrong")
    assert answer.status_code == 400
    assert 'value="liaison@example.org"' in answer.text
    assert 'role="alert"' in answer.text
    assert "wrong" not in re.search(r"<form.*?</form>", answer.text, re.S)[0]


def test_what_is_typed_at_the_login_is_escaped(browser):
    answer = enter(browser, email='"><script>alert(1)</script>')
    assert "<script>alert" not in answer.text


@pytest.mark.parametrize(
    ("name", "home"),
    [
        ("liaison", "/my_tasks"),
        ("deputy", "/sign_off"),
        ("reviewer", "/review"),
        ("leader", "/leader"),
        ("admin", "/operations"),
    ],
)
def test_everybody_lands_on_the_page_of_their_role(browser, name, home):
    enter(browser, name)
    answer = browser.get("/?from=mail", headers=PAGE)
    assert answer.headers["location"] == f"{home}?from=mail"


def test_logout_is_a_post_that_ends_the_session_and_the_open_page(browser, application):
    enter(browser)
    token = browser.cookies[SESSION_COOKIE]
    assert browser.get("/logout", headers=PAGE).status_code == 200
    assert application.sessions.find(token), "a link alone changes nothing"
    form_token = token_in(browser.get("/my_tasks", headers=PAGE))
    with stream(browser) as socket, closed_with(4401, socket):
        answer = browser.post(
            "/logout", data={"form_token": form_token}, headers={"origin": ORIGIN}
        )
        assert answer.status_code == 200
    assert application.sessions.find(token) is None


def test_a_logout_from_elsewhere_is_refused(browser, application):
    enter(browser)
    answer = browser.post("/logout", headers={"origin": "http://evil.example"})
    assert answer.status_code == 403
    assert application.sessions.open


def test_a_revoked_session_is_dead_at_its_next_message(browser, application):
    enter(browser)
    with stream(browser) as socket, closed_with(4401, socket):
        application.sessions.open.clear()
        socket.send_bytes(b"")


def test_the_person_header_is_ours_alone(browser):
    from streamlit.runtime import get_instance

    enter(browser, "second")
    with stream(browser, **{"x-luoshi-person": "1"}):
        sessions = get_instance()._session_mgr.list_active_sessions()
        assert [info.session._user_info["person"] for info in sessions] == ["2"]


def test_a_first_password_must_be_changed_before_anything_else(browser, application):
    enter(browser, "new")
    assert browser.get("/my_tasks", headers=PAGE).headers["location"] == "/password"
    assert browser.get("/files/1").status_code == 403
    with stream(browser) as socket, closed_with(4403, socket):
        pass
    page = browser.get("/password", headers=PAGE)
    form = {"old": PASSWORD, "password": "one", "again": "two", "form_token": token_in(page)}
    differs = browser.post("/password", data=form, headers={"origin": ORIGIN})
    assert differs.status_code == 400
    old = browser.cookies[SESSION_COOKIE]
    done = browser.post("/password", data={**form, "again": "one"}, headers={"origin": ORIGIN})
    assert done.status_code == 303
    assert browser.cookies[SESSION_COOKIE] != old
    assert browser.get("/my_tasks", headers=PAGE).status_code == 200


def test_a_password_is_reset_by_mail_without_telling_who_is_known(browser, application):
    answers = []
    for email in ("liaison@example.org", "nobody@example.org"):
        token = token_in(browser.get("/reset", headers=PAGE))
        form = {"email": email, "form_token": token}
        answers.append(browser.post("/reset", data=form, headers={"origin": ORIGIN}).text)
    assert answers[0] == answers[1]
    link = "/reset?token=reset-liaison@example.org"
    token = token_in(browser.get(link, headers=PAGE))
    assert application.sessions.resets, "opening the link alone uses nothing up"
    form = {
        "token": "reset-liaison@example.org",
        "password": "new one",
        "again": "new one",
        "form_token": token,
    }
    assert browser.post("/reset", data=form, headers={"origin": ORIGIN}).status_code == 303
    assert application.sessions.people["liaison@example.org"][0] == "new one"
    assert browser.post("/reset", data=form, headers={"origin": ORIGIN}).status_code == 400


def test_the_language_is_chosen_before_and_after_login(browser, application):
    assert 'lang="zh-CN"' in browser.get("/login", headers=PAGE).text
    english = browser.get("/login?lang=en&next=/report?report=1", headers=PAGE).text
    assert 'lang="en"' in english
    assert 'value="/report?report=1"' in english
    enter(browser)
    page = browser.get("/my_tasks", headers=PAGE)
    assert 'lang="zh-CN"' in page.text, "the person's own choice counts"
    form = {"language": "en", "form_token": token_in(page), "next": "/my_tasks?x=1"}
    answer = browser.post("/language", data=form, headers={"origin": ORIGIN})
    assert answer.headers["location"] == "/my_tasks?x=1"
    assert 'lang="en"' in browser.get("/my_tasks", headers=PAGE).text


def test_files_leave_only_to_whom_the_application_gives_them(browser):
    enter(browser)
    sent = browser.get("/files/evidence/1")
    assert sent.content == b"%PDF"
    assert sent.headers["content-disposition"].startswith("inline; filename*=utf-8''")
    assert sent.headers["cache-control"] == "no-store"
    refused = browser.get("/files/secret")
    assert (refused.status_code, refused.json()["error"]) == (403, "not_allowed")
    assert browser.get("/files/secret", headers=PAGE).status_code == 403


def test_a_file_that_could_hold_a_script_is_saved_not_shown(browser):
    enter(browser)
    sent = browser.get("/files/bad")
    assert sent.headers["content-disposition"].startswith("attachment")
    assert sent.headers["content-type"] == "application/octet-stream"
    assert sent.headers["x-content-type-options"] == "nosniff"


def test_every_answer_carries_a_policy_without_unsafe_words(browser):
    assert "unsafe" not in CONTENT_SECURITY_POLICY
    assert "http" not in CONTENT_SECURITY_POLICY
    for path in ("/login", "/health", "/assets/luoshi.css", "/report", "/static/nothing"):
        headers = browser.get(path).headers
        assert headers["content-security-policy"] == CONTENT_SECURITY_POLICY
        assert headers["x-frame-options"] == "DENY"


def test_no_page_of_ours_has_inline_script_or_style(browser):
    enter(browser)
    texts = [browser.get(f"/{leaf.key}", headers=PAGE).text for leaf in (PAGES[0], PAGES[3])]
    texts += [browser.get(path, headers=PAGE).text for path in ("/password", "/logout", "/nope")]
    browser.cookies.clear()
    texts += [
        browser.get(path, headers=PAGE).text for path in ("/login", "/reset", "/reset?token=x")
    ]
    for text in texts:
        assert not re.search(r"<script(?![^>]*\bsrc=)", text)
        assert not re.search(r"<style|\sstyle=|\son\w+=", text)
        assert not re.search(r"""(?:src|href)=["'](?:https?:)?//""", text)


def test_health_tells_a_watcher_without_a_session(application):
    seen = datetime(2021, 3, 1, tzinfo=UTC)
    found = parts(
        {"pages": SignOfLife(seen, seen), "watch": SignOfLife(seen, seen, "plans no runs")}, seen
    )
    sick = replace(
        application, health=lambda: Health(database=True, parts=found, silent=("remind",))
    )
    with client(sick) as browser:
        answer, live = browser.get("/health"), browser.get("/health/live")
    assert (answer.status_code, live.status_code) == (503, 200)
    said = answer.json()
    assert said["parts"]["pages"] == {"ok": True, "seen": "2021-03-01T00:00:00+00:00",
                                      "trouble": ""}  # fmt: skip
    assert said["missing"] == ["scheduler", "flows", "delivery", "watch"]
    assert said["silent"] == ["remind"]


def test_a_record_out_of_reach_is_told_without_detail_and_with_a_number(application, caplog):
    def broken(token):
        raise OSError("password=secret host=db")

    application.sessions.find = broken
    with client(application, raise_server_exceptions=False) as browser:
        browser.cookies.set(SESSION_COOKIE, "x")
        answer = browser.get("/report", headers=PAGE)
    assert answer.status_code == 500
    assert "secret" not in answer.text
    assert re.search(r"编号：(\w+)", answer.text)[1] in caplog.text
    assert answer.headers["content-security-policy"] == CONTENT_SECURITY_POLICY


def test_demo_logins_stand_on_the_login_page_of_the_demo_only(application):
    with client(application) as browser:
        assert 'class="demo"' not in browser.get("/login").text
    login = DemoLogin("liaison", "liaison@example.org", PASSWORD)
    with client(replace(application, demo_logins=(login,))) as browser:
        assert browser.get("/login").text.count("liaison@example.org") == 2


def test_streamlit_is_set_up_as_measured(browser):
    from streamlit import config

    assert config.get_option("runner.postScriptGC") is False
    assert config.get_option("browser.gatherUsageStats") is False
    assert config.get_option("client.showErrorDetails") == "none"
    assert config.get_option("server.maxUploadSize") == 50
    assert config.get_option("server.enableXsrfProtection") is True
