"""What Luoshi makes and what it finds is its owner's to read, on a machine with other users."""

import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from luoshi.private import close_up, too_open
from luoshi.settings import Settings
from luoshi.wiring import Installation

ROOT = Path(__file__).parents[2]
TWO_COMMANDS = """
import sys
from luoshi.cli import main

for words in (["db", "upgrade"], ["backup", "elsewhere", "--plain"]):
    sys.argv = ["luoshi", *words]
    try:
        main()
    except SystemExit as end:
        assert not end.code
"""
OPEN_TO_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def modes(folder: Path) -> dict[str, int]:
    return {str(place): stat.S_IMODE(place.stat().st_mode) for place in folder.rglob("*")}


def wide(folder: Path) -> list[str]:
    return [name for name, mode in modes(folder).items() if mode & OPEN_TO_OTHERS]


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in [name for name in os.environ if name.startswith("LUOSHI_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_what_commands_make_is_closed_to_others(desk: Path) -> None:
    command = [sys.executable, "-c", TWO_COMMANDS]
    subprocess.run(command, check=True, umask=0o022, capture_output=True)
    assert {Path(name).suffix for name in modes(desk)} >= {".db", ".tar"}
    assert wide(desk) == []


def test_what_stands_open_is_closed_by_the_next_command(desk: Path) -> None:
    settings = Settings(_env_file=None)
    installation = Installation(settings)
    installation.database.upgrade()
    evidence, backups = Path(".luoshi/evidence"), Path(".luoshi/backups")
    for folder in (evidence, backups):
        folder.mkdir()
        folder.chmod(0o755)
    Path(".env").touch()
    places = [Path(".env"), Path(".luoshi"), evidence, backups, Path(".luoshi/luoshi.db")]
    for place in places:
        place.chmod(0o755 if place.is_dir() else 0o644)
    found = {place.resolve() for place in too_open(installation)}
    assert found >= {place.resolve() for place in places}
    close_up(installation)
    assert too_open(installation) == ()
    assert stat.S_IMODE(Path(".env").stat().st_mode) == 0o600
    installation.database.dispose()


def test_of_what_belongs_to_root_our_group_may_read(
    desk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    installation = Installation(Settings(_env_file=None, database_url="sqlite://"))
    monkeypatch.setattr(os, "geteuid", lambda: 4711)
    Path(".env").touch()
    for mode, found in ((0o640, ()), (0o644, (Path(".env"),))):
        Path(".env").chmod(mode)
        close_up(installation)  # not ours to change
        assert too_open(installation) == found


def test_make_writes_settings_for_their_owner_with_a_key_that_seals(desk: Path) -> None:
    for name in ("Makefile", "requirements.txt", "pyproject.toml", "deploy"):
        source = ROOT / name
        (shutil.copytree if source.is_dir() else shutil.copy)(source, desk / name)
    (desk / ".venv").symlink_to(ROOT / ".venv")
    (desk / ".make").mkdir()
    (desk / ".make/ready").touch()
    environ = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        ["make", ".env"], umask=0o022, check=False, capture_output=True, text=True, env=environ
    )
    assert "Keep a copy of its LUOSHI_BACKUP_KEY" in done.stdout, done.stderr
    place = desk / ".env"
    assert stat.S_IMODE(place.stat().st_mode) == 0o600
    settings = Settings(_env_file=place)
    assert len(settings.secret_key.get_secret_value()) >= 32
    assert Installation(settings).vault.key.identities
    assert not (desk / ".env.new").exists()
