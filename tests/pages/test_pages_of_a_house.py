"""What the pages stand on in real use is made from the house alone."""

from datetime import timedelta

import pytest

from db.engine import Database
from db.queries.record.heartbeats import beat
from luoshi.settings import Settings
from luoshi.wiring import Installation
from ui.shell.sessions import Visitor
from ui.wired import wired
from workflow.rules.refusals import NotFound
from worlds import OFFICE, SCIENCE, World, little_city


@pytest.fixture
def city(sqlite_database: Database) -> World:
    return little_city(sqlite_database)


@pytest.fixture
def house(city: World) -> Installation:
    made = Installation(Settings(_env_file=None, database_url="sqlite://"), clock=lambda: city.now)
    made.database = city.database
    return made


def visitor(city: World, unit: str, role: str) -> Visitor:
    return Visitor(city.person(unit, role), role, "en", frozenset({role}))


def test_the_line_above_names_the_plan_to_whom_it_concerns(
    city: World, house: Installation
) -> None:
    shown = wired(house)
    assert shown.plan(visitor(city, SCIENCE, "liaison")) == "小城人才规划"
    assert shown.plan(visitor(city, OFFICE, "reviewer")) == "小城人才规划"


def test_the_office_is_told_when_something_does_not_run(city: World, house: Installation) -> None:
    assert wired(house).banners(visitor(city, OFFICE, "reviewer")) == ()
    city.now += timedelta(days=7)
    late, slots = wired(house).banners(visitor(city, OFFICE, "reviewer"))
    assert "邮件通知暂时延迟" in late.text
    assert "提醒" in slots.text


def test_everybody_is_told_calmly_and_administrators_what_to_do(
    city: World, house: Installation
) -> None:
    with city.database.write() as session:
        beat(session, "deliver", city.now, ok=False, summary="sent=0 relay=login refused: 535")
    shown = wired(house)
    for unit, role in ((SCIENCE, "liaison"), (SCIENCE, "deputy_head"), (OFFICE, "reviewer")):
        (calm,) = shown.banners(visitor(city, unit, role))
        assert (calm.kind, "535" in calm.text) == ("note", False)
    (told,) = shown.banners(visitor(city, OFFICE, "administrator"))
    assert told.kind == "warning"
    assert "535" in told.text
    assert "LUOSHI_SMTP_PASSWORD" in told.text
    with city.database.write() as session:
        beat(session, "deliver", city.now)
    assert wired(house).banners(visitor(city, OFFICE, "administrator")) == ()


def test_health_tells_whether_the_database_answers(house: Installation) -> None:
    assert wired(house).health().database
    house.database = Database("postgresql://nobody@/none?host=/nowhere")
    found = wired(house).health()
    assert (found.database, found.ok) == (False, False)


def test_no_file_leaves_for_an_address_that_means_nothing(city: World, house: Installation) -> None:
    with pytest.raises(NotFound):
        wired(house).files(visitor(city, OFFICE, "reviewer"), "evidence/999")
