"""A year's score comes from the record as known when it was frozen, and explains itself."""

import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.exc import DBAPIError

from assessed_year import CLOCK, NEW_YEAR, a_year, file, measure, milestone, version_of
from db.engine import Database
from db.models import Assessment, Outbox, ScoreLine, Submission
from db.queries.assessment.assessment import objections, ranking, runs, sheet
from db.queries.assessment.facts import facts_of_year
from workflow.rules.assessment.result import ScoreSheet, SheetLine
from workflow.rules.refusals import Conflict, Invalid, NotAllowed, NotFound, Refused, WrongState
from workflow.verbs.assessment.answer_objection import answer_objection
from workflow.verbs.assessment.assess import Assessed, assess, assess_all
from workflow.verbs.assessment.object_to_score import object_to_score
from workflow.verbs.assessment.save_scheme import save_scheme, shipped_scheme
from workflow.verbs.reports.return_report import return_report
from workflow.verbs.rounds.open_rounds import open_rounds
from worlds import KECHENG, LABOUR, LONGYOU, OFFICE, SCIENCE, World

DECEMBER = datetime(2021, 12, 2, 1, tzinfo=UTC)


@pytest.fixture
def city(database: Database) -> World:
    return a_year(database)


def run(city: World, at: datetime | None = None) -> Assessed:
    return city.do(CLOCK, assess, at=at, plan_id=city.plan_id, year=2021)


def late(city: World) -> None:
    """龙游县 reports at last, while the round is still open."""
    city.now = DECEMBER + timedelta(days=8)
    file(city, "2.2", LONGYOU, {f"value:{measure(city, '2.2')}": "800"})


def sheet_of(city: World, unit: str, assessed: Assessed) -> ScoreSheet:
    with city.reading(CLOCK) as c:
        return sheet(c.session, c.actor, assessed.assessment_id, city.units[unit])


def line(found: ScoreSheet, text: str) -> SheetLine:
    """The one leaf that ends so."""
    (one,) = (line for line in found.lines if line.leaf and line.path.endswith(text))
    return one


def facts(city: World, unit: str, at: datetime = NEW_YEAR) -> dict[str, dict[str, object]]:
    day = min(at.date(), datetime(2021, 12, 31, tzinfo=UTC).date())
    with city.database.read() as session:
        whole = facts_of_year(session, city.plan_id, 2021, at, day, "Asia/Shanghai")
    (found,) = (u for u in whole["units"] if u["name"] == unit)
    return {task["task"]: task for task in found["tasks"]} | {"doubts": found.get("doubts", [])}


def test_facts_hold_the_targets_what_was_told_and_its_proof(city: World) -> None:
    with city.database.read() as session:
        last = session.scalars(select(Submission.id).order_by(Submission.id)).all()
    people, ratio = facts(city, SCIENCE)["1.1"]["measures"]
    assert (people["target"], people["actual"], people["expected"]) == ("20", "15", "18")
    assert people["firmness"] == "preliminary"
    assert people["evidence"] == [f"submission:{last[0]}"]
    assert (ratio["target"], ratio["actual"]) == (None, "2.1")
    (document,) = facts(city, LABOUR)["1.2"]["milestones"]
    assert (document["due"], document["reached_on"]) == ("2021-06-30", "2021-07-16")
    assert document["deliverable"] is True


def test_each_county_answers_for_its_own_share(city: World) -> None:
    (kecheng,) = facts(city, KECHENG)["2.2"]["measures"]
    (longyou,) = facts(city, LONGYOU)["2.2"]["measures"]
    assert (kecheng["target"], kecheng["actual"]) == ("1200", "1200")
    assert (longyou["target"], longyou["actual"], longyou["evidence"]) == ("800", None, [])


