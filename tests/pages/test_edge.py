"""Who may speak to the application at all: its names, its own pages, the proxies it was told of."""

from __future__ import annotations

import asyncio
import logging
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import pytest
import uvicorn
from starlette.websockets import WebSocketDisconnect

from browser import chromium
from luoshi.logs import keep_words_out_of_logs
from luoshi.settings import Settings
from pages.stage import PASSWORD, client, people, served, view_of
from ui.app import serve
from ui.shell.application import Application

__all__ = ["chromium"]
PAGE = {"accept": "text/html"}
STREAM = "/_stcore/stream"


@pytest.fixture
def application():
    return Application(people(), view=view_of(lambda page: page.title()))


def enter(browser, name="reviewer"):
    sessions = browser.application.sessions
    browser.cookies.set(
        browser.application.cookie("luoshi_session"), sessions._new(f"{name}@example.org")
    )


@pytest.fixture
def browser(application):
    with client(application) as one:
        one.application = application
        yield one


def connects(browser, **headers: str) -> bool:
    try:
        with browser.websocket_connect(STREAM, headers=headers):
            return True
    except WebSocketDisconnect as closed:
        return closed.code != 1008


def test_a_page_on_another_port_of_the_same_host_reads_nothing(browser):
    enter(browser)
    assert connects(browser, origin="http://testserver")
    for origin in (
        "http://testserver:9999",
        "https://testserver",
        "http://testserver.evil.example",
        "http://evil.example",
        "http://localhost:8502",
        "null",
        "http://[",
    ):
        assert not connects(browser, origin=origin), origin
    assert not connects(browser)


def test_behind_a_proxy_that_writes_the_host_anew_the_public_address_counts(application):
    application = replace(application, address="https://luoshi.example.cn")
    with client(application) as browser:
        browser.application = application
        headers = {
            "host": "127.0.0.1:8501",
            "cookie": "__Host-luoshi_session=" + _token(application),
        }
        assert connects(browser, origin="https://luoshi.example.cn", **headers)
        assert connects(browser, origin="https://luoshi.example.cn:443", **headers)
        assert not connects(browser, origin="http://luoshi.example.cn", **headers)


OPEN = """address => new Promise(done => {
  const socket = new WebSocket(address, ["streamlit"]);
  socket.onopen = () => done("open");
  socket.onerror = () => done("refused");
})"""


@pytest.fixture
def neighbour(tmp_path):
    """A page of somebody else on another port of this machine."""
    (tmp_path / "index.html").write_text("<!DOCTYPE html><p>neighbour</p>")
    handler = partial(SimpleHTTPRequestHandler, directory=tmp_path)
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/index.html"
        server.shutdown()


def test_a_browser_on_a_page_of_a_neighbouring_port_is_refused(chromium, application, neighbour):
    """The cookie goes with it, since browsers tell hosts apart and not ports."""
    with served(application) as address:
        context = chromium.new_context()
        context.add_cookies(
            [{"name": "luoshi_session", "value": _token(application), "url": address}]
        )
        page = context.new_page()
        page.route(
            "**/neighbour", lambda route: route.fulfill(body="<p>", content_type="text/html")
        )
        stream = address.replace("http", "ws") + STREAM
        page.goto(f"{address}/health")
        assert page.evaluate(OPEN, stream) == "open"
        page.goto(neighbour)
        assert page.evaluate(OPEN, stream) == "refused"
        context.close()


def _token(application):
    return application.sessions._new("reviewer@example.org")


def test_whatever_is_text_names_its_character_set(browser):
    for path in ("/login", "/assets/mark.svg", "/assets/doors.css", "/assets/luoshi.js"):
        assert browser.get(path).headers["content-type"].endswith("; charset=utf-8"), path
    assert browser.get("/favicon.png").headers["content-type"] == "image/png"


def test_a_name_that_somebody_pointed_here_is_not_served(browser):
    others = ("evil.example", "testserver.evil.example", "localhost.evil.example", "", "[")
    broken = ("localhost:x", "localhost:1;x", "x@localhost", "localhost/x")
    for host in (*others, *broken):
        assert browser.get("/login", headers={"host": host, **PAGE}).status_code == 400
    for host in ("localhost:8501", "127.0.0.1", "TESTSERVER", "[::1]:80"):
        assert browser.get("/login", headers={"host": host, **PAGE}).status_code == 200
    assert browser.get("/health", headers={"host": "10.1.2.3"}).status_code == 200
    enter(browser)
    assert not connects(browser, origin="http://evil.example", host="evil.example")


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
def test_nothing_that_another_page_sends_comes_further_than_the_gate(browser, method):
    enter(browser)
    for path in ("/logout", "/_stcore/upload_file/a/b", "/my_tasks"):
        answer = browser.request(method, path, headers={"origin": "http://testserver:81"})
        assert answer.status_code == 403
    assert browser.application.sessions.open


@pytest.mark.parametrize(
    "address",
    [
        "/login?next=%00",
        "/login?next=%ff",
        "/task?task=%E4%BD",
        "/files/%00",
        "/files/a%0Ab",
        "/%ff",
        "/overview?search=" + "x" * 9000,
        "/" + "x" * 9000,
    ],
)
def test_a_broken_address_is_said_to_be_broken(browser, address):
    enter(browser)
    answer = browser.get(address, headers=PAGE)
    assert answer.status_code == 400
    assert "网址有误" in answer.text


