"""Scores, returns and mail from the command line."""

import asyncio
import json
from io import BytesIO
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Message
from openpyxl import load_workbook
from sqlalchemy import func, select

from assessed_year import a_year
from db.engine import Database
from db.installation import set_value
from db.models import Outbox, Person
from workflow.verbs.assessment.save_scheme import shipped_scheme

FACTS = {
    "schema": "luoshi.facts/1",
    "year": 2021,
    "as_of": "2021-12-31",
    "units": [
        {
            "unit": "b", "name": "市科技局", "kind": "department",
            "tasks": [{
                "task": "1.1", "title": "引进领军人才", "role": "lead", "kind": "numbers",
                "measures": [{"id": "m1", "metric": "领军人才", "op": ">=", "target": "20",
                              "actual": "15", "evidence": ["submission:1"]}],
            }],
        },
        {"unit": "a", "name": "柯城区", "kind": "county"},
    ],
}  # fmt: skip


@pytest.fixture
def facts(tmp_path: Path) -> Path:
    place = tmp_path / "facts.json"
    place.write_text(json.dumps(FACTS, ensure_ascii=False), "utf-8")
    return place


@pytest.fixture
def year(here: Database) -> object:
    """The little city's 2021; a demo's clock may be told any time."""
    world = a_year(here)
    with here.write() as session:
        set_value(session, demo="1")
    return world


