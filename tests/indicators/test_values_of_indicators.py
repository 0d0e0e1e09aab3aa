"""Values are reported as 预计 or 初步 and become 核定 by their source alone."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from sqlalchemy import select

from db.engine import Database
from db.models import Event, IndicatorValue, IndicatorVerdict
from indicators.cities import (
    SKILLED,
    TOTAL,
    answered_for,
    city_with_indicators,
    in_force,
    indicator_of,
    report,
)
from workflow.rules.access.permissions import system
from workflow.rules.refusals import Conflict, Invalid, NotAllowed, NotFound, WrongState
from workflow.verbs.indicators.confirm_indicator_value import confirm_indicator_value
from workflow.verbs.indicators.object_to_indicator_value import object_to_indicator_value
from workflow.verbs.record.verify_audit import verify_audit
from worlds import KECHENG, LABOUR, OFFICE, SCIENCE, World

LATER = datetime(2022, 3, 7, 1, tzinfo=UTC)


@pytest.fixture
def world(database: Database) -> World:
    """人社局 answers for 高技能人才, 科技局 is its source; it is March 2022."""
    made = city_with_indicators(database)
    made.now = LATER
    answered_for(made, SKILLED, LABOUR, SCIENCE)
    return made


def labour(world: World) -> int:
    return world.person(LABOUR, "liaison")


def source(world: World, role: str = "liaison") -> int:
    return world.person(SCIENCE, role)


def verdicts(world: World) -> list[tuple[str, str]]:
    with world.database.read() as session:
        rows = session.execute(select(IndicatorVerdict.outcome, IndicatorVerdict.reason))
        return list(rows.tuples())


def test_a_value_is_reported_and_its_source_verifies_it(world: World) -> None:
    value = report(world, labour(world), SKILLED, 2021, "7.6万人", document="年报")
    with world.database.read() as session:
        kept = session.get_one(IndicatorValue, value)
    assert (kept.value, kept.written, kept.no) == (Decimal("7.6"), "7.6万人", 1)
    assert (kept.unit_id, kept.firmness) == (world.units[LABOUR], "preliminary")
    world.do(source(world), confirm_indicator_value, value_id=value)
    assert verdicts(world) == [("confirmed", "")]
    with world.database.read() as session:
        found = select(Event.action, Event.after).where(Event.subject == "indicator_value")
        assert session.execute(found.order_by(Event.no)).tuples().all() == [
            ("report_indicator_value", "preliminary"), ("confirm_indicator_value", "confirmed"),
        ]  # fmt: skip
    with world.reading(system("clock")) as c:
        assert verify_audit(c).holds


def test_only_the_source_verifies_and_not_who_reported(world: World) -> None:
    value = report(world, labour(world), SKILLED, 2021, "7.6")
    for who in (labour(world), world.reviewer, world.administrator):
        with pytest.raises(NotAllowed):
            world.do(who, confirm_indicator_value, value_id=value)
    with pytest.raises(NotFound):
        world.do(world.person(KECHENG, "liaison"), confirm_indicator_value, value_id=value)
    own = report(world, source(world), SKILLED, 2021, "7.7", seen=1)
    with pytest.raises(WrongState):
        world.do(source(world), confirm_indicator_value, value_id=own)
    world.do(source(world, "deputy_head"), confirm_indicator_value, value_id=own)
    with pytest.raises(Conflict):
        world.do(source(world, "deputy_head"), confirm_indicator_value, value_id=own)


def test_an_objection_needs_a_reason_and_another_value_answers_it(world: World) -> None:
    value = report(world, labour(world), SKILLED, 2021, "8.6")
    with pytest.raises(Invalid):
        world.do(source(world), object_to_indicator_value, value_id=value, reason=" ")
    world.do(source(world), object_to_indicator_value, value_id=value, reason="重复统计1万人")
    assert verdicts(world) == [("objected", "重复统计1万人")]
    with pytest.raises(Conflict):
        world.do(source(world, "deputy_head"), confirm_indicator_value, value_id=value)
    again = report(world, labour(world), SKILLED, 2021, "7.6", seen=1)
    with pytest.raises(Conflict):
        world.do(source(world), confirm_indicator_value, value_id=value)
    world.do(source(world), confirm_indicator_value, value_id=again)


def test_an_estimate_is_not_verified(world: World) -> None:
    value = report(world, labour(world), SKILLED, 2022, "8.6", "expected")
    with pytest.raises(WrongState):
        world.do(source(world), confirm_indicator_value, value_id=value)


@pytest.mark.parametrize(
    ("given", "where"),
    [
        ({"year": 2022, "text": "8"}, "year"),
        ({"year": 2023, "text": "8", "firmness": "expected"}, "year"),
        ({"year": 2020, "text": "8"}, "year"),
        ({"year": 2026, "text": "8"}, "year"),
        ({"year": 2021, "text": "约8"}, "value"),
        ({"year": 2021, "text": "8", "firmness": "confirmed"}, "firmness"),
        ({"year": 2021, "text": "8", "document": "长" * 201}, "document"),
    ],
)
def test_what_cannot_be_taken_is_named(world: World, given: dict, where: str) -> None:
    with pytest.raises(Invalid) as refused:
        report(world, labour(world), SKILLED, **given)
    assert where in [problem.where for problem in refused.value.problems]


def test_the_second_writer_is_told(world: World) -> None:
    report(world, labour(world), SKILLED, 2021, "7.6")
    with pytest.raises(Conflict):
        report(world, source(world), SKILLED, 2021, "7.7")
    report(world, source(world), SKILLED, 2021, "7.7", seen=1)


def test_a_verified_value_is_revised_only_by_a_document(world: World) -> None:
    value = report(world, labour(world), SKILLED, 2021, "7.6")
    world.do(source(world), confirm_indicator_value, value_id=value)
    with pytest.raises(Invalid) as refused:
        report(world, labour(world), SKILLED, 2021, "7.5", seen=1)
    assert [problem.where for problem in refused.value.problems] == ["document"]
    report(world, labour(world), SKILLED, 2021, "7.5", seen=1, document="市统计局修订公报")


def test_others_see_and_report_nothing_and_the_office_reports_for_all(world: World) -> None:
    with pytest.raises(NotFound):
        report(world, world.person(KECHENG, "liaison"), SKILLED, 2021, "7")
    with pytest.raises(NotFound):
        report(world, labour(world), TOTAL, 2021, "45")
    with pytest.raises(NotAllowed):
        report(world, world.person("", "leader"), SKILLED, 2021, "7")
    value = report(world, world.reviewer, TOTAL, 2021, "46.2")
    with world.database.read() as session:
        assert session.get_one(IndicatorValue, value).unit_id is None
    own = world.person(OFFICE, "liaison")
    answered_for(world, TOTAL, OFFICE, SCIENCE)
    mine = report(world, own, TOTAL, 2021, "46.3", seen=1)
    with world.database.read() as session:
        assert session.get_one(IndicatorValue, mine).unit_id == world.units[OFFICE]


def test_a_draft_has_no_values(database: Database) -> None:
    draft = city_with_indicators(database, issued=False)
    draft.now = LATER
    answered_for(draft, SKILLED, LABOUR, SCIENCE)
    with pytest.raises(WrongState):
        report(draft, draft.reviewer, SKILLED, 2021, "7")
    with pytest.raises(NotFound):
        report(draft, labour(draft), SKILLED, 2021, "7")
    assert indicator_of(draft, SKILLED) == in_force(draft)[SKILLED].indicator_id
