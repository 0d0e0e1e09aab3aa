"""进展总览: where a plan stands, on any day, for whom it is, and as a table to take along."""

from __future__ import annotations

from datetime import date
from io import BytesIO

import pytest
from openpyxl import load_workbook
from sqlalchemy import select

from built_once import built_once
from db.engine import Database
from db.models import Event
from pages.office import acknowledge_all, file, judge, noon, open_round, report_of
from pages.on_stage import on_stage, opened
from pages.stage import html_of
from ui.files.evidence import files_of
from ui.shell.application import Application
from workflow.rules.refusals import NotAllowed, NotFound
from worlds import LABOUR, OFFICE, SCIENCE, World, empty_city, little_city

READERS = [(OFFICE, "reviewer"), (OFFICE, "administrator"), ("", "leader")]


@pytest.fixture
@built_once
def world(sqlite_database: Database) -> World:
    """The first round: 1.1 is reported as stuck, 1.2 as on track, the rest is silent."""
    made = little_city(sqlite_database)
    acknowledge_all(made)
    open_round(made, noon(2021, 3, 10))
    made.now = noon(2021, 3, 15)
    file(made, report_of(made, "1.1", SCIENCE), status="stuck")
    file(made, report_of(made, "1.2", LABOUR))
    judge(made, report_of(made, "1.2", LABOUR))
    made.now = noon(2021, 4, 12)
    return made


@pytest.fixture
def application(world: World, tmp_path) -> Application:
    return on_stage(world, tmp_path)


@pytest.mark.parametrize(("unit", "role"), READERS)
def test_the_office_and_leaders_see_figures_units_and_tasks(application, world, unit, role):
    html = html_of(opened(application, world, "overview", unit, role))
    assert "引进领军人才" in html
    assert "2021年一季度" in html
    assert "2 / 6" in html  # reported in this round
    assert "推进受阻" in html  # the reason of the red one
    assert f'href="/overview?unit={world.units[SCIENCE]}"' in html


@pytest.mark.parametrize("role", ["liaison", "deputy_head"])
def test_a_units_people_are_refused(application, world, role):
    html = html_of(opened(application, world, "overview", SCIENCE, role))
    assert "引进领军人才" not in html
    assert "领导" in html


def test_filters_come_from_the_address(application, world):
    html = html_of(opened(application, world, "overview", OFFICE, "reviewer", light="red"))
    assert "引进领军人才" in html
    assert "出台人才安居办法" not in html
    html = html_of(
        opened(
            application,
            world,
            "overview",
            OFFICE,
            "reviewer",
            unit=world.units[LABOUR],
            search="1.2",
        )
    )
    assert "出台人才安居办法" in html
    assert "引进领军人才" not in html


def test_nonsense_in_the_address_filters_nothing(application, world):
    html = html_of(
        opened(
            application, world, "overview", OFFICE, "reviewer", light="pink", unit="x", at="soon"
        )
    )
    assert "引进领军人才" in html
    assert "出台人才安居办法" in html


def test_a_filter_that_is_chosen_goes_into_the_address(application, world):
    at = opened(application, world, "overview", OFFICE, "reviewer")
    at.selectbox(key="unit").select(world.units[LABOUR]).run()
    assert at.query_params["unit"] in (str(world.units[LABOUR]), [str(world.units[LABOUR])])
    assert "引进领军人才" in html_of(at)  # 人社局 supports it
    at.text_input(key="search").set_value("安居").run()
    assert "引进领军人才" not in html_of(at)


def test_a_past_day_shows_what_was_known_then(application, world):
    html = html_of(opened(application, world, "overview", OFFICE, "reviewer", at="2021-03-12"))
    assert "0 / 6" in html
    assert "2021年3月12日" in html
    assert "推进受阻" not in html


def test_what_happens_is_seen_at_the_next_run(application, world):
    at = opened(application, world, "overview", OFFICE, "reviewer")
    judge(world, report_of(world, "1.1", SCIENCE))
    assert "审核通过 1 件" in html_of(at)
    assert "审核通过 2 件" in html_of(at.run())


def test_a_rerun_is_few_messages(application, world):
    at = opened(application, world, "overview", OFFICE, "reviewer")
    assert len(list(at.main)) + len(list(at.sidebar)) <= 25


def test_without_a_plan_in_force_the_page_says_what_comes_first(sqlite_database, tmp_path):
    world = empty_city(sqlite_database)
    html = html_of(opened(on_stage(world, tmp_path), world, "overview", OFFICE, "reviewer"))
    assert "尚无已下达的规划" in html


def take(application: Application, world: World, unit: str, role: str, query: str = ""):
    visitor = next(
        v
        for _p, v in application.sessions.people.values()
        if v.person_id == world.person(unit, role)
    )
    return files_of(application.installation)(visitor, f"export/overview?{query}")


def test_the_table_holds_what_is_shown_and_its_leaving_is_on_record(application, world):
    file = take(application, world, OFFICE, "reviewer", "light=red")
    rows = list(load_workbook(BytesIO(file.content)).active.values)
    assert [row[1] for row in rows[2:]] == ["1.1"]
    assert rows[2][8].date() == date(2025, 12, 31)
    with world.database.read() as session:
        left = session.scalars(select(Event).where(Event.action == "exported")).one()
    assert left.actor == f"p{world.reviewer}"
    assert '"rows":1' in left.payload


def test_the_table_is_not_for_units(application, world):
    with pytest.raises(NotAllowed):
        take(application, world, SCIENCE, "liaison")
    with pytest.raises(NotFound):
        take(application, world, OFFICE, "reviewer", "plan=77")
    with world.database.read() as session:
        assert not session.scalars(select(Event).where(Event.action == "exported")).all()