def test_facts_are_scored_without_a_database_and_always_alike(
    run: object, facts: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LUOSHI_DATABASE_URL", "postgresql://nobody@/none?host=/nowhere")
    first = run("assess", "score", "--scheme", "quzhou", "--facts", facts, "--json")
    assert first.code == 0, first.err
    turned = {**FACTS, "units": FACTS["units"][::-1]}
    facts.write_text(json.dumps(turned, ensure_ascii=False, indent=3), "utf-8")
    scheme = tmp_path / "scheme.json"
    scheme.write_text(json.dumps(shipped_scheme("quzhou"), ensure_ascii=False), "utf-8")
    second = run("assess", "score", "--scheme", scheme, "--facts", facts, "--json")
    assert second.out == first.out
    units = {one["name"]: one for one in json.loads(first.out)["units"]}
    assert units["市科技局"]["total"] == "75.00"
    assert units["柯城区"]["total"] is None
    assert "75.00" in run("assess", "score", "--scheme", scheme, "--facts", facts).out


def test_wrong_facts_and_schemes_are_told_with_their_places(run: object, facts: Path) -> None:
    wrong = {**FACTS, "units": [{"unit": "a", "kind": "county"}]}
    facts.write_text(json.dumps(wrong), "utf-8")
    done = run("assess", "score", "--scheme", "quzhou", "--facts", facts, "--json")
    assert done.code == 1
    assert json.loads(done.out)["error"]["problems"]
    facts.write_text("schema: [", "utf-8")
    assert run("assess", "score", "--scheme", "quzhou", "--facts", facts).code == 1
    assert run("assess", "score", "--scheme", "nonsense", "--facts", facts).code == 1


def test_a_year_is_assessed_and_its_papers_written(
    run: object, year: object, tmp_path: Path
) -> None:
    at = ("--as-of", "2022-01-10T09:30+08:00", "--json")
    first = json.loads(run("assess", "run", "little", 2021, *at).out)
    assert (first["no"], first["new"], first["units"]) == (1, True, 5)
    again = json.loads(run("assess", "run", "little", 2021, "--scheme", "quzhou", *at).out)
    assert (again["no"], again["new"], again["sha"]) == (1, False, first["sha"])
    assert run("assess", "run", "little", 2021, "--scheme", "nonsense", *at).code == 1
    sheet, result = tmp_path / "sheet.docx", tmp_path / "result.xlsx"
    assert run("assess", "export", "little", 2021, "-o", result).code == 0
    assert run("assess", "export", "little", 2021, "--unit", "市人社局", "-o", sheet).code == 0
    assert load_workbook(BytesIO(result.read_bytes()))
    assert sheet.stat().st_size > 5_000
    assert run("assess", "export", "little", 2021, "-o", tmp_path / "x.pdf").code == 1
    assert run("assess", "export", "little", 2022, "-o", result).code == 1


def test_a_return_goes_out_and_comes_in(run: object, year: object, tmp_path: Path) -> None:
    book = tmp_path / "return.xlsx"
    at = ("--as-of", "2021-12-01T09:00+08:00")
    liaison = email(year, "龙游县", "liaison")
    out = ("returns", "template", "--unit", "龙游县", "--round", "2021Q4", "-o", book)
    assert run(*out).code == 0
    untouched = run("returns", "import", book, "--as", liaison, "--dry-run", "--json")
    assert json.loads(untouched.out)["receipts"] == []
    assert run("returns", "template", "--unit", "火星县", "--round", "2021Q4", "-o", book).code == 1
    book.write_bytes(b"PK nonsense")
    assert run("returns", "import", book, "--as", liaison, *at).code == 1


def email(year: object, unit: str, role: str) -> str:
    with year.database.read() as session:
        who = Person.id == year.person(unit, role)
        return session.scalars(select(Person.email).where(who)).one()


class Box(Message):
    """Keeps what arrives."""

    def __init__(self) -> None:
        super().__init__()
        self.subjects: list[str] = []

    def handle_message(self, message: object) -> None:
        self.subjects.append(str(message["Subject"]))


def test_mail_is_delivered_once_or_it_is_said_why_not(
    run: object, year: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    def queued() -> int:
        with year.database.read() as session:
            wait = Outbox.state == "queued"
            return session.scalar(select(func.count()).select_from(Outbox).where(wait)) or 0

    at = ("--as-of", "2022-01-10T09:30+08:00", "--json")
    waiting = queued()
    assert waiting >= 5
    monkeypatch.setenv("LUOSHI_SMTP_TLS", "none")
    monkeypatch.setenv("LUOSHI_SMTP_PORT", "1")
    refused = run("deliver", *at)
    assert refused.code == 1
    assert "relay" in refused.err
    assert queued() == waiting
    box = Box()
    server = Controller(box, hostname="127.0.0.1", port=free_port())
    server.start()
    try:
        monkeypatch.setenv("LUOSHI_SMTP_HOST", "127.0.0.1")
        monkeypatch.setenv("LUOSHI_SMTP_PORT", str(server.port))
        later = ("--as-of", "2022-01-10T12:30+08:00", "--json")
        assert json.loads(run("deliver", *later).out)["sent"] == waiting
        assert json.loads(run("deliver", *later).out)["sent"] == 0
    finally:
        server.stop()
    assert len(box.subjects) == waiting


def free_port() -> int:
    async def found() -> int:
        server = await asyncio.start_server(lambda *_: None, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        server.close()
        return port

    return asyncio.run(found())


def test_the_watch_says_what_is_silent(run: object, year: object) -> None:
    done = run("watch", "--as-of", "2022-02-10T09:30+08:00", "--json")
    assert done.code == 1
    assert {one["name"] for one in json.loads(done.out)["silent"]} >= {"remind", "close_rounds"}
    assert json.loads(done.out)["cautions"] == []


def test_the_watch_tells_the_operators_and_warns_of_an_open_password(
    run: object, year: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard = tmp_path / "heard"
    teller = tmp_path / "tell.sh"
    teller.write_text(f"cat >> {heard}; echo >> {heard}\n", encoding="utf-8")
    monkeypatch.setenv("LUOSHI_ALERT_COMMAND", f"sh {teller}")
    monkeypatch.setenv("LUOSHI_SMTP_TLS", "none")
    monkeypatch.setenv("LUOSHI_SMTP_PASSWORD", "pass")
    for _ in range(2):
        done = run("watch", "--as-of", "2022-02-10T09:30+08:00")
        assert "LUOSHI_SMTP_TLS=none" in done.err
    told = [json.loads(line) for line in heard.read_text(encoding="utf-8").splitlines()]
    assert {"remind", "close_rounds"} <= {one["name"] for one in told}
    assert len(told) == len({one["name"] for one in told})
    monkeypatch.setenv("LUOSHI_ALERT_URL", "ftp://nobody")
    refused = run("watch")
    assert refused.code == 1
    assert "LUOSHI_ALERT_URL" in refused.err


def test_no_demo_is_served_as_real_and_no_installation_without_a_secret(
    run: object, year: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = run("ui")
    assert done.code == 1
    assert "demo" in done.err
    with year.database.write() as session:
        set_value(session, demo="0")
    monkeypatch.setenv("LUOSHI_SECRET_KEY", "short")
    for command in ("ui", "run"):
        done = run(command)
        assert done.code == 1
        assert "LUOSHI_SECRET_KEY" in done.err
