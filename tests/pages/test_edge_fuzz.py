"""Odd requests at the edge: whatever a stranger or a visitor sends, nothing breaks inside."""

from __future__ import annotations

import random
import re
import shutil
from contextlib import suppress
from dataclasses import replace
from urllib.parse import quote, urlencode

import pytest
from starlette.websockets import WebSocketDisconnect

from db.engine import Database
from luoshi.wiring import account_sessions
from pages.on_stage import on_stage
from pages.stage import app_test, client, html_of
from ui.files.evidence import EXPORTS, files_of
from ui.shell.pages import PAGES
from worlds import little_city

HUGE = ("0", "-1", str(2**31), str(2**63), str(2**64 + 1), "9" * 5000, "١٢", "1e9", "0x10", "NaN")
NASTY = ("%00", "a%00b", "%ff%fe", "%C0%AF", "%ED%A0%80", "%E4%BD", "%", "%zz", "%0d%0aX-A:%20b",
         "..%2f..%2fetc%2fpasswd", "'%20or%201=1--", "{{7*7}}",
         "%F0%9F%98%80", "%E2%80%AE")  # fmt: skip
PLACES = (
    *(f"/{leaf.key}" for leaf in PAGES),
    *("/", "/login", "/logout", "/reset", "/password", "/language", "/health", "/favicon.ico"),
    *("/files/evidence/", "/files/export/", "/assets/", "/static/", "/media/", "/component/"),
    *("/_stcore/health", "/_stcore/host-config", "/_stcore/stream", "/_stcore/upload_file/a/b"),
    *("/prefect", "/prefect/api/flows/filter", "/nowhere", "/my_tasks/_stcore/health"),
    *(f"/files/export/{kind}" for kind in EXPORTS),
)
NAMES = ("task", "report", "plan", "unit", "run", "copy", "next", "token", "lang", "at", "search",
         "format", "form", "light", "saved")  # fmt: skip
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND")
ORIGIN = "http://testserver"


PARTS = ("plan", "task", "report", "unit", "part", "field", "step", "list", "show", "view", "copy",
         "edit", "group", "finding", "request", "assignment", "run", "give", "at", "light",
         "search")  # fmt: skip
VALUES = ("9" * 5000, str(2**31), str(2**63), "-1", "\0", "a\0b", "a:99999999999999999999",
          "\ufffd", "١٢", "0001-01-01", "9999-12-31", "' or 1=1--", "x" * 9000)  # fmt: skip


@pytest.fixture(scope="module")
def application(sqlite_template, tmp_path_factory):
    folder = tmp_path_factory.mktemp("fuzz")
    shutil.copy(sqlite_template, folder / "luoshi.db")
    world = little_city(Database(f"sqlite:///{folder}/luoshi.db"))
    shown = on_stage(world, folder)
    yield on_stage(world, folder, files=files_of(shown.installation))
    world.database.dispose()


def odd_requests(chance: random.Random, n: int):
    """Method, address, headers and body, each drawn from what edges break at."""
    odd = [quote(word) for word in HUGE] + list(NASTY)
    bodies = (b"", b"\0", b"\xff" * 50, b"a=%00&form_token=%ff", b"{", b"x" * 200_000,
              b"email=" + b"9" * 9000, b"&".join(b"a%d=1" % i for i in range(50)))  # fmt: skip
    kinds = ("application/x-www-form-urlencoded", "multipart/form-data", "text/html",
             "multipart/form-data; boundary=x", "multipart/form-data; charset=punycode; boundary=x",
             "application/json; charset=unicode_escape", "\xff")  # fmt: skip
    for _ in range(n):
        place = chance.choice(PLACES)
        if chance.random() < 0.4:
            place += ("" if place.endswith("/") else "/") + chance.choice(odd)
        if chance.random() < 0.7:
            given = chance.sample(NAMES, chance.randint(1, 3))
            place += "?" + "&".join(f"{name}={chance.choice(odd)}" for name in given)
        if chance.random() < 0.05:
            place += ("&" if "?" in place else "?") + "x=" + "y" * 20_000
        headers = {"content-type": chance.choice(kinds).encode("latin-1")}
        if chance.random() < 0.5:
            headers["accept"] = b"text/html"
        if chance.random() < 0.7:
            headers["origin"] = ORIGIN.encode()
        if chance.random() < 0.2:
            headers["x-forwarded-for"] = chance.choice((b"\xff", b"a" * 3000, b"1.2.3.4, x"))
        if chance.random() < 0.1:
            headers["range"] = b"bytes=9-1,a-"
        if chance.random() < 0.1:
            headers["if-modified-since"] = b"yesterday \xff"
        yield chance.choice(METHODS), place, headers, chance.choice(bodies)


