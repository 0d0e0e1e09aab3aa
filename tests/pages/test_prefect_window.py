"""Prefect's page through our gate: read by those who operate, changed by nobody, closed without."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from base64 import b64encode

import httpx
import pytest
from playwright.sync_api import expect

from browser import chromium
from db.engine import Database
from pages.on_stage import email, on_stage
from pages.stage import client, served
from ui.shell.application import Upstream
from ui.shell.prefect_window import ASKS, LARGEST_BODY, READS
from worlds import OFFICE, little_city

__all__ = ["chromium"]
SECRET = "0f" * 32
ORIGIN = {"origin": "http://testserver"}
SHELL_STEP = {
    "name": "mine",
    "flow_id": "00000000-0000-0000-0000-000000000001",
    "pull_steps": [{"prefect.deployments.steps.run_shell_script": {"script": "id"}}],
}


@pytest.fixture(scope="module")
def upstream(tmp_path_factory, prefect_tables):
    """A real server of Prefect, with a password, on a port of its own."""
    home = tmp_path_factory.mktemp("prefect")
    shutil.copy(prefect_tables, home / "prefect.db")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    environ = {
        **os.environ,
        "PREFECT_HOME": str(home),
        "PREFECT_PROFILES_PATH": str(home / "profiles.toml"),
        "PREFECT_API_URL": f"http://127.0.0.1:{port}/api",
        "PREFECT_API_AUTH_STRING": SECRET,
        "PREFECT_SERVER_API_AUTH_STRING": SECRET,
        "PREFECT_SERVER_API_HOST": "127.0.0.1",
        "PREFECT_SERVER_API_PORT": port,
        "PREFECT_SERVER_UI_SERVE_BASE": "/prefect",
        "PREFECT_SERVER_CSRF_PROTECTION_ENABLED": "true",
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "DO_NOT_TRACK": "1",
    }
    environ.pop("PYTHONDONTWRITEBYTECODE", None)
    command = [sys.executable, "-m", "prefect", "server", "start", "--no-services"]
    with (home / "log.txt").open("wb") as log:
        server = subprocess.Popen(command, env=environ, stdout=log, stderr=log)
    address = f"http://127.0.0.1:{port}"
    try:
        _await_answer(f"{address}/api/health", server)
        yield Upstream(address, SECRET)
    finally:
        server.terminate()
        server.wait()


def _await_answer(address, server):
    while True:
        assert server.poll() is None, "Prefect's server ended"
        try:
            httpx.get(address, timeout=5).raise_for_status()
            return
        except httpx.HTTPError:
            time.sleep(0.2)


@pytest.fixture(scope="module")
def application(sqlite_template, upstream, tmp_path_factory):
    folder = tmp_path_factory.mktemp("window")
    shutil.copy(sqlite_template, folder / "luoshi.db")
    world = little_city(Database(f"sqlite:///{folder}/luoshi.db"))
    yield on_stage(world, folder, prefect=upstream), world
    world.database.dispose()


def entered(browser, application, role):
    shown, world = application
    token = shown.sessions._new(email(world, OFFICE, role))
    browser.cookies.set("luoshi_session", token)
    return token


@pytest.fixture
def browser(application):
    with client(application[0]) as entered_browser:
        yield entered_browser


@pytest.fixture
def operator(browser, application):
    entered(browser, application, "administrator")
    return browser


def csrf(browser):
    """The token that Prefect's page fetches before it asks by POST."""
    said = browser.get("/prefect/api/csrf-token?client=me").json()
    return {"prefect-csrf-token": said["token"], "prefect-csrf-client": "me", **ORIGIN}


def test_an_operator_reads_what_is_asked_by_post(operator):
    headers = csrf(operator)
    for question, answer in (
        ("flow_runs/filter", []),
        ("deployments/count", 0),
        ("logs/filter", []),
        ("ui/flow_runs/history", None),
    ):
        said = operator.post(f"/prefect/api/{question}", json={}, headers=headers)
        assert said.status_code == 200
        assert answer is None or said.json() == answer


def test_an_operator_gets_the_page_with_a_policy_of_its_own(operator):
    page = operator.get("/prefect/v2/runs", headers={"accept": "text/html"})
    assert page.status_code == 200
    assert 'src="/prefect/v2/assets/' in page.text
    policy = page.headers["content-security-policy"]
    assert "script-src http://localhost:8501/prefect/ http://testserver/prefect/;" in policy
    assert "unsafe-inline" not in policy.replace("http://testserver/prefect/ 'unsafe-inline'", "")
    assert "set-cookie" not in page.headers
    ours = operator.get("/operations", headers={"accept": "text/html"})
    assert "unsafe" not in ours.headers["content-security-policy"]


def test_the_page_asks_us_and_nobody_for_a_password(operator):
    said = operator.get("/prefect/ui-settings").json()
    assert (said["api_url"], said["auth"]) == ("/prefect/api", None)
    assert (
        operator.get("/prefect/api/admin/settings").json()["server"]["analytics_enabled"] is False
    )


