"""A command line in an installation of its own: `run("rounds", "open")` as a shell would."""

import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy.engine import URL

from db.engine import Database
from i18n import current, speaking
from luoshi.cli import main
from luoshi.wiring import Installation


@dataclass(frozen=True)
class Ran:
    """What a command printed and how it ended."""

    code: int
    out: str
    err: str


Run = Callable[..., Ran]


@pytest.fixture
def shell(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[pytest.MonkeyPatch]:
    """An empty folder to stand in, nothing set but English and a secret."""
    for name in [name for name in os.environ if name.startswith("LUOSHI_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("LC_ALL", "en_US.UTF-8")
    monkeypatch.setenv("LUOSHI_SECRET_KEY", "s" * 32)
    monkeypatch.setenv("LUOSHI_EVIDENCE_URL", f"file://{tmp_path}/evidence")
    folder = tmp_path / "desk"
    folder.mkdir()
    monkeypatch.chdir(folder)
    mask = os.umask(0o022)
    yield monkeypatch
    os.umask(mask)


@pytest.fixture
def run(shell: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Run:
    """Run a command in this process; its output is what the file descriptors got."""

    def ran(*words: object) -> Ran:
        shell.setattr(sys, "argv", ["luoshi", *map(str, words)])
        code = 0
        try:
            with speaking(current()):  # what a command chooses is not the next test's language
                main()
        except SystemExit as end:
            code = int(end.code or 0)
        out, err = capfd.readouterr()
        return Ran(code, out, err)

    return ran


@pytest.fixture
def here(
    shell: pytest.MonkeyPatch, database: Database, monkeypatch: pytest.MonkeyPatch
) -> Database:
    """A migrated, empty database that the commands use."""
    url: URL = database.url
    shell.setenv("LUOSHI_DATABASE_URL", url.render_as_string(hide_password=False))
    # A command's own connections must not stay behind it in the test's process.
    made: list[Installation] = []
    build = Installation.__init__

    def remembered(installation: Installation, *given: object, **more: object) -> None:
        build(installation, *given, **more)
        made.append(installation)

    monkeypatch.setattr(Installation, "__init__", remembered)
    yield database
    for installation in made:
        installation.database.dispose()
