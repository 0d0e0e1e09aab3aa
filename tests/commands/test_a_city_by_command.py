"""A city set up, run, backed up and audited from the command line alone."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import func, select, text, update

from built_once import once
from db.engine import Database
from db.installation import set_value
from db.models import Event, Outbox, Person, Report, Round, SecondFactor, Unit
from tasks_catalog import dump, sample

PEOPLE = (
    "email,name,unit,role\n"
    "li@example.org,李,市科技局,liaison\n"
    "sun@example.org,孙,市人力社保局,reviewer\n"
    "qian@example.org,钱,,administrator\n"
)


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    place = tmp_path / "quzhou.yaml"
    place.write_bytes(dump(sample("quzhou-2020"), "yaml"))
    return place


def a_demo(here: Database) -> None:
    """Only a demo may run ahead of time, and these stories do."""
    with here.write() as session:
        set_value(session, demo="1")


@pytest.fixture
def city(run: object, here: Database, plan: Path, tmp_path: Path) -> object:
    """Issued on 6 January 2021."""
    people = tmp_path / "people.csv"
    people.write_text(PEOPLE, "utf-8")

    def build() -> None:
        at = ("--as-of", "2021-01-06T09:00+08:00")
        assert run("catalog", "load", plan, *at).code == 0
        assert run("users", "import", people, *at).code == 0
        due = ("--due", "2021-01-20")
        sent = run("plan", "consult", "qz2020", *due, *at)
        assert sent.code == 0
        assert "no liaison" in sent.out
        assert run("plan", "issue", "qz2020", "--document", "衢委办〔2021〕1号", *at).code == 0

    once("a city by command", here, build)
    return run


def document(done: object) -> dict[str, object]:
    assert done.code == 0, done.err
    return json.loads(done.out)


def test_loading_twice_changes_nothing_and_what_comes_out_is_what_went_in(
    city: object, plan: Path, tmp_path: Path
) -> None:
    again = document(city("catalog", "load", plan, "--json"))
    assert (again["outcome"], again["tasks"]) == ("unchanged", 38)
    out = tmp_path / "out.yaml"
    assert city("catalog", "export", "qz2020", "-o", out).code == 0
    assert out.read_bytes() == plan.read_bytes()
    book = tmp_path / "out.xlsx"
    assert city("catalog", "export", "qz2020", "--format", "xlsx", "-o", book).code == 0
    assert document(city("catalog", "load", book, "--json"))["outcome"] == "unchanged"


def test_a_unit_does_not_take_the_whole_work_list_out(city: object, tmp_path: Path) -> None:
    out = tmp_path / "out.yaml"
    refused = city("catalog", "export", "qz2020", "--as", "li@example.org", "-o", out)
    assert (refused.code, refused.out, out.exists()) == (1, "", False)


def test_rounds_open_and_close_at_their_time_and_once(city: object, here: Database) -> None:
    at = ("--as-of", "2021-03-11T09:00+08:00", "--json")
    (opened,) = document(city("rounds", "open", *at))["opened"]
    assert opened["period"] == "2021Q1"
    assert opened["reports"] > 30
    assert document(city("rounds", "open", *at))["opened"] == []
    (closed,) = document(city("rounds", "close", "--as-of", "2021-05-10T01:00+08:00", "--json"))[
        "closed"
    ]
    assert closed["unfiled"] == opened["reports"]
    with here.read() as session:
        assert session.scalar(select(func.count()).select_from(Round)) == 1
        assert session.scalar(select(func.count()).select_from(Report)) == opened["reports"]


def test_reminders_are_listed_and_then_written_once(city: object, here: Database) -> None:
    at = ("--as-of", "2021-03-19T08:30+08:00", "--json")
    city("rounds", "open", "--as-of", "2021-03-11T09:00+08:00")

    def digests() -> int:
        with here.read() as session:
            kind = Outbox.kind == "digest"
            return session.scalar(select(func.count()).select_from(Outbox).where(kind)) or 0

    would = document(city("remind", "--dry-run", *at))
    assert would["reminders"] > 0
    assert digests() == 0
    done = document(city("remind", *at))
    assert {**would, "dry_run": False} == done
    assert digests() == len(done["mails"])
    assert document(city("remind", *at))["reminders"] == 0


def test_nothing_is_written_before_what_was_recorded(city: object) -> None:
    done = city("rounds", "open", "--as-of", "2021-01-05T09:00+08:00")
    assert done.code == 1
    assert "2021-01-06" in done.err


def test_nothing_is_written_after_now_unless_in_a_demo(run: object, here: Database) -> None:
    later = ("--as-of", "2199-01-01T09:00+08:00")
    assert run("rounds", "open", *later).code == 1
    assert run("remind", "--dry-run", *later).code == 0
    a_demo(here)
    assert run("rounds", "open", *later).code == 0


def test_a_person_acts_only_as_far_as_they_may(city: object) -> None:
    done = city("rounds", "open", "--as", "li@example.org")
    assert done.code == 1
    assert "administrator" in done.err
    assert city("rounds", "open", "--as", "nobody@example.org").code == 1


def test_a_verdict_is_a_persons_and_needs_a_report(city: object) -> None:
    assert city("review", "accept", "1").code == 2
    done = city("review", "accept", "1", "--as", "sun@example.org")
    assert done.code == 1
    assert "no report" in done.err


def test_the_audit_names_a_changed_link(city: object, here: Database) -> None:
    found = document(city("audit", "verify", "--json"))
    assert (found["holds"], found["broken"], found["findings"]) == (True, None, [])
    assert city("audit", "verify").out.startswith("What was looked at holds.")
    assert "Never looked at: people" in city("audit", "verify").out
    heads = document(city("audit", "checkpoint", "--json"))["heads"]
    assert city("audit", "checkpoint").code == 0
    head = "{chain}:{no}:{hash}".format(**heads[-1])
    assert city("audit", "verify", "--head", head).code == 0
    assert city("audit", "verify", "--head", head[:-1] + "~").code == 1
    with here.write() as session:
        on = " on event" if here.engine.dialect.name == "postgresql" else ""
        session.execute(text(f"drop trigger event_no_update{on}"))
        session.execute(
            update(Event).where(Event.chain == heads[-1]["chain"], Event.no == 2).values(actor="x")
        )
    done = city("audit", "verify", "--from-start", "--json")
    assert done.code == 1
    broken = json.loads(done.out)["broken"]
    assert (broken["chain"], broken["no"]) == (heads[-1]["chain"], 2)


def test_a_city_is_backed_up_and_restored(
    city: object, empty_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for words in (["backup"], ["backup", tmp_path / "kept"]):
        done = city(*words)
        assert done.code == 1
        assert "LUOSHI_BACKUP_KEY" in done.err
    assert document(city("backup", "--plain", "--json"))["file"].endswith(".tar")
    monkeypatch.setenv("LUOSHI_BACKUP_KEY", city("backup-key").out.strip())
    kept = document(city("backup", "--json"))
    assert Path(kept["file"]).parent == Path(".luoshi/backups")
    assert document(city("drill", "--json"))["rows"] == kept["rows"]
    assert city("restore", kept["file"]).code == 1  # not empty
    monkeypatch.setenv("LUOSHI_DATABASE_URL", empty_url)
    again = document(city("restore", kept["file"], "--json"))
    assert again["rows"] == kept["rows"]
    assert city("audit", "verify", "--from-start").code == 0
    other = Database(empty_url)
    with other.read() as session:
        assert (session.scalar(select(func.count()).select_from(Unit)) or 0) > 30
    other.dispose()


def test_a_wrong_row_is_told_with_its_place(city: object, tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.csv"
    wrong.write_text(PEOPLE + "x,赵,市科技局局,liaison\n", "utf-8")
    done = city("users", "import", wrong, "--json")
    assert done.code == 1
    places = [problem["where"] for problem in json.loads(done.out)["error"]["problems"]]
    assert places == ["row 5, column “email”", "row 5, column “unit”"]
    dry = document(city("users", "import", tmp_path / "people.csv", "--dry-run", "--json"))
    assert dry["dry_run"] is True


def test_the_operator_hands_out_a_link_where_no_mail_arrives(city: object) -> None:
    done = document(city("users", "link", "Qian@example.org", "--json"))
    assert done["link"].startswith("http://localhost:8501/reset?token=")
    assert city("users", "link", "nobody@example.org").code == 1


def test_the_operator_removes_a_lost_second_factor(city: object, here: Database) -> None:
    assert city("users", "remove-factor", "qian@example.org").code == 1
    with here.write() as session:
        person = session.scalars(select(Person).where(Person.email == "qian@example.org")).one()
        since = datetime(2021, 1, 4, tzinfo=UTC)
        session.add(SecondFactor(person_id=person.id, secret="sealed", last_step=1, since=since))
    assert city("users", "remove-factor", "qian@example.org", "--as", "li@example.org").code == 1
    done = city("users", "remove-factor", "Qian@example.org")
    assert done.code == 0
    assert "qian@example.org" in done.out.lower()
    with here.read() as session:
        assert session.scalars(select(SecondFactor)).all() == []
