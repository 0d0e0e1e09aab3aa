"""What people give of a unit's year is read as they type it, counts, and can be taken back."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from sqlalchemy import select

from assessed_year import NEW_YEAR, a_year, measure
from built_once import built_once
from db.engine import Database
from db.models import Task
from db.queries.assessment.facts import facts_of_year
from db.queries.assessment.given_facts import given_rows
from documents.scheme_file import understood_facts
from workflow.rules.assessment.doubts import Doubt, DoubtKind, jumped, target_lowered
from workflow.rules.assessment.given import GivenKind, read_given, written_given
from workflow.rules.refusals import Conflict, Invalid, NotAllowed
from workflow.verbs.assessment.give_fact import FactHead, give_fact, take_back_fact
from workflow.verbs.assessment.record_merit import record_merit
from workflow.verbs.plans.set_year_targets import TargetEntry, set_year_targets
from worlds import KECHENG, LONGYOU, OFFICE, SCIENCE, World

BASIS = "衢人才办〔2022〕3号"


@pytest.fixture
@built_once
def city(database: Database) -> World:
    return a_year(database)


def give(city: World, kind: GivenKind, name: str, by_unit: dict[str, str], **more: Any) -> Any:
    return city.do(
        more.pop("who", city.reviewer), give_fact, plan_id=city.plan_id, year=2021,
        head=FactHead(kind, name, BASIS, **more),
        values={city.units[unit]: typed for unit, typed in by_unit.items()},
    )  # fmt: skip


def lower(city: World, unit: str, target: str) -> None:
    with city.database.read() as session:
        version = session.scalars(select(Task.version).where(Task.code == "2.2")).one()
    city.do(
        city.administrator, set_year_targets, measure_id=measure(city, "2.2"), version=version,
        entries=[TargetEntry(city.units[unit], 2021, target),
                 TargetEntry(city.units[LONGYOU], 2021, "1000")],
        document=BASIS,
    )  # fmt: skip


def unit_facts(city: World, unit: str, at: datetime = NEW_YEAR) -> dict[str, Any]:
    with city.database.read() as session:
        whole = facts_of_year(session, city.plan_id, 2021, at, date(2021, 12, 31), "Asia/Shanghai")
    understood_facts(whole)
    (found,) = (one for one in whole["units"] if one["name"] == unit)
    return found


@pytest.mark.parametrize(
    ("kind", "typed", "value"),
    [
        (GivenKind.NUMBER, "48.5 万人", {"value": "48.5", "unit": "万人"}),
        (GivenKind.NUMBER, "１２０", {"value": "120"}),
        (GivenKind.WORD, "一类", {"value": "一类"}),
        (GivenKind.RANK, "10/90", {"rank": 10, "of": 90}),
        (GivenKind.RATING, "95，92 88.5", {"marks": ["95", "92", "88.5"]}),
        (GivenKind.BALLOT, "满意 80 不满意20 有效：100",
         {"votes": {"满意": 80, "不满意": 20}, "valid": 100}),
        (GivenKind.POINTS, "4.5", {"value": "4.5"}),
    ],
)  # fmt: skip
def test_what_is_typed_is_read_exactly_and_written_again(
    kind: GivenKind, typed: str, value: dict[str, Any]
) -> None:
    assert read_given(kind, typed) == value
    assert read_given(kind, written_given(kind, value)) == value


@pytest.mark.parametrize(
    ("kind", "typed"),
    [
        (GivenKind.NUMBER, "约50"), (GivenKind.RANK, "91/90"), (GivenKind.RANK, "第十名"),
        (GivenKind.RATING, "95 优"), (GivenKind.BALLOT, "80 20"), (GivenKind.BALLOT, "有效 100"),
        (GivenKind.POINTS, ""), (GivenKind.WORD, " "),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_refused_with_an_example(kind: GivenKind, typed: str) -> None:
    with pytest.raises(Invalid) as refused:
        read_given(kind, typed)
    assert "写" in str(refused.value)


def test_the_facts_hold_what_was_given_with_its_proof(city: World) -> None:
    give(city, GivenKind.NUMBER, "常住人口", {KECHENG: "48.5 万人", LONGYOU: "36 万人"})
    give(city, GivenKind.NUMBER, "常住人口", {KECHENG: "48.1 万人"}, period="2020")
    give(city, GivenKind.RANK, "全省考核", {KECHENG: "10/90"})
    (marks,) = give(city, GivenKind.RATING, "评议", {KECHENG: "95 92"}, raters="市领导")
    give(city, GivenKind.BALLOT, "满意度", {KECHENG: "满意 8 不满意 2 有效 10"})
    give(city, GivenKind.POINTS, "quality", {KECHENG: "4"})
    give(city, GivenKind.MEASURE, "last_year", {KECHENG: "900"}, measure_id=measure(city, "2.2"))
    give(city, GivenKind.TASK, "difficulty", {KECHENG: "1.2"}, task_id=city.tasks["2.2"])
    found = unit_facts(city, KECHENG)
    number = found["numbers"]["常住人口"]
    assert (number["value"], number["unit"]) == ("48.5", "万人")
    assert number["periods"] == {"2020": "48.1"}
    assert (found["ranks"][0]["rank"], found["ballots"][0]["valid"]) == (10, 10)
    rating = found["ratings"][0]
    assert (rating["group"], rating["evidence"]) == ("市领导", [f"given_fact:{marks}"])
    assert (found["given"][0]["rule"], found["given"][0]["points"]) == ("quality", "4")
    (task,) = (one for one in found["tasks"] if one["task"] == "2.2")
    assert (task["difficulty"], task["measures"][0]["last_year"]) == ("1.2", "900")


def test_given_anew_it_replaces_and_taken_back_it_stays_to_read(city: World) -> None:
    give(city, GivenKind.WORD, "类别", {KECHENG: "一类"})
    city.now += timedelta(hours=1)
    (second,) = give(city, GivenKind.WORD, "类别", {KECHENG: "二类"})
    assert unit_facts(city, KECHENG, city.now)["words"] == {"类别": "二类"}
    assert unit_facts(city, KECHENG, NEW_YEAR)["words"] == {"类别": "一类"}
    city.now += timedelta(hours=1)
    city.do(city.reviewer, take_back_fact, fact_id=second)
    assert "words" not in unit_facts(city, KECHENG, city.now)
    with pytest.raises(Conflict):
        city.do(city.reviewer, take_back_fact, fact_id=second)
    with city.reading(city.person(KECHENG, "liaison")) as c:
        mine = given_rows(c.session, c.actor, city.plan_id, 2021, c.now)
    assert [(one.value, one.ended_at is None, one.may_take_back) for one in mine] == [
        ("二类", False, False), ("一类", False, False),
    ]  # fmt: skip
    with city.reading(city.person(LONGYOU, "liaison")) as c:
        assert given_rows(c.session, c.actor, city.plan_id, 2021, c.now) == ()


def test_nobody_gives_the_own_unit_anything(city: World) -> None:
    for who in (city.reviewer, city.person(OFFICE, "liaison")):
        with pytest.raises(NotAllowed):
            give(city, GivenKind.POINTS, "quality", {OFFICE: "5"}, who=who)


@pytest.mark.parametrize(
    ("kind", "name", "more", "field"),
    [
        (GivenKind.NUMBER, " ", {}, "name"),
        (GivenKind.MEASURE, "last_year", {}, "measure"),
        (GivenKind.MEASURE, "last_year", {"measure_id": 999}, "measure"),
        (GivenKind.TASK, "difficulty", {}, "task"),
        (GivenKind.TASK, "mood", {"task_id": 1}, "name"),
    ],
)
def test_what_is_not_right_is_named(
    city: World, kind: GivenKind, name: str, more: dict[str, Any], field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        give(city, kind, name, {KECHENG: "1"}, **more)
    assert [problem.where for problem in refused.value.problems] == [field]


def test_an_event_has_its_level_amount_matter_and_number(city: World) -> None:
    city.do(
        city.reviewer, record_merit, plan_id=city.plan_id, unit_id=city.units[KECHENG], year=2021,
        kind="achievement", title="试点", basis=BASIS, day=date(2021, 11, 30), level="省级",
        matter="试点", amount="500", times=2,
    )  # fmt: skip
    (event,) = unit_facts(city, KECHENG)["events"]
    assert (event["level"], event["matter"], event["amount"], event["count"], event["date"]) == (
        "省级", "试点", "500", 2, "2021-11-30",
    )  # fmt: skip


def test_before_the_years_end_the_path_is_what_is_asked(city: World) -> None:
    october = datetime(2021, 11, 30, 8, tzinfo=UTC)
    with city.database.read() as session:
        whole = facts_of_year(
            session, city.plan_id, 2021, october, date(2021, 11, 30), "Asia/Shanghai"
        )
    assert whole["trial"] is True
    read = understood_facts(whole)
    (mine,) = (one for one in read.units if one.name == SCIENCE)
    item = next(one for one in mine.over("measures") if one.numbers.get("actual") == 15)
    # 18 of the year's 20 are asked for on that day.
    assert item.numbers["target"] == item.numbers["expected"] == 18
    assert item.numbers["attained"] == Fraction(15, 18)


def test_a_target_lowered_after_mid_year_is_flagged_until_somebody_has_looked(city: World) -> None:
    city.now = NEW_YEAR - timedelta(days=20)
    lower(city, KECHENG, "1000")
    (doubt,) = unit_facts(city, KECHENG)["doubts"]
    # Targets were laid down before the middle of the year (as the story of the tests has it).
    assert (doubt["kind"], doubt["before"], doubt["after"]) == ("target_lowered", "1200", "1000")
    assert "doubts" not in unit_facts(city, SCIENCE)
    city.now = NEW_YEAR
    give(city, GivenKind.CLEARED, "target_lowered", {KECHENG: ""}, measure_id=measure(city, "2.2"))
    assert [one["cleared"] for one in unit_facts(city, KECHENG)["doubts"]] == [True]


def test_a_number_that_jumps_at_the_end_is_flagged() -> None:
    def d(*numbers: int) -> list[Decimal]:
        return [Decimal(one) for one in numbers]

    assert jumped(">=", *d(30, 100, 100, 25))
    assert not jumped(">=", *d(60, 100, 100, 25))
    assert not jumped(">=", *d(0, 20, 100, 5))
    assert not jumped("<=", *d(30, 100, 100, 25))
    assert target_lowered(">=", *d(10, 9))
    assert not target_lowered(">=", *d(9, 10))
    assert target_lowered("<=", *d(9, 10))
    assert not target_lowered(">=", None, Decimal(3))


def test_a_doubt_says_itself_in_words() -> None:
    said = Doubt(1, "大学生", DoubtKind.JUMPED, "30", "100", "人")
    assert "30人" in str(said.sentence)
    assert "100人" in str(said.sentence)