def every_address():
    """Every place with every oddity, in its path and in its query."""
    odd = [quote(word) for word in HUGE] + list(NASTY)
    for place in PLACES:
        for number, word in enumerate(odd):
            yield "GET", f"{place.rstrip('/')}/{word}", {}, b""
            yield (
                "GET",
                f"{place}?{NAMES[number % len(NAMES)]}={word}",
                {"accept": "text/html"},
                b"",
            )


@pytest.mark.parametrize("role", [None, "administrator", "liaison"])
def test_no_odd_request_breaks_anything_inside(application, role):
    chance = random.Random(f"edge {role}")
    broken = []
    with client(application, raise_server_exceptions=False) as browser:
        if role:
            address = next(a for a in application.sessions.people if a.startswith(role))
            browser.cookies.set("luoshi_session", application.sessions._new(address))
        for method, place, headers, body in (*every_address(), *odd_requests(chance, 300)):
            answer = browser.request(method, place, headers=headers, content=body)
            if answer.status_code >= 500:
                broken.append((answer.status_code, method, place[:120], headers, body[:40]))
    assert not broken


def test_a_method_that_a_place_does_not_know_is_405(application):
    with client(application) as browser:
        token = application.sessions._new(next(iter(application.sessions.people)))
        browser.cookies.set("luoshi_session", token)
        for place in ("/login", "/my_tasks", "/files/evidence/1", "/health", "/assets/luoshi.css"):
            for method in ("PUT", "DELETE", "PATCH", "TRACE", "PROPFIND"):
                assert browser.request(method, place).status_code == 405, (method, place)


def test_no_odd_message_breaks_a_connection_of_others(application):
    """Bytes that are no message end that connection at most; the next one opens as ever."""
    token = application.sessions._new(next(iter(application.sessions.people)))
    chance = random.Random("socket")
    with client(application) as browser:
        browser.cookies.set("luoshi_session", token)
        for place in ("/_stcore/stream", "/my_tasks/_stcore/stream", "/login", "/prefect/api/x"):
            for message in (
                b"",
                b"\0" * 9,
                b"\xff" * 900,
                chance.randbytes(5_000),
                b"\x0a\xff\xff",
            ):
                with (
                    suppress(WebSocketDisconnect),
                    browser.websocket_connect(f"{place}?x=%F0", headers={"origin": ORIGIN}),
                ):
                    raise AssertionError("an address that is no UTF-8 was let in")
                with (
                    suppress(WebSocketDisconnect),
                    browser.websocket_connect(
                        place,
                        headers={"origin": ORIGIN},
                        subprotocols=["streamlit", "a b", "x" * 999],
                    ) as socket,
                ):
                    socket.send_bytes(message)
        assert browser.get("/_stcore/health").status_code == 200


FIELDS = ("", "\0", "a\0b@example.org", "\ud800", "x" * 9_000, "a" * 200 + "@" + "b" * 200,
          "\u202e@x", "' or 1=1--", "{{7*7}}", "李敏@例子.中国", "%00",
          "\r\nBcc: x@example.org")  # fmt: skip


def test_no_form_breaks_the_doors(database, tmp_path):
    """With a form's token, so that what is typed reaches the verbs and the database."""
    world = little_city(database)
    shown = on_stage(world, tmp_path)
    shown = replace(shown, sessions=account_sessions(shown.installation))
    with client(shown, raise_server_exceptions=False) as browser:
        page = browser.get("/login")
        token = re.search(r'name="form_token" value="([^"]+)"', page.text)[1]
        for door, names in DOORS.items():
            for value in FIELDS:
                form = dict.fromkeys(names, value) | {"form_token": token}
                body = urlencode(form, errors="surrogatepass")
                headers = {"origin": ORIGIN, "content-type": "application/x-www-form-urlencoded"}
                answer = browser.post(door, content=body, headers=headers)
                assert answer.status_code in (200, 303, 400, 401, 403), (door, value[:40])


DOORS = {
    "/login": ("email", "password", "next"),
    "/reset": ("email",),
    "/reset?token=x": ("token", "password", "again"),
    "/password": ("old", "password", "again"),
    "/language": ("language", "next"),
    "/logout": (),
}


@pytest.mark.parametrize("leaf", PAGES, ids=lambda leaf: leaf.key)
def test_no_odd_value_of_an_address_breaks_a_page(application, leaf):
    """What a browser tells a page of its address, the gate does not see."""
    chance = random.Random(leaf.key)
    address = next(a for a in application.sessions.people if a.startswith(leaf.roles[0]))
    for round_ in range(6):
        application.sessions.attempts = 0
        odd = {name: chance.choice(VALUES) for name in PARTS}
        # A plan that is there leads further in.
        query = odd | {"plan": "1"} if round_ % 2 else odd
        at = app_test(application, leaf.key, address, **query).run()
        assert not at.exception, query
        assert "编号：" not in html_of(at), query