ACTS = (
    ("POST", "deployments/"),
    ("POST", "flows/"),
    ("POST", "flow_runs/"),
    ("POST", "flow_runs/bulk_delete"),
    ("POST", "deployments/x/create_flow_run"),
    ("POST", "flow_runs/x/set_state"),
    ("POST", "deployments/get_scheduled_flow_runs"),
    ("POST", "block_documents/filter"),
    ("POST", "variables/filter"),
    ("POST", "flows/filter/../../deployments/"),
    ("POST", "flows/filter%0A"),
    ("POST", "flows%2Ffilter/../"),
    ("GET", "block_documents/x?include_secrets=true"),
    ("GET", "flow_runs/x/input/y"),
    ("GET", "collections/views/aggregate-worker-metadata"),
    ("GET", "deployments/../block_documents/x"),
)


def test_what_does_more_than_read_is_refused_to_an_administrator_too(operator):
    headers = csrf(operator)
    for method, path in ACTS:
        sent = SHELL_STEP if method == "POST" else None
        answer = operator.request(method, f"/prefect/api/{path}", json=sent, headers=headers)
        assert answer.status_code in (400, 403), (method, path)
    for method in ("PUT", "PATCH", "DELETE"):
        answer = operator.request(method, "/prefect/api/deployments/x", headers=headers)
        assert answer.status_code == 405, method


def test_a_question_from_another_page_is_refused(operator):
    own = csrf(operator)
    for origin in ("http://testserver:8000", "http://evil.example", "null", "https://testserver"):
        answer = operator.post(
            "/prefect/api/flows/filter", json={}, headers={**own, "origin": origin}
        )
        assert answer.status_code == 403, origin
    del own["origin"]
    assert operator.post("/prefect/api/flows/filter", json={}, headers=own).status_code == 403


def test_a_question_that_is_too_long_is_refused(operator):
    answer = operator.post(
        "/prefect/api/flows/filter", content=b" " * (LARGEST_BODY + 1), headers=csrf(operator)
    )
    assert answer.status_code == 413


@pytest.mark.parametrize("role", ["reviewer", "liaison"])
def test_who_does_not_operate_gets_nothing(browser, application, role):
    entered(browser, application, role)
    for path in ("/prefect", "/prefect/v2/runs", "/prefect/api/health", "/prefect/ui-settings"):
        assert browser.get(path).status_code == 403
    answer = browser.post("/prefect/api/flows/filter", json={}, headers=ORIGIN)
    assert answer.status_code == 403


def test_without_a_session_nothing_is_passed_on(browser):
    assert browser.get("/prefect/api/health").status_code == 401
    assert browser.post("/prefect/api/flows/filter", json={}).status_code == 401


def test_prefect_itself_refuses_who_has_not_its_secret(upstream):
    plain = httpx.Client(base_url=f"{upstream.address}/api", timeout=60)
    guess = {"authorization": "Basic " + b64encode(b"guess").decode()}
    for sent in ({}, guess):
        assert plain.post("/deployments/", json=SHELL_STEP, headers=sent).status_code in (401, 403)
        assert plain.get("/csrf-token?client=me", headers=sent).status_code == 401
        assert plain.get("/admin/settings", headers=sent).status_code == 401


def test_prefect_learns_nothing_of_our_sessions(browser, application, monkeypatch):
    sent = []

    async def record(_client, request, **_more):
        sent.append(request)
        return httpx.Response(200, stream=httpx.ByteStream(b""), request=request)

    token = entered(browser, application, "administrator")
    monkeypatch.setattr(httpx.AsyncClient, "send", record)
    browser.get("/prefect/api/version", headers={"x-anything": "1", "authorization": "Bearer x"})
    assert sent[0].headers["authorization"] == "Basic " + b64encode(SECRET.encode()).decode()
    assert token not in str(sent[0].headers)
    assert not {"cookie", "x-anything", "x-luoshi-person"} & set(sent[0].headers)


def test_every_reading_address_is_one_that_prefect_knows(upstream):
    """An address that a new version renames would be missing from the page without a word."""
    known = httpx.get(f"{upstream.address}/openapi.json", timeout=60).json()["paths"]
    for method, pattern, least in (("get", READS, 25), ("post", ASKS, 30)):
        met = [p for p, how in known.items() if method in how and pattern.fullmatch(_given(p))]
        assert len(met) >= least, met


def _given(path):
    return path.strip("/").replace("{", "").replace("}", "") + "/" * (path.endswith("_states/"))


def test_the_runs_are_seen_in_a_browser(chromium, application):
    shown, world = application
    token = shown.sessions._new(email(world, OFFICE, "administrator"))
    gone = []
    with served(shown) as address:
        context = chromium.new_context()
        context.add_cookies([{"name": "luoshi_session", "value": token, "url": address}])
        page = context.new_page()
        # Its telemetry is stopped by the policy, before it leaves the browser.
        page.on("request", lambda r: None if r.url.startswith(address) else gone.append(r.url))
        page.goto(f"{address}/prefect")
        page.get_by_role("link", name="Runs").click()
        expect(page.get_by_text("Run a task or flow to get started")).to_be_visible()
        context.close()
    assert not [url for url in gone if not url.startswith(("data:", "blob:"))]
