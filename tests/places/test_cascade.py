"""A county takes down what the city asked of it, and its accepted numbers flow back."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from sqlalchemy import select

from assessed_year import file, measure
from db.engine import Database
from db.models import Report, Round
from db.queries.places.cascade import cascade, handed_down
from db.queries.reports.form import ReportForm, report_form
from db.queries.reports.review import flags_of
from places.split_county import below, split_county, taken
from two_counties import COUNTY_OFFICE, EDUCATION, SCHOOLS, Counties, county_catalogue, two_counties
from workflow.rules.access.permissions import system
from workflow.rules.refusals import Invalid, NotFound
from workflow.rules.reporting.cascade import TaskBelow, contradicts, handed_up, raised_target
from workflow.verbs.places.take_down import take_down
from workflow.verbs.plans.load_catalogue import load_catalogue
from workflow.verbs.preparing.find_copy import find_copy
from worlds import KECHENG, LONGYOU

CLOCK = system("clock")
MARCH = datetime(2021, 3, 22, 1, tzinfo=UTC)


@pytest.fixture
def world(database: Database) -> Counties:
    return two_counties(database)


def office(world: Counties, county: str) -> int:
    return world.people[f"{county}/{COUNTY_OFFICE}", "administrator"]


def test_an_office_sees_what_the_city_hands_down_to_its_place_alone(world: Counties) -> None:
    with world.reading(office(world, KECHENG)) as c:
        found = handed_down(c.session, c.actor, c.now, 2021)
    assert {row.code for row in found} == {"2.1", "2.2"}
    assert {row.place_id for row in found} == {world.places[KECHENG]}
    with world.reading(world.administrator) as c:
        assert handed_down(c.session, c.actor, c.now, 2021) == ()


def test_one_tap_makes_a_draft_with_the_citys_words_numbers_and_dates(world: Counties) -> None:
    mine = office(world, KECHENG)
    with world.acting(mine) as c:
        rows = handed_down(c.session, c.actor, c.now, 2021)
        ids = [row.assignment_id for row in rows]
        started = take_down(c, assignment_ids=ids)
    with world.reading(mine) as c:
        copy = find_copy(c, started.copy_id)
        assert copy.row.place_id == world.places[KECHENG]
        tasks = {task.taken_from: task for task in copy.catalogue.tasks}
    assert set(tasks) == {"little/2.1", "little/2.2"}
    assert tasks["little/2.2"].units == ()
    assert tasks["little/2.2"].measures
    with world.acting(mine) as c:
        assert take_down(c, assignment_ids=ids).outcome == "present"
    with pytest.raises(NotFound):
        world.do(office(world, LONGYOU), take_down, assignment_ids=ids)
    with pytest.raises(Invalid, match="尚未承接"):
        world.do(mine, take_down, assignment_ids=[])


def test_a_whole_from_its_parts() -> None:
    key = ("人才", "人")
    parts = [
        TaskBelow(1, "1", "甲", "教育局", {key: Decimal(30)}, {key: Decimal(10)}),
        TaskBelow(2, "2", "乙", "科技局", {key: Decimal(30)}, {}),
        TaskBelow(3, "3", "丙", "人社局"),
    ]
    up = handed_up(key, "cumulative", parts)
    assert up is not None
    assert (up.total, up.whole) == (10, False)
    assert [part.unit for part in up.parts] == ["教育局", "科技局"]
    assert handed_up(key, "ratio", parts) is None
    assert handed_up(("别的", "人"), "cumulative", parts) is None
    assert not list(contradicts(7, Decimal("10.0"), up))
    (flag,) = contradicts(7, Decimal(12), up)
    assert flag.measure_id == 7
    row = raised_target(key, "cumulative", Decimal(100), Decimal(50), parts)
    assert (row.below, row.raised) == (60, 20)
    assert raised_target(key, "cumulative", None, None, parts).raised is None
    assert raised_target(key, "ratio", None, Decimal(50), parts).below is None


@pytest.fixture
def split(database: Database) -> Counties:
    return split_county(database)


def form(world: Counties) -> ReportForm:
    with world.reading(world.person(KECHENG, "liaison")) as c:
        report = c.session.scalars(
            select(Report.id)
            .join(Round, Round.id == Report.round_id)
            .where(
                Report.task_id == world.tasks["2.2"],
                Report.unit_id == world.units[KECHENG],
                Round.period == "2021Q4",
            )
        ).one()
        return report_form(c.session, c.actor, report, c.today, c.now)


def test_the_citys_report_is_filled_in_from_what_the_county_accepted(split: Counties) -> None:
    number = f"value:{measure(split, '2.2')}"
    assert number not in form(split).content
    below(split, "2", EDUCATION, "650")
    part = form(split)
    assert number not in part.content
    (up,) = part.below.values()
    assert [(one.unit, one.value) for one in up.parts] == [(EDUCATION, 650), (SCHOOLS, None)]
    below(split, "3", SCHOOLS, "560")
    assert form(split).content[number] == "1210"


def test_a_number_that_is_not_the_sum_is_marked_for_the_citys_reviewer(split: Counties) -> None:
    below(split, "2", EDUCATION, "650")
    below(split, "3", SCHOOLS, "560")
    number = f"value:{measure(split, '2.2')}"
    report = file(split, "2.2", KECHENG, {number: "1250"}, accepted=False)
    with split.reading(split.reviewer) as c:
        codes = [flag.code for flag in flags_of(c.session, [report], c.now)[report]]
    assert "not_the_sum" in codes


def test_the_city_sees_who_took_down_what_and_how_far_targets_were_raised(split: Counties) -> None:
    below(split, "2", EDUCATION, "650")
    with split.reading(split.administrator) as c:
        rows = cascade(c.session, c.actor, split.plan_id, c.now, 2021)
    kecheng, longyou = (row for row in rows if row.code == "2.2")
    assert (kecheng.place, kecheng.taken, kecheng.units) == (KECHENG, 2, 2)
    assert (longyou.place, longyou.taken) == (LONGYOU, 0)
    (row,) = kecheng.targets
    assert (row.above, row.asked, row.below) == (2000, 1200, 1300)
    assert row.raised is not None
    assert round(row.raised, 1) == Decimal("8.3")
    assert [up.total for up in kecheng.up] == [650]
    with split.reading(office(split, LONGYOU)) as c:
        assert cascade(c.session, c.actor, split.plan_id, c.now, 2021) == ()
    with split.reading(office(split, KECHENG)) as c:
        found = {row.code: row for row in handed_down(c.session, c.actor, c.now, 2021)}
        assert len(found["2.2"].taken) == 2
        assert found["2.2"].targets == (("大学生", "人", Decimal(1200)),)


def test_what_no_plan_above_hands_down_is_not_taken(world: Counties) -> None:
    wrong = replace(taken("2", EDUCATION, 1), taken_from="little/1.1")
    plan = county_catalogue(KECHENG, (wrong,))
    plan = replace(plan, plan=replace(plan.plan, code="330802-2"))
    with pytest.raises(Invalid) as refused:
        world.do(office(world, KECHENG), load_catalogue, catalogue=plan)
    assert [one.where for one in refused.value.problems] == ["2"]


def test_what_lies_in_a_draft_is_taken_for_the_county_and_not_for_the_city(world: Counties) -> None:
    mine = office(world, KECHENG)
    plan = county_catalogue(KECHENG, (taken("2", EDUCATION, 700),))
    plan = replace(plan, plan=replace(plan.plan, code="330802-2"))
    world.do(mine, load_catalogue, catalogue=plan)

    def below(who: int) -> list[int]:
        with world.reading(who) as c:
            mine_too = [len(row.taken) for row in handed_down(c.session, c.actor, c.now, 2021)
                        if row.code == "2.2"]  # fmt: skip
            rows = cascade(c.session, c.actor, world.plan_id, c.now, 2021)
            return mine_too + [
                row.taken for row in rows if (row.code, row.place) == ("2.2", KECHENG)
            ]

    assert below(mine) == [1]
    assert below(world.administrator) == [0]
    # Taken out of the draft again, it waits to be taken down.
    world.do(mine, load_catalogue, catalogue=replace(plan, tasks=plan.tasks[:1]))
    assert below(mine) == [0]