def test_who_has_a_part_without_a_share_stands_by_what_the_lead_collected(city: World) -> None:
    assert facts(city, LABOUR)["1.1"]["role"] == "support"
    # The lead's share is its own, and the support has none.
    assert facts(city, LABOUR)["1.1"]["measures"][0]["actual"] == "2.1"
    (first,) = facts(city, LABOUR)["1.3"]["milestones"]
    assert first["reached_on"] == "2021-09-30"


def test_only_what_the_year_asks_for_is_there(city: World) -> None:
    titles = [m["title"] for m in facts(city, SCIENCE)["1.3"]["milestones"]]
    assert len(titles) == 1  # the one of 2022 is not of this year
    assert all(r["period"].startswith("2021") for r in facts(city, OFFICE)["2.1"]["reports"])


def test_only_what_was_accepted_counts_and_what_waits_is_a_doubt(city: World) -> None:
    graduates = measure(city, "2.2")
    city.now = datetime(2021, 12, 1, 1, tzinfo=UTC)
    file(city, "2.2", LONGYOU, {f"value:{graduates}": "700"}, accepted=False)
    assert facts(city, LONGYOU)["2.2"]["measures"][0]["actual"] is None
    (waits,) = facts(city, LONGYOU)["doubts"]
    assert (waits["kind"], waits["after"], waits["cleared"]) == ("awaiting_review", "700", False)
    assert run(city, NEW_YEAR).awaiting == 1
    with city.database.read() as session:
        report_id = session.scalars(select(Submission.report_id).order_by(Submission.id.desc()))
        report = report_id.first()
    city.do(
        city.reviewer, return_report, at=NEW_YEAR + timedelta(hours=1), report_id=report,
        version=version_of(city, report), reason="请附证明材料。",
    )  # fmt: skip
    assert facts(city, LONGYOU, NEW_YEAR + timedelta(hours=2))["doubts"] == []


def test_facts_of_a_past_instant_stay_as_they_were_known(city: World) -> None:
    before = json.dumps(facts(city, LONGYOU, DECEMBER), sort_keys=True)
    late(city)
    assert json.dumps(facts(city, LONGYOU, DECEMBER), sort_keys=True) == before
    assert json.dumps(facts(city, LONGYOU), sort_keys=True) != before


def test_what_the_next_year_told_does_not_count_for_this_one(city: World) -> None:
    before = facts(city, SCIENCE)
    city.now = datetime(2022, 3, 11, 1, tzinfo=UTC)
    city.do(CLOCK, open_rounds)
    people = measure(city, "1.1")
    file(
        city, "1.1", SCIENCE, {f"value:{people}": "40", f"value:{people + 1}": "2.2",
        "problem": "经费未到位"}, period="2022Q1", status="stuck",
    )  # fmt: skip
    step = milestone(city, "1.3")
    file(city, "1.3", SCIENCE, {f"reached:{step}": "2021-09-29"}, period="2022Q1")
    after = facts(city, SCIENCE, city.now)
    assert after["1.1"] == before["1.1"]
    # A later report may still tell on which day something was reached.
    assert after["1.3"]["milestones"][0]["reached_on"] == "2021-09-29"


def test_every_point_names_its_rule_its_inputs_and_its_proof(city: World) -> None:
    found = sheet_of(city, SCIENCE, run(city))
    people = line(found, f"measure:{measure(city, '1.1')}")
    assert people.rule == "ratio"
    assert people.points_max is not None
    assert people.points == (people.points_max * 3 / 4).quantize(Decimal("0.01"))
    assert (people.own, people.own_max) == ("37.5", "50")
    assert people.evidence[0].startswith("submission:")
    assert found.lines[0].points == found.place.total
    late = line(sheet_of(city, LABOUR, run(city)), f"milestone:{milestone(city, '1.2')}")
    assert late.points == (late.points_max * Decimal("0.8")).quantize(Decimal("0.01"))
    assert (late.own, late.own_max) == ("16", "20")


