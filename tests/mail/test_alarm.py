"""Operators hear of troubles by their own command or webhook: once a day, and when it is over."""

import json
import shlex
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Event as Signal
from threading import Thread

import pytest

from db.engine import Database, Unreachable
from mailed_city import City
from notifications import alarm
from notifications.alarm import Channel
from relay import Server, free_port, listening
from workflow.rules.access.permissions import Actor, Post, system
from workflow.rules.refusals import NotAllowed
from workflow.verbs.context import Context
from workflow.verbs.mail.raise_alarm import claim_alarms
from workflow.verbs.record.watch import look, watch_for_ever


@dataclass
class Hook:
    """A webhook: what it got, what it answers, how long it takes."""

    port: int = 0
    status: int = 200
    takes: float = 0
    """Seconds; then nobody waits for the answer any more."""
    got: list[dict[str, object]] = field(default_factory=list)

    @property
    def channel(self) -> Channel:
        return Channel(url=f"http://127.0.0.1:{self.port}/hook?key=secret")


@pytest.fixture
def hook() -> Iterator[Hook]:
    made = Hook()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            late = made.takes
            time.sleep(late)
            if made.status < 300 and not late:
                made.got.append(json.loads(body))
            self.send_response(made.status)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    made.port = server.server_port
    thread = Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield made
    server.shutdown()
    server.server_close()
    thread.join()


def states(hook: Hook) -> list[tuple[object, object]]:
    return [(one["name"], one["state"]) for one in hook.got]


def watches(city: City, channel: Channel) -> list[str]:
    return [one.name for one in look(lambda: city.acting(system("watch")), channel)]


def test_a_trouble_is_told_once_a_day_and_once_when_it_is_over(
    database: Database, hook: Hook
) -> None:
    city = City(database, 3)
    server = Server(at={"RCPT": "550 5.7.1 not from here"})
    with listening(server):
        for hours in (0, 1, 2, 23, 25):
            city.now = city.began + timedelta(hours=hours)
            city.deliver(server)
            assert watches(city, hook.channel) == ["deliver"]
        assert states(hook) == [("deliver", "trouble")] * 2
        server.at.clear()
        city.now += timedelta(hours=1)
        city.deliver(server)
    for _ in range(2):
        assert watches(city, hook.channel) == []
    assert states(hook)[2:] == [("deliver", "over")]
    first = hook.got[0]
    assert first["why"] == "550 5.7.1 not from here"
    assert "LUOSHI_MAIL_FROM" in str(first["remedy"])
    assert first["since"] == city.began.isoformat() == hook.got[1]["since"]
    assert set(first) == {"name", "state", "since", "at", "address", "what", "why", "remedy"}


def test_a_second_trouble_of_the_same_day_is_told_too(database: Database, hook: Hook) -> None:
    city = City(database, 4)
    server = Server(at={"MAIL": "451 later"})
    with listening(server):
        for wrong in ("451 later", "", "451 later", ""):
            server.at = {"MAIL": wrong} if wrong else {}
            for mail in city.mails():
                with city.acting() as c:
                    again = c.session.merge(city.mails()[mail])
                    again.state, again.not_before = "queued", city.now
            city.deliver(server)
            watches(city, hook.channel)
            city.now += timedelta(minutes=10)
    assert states(hook) == [("deliver", "trouble"), ("deliver", "over")] * 2


def broken(city: City) -> None:
    with listening(Server(at={"MAIL": "451 later"})) as server:
        city.deliver(server)


