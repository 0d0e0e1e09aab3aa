"""A plan's indicators become rows when it is loaded, and change with its editions."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import text

from db.engine import Database
from db.models import IndicatorVersion
from indicators.cities import (
    GROWTH,
    RESEARCH,
    ROWS,
    SKILLED,
    TOTAL,
    catalogue,
    city_with_indicators,
    in_force,
    row,
    versions_of,
)
from tasks_catalog import sample
from workflow.rules.access.permissions import system
from workflow.rules.indicators.words import IndicatorKind
from workflow.verbs.editions.load_edition import load_edition
from workflow.verbs.plans.load_catalogue import load_catalogue
from workflow.verbs.record.verify_audit import verify_audit
from worlds import ISSUED, World, empty_city, load

NEXT = datetime(2023, 6, 1, 1, tzinfo=UTC)
UPGRADED = datetime(2023, 7, 1, 1, tzinfo=UTC)


@pytest.fixture
def world(database: Database) -> World:
    return city_with_indicators(database)


def test_table_and_prose_become_indicators_and_the_last_period_does_not(world: World) -> None:
    found = in_force(world)
    assert list(found) == [TOTAL, SKILLED, RESEARCH, GROWTH, "新引进领军人才"]
    total = found[TOTAL]
    assert (total.no, total.baseline, total.target, total.target_year) == (
        "1", Decimal("44.38"), Decimal(55), 2025,
    )  # fmt: skip
    assert (total.heading, total.remark) == ("人才总量", "")
    assert found[RESEARCH].remark == "达到120人年以上"
    assert found[GROWTH].kind == IndicatorKind.GROWTH
    assert (found["新引进领军人才"].kind, found["新引进领军人才"].heading) == ("level", "")


def test_a_draft_that_is_loaded_again_follows_its_document(database: Database) -> None:
    world = city_with_indicators(database, issued=False)
    again = tuple(replace(one, target=Decimal(56)) if one.no == 1 else one for one in ROWS[:-1])
    world.do(world.administrator, load_catalogue, catalogue=catalogue(again))
    found = in_force(world)
    assert found[TOTAL].target == 56
    assert "新引进领军人才" not in found
    assert [one.target for one in versions_of(world, TOTAL)] == [55, 56]
    assert len(versions_of(world, SKILLED)) == 1


def test_a_newer_edition_changes_what_it_says_otherwise_and_no_more(world: World) -> None:
    newer = (
        *ROWS[:2],
        row(SKILLED, 5, "万人", "7.1", "13"),
        *ROWS[4:],
        row("技师", 9, "人", "1", "2"),
    )
    world.do(world.administrator, load_edition, at=NEXT, plan_id=world.plan_id,
             catalogue=catalogue(newer), document="衢委〔2023〕7号")  # fmt: skip
    found = in_force(world)
    assert (found[SKILLED].target, found[SKILLED].document) == (13, "衢委〔2023〕7号")
    assert [one.target for one in versions_of(world, SKILLED)] == [12, 13]
    assert RESEARCH in found  # the prose still names it
    assert found["技师"].target == 2
    assert len(versions_of(world, TOTAL)) == 1


def test_plans_of_the_last_release_are_taken_up_with_the_history_of_their_editions(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (load_catalogue, load_edition):
        monkeypatch.setitem(module.__globals__, "lay_indicators", lambda *_, **__: None)
    world = city_with_indicators(database)
    newer = (row(SKILLED, 5, "万人", "7.1", "13"), *ROWS[3:])
    world.do(world.administrator, load_edition, at=NEXT, plan_id=world.plan_id,
             catalogue=catalogue(newer), document="衢委〔2023〕7号")  # fmt: skip
    monkeypatch.undo()
    back_to_the_last_release(database)
    database.upgrade(UPGRADED)
    order = [SKILLED, RESEARCH, GROWTH, TOTAL, "新引进领军人才"]
    assert list(in_force(world)) == order
    old, new = versions_of(world, SKILLED)
    assert (old.target, old.known_from, old.known_to, old.document) == (12, ISSUED, NEXT, "")
    assert (new.target, new.known_from, new.document) == (13, NEXT, "衢委〔2023〕7号")
    with world.reading(system("clock")) as c:
        found = verify_audit(c)
    assert found.holds
    world.do(world.administrator, load_edition, at=UPGRADED, plan_id=world.plan_id,
             catalogue=catalogue(ROWS), document="衢委〔2023〕9号")  # fmt: skip
    assert in_force(world)[SKILLED].target == 12


def back_to_the_last_release(database: Database) -> None:
    config = Config()
    config.set_main_option("script_location", "db:migrations")
    with database.rebuilding() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "0013")


def test_what_was_taken_up_is_laid_open_again_for_nobody(world: World) -> None:
    with pytest.raises(Exception, match="append-only"), world.database.write() as session:
        session.execute(text("update indicator_version set target = 1"))


def test_the_shipped_plan_of_quzhou_has_its_thirteen_numbers(database: Database) -> None:
    world = empty_city(database)
    load(world, sample("quzhou-2021"), issued=False)
    numbered = {one.no: one for one in in_force(world).values() if one.no}
    assert list(map(int, numbered)) == list(range(1, 14))
    assert numbered["11"].remark == "每万人发明专利拥有量达到17件"
    assert numbered["1"].remark == ""
    assert isinstance(numbered["13"], IndicatorVersion)
