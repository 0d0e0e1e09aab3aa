"""What the office notes of a unit's year counts, is seen by the unit, and can be struck out."""

from datetime import UTC, date, datetime

import pytest

from assessed_year import CLOCK, a_year
from built_once import built_once
from db.engine import Database
from db.queries.assessment.assessment import sheet
from db.queries.assessment.merits import MeritRow, merits
from workflow.rules.assessment.facts import EXEMPTION
from workflow.rules.assessment.result import ScoreSheet
from workflow.rules.refusals import Conflict, Invalid, NotAllowed
from workflow.verbs.assessment.assess import assess
from workflow.verbs.assessment.record_merit import merit_kinds, record_merit, strike_merit
from worlds import KECHENG, LABOUR, LONGYOU, OFFICE, World

LATE = datetime(2021, 12, 20, 3, tzinfo=UTC)
PRAISE = {
    "kind": "achievement",
    "title": "技能人才培训做法获省厅推广",
    "basis": "浙人社发〔2021〕60号",
    "day": date(2021, 11, 30),
}


@pytest.fixture
@built_once
def city(database: Database) -> World:
    city = a_year(database)
    city.now = LATE
    return city


def note(city: World, who: int, unit: str, **given: object) -> int:
    whole = {"plan_id": city.plan_id, "unit_id": city.units[unit], "year": 2021} | PRAISE | given
    return city.do(who, record_merit, **whole)


def scored(city: World, unit: str) -> ScoreSheet:
    done = city.do(CLOCK, assess, plan_id=city.plan_id, year=2021)
    with city.reading(CLOCK) as c:
        return sheet(c.session, c.actor, done.assessment_id, city.units[unit])


def seen_by(city: World, who: int) -> tuple[MeritRow, ...]:
    with city.reading(who) as c:
        return merits(c.session, c.actor, city.plan_id, 2021, c.now)


def test_praise_and_blame_count_with_their_basis_until_they_are_struck_out(city: World) -> None:
    before = scored(city, KECHENG).place.total
    praise = note(city, city.reviewer, KECHENG)
    note(city, city.reviewer, KECHENG, kind="criticised", title="通报批评", basis="衢委〔2021〕9号")
    found = scored(city, KECHENG)
    assert found.place.total == before - 2 + 1
    (line,) = (line for line in found.lines if line.path.endswith(f"merit:{praise}"))
    assert (line.points, line.evidence) == (1, (f"merit:{praise}",))
    city.do(city.reviewer, strike_merit, merit_id=praise)
    assert scored(city, KECHENG).place.total == before - 2
    assert [row.struck_at is None for row in seen_by(city, city.reviewer)] == [True, False]
    with pytest.raises(Conflict):
        city.do(city.reviewer, strike_merit, merit_id=praise)


def test_an_exempted_task_is_left_out_and_stays_to_be_seen(city: World) -> None:
    before = scored(city, LONGYOU)
    (late,) = (one for one in before.lines if one.leaf and one.inputs.get("task") == "2.2")
    assert before.place.questions
    exempt = {"kind": EXEMPTION, "title": "受疫情影响", "task_id": city.tasks["2.2"]}
    noted = note(city, city.reviewer, LONGYOU, **exempt)
    (line,) = (one for one in scored(city, LONGYOU).lines if one.path == late.path)
    assert (line.points, line.points_max, line.question) == (0, 0, None)
    assert f"merit:{noted}" in line.evidence


def test_a_veto_bars_the_grade(city: World) -> None:
    note(city, city.reviewer, KECHENG, kind="false_numbers", title="虚报引进人数")
    assert scored(city, KECHENG).place.vetoes == ("报送数据弄虚作假",)


def test_the_unit_reads_what_was_noted_of_it_and_no_other_does(city: World) -> None:
    note(city, city.reviewer, KECHENG)
    (mine,) = seen_by(city, city.person(KECHENG, "liaison"))
    assert (mine.basis, mine.may_strike) == (PRAISE["basis"], False)
    assert seen_by(city, city.person(LONGYOU, "liaison")) == ()
    assert [row.may_strike for row in seen_by(city, city.reviewer)] == [True]


def test_nobody_notes_anything_of_the_own_unit(city: World) -> None:
    with pytest.raises(NotAllowed):
        note(city, city.reviewer, OFFICE)
    with pytest.raises(NotAllowed):
        note(city, city.person(KECHENG, "liaison"), KECHENG)
    mine = note(city, city.person(LABOUR, "reviewer"), OFFICE)
    with pytest.raises(NotAllowed):
        city.do(city.reviewer, strike_merit, merit_id=mine)


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("title", {"title": " "}),
        ("basis", {"basis": "长" * 201}),
        ("kind", {"kind": "whim"}),
        ("day", {"day": date(2021, 12, 24)}),
        ("day", {"day": date(2020, 12, 24)}),
        ("task", {"kind": EXEMPTION}),
    ],
)
def test_what_is_not_right_is_named_and_nothing_is_kept(
    city: World, field: str, wrong: dict[str, object]
) -> None:
    with pytest.raises(Invalid) as refused:
        note(city, city.reviewer, KECHENG, **wrong)
    assert [problem.where for problem in refused.value.problems] == [field]
    assert seen_by(city, city.reviewer) == ()


def test_the_kinds_come_from_the_scheme_of_the_year(city: World) -> None:
    with city.reading(city.reviewer) as c:
        assert sorted(merit_kinds(c, 2021)) == [
            "achievement", "criticised", "false_numbers", "rectification_overdue",
        ]  # fmt: skip
        assert merit_kinds(c, 2022) == {}