@pytest.mark.parametrize("how", ["500", "late", "nobody"])
def test_a_webhook_that_fails_is_seen_and_tried_again(
    database: Database, hook: Hook, how: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    city = City(database, 2)
    broken(city)
    channel = hook.channel
    if how == "500":
        hook.status = 500
    elif how == "late":
        hook.takes = 0.4
        monkeypatch.setattr(alarm, "PATIENCE", 0.1)
    else:
        channel = Channel(url=f"http://127.0.0.1:{free_port()}/hook?key=secret")
    assert watches(city, channel) == ["deliver"]
    deliver, failing = city.seen()
    assert (deliver.name, failing.name, failing.failing) == ("deliver", "alarm", True)
    assert failing.why.startswith("webhook: ")
    assert "secret" not in failing.why
    monkeypatch.setattr(alarm, "PATIENCE", 10.0)
    hook.status, hook.takes = 200, 0
    assert watches(city, hook.channel) == ["deliver", "alarm"]
    assert states(hook) == [("deliver", "trouble")]
    assert [one.name for one in city.seen()] == ["deliver"]


def test_an_end_that_could_not_be_told_is_told_later(database: Database, hook: Hook) -> None:
    city = City(database, 2)
    broken(city)
    watches(city, hook.channel)
    city.now += timedelta(hours=1)
    with listening() as server:
        city.deliver(server)
    hook.status = 503
    for _ in range(2):
        watches(city, hook.channel)
    hook.status = 200
    for _ in range(2):
        watches(city, hook.channel)
    assert states(hook) == [("deliver", "trouble"), ("deliver", "over")]
    assert city.seen() == []


def test_who_watches_at_the_same_time_tells_once(database: Database, hook: Hook) -> None:
    city = City(database, 2)
    broken(city)
    with city.acting() as c:
        assert [one.name for one in claim_alarms(c, city.seen())] == ["deliver"]
    with city.acting() as c:
        assert claim_alarms(c, city.seen()) == []
    with city.acting() as c:
        assert [one.over for one in claim_alarms(c, [])] == [True]
    with city.acting() as c:
        assert claim_alarms(c, []) == []
    with pytest.raises(NotAllowed), city.acting(Actor(1, frozenset({Post("head", 1)}))) as c:
        claim_alarms(c, [])


def test_a_channel_that_is_set_no_more_is_no_trouble(database: Database, hook: Hook) -> None:
    city = City(database, 2)
    broken(city)
    hook.status = 500
    watches(city, hook.channel)
    assert len(city.seen()) == 2
    watches(city, Channel())
    assert [one.name for one in city.seen()] == ["deliver"]


def program(folder: Path, text: str) -> str:
    path = folder / "tell.py"
    path.write_text(text, encoding="utf-8")
    return shlex.join([sys.executable, str(path)])


def test_a_command_gets_the_document_and_nothing_of_our_settings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LUOSHI_SECRET_KEY", "s" * 32)
    out = tmp_path / "out"
    command = program(
        tmp_path,
        "import os, sys, pathlib\n"
        f"pathlib.Path({str(out)!r}).write_bytes(sys.stdin.buffer.read())\n"
        "sys.exit(any(name.startswith('LUOSHI_') for name in os.environ))\n",
    )
    assert Channel(command=command).tell({"what": "发送"}) == ""
    assert json.loads(out.read_bytes()) == {"what": "发送"}


def test_a_command_that_fails_hangs_or_is_missing_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(alarm, "PATIENCE", 0.5)
    assert Channel("/no/such/program").tell({}) == "command: FileNotFoundError"
    assert Channel("unclosed 'quote").tell({}) == "command: ValueError"
    assert Channel(program(tmp_path, "import sys; sys.exit(3)")).tell({}) == "command: exit 3"
    hangs = Channel(program(tmp_path, "import time; time.sleep(60)"))
    assert hangs.tell({}) == "command: no end in time"
    deaf = Channel(program(tmp_path, "pass"))
    assert deaf.tell({"much": "x" * 1_000_000}) in ("", "command: exit 0")


def test_a_database_that_is_gone_is_told_once_and_its_return(
    sqlite_database: Database, hook: Hook
) -> None:
    city, stop = City(sqlite_database, 0), Signal()
    tries = iter([True, True, False])

    @contextmanager
    def sometimes() -> Iterator[Context]:
        if next(tries):
            raise Unreachable("The database does not answer just now.")
        stop.set()
        with city.acting(system("watch")) as c:
            yield c

    watch_for_ever(sometimes, stop, every_seconds=0, channel=hook.channel)
    assert states(hook) == [("database", "trouble"), ("database", "over")]
