"""What the pages stand on in real use is made from the installation alone."""

from datetime import timedelta

import pytest

from db.engine import Database
from db.queries.access.sessions import Visitor
from db.queries.record.heartbeats import record_run
from luoshi.settings import Settings
from luoshi.wiring import Installation
from ui.composition import compose
from ui.shell.page import Page
from ui.shell.pages import BY_KEY
from workflow.rules.refusals import NotFound
from worlds import OFFICE, SCIENCE, World, little_city


@pytest.fixture
def city(sqlite_database: Database) -> World:
    return little_city(sqlite_database)


@pytest.fixture
def installation(city: World) -> Installation:
    made = Installation(Settings(_env_file=None, database_url="sqlite://"), clock=lambda: city.now)
    made.database = city.database
    return made


def visitor(city: World, unit: str, role: str) -> Visitor:
    return Visitor(city.person(unit, role), role, "en", frozenset({role}))


def test_the_line_above_names_the_plan_to_whom_it_concerns(
    city: World, installation: Installation
) -> None:
    shown = compose(installation)
    for unit, role in ((SCIENCE, "liaison"), (OFFICE, "reviewer")):
        page = Page(shown, visitor(city, unit, role), BY_KEY["search"])
        assert [plan.name for plan in shown.plans(page)] == ["小城人才规划"]


def test_the_office_is_told_when_something_does_not_run(
    city: World, installation: Installation
) -> None:
    assert compose(installation).banners(visitor(city, OFFICE, "reviewer")) == ()
    city.now += timedelta(days=7)
    late, slots = compose(installation).banners(visitor(city, OFFICE, "reviewer"))
    assert "邮件通知暂时延迟" in late.text
    assert "提醒" in slots.text


def test_everybody_is_told_calmly_and_administrators_what_to_do(
    city: World, installation: Installation
) -> None:
    with city.database.write() as session:
        record_run(
            session, "deliver", city.now, ok=False, summary="sent=0 relay=login refused: 535"
        )
    shown = compose(installation)
    for unit, role in ((SCIENCE, "liaison"), (SCIENCE, "deputy_head"), (OFFICE, "reviewer")):
        (calm,) = shown.banners(visitor(city, unit, role))
        assert (calm.kind, "535" in calm.text) == ("note", False)
    (told,) = shown.banners(visitor(city, OFFICE, "administrator"))
    assert told.kind == "warning"
    assert "535" in told.text
    assert "LUOSHI_SMTP_PASSWORD" in told.text
    with city.database.write() as session:
        record_run(session, "deliver", city.now)
    assert compose(installation).banners(visitor(city, OFFICE, "administrator")) == ()


def test_health_tells_whether_the_database_answers(installation: Installation) -> None:
    assert compose(installation).health().database
    installation.database = Database("postgresql://nobody@/none?host=/nowhere")
    found = compose(installation).health()
    assert (found.database, found.ok) == (False, False)


def test_no_file_leaves_for_an_address_that_means_nothing(
    city: World, installation: Installation
) -> None:
    with pytest.raises(NotFound):
        compose(installation).files(visitor(city, OFFICE, "reviewer"), "evidence/999")
