"""A document that does not say which plan it is, loaded with what the command line says of it."""

import json
from pathlib import Path

import pytest
from sqlalchemy import select

from db.engine import Database
from db.models import Plan

AT = ("--as-of", "2021-01-06T09:00+08:00")
TEXT = """一、引进人才
（一）引进领军人才。引进领军人才100名。（责任单位：市科技局）
（二）出台人才安居办法。（责任单位：市人力社保局）
"""
HEAD = (
    "--code", "talent-2021", "--title", "小城人才规划", "--number", "小委〔2021〕1号",
    "--issuer", "中共小城市委", "--published", "2021-01-05",
    "--first-year", "2021", "--last-year", "2025",
)  # fmt: skip


@pytest.fixture
def paper(tmp_path: Path) -> Path:
    place = tmp_path / "tasks.txt"
    place.write_text(TEXT, "utf-8")
    return place


def test_the_refusal_names_the_options_that_help(run: object, here: Database, paper: Path) -> None:
    refused = run("catalog", "load", paper, *AT, "--json")
    assert refused.code == 1
    problems = {p["where"]: p["message"] for p in json.loads(refused.out)["error"]["problems"]}
    assert "--code, --number or --title" in problems["plan.code"]
    assert "--first-year" in problems["plan.first_year"]
    assert "--last-year" in problems["plan.last_year"]


def test_with_them_it_becomes_a_plan_and_once(run: object, here: Database, paper: Path) -> None:
    done = run("catalog", "load", paper, *HEAD, *AT)
    assert done.out == "The draft plan talent-2021 was made with 2 tasks.\n", done.err
    with here.read() as session:
        plan = session.scalars(select(Plan)).one()
        assert (plan.title, plan.document_number) == ("小城人才规划", "小委〔2021〕1号")
        assert (plan.issuer, str(plan.published)) == ("中共小城市委", "2021-01-05")
        assert (plan.first_year, plan.last_year) == (2021, 2025)
    assert "nothing was changed" in run("catalog", "load", paper, *HEAD, *AT).out


def test_a_last_year_before_the_first_is_refused(run: object, here: Database, paper: Path) -> None:
    refused = run("catalog", "load", paper, *HEAD, "--last-year", "2020", *AT)
    assert (refused.code, "--last-year" in refused.err) == (1, True)


def test_a_newer_edition_is_told_its_years_too(run: object, here: Database, paper: Path) -> None:
    assert run("catalog", "load", paper, *HEAD, *AT).code == 0
    paper.write_text(TEXT.replace("100", "120"), "utf-8")
    newer = ("plan", "edition", "talent-2021", paper, *AT)
    assert "--last-year" in run(*newer).err
    done = run(*newer, "--first-year", "2021", "--last-year", "2026")
    assert (done.code, done.err) == (0, "")
    with here.read() as session:
        assert session.scalars(select(Plan.last_year)).one() == 2026
