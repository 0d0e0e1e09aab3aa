"""A path that is not there, a folder, a file that cannot be opened: said in words."""

from __future__ import annotations

from pathlib import Path

import pytest

from built_once import once
from db.engine import Database

READS = [
    ("catalog", "read"), ("catalog", "check"), ("catalog", "load"), ("users", "import"),
    ("returns", "import", "--as", "li@example.org"), ("plan", "begin"),
    ("plan", "compare", "qz2020"), ("plan", "edition", "qz2020"), ("plan", "take-back", "1"),
    ("assess", "score", "--scheme", "quzhou", "--facts"),
]  # fmt: skip


@pytest.fixture
def city(run: object, here: Database, tmp_path: Path) -> object:
    def build() -> None:
        people = tmp_path / "people.csv"
        people.write_text("email,name,unit,role\nli@example.org,李,市科技局,liaison\n", "utf-8")
        assert run("catalog", "load", _plan(tmp_path)).code == 0
        assert run("users", "import", people).code == 0

    once("a city for paths", here, build)
    return run


def _plan(folder: Path) -> Path:
    from tasks_catalog import dump, sample

    place = folder / "plan.yaml"
    place.write_bytes(dump(sample("quzhou-2020"), "yaml"))
    return place


def test_every_command_that_reads_says_what_is_wrong_with_a_path(
    city: object, tmp_path: Path
) -> None:
    for words in READS:
        for place, said in ((tmp_path / "无此文件.xlsx", "没有文件"), (tmp_path, "是文件夹")):
            done = city("--language", "zh", *words, place)
            assert done.code == 1, (words, done.err)
            assert said in done.err, (words, done.err)
            assert str(place) in done.err


def test_a_file_that_may_not_be_read_is_said(run: object, monkeypatch: pytest.MonkeyPatch) -> None:
    Path("plan.txt").write_text("一、重点任务", "utf-8")

    def forbidden(*_given: object, **_more: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", forbidden)
    done = run("--language", "zh", "catalog", "read", "plan.txt")
    assert (done.code, "可能没有读取权限" in done.err) == (1, True)


def test_fifty_megabytes_of_text_are_refused_before_they_are_read(run: object) -> None:
    with Path("long.txt").open("wb") as file:
        file.truncate(50_000_000)
    done = run("--language", "zh", "catalog", "read", "long.txt")
    assert (done.code, "20MB" in done.err) == (1, True)


def test_a_place_where_nothing_can_be_written_is_said(city: object, tmp_path: Path) -> None:
    done = city("--language", "zh", "catalog", "export", "qz2020", "-o", tmp_path / "no" / "x.yaml")
    assert (done.code, "无法写入" in done.err) == (1, True)


def test_who_may_not_use_a_file_is_told_before_it_is_looked_at(
    city: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("documents.untrusted.apart.read_apart", None)
    monkeypatch.setattr("documents.untrusted.containers.content_of", None)
    for words in (("catalog", "load"), ("users", "import"), ("plan", "begin"),
                  ("plan", "compare", "qz2020"), ("plan", "edition", "qz2020"),
                  ("plan", "take-back", "1")):  # fmt: skip
        done = city(*words, "x.xlsx", "--as", "li@example.org")
        assert "You may not do this" in done.err, words