def test_units_are_ranked_within_their_group(city: World) -> None:
    with city.reading(CLOCK) as c:
        found = ranking(c.session, c.actor, run_in(city))
    by_name = {place.unit: place for place in found.places}
    assert by_name[KECHENG].rank == 1
    # 龙游县 told no number: a person decides, and until then it is not ranked.
    assert (by_name[LONGYOU].rank, len(by_name[LONGYOU].questions)) == (None, 1)
    assert by_name[KECHENG].of == 1
    assert by_name[KECHENG].group_title == "县（市、区）和功能区"
    assert by_name[SCIENCE].of == 3
    assert [p.group for p in found.places] == sorted(
        (p.group for p in found.places), key=["localities", "departments", "others"].index
    )


def run_in(city: World) -> int:
    return run(city).assessment_id


def test_the_same_facts_are_kept_once_and_others_are_a_version_more(city: World) -> None:
    first = run(city, DECEMBER)
    again = run(city, DECEMBER + timedelta(hours=5))
    assert (again.assessment_id, again.new, again.sha) == (first.assessment_id, False, first.sha)
    late(city)
    second = run(city, NEW_YEAR)
    assert (second.no, second.new) == (2, True)
    with city.reading(CLOCK) as c:
        assert [one.no for one in runs(c.session, c.actor, city.plan_id)] == [2, 1]
        old = sheet(c.session, c.actor, first.assessment_id, city.units[LONGYOU])
        new = sheet(c.session, c.actor, second.assessment_id, city.units[LONGYOU])
    assert (old.place.total, len(old.place.questions)) == (None, 1)
    assert (new.place.total, new.place.questions) == (Decimal(100), ())


def test_another_scheme_is_another_version(city: World) -> None:
    first = run(city)
    changed = shipped_scheme("quzhou")
    changed["grades"] = [{"code": "all", "title": "合格"}]
    del changed["vetoes"], changed["examples"]
    city.do(city.administrator, save_scheme, data=changed)
    second = run(city)
    assert second.no == first.no + 1
    assert sheet_of(city, SCIENCE, second).place.grade_title == "合格"
    assert sheet_of(city, SCIENCE, first).place.grade_title != "合格"


def test_both_databases_give_the_same_bytes(
    sqlite_database: Database, postgres_database: Database
) -> None:
    shas = {run(a_year(database)).sha for database in (sqlite_database, postgres_database)}
    assert len(shas) == 1


def test_the_timetable_assesses_the_year_of_yesterday(city: World) -> None:
    new_years_day = datetime(2021, 12, 31, 18, tzinfo=UTC)  # 1 January, two in the morning
    (done,) = city.do(CLOCK, assess_all, at=new_years_day)
    assert done.year == 2021
    assert city.do(CLOCK, assess_all, at=NEW_YEAR) == ()  # no scheme for 2022


def test_a_year_that_has_not_begun_or_has_no_scheme_is_refused(city: World) -> None:
    for year, why in ((2022, NotFound), (2023, Refused), (2019, Refused)):
        with pytest.raises(why), city.acting(CLOCK) as c:
            assess(c, plan_id=city.plan_id, year=year)
    with pytest.raises(NotFound), city.acting(CLOCK) as c:
        assess(c, plan_id=city.plan_id, year=2021, scheme="nonsense")


def test_a_wrong_scheme_is_refused_with_its_places(city: World) -> None:
    wrong = shipped_scheme("quzhou")
    wrong["score"]["children"][0]["points"] = -3
    with pytest.raises(Invalid) as refusal, city.acting(city.administrator) as c:
        save_scheme(c, wrong)
    assert refusal.value.problems


