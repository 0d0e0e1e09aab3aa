"""Spoiled files: every command says in words what it cannot take. `tests/spoiled.py` tries more."""

from pathlib import Path

import pytest

from spoiled import installation, sound, try_out


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("LUOSHI_DATABASE_URL", "")
    monkeypatch.setenv("LUOSHI_SECRET_KEY", "")
    monkeypatch.chdir(tmp_path)
    installation(tmp_path)
    return tmp_path


def test_spoiled_files_are_refused_in_words(folder: Path) -> None:
    told: list[str] = []
    outcomes = try_out(24, 2021, folder, told.append)
    assert told == []
    assert {one.code for one in outcomes} == {0, 1}
    assert set(sound()) == {"users", "returns", "score", "catalog"}
