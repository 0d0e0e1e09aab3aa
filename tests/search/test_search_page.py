"""The box on every page and the page that shows what was found."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest

from db.engine import Database
from pages.on_stage import on_stage, opened
from pages.stage import html_of
from pages.three_plans import TITLES, ThreePlans, three_plans
from ui.shell.application import Application
from worlds import LABOUR, OFFICE, SCIENCE


@pytest.fixture(scope="module")
def city(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ThreePlans]:
    path = tmp_path_factory.mktemp("three") / "luoshi.db"
    shutil.copy(sqlite_template, path)
    database = Database(f"sqlite:///{path}")
    yield three_plans(database)
    database.dispose()


@pytest.fixture
def application(city: ThreePlans, tmp_path: Path) -> Application:
    return on_stage(city, tmp_path)


def words(html: str) -> str:
    return unescape(re.sub(r"<[^>]+>", "", html))


@pytest.mark.parametrize(
    ("key", "unit", "role"),
    [
        ("overview", OFFICE, "reviewer"),
        ("operations", OFFICE, "administrator"),
        ("my_tasks", SCIENCE, "liaison"),
        ("sign_off", SCIENCE, "deputy_head"),
        ("leader", "", "leader"),
        ("search", OFFICE, "reviewer"),
    ],
)
def test_every_page_has_the_box(
    application: Application, city: ThreePlans, key: str, unit: str, role: str
) -> None:
    html = html_of(opened(application, city, key, unit, role))
    assert html.count('role="search" method="get" action="/search"') == 1
    assert 'name="plan"' not in html


def test_a_search_stays_within_the_plan_of_the_page(
    application: Application, city: ThreePlans
) -> None:
    plan = city.plans["valley"]
    for key in ("overview", "search"):
        html = html_of(opened(application, city, key, OFFICE, "reviewer", plan=plan, q="人才"))
        assert f'name="plan" value="{plan}"' in html
    others = [title for code, title in TITLES.items() if code != "valley"]
    assert not any(title in words(html) for title in others)
    assert "任务（3）" in words(html)


def test_what_is_found_is_shown_by_kind_with_the_words_marked(
    application: Application, city: ThreePlans
) -> None:
    html = html_of(opened(application, city, "search", OFFICE, "reviewer", q="对接会"))
    assert "报送内容（6）" in words(html)
    assert html.count("<mark>对接会</mark>") == 6
    assert all(title in html for title in TITLES.values())
    assert "第 1 次报送稿" in html
    assert 'value="对接会"' in html
    html = html_of(opened(application, city, "search", OFFICE, "reviewer", q="小委〔2020〕9号"))
    assert "规划与文号（3）" in words(html)
    assert f'href="/plan?plan={city.plan_id}"' in html


def test_a_unit_finds_its_own_alone(application: Application, city: ThreePlans) -> None:
    html = html_of(opened(application, city, "search", LABOUR, "liaison", q="对接会"))
    assert "报送内容（3）" in words(html)
    assert SCIENCE not in words(html)
    html = html_of(opened(application, city, "search", LABOUR, "liaison", q="延期 设计单位"))
    assert "未找到" in html
    html = html_of(opened(application, city, "search", LABOUR, "liaison", q="设计单位"))
    assert "申请与批复（3）" in words(html)


def test_people_are_shown_to_the_office_with_how_to_reach_them(
    application: Application, city: ThreePlans
) -> None:
    html = html_of(opened(application, city, "search", OFFICE, "administrator", q="liaison"))
    assert "人员（5）" in words(html)
    assert 'href="/units?list=people"' in html
    html = html_of(opened(application, city, "search", OFFICE, "reviewer", q=f"{SCIENCE} liaison"))
    assert "联络员" in words(html)
    assert 'href="/units?list=people"' not in html


def test_nothing_found_says_what_to_try(application: Application, city: ThreePlans) -> None:
    plan = city.plans["valley"]
    html = html_of(opened(application, city, "search", OFFICE, "reviewer", q="衢江 <b>", plan=plan))
    assert "未找到与“衢江 <b>”有关的内容" in unescape(html)
    assert "<b>”" not in html
    assert "在全部规划（3）中查找" in html
    assert "可减少词语" in html


def test_without_a_word_it_says_what_can_be_found(
    application: Application, city: ThreePlans
) -> None:
    for typed in ("", "（）"):
        html = html_of(opened(application, city, "search", OFFICE, "reviewer", q=typed))
        assert "请输入要查找的内容" in html


def test_a_kind_alone_and_what_nobody_links_to(application: Application, city: ThreePlans) -> None:
    html = html_of(opened(application, city, "search", OFFICE, "reviewer", q="人才", kind="task"))
    assert "任务（9）" in words(html)
    assert "规划与文号" not in words(html)
    assert "“人才”的全部结果" in html
    given = {"q": "人才", "kind": "nobody", "before": "x"}
    assert "任务（9）" in words(
        html_of(opened(application, city, "search", OFFICE, "reviewer", **given))
    )


def test_in_english_it_is_english(city: ThreePlans, tmp_path: Path) -> None:
    application = on_stage(city, tmp_path, "en")
    html = html_of(opened(application, city, "search", OFFICE, "reviewer", q="对接会"))
    assert "Words and numbers reported (6)" in words(html)
    assert "submission no. 1" in html
    html = html_of(opened(application, city, "search", OFFICE, "reviewer", q="nowhere"))
    assert "Nothing was found for “nowhere”" in words(html)
