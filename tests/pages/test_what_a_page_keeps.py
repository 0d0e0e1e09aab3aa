"""What a page has read it keeps until somebody acts, the day is over, or it is asked for more."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from built_once import built_once
from db.engine import Database
from db.models import Person, Role
from pages.office import acknowledge_all, open_round, report_of
from pages.on_stage import on_stage, opened
from pages.stage import view_of
from ui.shell.page import Page
from workflow.verbs.assignments.acknowledge import acknowledge
from workflow.verbs.plans.record_look import record_look
from workflow.verbs.reports.save_draft import save_draft
from worlds import OFFICE, SCIENCE, World, little_catalogue, little_city, load

LAST_MINUTE = datetime(2021, 3, 15, 15, 59, tzinfo=UTC)
"""One minute to midnight in Shanghai, in the middle of a UTC day."""


class Kept:
    """A page that keeps what it reads, and remembers how often it had to read."""

    def __init__(self, world: World, folder: Path) -> None:
        self.reads = 0
        self.depends = self.also = 0
        self.plans: tuple[int, ...] | None = None
        self.application = on_stage(world, folder, view=view_of(self.draw))
        self.at = opened(self.application, world, "overview", OFFICE, "reviewer")

    def draw(self, page: Page) -> None:
        page.keep("sample", self.read, self.depends, plans=self.plans, also=lambda _c: self.also)

    def read(self, _c: object) -> int:
        self.reads += 1
        return self.reads

    def again(self) -> int:
        """Run the page once more; how often it has read by now."""
        self.at.run()
        assert not self.at.exception
        return self.reads


@pytest.fixture
@built_once
def world(sqlite_database: Database) -> World:
    made = little_city(sqlite_database)
    made.now = LAST_MINUTE
    return made


@pytest.fixture
def kept(world: World, tmp_path: Path) -> Kept:
    return Kept(world, tmp_path)


def at_midnight(_kept: Kept, world: World) -> None:
    world.now += timedelta(minutes=1)


def when_somebody_acts(_kept: Kept, world: World) -> None:
    part = world.assignment("1.1", SCIENCE)
    world.do(world.person(SCIENCE, "liaison"), acknowledge, assignment_id=part)


def in_another_role(_kept: Kept, world: World) -> None:
    role = update(Role).where(Role.person_id == world.reviewer)
    with world.database.write() as session:
        session.execute(role.values(name="leader", unit_id=None))


def in_another_language(kept: Kept, _world: World) -> None:
    sessions: Any = kept.application.sessions
    for token in sessions.open:
        sessions.choose_language(token, "en")


def asked_for_another(kept: Kept, _world: World) -> None:
    kept.depends += 1


def where_a_draft_was_saved(kept: Kept, _world: World) -> None:
    kept.also += 1


def test_nothing_is_read_again_while_nothing_happens(kept: Kept, world: World) -> None:
    assert [kept.again(), kept.again()] == [1, 1]
    world.now -= timedelta(hours=15)  # the same day
    assert kept.again() == 1


def test_who_only_looks_or_logs_in_makes_nobody_read_anew(kept: Kept, world: World) -> None:
    assert kept.again() == 1
    world.do(world.person("", "leader"), record_look, plan_id=world.plan_id)
    assert kept.again() == 1
    when_somebody_acts(kept, world)
    assert kept.again() == 2


def test_what_happens_in_another_plan_is_nothing_to_a_page_about_one(
    kept: Kept, world: World
) -> None:
    mine = kept.plans = (world.plan_id,)
    before = kept.again()
    little = little_catalogue()
    load(world, replace(little, plan=replace(little.plan, code="other")), issued=False)
    assert world.plan_id not in mine
    assert kept.again() == before
    kept.plans = None
    assert kept.again() == before + 1


@pytest.mark.parametrize(
    "change",
    [
        at_midnight, when_somebody_acts, in_another_role, in_another_language, asked_for_another,
        where_a_draft_was_saved,
    ],
)  # fmt: skip
def test_it_is_read_anew(kept: Kept, world: World, change: Callable[[Kept, World], None]) -> None:
    assert kept.again() == 1
    change(kept, world)
    assert [kept.again(), kept.again()] == [2, 2]


def colleague(world: World) -> int:
    """A second liaison of 市科技局."""
    unit = world.units[SCIENCE]
    with world.database.write() as session:
        person = Person(email="colleague@luoshi.test", name="同事", unit_id=unit)
        session.add(person)
        session.flush()
        since = date(2021, 1, 1)
        session.add(Role(person_id=person.id, unit_id=unit, name="liaison", valid_from=since))
        return person.id


def test_a_colleagues_last_draft_is_the_one_that_is_taken(world: World, tmp_path: Path) -> None:
    acknowledge_all(world)
    open_round(world, LAST_MINUTE)
    report, second = report_of(world, "1.1", SCIENCE).id, colleague(world)
    at = opened(on_stage(world, tmp_path), world, "report", SCIENCE, "liaison", report=report)

    def save(version: int, text: str) -> None:
        content = {"status": "on_track", "text": text}
        world.do(second, save_draft, report_id=report, version=version, content=content)

    save(0, "先起草一稿。")
    at.text_area(key=f"kept_text_{report}").set_value("我也写了一稿。").run()
    save(1, "同事又补充了一句。")  # leaves no event: only the first save does
    at.run()
    at.button(key="keep_theirs").click().run()
    assert at.text_area(key=f"kept_text_{report}").value == "同事又补充了一句。"
