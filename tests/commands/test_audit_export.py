"""`luoshi audit export` as another log system runs it: again and again, behind a cursor."""

import hashlib
import json
import re
import shutil
import stat
from pathlib import Path

import pytest

from db.types import canonical
from luoshi.settings import Settings
from luoshi.wiring import Installation
from workflow.rules.access.permissions import system
from workflow.verbs.plans.load_catalogue import load_catalogue
from worlds import little_catalogue

PEOPLE = "email,name,unit,role,language,phone\nxu@example.org,许敏,,{role},zh,\n"


@pytest.fixture
def made(run, shell, tmp_path, sqlite_template):
    """A migrated database with one person; gives what writes another."""
    place = shutil.copy(sqlite_template, tmp_path)
    shell.setenv("LUOSHI_DATABASE_URL", f"sqlite:///{place}")

    def person(address: str, role: str = "leader") -> None:
        file = tmp_path / "people.csv"
        file.write_text(PEOPLE.format(role=role).replace("xu@", f"{address}@"), "utf-8")
        done = run("users", "import", file)
        assert done.code == 0, done.err

    person("xu", "auditor")
    return person


def exported(run, *words: object) -> tuple[list[dict], str]:
    done = run("audit", "export", *words)
    assert done.code == 0, done.err
    cursor = re.search(r"--since (\S*)", done.err)
    return [json.loads(line) for line in done.out.splitlines()], cursor[1] if cursor else ""


def test_every_event_leaves_once_with_a_hash_that_can_be_checked(run, made) -> None:
    events, cursor = exported(run)
    assert [(e["chain"], e["no"]) for e in events] == [(0, n) for n in range(1, len(events) + 1)]
    assert {"add_person", "give_role"} <= {e["action"] for e in events}
    assert cursor == f"0:{len(events)}"
    last = ""
    for e in events:
        row = [e["chain"], e["no"], e["at"], e["actor"], e["action"], e["subject"],
               e["subject_id"], e["before"], e["after"], canonical(e["payload"])]  # fmt: skip
        last = hashlib.sha256((last + canonical(row)).encode()).hexdigest()
        assert e["hash"] == last
    assert "许敏" not in json.dumps(events, ensure_ascii=False)
    made("yan")
    more, _next = exported(run, "--since", cursor)
    assert [e["no"] for e in more] == list(range(len(events) + 1, len(events) + 1 + len(more)))
    assert more[0]["action"] == "exported"
    assert more[0]["payload"] == {"rows": len(events)}


def test_a_file_of_the_cursor_goes_on_by_itself_and_asking_alone_adds_nothing(
    run, made, tmp_path: Path
) -> None:
    kept, log = tmp_path / "cursor", tmp_path / "events.jsonl"
    given = ("--cursor", kept, "--out", log)
    for _ in range(4):
        assert run("audit", "export", *given).code == 0
    events = [json.loads(line) for line in log.read_text("utf-8").splitlines()]
    assert [e["action"] for e in events].count("exported") == 1
    assert events[-1]["action"] == "exported"
    assert stat.S_IMODE(log.stat().st_mode) == 0o600
    assert kept.read_text() == f"0:{len(events)}\n"
    made("yan")
    assert run("audit", "export", *given).code == 0
    lines = log.read_text("utf-8").splitlines()
    assert [json.loads(line)["no"] for line in lines] == list(range(1, len(lines) + 1))


def test_what_broke_off_loses_nothing(run, made, tmp_path: Path) -> None:
    kept = tmp_path / "cursor"
    assert run("audit", "export", "--cursor", kept, "--out", tmp_path / "no" / "x").code == 1
    assert not kept.exists()
    assert exported(run, "--cursor", kept)[0][0]["no"] == 1


def test_lines_for_syslog_have_the_form_of_rfc_5424(run, made) -> None:
    lines = run("audit", "export", "--format", "syslog").out.splitlines()
    form = re.compile(
        r"<(\d{1,3})>1 \d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}\+00:00 localhost luoshi - "
        r"([!-~]{1,32}) - (\{.*\})"
    )
    found = [form.fullmatch(line) for line in lines]
    assert all(found)
    assert {m[2]: m[1] for m in found}["add_person"] == "110"
    assert json.loads(found[0][3])["no"] == 1


def test_a_refusal_warns_and_the_auditor_may(run, made) -> None:
    assert run("audit", "export", "--as", "xu@example.org").code == 0
    made("li")
    assert run("audit", "export", "--as", "li@example.org").code == 1
    events, _cursor = exported(run)
    last = events[-1]
    assert (last["action"], last["outcome"], last["payload"]["what"]) == (
        "refused", "refused", "read_audit",
    )  # fmt: skip
    assert run("audit", "export", "--format", "syslog").out.splitlines()[-2].startswith("<108>1 ")


@pytest.mark.parametrize("cursor", ["0", "0:", "x:1", "0:1;2:3", "9" * 40 + ":1", "-1:2"])
def test_a_cursor_that_is_none_is_refused_in_words(cursor: str, run, made) -> None:
    done = run("audit", "export", f"--since={cursor}")
    assert (done.code, done.out) == (1, "")
    assert "is no cursor" in done.err


def test_several_chains_have_one_cursor(run, made) -> None:
    installation = Installation(Settings(_env_file=None))
    with installation.acting(system("command line")) as c:
        plan = load_catalogue(c, little_catalogue()).plan_id
    installation.database.dispose()
    events, cursor = exported(run)
    assert {e["chain"] for e in events} == {0, plan}
    assert [part.split(":")[0] for part in cursor.split(",")] == ["0", str(plan)]
    assert [e["action"] for e in exported(run, "--since", cursor)[0]] == ["exported"]
