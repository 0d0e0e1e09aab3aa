"""The optional assistant: asked only where it is set, believed only where it quotes the text."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tasks_catalog.reading.opening import read_with_text
from tasks_catalog.second_reader.answers import without_doubts
from tasks_catalog.second_reader.asking import SecondReader
from workflow.rules.refusals import Refused

TEXT = """江北市人才规划
一、总体目标
到2025年，人才总量达到60万人。
二、重点任务
（一）引进人才。引进博士500名。（市科技局牵头）"""
GOOD = {"kind": "contradiction", "quote": "人才总量达到60万人", "reason": "与上文不一致。"}
OF_TASK = {"kind": "lead", "quote": "引进博士500名", "reason": "宜由人社部门牵头。"}


class _Service(BaseHTTPRequestHandler):
    """A chat service that says what the test tells it to, and keeps what it was asked."""

    said = ""
    status = 200
    asked: list[dict] = []  # noqa: RUF012 (one service a test)

    def do_POST(self):
        length = int(self.headers["Content-Length"])
        asked = json.loads(self.rfile.read(length))
        type(self).asked.append({"path": self.path, "key": self.headers["Authorization"], **asked})
        body = json.dumps({"choices": [{"message": {"content": self.said}}]}).encode()
        self.send_response(self.status)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_words):
        pass


@pytest.fixture
def service():
    class Service(_Service):
        asked: list[dict] = []  # noqa: RUF012

    server = ThreadingHTTPServer(("127.0.0.1", 0), Service)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    Service.address = f"http://127.0.0.1:{server.server_port}/v1"
    yield Service
    server.shutdown()
    server.server_close()


def looked_at(service):
    catalogue, lines = read_with_text(TEXT.encode(), "p.txt")
    return SecondReader(service.address, "some-model", "secret").look(catalogue, lines), catalogue


def test_what_quotes_the_document_becomes_a_doubt_with_its_reason(service):
    service.said = "好的：```json\n" + json.dumps([GOOD, OF_TASK], ensure_ascii=False) + "\n```"
    made, before = looked_at(service)
    (asked,) = service.asked
    assert (asked["path"], asked["key"]) == ("/v1/chat/completions", "Bearer secret")
    assert "人才总量达到60万人" in asked["messages"][1]["content"]
    note = made.findings[-1]
    assert (note.kind, note.severity, note.where[0].line) == ("assistant", "note", 3)
    assert "与上文不一致" in note.message
    (task,) = made.tasks
    assert task.doubts[:-1] == before.tasks[0].doubts
    assert "宜由人社部门牵头" in task.doubts[-1]
    assert task.units == before.tasks[0].units


@pytest.mark.parametrize(
    "said",
    [
        json.dumps([{**GOOD, "quote": "人才总量达到70万人"}]),
        json.dumps([{**GOOD, "quote": "达到 60万人"}]),
        json.dumps([{**GOOD, "reason": ""}]),
        json.dumps([{**GOOD, "kind": "order"}]),
        json.dumps({"quote": "人才总量达到60万人"}),
        "[not json]", "没有疑问", "", "[" * 100_000,
    ],
    ids=range(9),
)  # fmt: skip
def test_what_does_not_quote_it_word_for_word_is_dropped(service, said):
    service.said = said
    made, before = looked_at(service)
    assert made == before


def test_a_service_that_fails_is_said_and_nothing_else_is_lost(service):
    service.status = 500
    with pytest.raises(Refused) as refused:
        looked_at(service)
    assert "did not answer" in refused.value.message


def test_what_it_says_does_not_make_another_document_of_one(service):
    service.said = json.dumps([GOOD, OF_TASK], ensure_ascii=False)
    made, before = looked_at(service)
    assert made != before
    assert without_doubts(made) == before