def test_under_https_no_neighbour_can_plant_a_cookie(application):
    application = replace(application, address="https://testserver")
    with client(application, base_url="https://testserver") as browser:
        page = browser.get("/login?lang=en", headers=PAGE)
        names = {line.partition("=")[0] for line in page.headers.get_list("set-cookie")}
        assert names == {"__Host-luoshi_form", "__Host-luoshi_language"}
        token = browser.cookies["__Host-luoshi_form"]
        form = {"email": "reviewer@example.org", "password": PASSWORD, "form_token": token}
        done = browser.post("/login", data=form, headers={"origin": "https://testserver"})
        assert done.status_code == 303
        cookies = done.headers.get_list("set-cookie")
        names = {cookie.partition("=")[0] for cookie in cookies}
        assert names == {"__Host-luoshi_session", "__Host-luoshi_browser", "__Host-luoshi_step"}
        for cookie in cookies:
            assert {"Secure", "HttpOnly", "Path=/"} <= {part.strip() for part in cookie.split(";")}
            assert "domain" not in cookie.lower()
        framework = browser.get("/_stcore/health").headers.get_list("set-cookie")
        assert framework
        assert all("; Secure" in cookie for cookie in framework)
        session = browser.cookies["__Host-luoshi_session"]
        browser.cookies.clear()
        browser.cookies.set("luoshi_session", session)
        assert browser.get("/review", headers=PAGE).status_code == 303


@pytest.mark.parametrize(("address", "stays"), [("https://testserver", True), ("http://x", False)])
def test_an_error_page_bears_the_headers_of_every_page(application, address, stays):
    def broken(_token):
        raise OSError("name=李敏")

    application.sessions.find = broken
    with client(replace(application, address=address), raise_server_exceptions=False) as browser:
        browser.cookies.set("__Host-luoshi_session", "x")
        browser.cookies.set("luoshi_session", "x")
        answer = browser.get("/review", headers=PAGE)
    assert answer.status_code == 500
    assert ("strict-transport-security" in answer.headers) is stays
    assert answer.headers["x-frame-options"] == "DENY"


def seen_from(application, monkeypatch, client_, **headers: str):
    """Client and scheme as the pages see them, through the server as `serve` sets it up."""
    given = {}
    monkeypatch.setattr(uvicorn, "run", lambda _app, **options: given.update(options))
    monkeypatch.setattr("ui.app.build", lambda _application: None)
    serve(application)
    seen = []

    async def probe(scope, _receive, _send):
        seen.append((scope["client"][0], scope["scheme"]))

    del given["host"], given["port"]
    config = uvicorn.Config(probe, **given)
    config.load()
    pairs = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    scope = {"type": "http", "client": (client_, 1), "scheme": "http", "headers": pairs}
    with ThreadPoolExecutor(1) as pool:  # a browser of other tests leaves its loop in this thread
        pool.submit(asyncio.run, config.loaded_app(scope, None, None)).result()
    return seen[0]


def test_only_the_proxies_of_the_settings_are_believed(application, monkeypatch):
    monkeypatch.setenv("FORWARDED_ALLOW_IPS", "*")
    said = {"x_forwarded_for": "6.6.6.6, 1.2.3.4, 10.0.0.9", "x_forwarded_proto": "https"}
    assert seen_from(application, monkeypatch, "127.0.0.1", **said) == ("127.0.0.1", "http")
    behind = replace(application, proxies=("10.0.0.0/24",))
    # The first word is what the stranger wrote himself; the last that is no proxy counts.
    assert seen_from(behind, monkeypatch, "10.0.0.5", **said) == ("1.2.3.4", "https")
    assert seen_from(behind, monkeypatch, "10.0.1.5", **said) == ("10.0.1.5", "http")
    assert seen_from(behind, monkeypatch, "127.0.0.1", **said) == ("127.0.0.1", "http")


def test_a_proxy_that_is_no_address_is_refused_by_name():
    assert Settings(_env_file=None, trusted_proxies=" 10.0.0.5 ,fd00::/8").trusted_proxies == (
        "10.0.0.5,fd00::/8"
    )
    for wrong in ("*", "proxy.example.cn", "10.0.0.0/99"):
        with pytest.raises(ValueError, match="代理"):
            Settings(_env_file=None, trusted_proxies=wrong)


def test_a_log_tells_of_an_error_without_its_words(caplog, monkeypatch):
    name, address = "李敏", "limin@example.org"
    usual = logging.getLogRecordFactory()
    monkeypatch.setattr(threading, "excepthook", threading.excepthook)

    def fails():
        try:
            raise KeyError(name)
        except KeyError as error:
            raise ValueError(address) from error

    keep_words_out_of_logs()
    try:
        try:
            fails()
        except ValueError:
            logging.getLogger("uvicorn.error").exception("in an application")
        thread = threading.Thread(target=fails, name="delivery")
        thread.start()
        thread.join()
    finally:
        logging.setLogRecordFactory(usual)
    assert name not in caplog.text
    assert address not in caplog.text
    for word in ("in an application", "thread delivery ended"):
        assert word in caplog.text
    for word in ("builtins.KeyError", "which led to", "builtins.ValueError", "test_edge.py"):
        assert caplog.text.count(word) >= 2
