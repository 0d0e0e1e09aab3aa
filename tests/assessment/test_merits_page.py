"""年度考核: the office notes what counts beside the reports, and strikes out what is wrong."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select

from assessed_year import CLOCK, a_year
from built_once import built_once
from db.engine import Database
from db.models import Merit
from pages.on_stage import on_stage, opened
from pages.stage import html_of
from ui.shell.application import Application
from workflow.rules.assessment.facts import EXEMPTION
from workflow.verbs.assessment.assess import assess
from worlds import KECHENG, LONGYOU, OFFICE, World


@pytest.fixture
@built_once
def world(sqlite_database: Database) -> World:
    made = a_year(sqlite_database)
    made.now = datetime(2021, 12, 20, 3, tzinfo=UTC)
    made.do(CLOCK, assess, plan_id=made.plan_id, year=2021)
    return made


@pytest.fixture
def application(world: World, tmp_path) -> Application:
    return on_stage(world, tmp_path)


def key(world: World, field: str) -> str:
    return f"merit_{field}_{world.plan_id}"


def fill(page, world: World, unit: str, kind: str, **more: object) -> None:
    page.selectbox(key=key(world, "unit")).select(world.units[unit])
    page.segmented_control(key=key(world, "kind")).set_value(kind).run()
    page.text_input(key=key(world, "title")).input("做法获省厅推广")
    page.text_input(key=key(world, "basis")).input("浙人社发〔2021〕60号")
    page.date_input(key=key(world, "day")).set_value(more.get("day", date(2021, 11, 30)))
    if "task" in more:
        page.selectbox(key=key(world, "task")).select(more["task"])


def noted(world: World) -> list[Merit]:
    with world.database.read() as session:
        return list(session.scalars(select(Merit)))


def test_a_reviewer_notes_praise_and_the_unit_reads_it(application, world):
    page = opened(application, world, "assessment", OFFICE, "reviewer")
    fill(page, world, KECHENG, "achievement")
    page.button(key=f"merit_note_{world.plan_id}").click().run()
    assert not page.exception
    (one,) = noted(world)
    assert (one.unit_id, one.kind, one.day) == (
        world.units[KECHENG], "achievement", date(2021, 11, 30),
    )  # fmt: skip
    assert "做法获省厅推广" in html_of(page)
    unit = opened(application, world, "assessment", KECHENG, "liaison")
    assert "浙人社发〔2021〕60号" in html_of(unit)
    other = opened(application, world, "assessment", LONGYOU, "liaison")
    assert "浙人社发〔2021〕60号" not in html_of(other)


def test_an_exemption_asks_for_the_task(application, world):
    page = opened(application, world, "assessment", OFFICE, "reviewer")
    fill(page, world, LONGYOU, EXEMPTION, task=world.tasks["2.2"])
    page.button(key=f"merit_note_{world.plan_id}").click().run()
    assert [one.task_id for one in noted(world)] == [world.tasks["2.2"]]


def test_what_is_refused_keeps_what_was_typed(application, world):
    page = opened(application, world, "assessment", OFFICE, "reviewer")
    fill(page, world, KECHENG, "achievement", day=date(2020, 5, 1))
    page.button(key=f"merit_note_{world.plan_id}").click().run()
    assert noted(world) == []
    assert page.text_input(key=key(world, "title")).value == "做法获省厅推广"
    assert "2021" in html_of(page)


def test_a_note_is_struck_out_and_stays_to_read(application, world):
    page = opened(application, world, "assessment", OFFICE, "reviewer")
    fill(page, world, KECHENG, "criticised")
    page.button(key=f"merit_note_{world.plan_id}").click().run()
    (one,) = noted(world)
    page.selectbox(key="merit_strike").select(one.id)
    page.button(key="merit_strike_now").click().run()
    (one,) = noted(world)
    assert one.known_to.year < 9999
    assert "做法获省厅推广" in html_of(page)


def test_a_leader_reads_and_does_not_note(application, world):
    page = opened(application, world, "assessment", "", "leader")
    assert not page.exception
    assert not [one for one in page.button if str(one.key).startswith("merit_")]
