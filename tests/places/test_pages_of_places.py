"""Pages where there are places: a county's office at its own desk, the city looking down."""

import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select

from assessed_year import measure
from db.engine import Database
from db.models import Person, Report, Role, Round
from db.queries.plans.choices import PlanChoice
from pages.on_stage import on_stage
from pages.stage import app_test, html_of
from places.split_county import below, split_county
from two_counties import COUNTY_OFFICE, EDUCATION, SCHOOLS, Counties
from ui.shell.application import Application
from ui.shell.pages import landing
from ui.views.shared.plans import of_address
from worlds import KECHENG, LONGYOU, OFFICE, little_city


@pytest.fixture(scope="module")
def city(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Counties]:
    path = tmp_path_factory.mktemp("places") / "luoshi.db"
    shutil.copy(sqlite_template, path)
    database = Database(f"sqlite:///{path}")
    world = split_county(database)
    below(world, "2", EDUCATION, "650")
    yield world
    database.dispose()


@pytest.fixture
def application(city: Counties, tmp_path: Path) -> Application:
    return on_stage(city, tmp_path)


def seen(application: Application, city: Counties, who: int, key: str, **query: object) -> str:
    with city.database.read() as session:
        address = session.get_one(Person, who).email
    given = {name: str(value) for name, value in query.items()}
    at = app_test(application, key, address, **given).run()
    assert not at.exception
    return html_of(at)


def test_a_countys_office_sees_what_the_city_hands_down(
    application: Application, city: Counties
) -> None:
    mine = city.people[f"{KECHENG}/{COUNTY_OFFICE}", "administrator"]
    html = seen(application, city, mine, "plan")
    assert "上级下达" in html
    assert "小城人才规划" in html
    assert "2项任务、2个单位" in html
    assert "下级地区" not in seen(application, city, mine, "units")


def test_the_city_sees_its_places_and_the_cascade(application: Application, city: Counties) -> None:
    admin = city.person(OFFICE, "administrator")
    html = seen(application, city, admin, "units", list="places")
    assert "330802" in html
    html = seen(application, city, admin, "plan", plan=city.plan_id, part="cascade")
    assert "指标加码情况" in html
    assert "+8.3%" in html
    assert "大学生 650人（未报齐）" in html
    assert "教师进修" not in html


def test_the_countys_report_shows_the_sum_and_its_parts(
    application: Application, city: Counties
) -> None:
    with city.database.read() as session:
        report = session.scalars(
            select(Report.id)
            .join(Round, Round.id == Report.round_id)
            .where(
                Report.task_id == city.tasks["2.2"],
                Report.unit_id == city.units[KECHENG],
                Round.period == "2021Q4",
            )
        ).one()
    html = seen(application, city, city.person(KECHENG, "liaison"), "report", report=report)
    assert "本地各单位已认定合计：650人（尚有单位未认定）" in html
    assert f"（{SCHOOLS}）：暂无" in html
    assert measure(city, "2.2")


def test_with_one_place_no_page_says_a_word_of_places(database: Database, tmp_path: Path) -> None:
    world = little_city(database)
    stage = on_stage(world, tmp_path)
    for key in ("units", "plan"):
        html = seen(stage, world, world.administrator, key)
        assert "地区" not in html
        assert "上级" not in html
    html = seen(stage, world, world.administrator, "plan", plan=world.plan_id)
    assert "市县联动" not in html


def test_an_administrator_of_a_county_lands_where_they_may_work() -> None:
    assert landing({"administrator"}, separate=True) == "overview"


def test_who_has_posts_in_several_places_chooses_one_and_its_plans(
    application: Application, city: Counties
) -> None:
    mine = city.people[f"{KECHENG}/{COUNTY_OFFICE}", "reviewer"]
    with city.database.write() as session:
        session.add(Role(person_id=mine, name="reviewer", valid_from=date(2021, 1, 1)))
    every = seen(application, city, mine, "overview")
    assert "全部规划（3）" in every
    county = seen(application, city, mine, "overview", place=city.places[KECHENG])
    assert "柯城区人才规划" in county
    assert "小城人才规划" not in county
    assert f"place={city.places[KECHENG]}" in county
    elsewhere = seen(application, city, mine, "overview", place=city.places[LONGYOU])
    assert "龙游县人才规划" not in elsewhere
    shown = of_address(
        [PlanChoice(1, "甲", 1, "市"), PlanChoice(2, "乙", 2, "县"), PlanChoice(3, "丙", 2, "县")],
        {"place": "2"},
    )
    assert shown.ids == (2, 3)
    assert shown.address == {"place": 2}
    assert [place.name for place in shown.places] == ["市", "县"]
