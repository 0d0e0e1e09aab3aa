"""The office splits a measure by year and unit."""

from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from db.engine import Database
from db.models import Measure, Task, UnitGroup, YearTarget
from db.queries.tasks.task import suggest_year_targets
from workflow.rules.refusals import Conflict, Invalid, NotAllowed
from workflow.verbs.plans.set_year_targets import TargetEntry, set_year_targets
from workflow.verbs.units.leave_group import leave_group
from worlds import COUNTIES, ISSUED, KECHENG, LABOUR, LONGYOU, SCIENCE, World, little_city


def measure(world: World, code: str, no: int = 1) -> int:
    with world.database.read() as s:
        which = select(Measure.id).where(Measure.task_id == world.tasks[code], Measure.no == no)
        return s.scalars(which).one()


def enter(world: World, measure_id: int, *typed: tuple[str, int, str], version: int = 1, **more):
    return world.do(
        world.reviewer,
        set_year_targets,
        measure_id=measure_id,
        version=version,
        entries=[TargetEntry(world.units[unit], year, text) for unit, year, text in typed],
        **more,
    )


def test_shares_are_kept_with_their_words_and_their_past(database: Database) -> None:
    world = little_city(database)
    key = measure(world, "1.1")
    typed = [(SCIENCE, year, "２０人") for year in range(2021, 2026)]
    assert enter(world, key, *typed) == 5
    later = ISSUED + timedelta(days=9)
    enter(world, key, (SCIENCE, 2021, "25"), version=2, at=later, document="批1号")
    with world.database.read() as s:
        rows = s.execute(
            select(YearTarget.value, YearTarget.written, YearTarget.document)
            .where(YearTarget.year == 2021)
            .order_by(YearTarget.known_from)
        ).all()
        assert rows == [(Decimal(20), "２０人", ""), (Decimal(25), "25", "批1号")]
        assert s.get_one(Task, world.tasks["1.1"]).version == 3


def test_shares_that_do_not_make_the_whole_are_refused(database: Database) -> None:
    world = little_city(database)
    key = measure(world, "1.1")
    with pytest.raises(Invalid):
        enter(world, key, (SCIENCE, 2024, "60"), (SCIENCE, 2025, "39"))
    with world.database.read() as s:
        assert s.scalars(select(YearTarget)).all() == []


def test_each_year_of_an_annual_number_is_judged_over_its_units(database: Database) -> None:
    world = little_city(database)
    key = measure(world, "2.2")
    enter(world, key, (KECHENG, 2021, "1200"), (LONGYOU, 2021, "800"))
    with pytest.raises(Invalid):
        enter(world, key, (KECHENG, 2021, ""), version=2)


def test_a_share_left_by_a_unit_that_is_out_can_be_taken_away(database: Database) -> None:
    world = little_city(database)
    key = measure(world, "2.2")
    enter(world, key, (KECHENG, 2021, "1200"), (LONGYOU, 2021, "800"))
    with world.database.read() as s:
        group = s.scalars(select(UnitGroup.id).where(UnitGroup.name == COUNTIES)).one()
    out = {"group_id": group, "unit_id": world.units[LONGYOU]}
    world.do(world.administrator, leave_group, **out)
    with pytest.raises(Invalid):
        enter(world, key, (LONGYOU, 2021, "900"), version=2)
    assert enter(world, key, (LONGYOU, 2021, ""), (KECHENG, 2021, "2000"), version=2) == 1


def test_every_wrong_entry_is_named(database: Database) -> None:
    world = little_city(database)
    with pytest.raises(Invalid) as caught:
        enter(
            world,
            measure(world, "1.1"),
            (KECHENG, 2021, "1"),
            (SCIENCE, 2019, "1"),
            (SCIENCE, 2021, "约20"),
            (LABOUR, 2021, "1"),
        )
    assert [problem.where for problem in caught.value.problems] == ["1: 2021", "2: 2019", "3: 2021"]


def test_an_old_page_and_a_unit_are_refused(database: Database) -> None:
    world = little_city(database)
    with pytest.raises(Conflict):
        enter(world, measure(world, "1.1"), (SCIENCE, 2021, "1"), version=9)
    with pytest.raises(NotAllowed):
        world.do(
            world.person(SCIENCE, "liaison"),
            set_year_targets,
            measure_id=measure(world, "1.1"),
            version=1,
            entries=[],
        )


def test_a_suggestion_is_for_the_units_that_answer(database: Database) -> None:
    world = little_city(database)
    with world.reading(world.reviewer) as c:
        made = suggest_year_targets(c.session, c.actor, measure(world, "2.2"), c.now)
    assert {share.unit_id for share in made} == {world.units[KECHENG], world.units[LONGYOU]}
    assert {share.value for share in made} == {Decimal(1000)}
    assert {share.year for share in made} == {2021, 2022, 2023, 2024, 2025}
