"""What each reader sees of indicators, and as it stood on any past day."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from db.engine import Database
from db.queries.indicators.indicators import IndicatorRow, indicators, plans_with_indicators
from indicators.cities import SKILLED, TOTAL, answered_for, city_with_indicators, report
from workflow.rules.progress.lights import Light
from workflow.verbs.indicators.confirm_indicator_value import confirm_indicator_value
from workflow.verbs.indicators.object_to_indicator_value import object_to_indicator_value
from worlds import KECHENG, LABOUR, SCIENCE, World

ZONE = "Asia/Shanghai"


def day(year: int, month: int, number: int) -> datetime:
    return datetime(year, month, number, 4, tzinfo=UTC)


@pytest.fixture
def world(database: Database) -> World:
    """高技能人才 of 2021 was verified on 8 March 2022, of 2022 objected to on 8 March 2023."""
    made = city_with_indicators(database)
    made.now = day(2022, 3, 7)
    answered_for(made, SKILLED, LABOUR, SCIENCE)
    value = report(made, made.person(LABOUR, "liaison"), SKILLED, 2021, "8.1")
    made.now = day(2022, 3, 8)
    made.do(made.person(SCIENCE, "liaison"), confirm_indicator_value, value_id=value)
    made.now = day(2023, 3, 7)
    report(made, made.reviewer, TOTAL, 2021, "46.6")
    value = report(made, made.person(LABOUR, "liaison"), SKILLED, 2022, "9.9")
    made.now = day(2023, 3, 8)
    made.do(made.person(SCIENCE, "liaison"), object_to_indicator_value, value_id=value,
            reason="含外地")  # fmt: skip
    return made


def seen(world: World, who: int, at: datetime | None = None) -> dict[str, IndicatorRow]:
    with world.reading(who, at) as c:
        return {
            row.name: row for row in indicators(c.session, c.actor, [world.plan_id], c.now, ZONE)
        }


def test_the_office_sees_all_and_units_what_they_answer_or_vouch_for(world: World) -> None:
    assert len(seen(world, world.reviewer)) == len(seen(world, world.person("", "leader"))) == 5
    for unit in (LABOUR, SCIENCE):
        assert list(seen(world, world.person(unit, "liaison"))) == [SKILLED]
    stranger = world.person(KECHENG, "liaison")
    assert seen(world, stranger) == {}
    with world.reading(stranger) as c:
        assert plans_with_indicators(c.session, c.actor, c.now) == []
    with world.reading(world.person(SCIENCE, "deputy_head")) as c:
        (plan,) = plans_with_indicators(c.session, c.actor, c.now)
    assert plan.id == world.plan_id


def test_each_day_shows_what_was_known_on_it(world: World) -> None:
    def known(at: datetime) -> list[tuple[int, str, bool, str]]:
        row = seen(world, world.reviewer, at)[SKILLED]
        return [(one.year, one.firmness, one.awaits, one.objection) for one in row.values]

    assert known(day(2022, 3, 6)) == []
    assert known(day(2022, 3, 7)) == [(2021, "preliminary", True, "")]
    assert known(day(2022, 3, 8)) == [(2021, "confirmed", False, "")]
    assert known(day(2023, 3, 9)) == [
        (2021, "confirmed", False, ""), (2022, "preliminary", False, "含外地"),
    ]  # fmt: skip


def test_what_is_objected_to_is_not_judged(world: World) -> None:
    before = seen(world, world.reviewer, day(2023, 3, 7))[SKILLED].state
    assert (before.judged.value, before.judgement.light) == (Decimal("9.9"), Light.GREEN)
    now = seen(world, world.reviewer)[SKILLED].state
    assert (now.judged.year, now.point.expected) == (2021, Decimal("8.08"))


def test_what_is_awaited_follows_the_month_of_the_source(world: World) -> None:
    assert seen(world, world.reviewer)[SKILLED].awaited == 2022
    assert seen(world, world.reviewer, day(2023, 2, 27))[SKILLED].awaited is None
    assert seen(world, world.reviewer)[TOTAL].awaited is None


def test_what_a_reader_may_do_is_said(world: World) -> None:
    def rights(who: int) -> tuple[bool, bool, bool]:
        row = seen(world, who)[SKILLED]
        return row.may_report, row.may_confirm, row.may_set

    assert rights(world.reviewer) == (True, False, True)
    assert rights(world.person("", "leader")) == (False, False, False)
    assert rights(world.person(LABOUR, "liaison")) == (True, False, False)
    assert rights(world.person(SCIENCE, "deputy_head")) == (True, True, False)
