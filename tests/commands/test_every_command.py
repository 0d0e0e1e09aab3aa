"""Every command has help, is documented, starts fast and says how it ended."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from typer.main import get_command

from luoshi.cli import papers
from luoshi.cli.app import app

ROOT = Path(__file__).parents[2]
COMMANDS = papers.every_command(get_command(app), "luoshi")
CONTRACT = [
    "demo", "db upgrade", "catalog read", "catalog check", "catalog load", "catalog export",
    "users import", "plan consult", "plan issue", "rounds open", "remind", "deliver",
    "returns template", "returns import", "review accept", "review return", "assess run",
    "assess score", "backup", "restore", "audit verify", "flows serve", "ui",
]  # fmt: skip


@pytest.mark.parametrize(("name", "command"), COMMANDS, ids=[name for name, _ in COMMANDS])
def test_a_command_has_help_and_is_documented(name: str, command: object, run: object) -> None:
    done = run(*name.split()[1:], "--help")
    assert done.code == 0
    assert command.help
    assert " ".join(command.help.split())[:40] in " ".join(done.out.split())
    assert f"## `{name}`" in (ROOT / "docs/commands.md").read_text("utf-8")
    for one in command.params:
        assert one.name == "help" or one.help, f"{name}: {one.name} says nothing of itself"


def test_every_command_that_was_promised_is_there() -> None:
    assert [name for name in CONTRACT if f"luoshi {name}" not in dict(COMMANDS)] == []


def test_help_loads_nothing_heavy() -> None:
    heavy = ["sqlalchemy", "pandas", "streamlit", "prefect", "babel", "jinja2", "openpyxl",
             "pydantic", "aiosmtplib", "yaml", "alembic", "rich"]  # fmt: skip
    code = (
        "import sys; sys.argv = ['luoshi', '--help']\n"
        "from luoshi.cli import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        f"print([name for name in {heavy} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


def test_wrong_usage_ends_with_2(run: object) -> None:
    assert run("rounds", "open", "--as-of", "2021-07-01").code == 2
    assert run("rounds", "open", "--nonsense").code == 2
    assert run("audit", "verify", "--head", "x").code == 2
    assert run("nonsense").code == 2


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SMTP_PORT", "twenty-five"), ("TIME_ZONE", "Zhejiang/Quzhou"), ("DATABASE_URL", "here"),
        ("DATABASE_URL", "mysql://root:secret@localhost/luoshi"),
        ("DATABASE_URL", "postgresql://luoshi:secret@localhost:port/luoshi"),
    ],
)  # fmt: skip
def test_a_wrong_setting_is_named(
    run: object, monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(f"LUOSHI_{name}", value)
    for done in (run("rounds", "open"), run("db", "upgrade")):
        assert done.code == 1
        assert f"LUOSHI_{name}" in done.err
        assert "Traceback" not in done.err
        assert "secret" not in done.err


def test_a_database_that_is_not_there_is_said_without_a_traceback(
    run: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LUOSHI_DATABASE_URL", "postgresql://nobody@/none?host=/nowhere")
    done = run("rounds", "open")
    assert done.code == 1
    assert "does not answer" in done.err
    assert "Traceback" not in done.err


def test_a_database_without_tables_says_what_to_do(
    run: object, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("LUOSHI_DATABASE_URL", f"sqlite:///{tmp_path}/new.db")
    done = run("rounds", "open")
    assert (done.code, done.err) == (1, "The database is not ready. Run: luoshi db upgrade\n")
    assert run("db", "upgrade").code == 0
    assert run("rounds", "open").code == 0


def test_messages_come_in_the_language_of_the_system_or_as_asked(
    run: object, here: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "There is no plan" in run("plan", "issue", "x", "--document", "1").err
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    assert "没有代码为“x”的规划" in run("plan", "issue", "x", "--document", "1").err
    assert "There is no" in run("--language", "en", "plan", "issue", "x", "--document", "1").err


def test_a_refusal_is_one_json_document_too(run: object, here: object) -> None:
    done = run("plan", "issue", "x", "--document", "1", "--json")
    assert done.code == 1
    assert json.loads(done.out)["error"]["code"] == "not_found"
