"""An application with people and one sample page, for tests of the shell and of every page."""

from __future__ import annotations

import itertools
import socket
import threading
import time
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from db.queries.access.sessions import Visitor
from ui.shell.application import Application, open_application
from workflow.rules.refusals import Refused
from workflow.verbs.access.attempts import AttemptSource
from workflow.verbs.access.log_in import LoginStepToken

PASSWORD = "a calm and long sentence"


class MemorySessions:
    """Sessions in memory: a person is (password, visitor) under an email address."""

    def __init__(self, people: dict[str, tuple[str, Visitor]]) -> None:
        self.people = people
        self.open: dict[str, str] = {}
        self.resets: dict[str, str] = {}
        self.asked: list[str] = []
        self.attempts = 0
        self._numbers = itertools.count(1)

    def log_in(self, email: str, password: str, source: AttemptSource) -> LoginStepToken:
        self.attempts += 1
        if self.attempts > 20:
            raise Refused("Too many attempts.")
        if email not in self.people or self.people[email][0] != password:
            raise Refused("The address or the password is wrong.")
        return LoginStepToken(self._new(email), "a browser")

    def _new(self, email: str) -> str:
        token = f"token-{next(self._numbers)}"
        self.open[token] = email
        return token

    def find(self, token: str) -> Visitor | None:
        email = self.open.get(token)
        return self.people[email][1] if email else None

    def log_out(self, token: str) -> None:
        self.open.pop(token, None)

    def ask_reset(self, email: str, source: AttemptSource) -> None:
        self.asked.append(email)
        self.resets[f"reset-{email}"] = email

    def set_password(self, reset_token: str, password: str, source: AttemptSource) -> str:
        if reset_token not in self.resets:
            raise Refused("This link is no longer good.")
        email = self.resets.pop(reset_token)
        self.people[email] = (password, self.people[email][1])
        return "a browser"

    def change_password(self, token: str, old: str, new: str) -> str:
        email = self.open[token]
        if self.people[email][0] != old:
            raise Refused("The present password is wrong.")
        self.people[email] = (new, replace(self.people[email][1], must_change_password=False))
        del self.open[token]
        return self._new(email)

    def choose_language(self, token: str, language: str) -> None:
        email = self.open[token]
        password, visitor = self.people[email]
        self.people[email] = (password, replace(visitor, language=language))


def people() -> MemorySessions:
    """One person a role, a second liaison, and a newcomer with a first password."""
    named = (
        ("liaison", "李敏", "市人力社保局", {"liaison"}),
        ("second", "赵强", "市科技局", {"liaison"}),
        ("deputy", "陈立", "市人力社保局", {"deputy_head"}),
        ("reviewer", "王芳", "市委组织部", {"reviewer"}),
        ("leader", "张书记", "", {"leader"}),
        ("admin", "管理员", "", {"administrator"}),
    )
    known = {
        f"{name}@example.org": (PASSWORD, Visitor(n, said, "zh", frozenset(roles), unit))
        for n, (name, said, unit, roles) in enumerate(named, 1)
    }
    newcomer = Visitor(9, "新人", "zh", frozenset({"liaison"}), must_change_password=True)
    known["new@example.org"] = (PASSWORD, newcomer)
    return MemorySessions(known)


@contextmanager
def client(application: Application, **options: Any):
    """A browser without a screen in front of the application, by Starlette's TestClient."""
    from starlette.testclient import TestClient

    from ui.app import build

    application = replace(application, hosts=application.hosts | {"testserver"})
    with (
        _one_runtime(),
        TestClient(build(application), follow_redirects=False, **options) as browser,
    ):
        yield browser


@contextmanager
def _one_runtime():
    """Streamlit allows one running copy of itself in a process: let the next one come after."""
    from streamlit.runtime import Runtime

    try:
        yield
    finally:
        Runtime._instance = None


@contextmanager
def served(application: Application):
    """The application behind a real server on a free port; gives its address."""
    import uvicorn

    from ui.app import build

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    app = build(replace(application, address=address))
    config = uvicorn.Config(
        app, host="127.0.0.1", port=port, log_level="warning", timeout_graceful_shutdown=1
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        if not thread.is_alive():
            raise RuntimeError("the server did not start")
        time.sleep(0.05)
    try:
        with _one_runtime():
            yield address
    finally:
        server.should_exit = True
        thread.join()


def app_test(application: Application, key: str, email: str, **query: str) -> Any:
    """An AppTest that stands on a page as a person: `.run()` it and look."""
    from streamlit.components.v2 import manifest_scanner
    from streamlit.testing.v1 import AppTest
    from streamlit.util import calc_hash

    from ui.app import SCRIPT

    # Each run would read the papers of every installed package in search of widgets.
    manifest_scanner.scan_component_manifests = list
    token = application.sessions.log_in(email, PASSWORD, AttemptSource("test")).token
    open_application(replace(application, token=lambda: token))
    at = AppTest.from_file(SCRIPT, default_timeout=60)
    at.query_params.update(query)
    # AppTest has no way of its own to begin on a page of st.navigation.
    at._page_hash = calc_hash(key)
    return at


def view_of(draw: Callable[[Any], None]) -> Callable[[str], Callable[[Any], None] | None]:
    """An application's `view` that draws the same for every page."""
    return lambda _key: draw


def html_of(at: Any) -> str:
    """All HTML that a page drew by st.html, as one text."""
    return "".join(element.proto.body for element in at.get("html"))