def test_a_unit_reads_its_own_sheet_and_its_place_alone(city: World) -> None:
    assessed = run_in(city)
    with city.reading(city.person(KECHENG, "liaison")) as c:
        (place,) = ranking(c.session, c.actor, assessed).places
        assert (place.unit, place.rank, place.of) == (KECHENG, 1, 1)
        assert sheet(c.session, c.actor, assessed, city.units[KECHENG]).lines
        with pytest.raises(NotFound):
            sheet(c.session, c.actor, assessed, city.units[LONGYOU])
    with pytest.raises(NotAllowed), city.acting(city.person(KECHENG, "liaison")) as c:
        assess(c, plan_id=city.plan_id, year=2021)


def test_a_unit_objects_and_is_answered_once(city: World) -> None:
    assessed = run(city)
    mine = line(sheet_of(city, LONGYOU, assessed), f"measure:{measure(city, '2.2')}")
    liaison = city.person(LONGYOU, "liaison")
    with pytest.raises(Invalid), city.acting(liaison) as c:
        object_to_score(c, line_id=mine.id, text=" ")
    said = city.do(liaison, object_to_score, line_id=mine.id, text="我县数据已报市人社局。")
    with pytest.raises(WrongState), city.acting(liaison) as c:
        object_to_score(c, line_id=mine.id, text="再次说明。")
    with city.reading(city.reviewer) as c:
        (one,) = objections(c.session, c.actor, assessed.assessment_id)
        assert (one.id, one.unit, one.upheld) == (said, LONGYOU, None)
    with city.reading(city.person(KECHENG, "liaison")) as c:
        assert objections(c.session, c.actor, assessed.assessment_id) == ()
    city.do(city.reviewer, answer_objection, objection_id=said, upheld=True, reply="经核属实。")
    with pytest.raises(Conflict), city.acting(city.reviewer) as c:
        answer_objection(c, objection_id=said, upheld=False, reply="再看。")
    told = line(sheet_of(city, LONGYOU, assessed), f"measure:{measure(city, '2.2')}")
    assert [(o.upheld, o.reply) for o in told.objections] == [(True, "经核属实。")]
    with city.database.read() as session:
        mails = session.execute(
            select(Outbox.person_id).where(Outbox.kind == "objection").order_by(Outbox.id)
        ).scalars()
        told_people = set(mails)
    assert liaison in told_people
    assert city.reviewer in told_people


def test_nobody_objects_for_others_or_to_an_old_score(city: World) -> None:
    first = run(city, DECEMBER)
    mine = line(sheet_of(city, LONGYOU, first), f"measure:{measure(city, '2.2')}")
    with pytest.raises(NotFound), city.acting(city.person(KECHENG, "liaison")) as c:
        object_to_score(c, line_id=mine.id, text="不对。")
    with pytest.raises(NotAllowed), city.acting(city.reviewer) as c:
        object_to_score(c, line_id=mine.id, text="不对。")
    late(city)
    run(city, NEW_YEAR)
    with pytest.raises(Conflict), city.acting(city.person(LONGYOU, "liaison")) as c:
        object_to_score(c, line_id=mine.id, text="不对。")


def test_a_reviewer_does_not_judge_the_own_units_objection(city: World) -> None:
    assessed = run(city)
    office = sheet_of(city, OFFICE, assessed).lines[0]
    said = city.do(
        city.person(OFFICE, "liaison"), object_to_score, line_id=office.id, text="请复核。"
    )
    with pytest.raises(NotAllowed), city.acting(city.reviewer) as c:
        answer_objection(c, objection_id=said, upheld=True, reply="好。")
    with pytest.raises(NotAllowed), city.acting(city.person(LABOUR, "reviewer")) as c:
        answer_objection(c, objection_id=said, upheld=True, reply="由我审核。")
    city.do(
        city.person("", "leader"), answer_objection, objection_id=said, upheld=False, reply="无误"
    )


def test_score_lines_are_never_changed(city: World) -> None:
    run(city)
    for table in (Assessment, ScoreLine):
        with pytest.raises(DBAPIError), city.database.write() as session:
            session.execute(update(table).values(id=table.id))
        with city.database.read() as session:
            assert session.scalar(select(func.count()).select_from(table))
