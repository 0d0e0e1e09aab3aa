"""A newer edition compared and brought into force from the command line."""

import json
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from db.engine import Database
from tasks_catalog import dump
from tasks_catalog.model import Catalogue
from worlds import little_catalogue

AT = ("--as-of", "2021-01-06T09:00+08:00")
OLD = little_catalogue()
PAPER = ("--document", "小委〔2021〕15号")


@pytest.fixture
def paper(tmp_path: Path) -> object:
    def written(catalogue: Catalogue) -> Path:
        place = tmp_path / "edition.yaml"
        place.write_bytes(dump(catalogue, "yaml"))
        return place

    return written


def newer() -> Catalogue:
    first, second, *rest = OLD.tasks
    more = replace(first.measures[0], value=Decimal(120))
    first = replace(first, measures=(more, first.measures[1]))
    return replace(OLD, tasks=(first, replace(second, code="1.9", due=date(2021, 9, 30)), *rest))


def test_differences_are_listed_and_applied_once(
    run: object, here: Database, paper: object
) -> None:
    file = paper(OLD)
    assert run("catalog", "load", file, *AT).code == 0
    assert run("plan", "issue", "little", "--document", "小委〔2021〕1号", *AT).code == 0
    assert run("plan", "compare", "little", file).out == "The editions demand the same.\n"
    file = paper(newer())
    lines = run("plan", "compare", "little", file).out.splitlines()
    assert lines[0].startswith("1.9 出台人才安居办法: was it 1.2")
    assert "\tdue date\t2021-06-30 → 2021-09-30" in lines
    assert any(line.startswith("\tmeasures\t领军人才 ≥ 100人 2025; ") for line in lines)
    found = json.loads(run("plan", "compare", "little", file, "--json").out)
    assert [one["code"] for one in found["proposals"]] == ["1.9"]
    refused = run("plan", "edition", "little", file, *PAPER)
    assert (refused.code, "1.9" in refused.err) == (1, True)
    as_new = json.loads(run("plan", "compare", "little", file, "--match", "1.9=", "--json").out)
    assert [one["code"] for one in as_new["added"]] == ["1.9"]
    assert run("plan", "compare", "little", file, "--match", "1.9").code == 1
    taken = ("--take-proposals", *PAPER)
    done = run("plan", "edition", "little", file, *taken)
    assert done.out == "Edition 2 is in force; tasks added: 0, dropped: 0, changed: 2.\n"
    assert "in force already" in run("plan", "edition", "little", file, *taken).out


def test_a_draft_takes_an_edition_without_a_document(
    run: object, here: Database, paper: object
) -> None:
    assert run("catalog", "load", paper(OLD), *AT).code == 0
    changed = replace(OLD, tasks=OLD.tasks[:4], plan=replace(OLD.plan, last_year=2026))
    out = run("--language", "zh", "plan", "compare", "little", paper(changed)).out.splitlines()
    assert out == ["取消：2.2 每年引进大学生", "规划本身", "\t终止年份\t2025 → 2026"]
    assert run("plan", "edition", "little", paper(changed)).code == 0
