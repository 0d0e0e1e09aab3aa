"""A year assessed by a scheme in the language: kept, read again, on the sheet with its reasons."""

from decimal import Decimal

import pytest

from assessed_year import CLOCK, NEW_YEAR, a_year, measure
from db.engine import Database
from db.queries.assessment.assessment import ranking, sheet
from documents.official.assessment import ranking_paper, sheet_paper
from documents.official.template import filled
from documents.score_papers import result_xlsx, sheet_xlsx, why_of
from i18n import speaking
from workflow.rules.refusals import Invalid
from workflow.verbs.assessment.assess import assess
from workflow.verbs.assessment.record_merit import merit_kinds
from workflow.verbs.assessment.save_scheme import save_scheme, shipped_scheme
from worlds import LABOUR, LONGYOU, SCIENCE, World


@pytest.fixture
def city(database: Database) -> World:
    made = a_year(database)
    made.do(made.administrator, save_scheme, data=shipped_scheme("quzhou"))
    return made


def run_in(city: World) -> int:
    done = city.do(CLOCK, assess, at=NEW_YEAR, plan_id=city.plan_id, year=2021, scheme="quzhou")
    return done.assessment_id


def test_a_sheet_says_its_arithmetic_and_what_is_open(city: World) -> None:
    run = run_in(city)
    with city.reading(CLOCK) as c:
        places = {one.unit: one for one in ranking(c.session, c.actor, run).places}
        mine = sheet(c.session, c.actor, run, city.units[SCIENCE])
        labour = sheet(c.session, c.actor, run, city.units[LABOUR])
    (people,) = (line for line in mine.lines if line.path.endswith(str(measure(city, "1.1"))))
    with speaking("zh"):
        assert "50分×75%=37.5分" in why_of(people)
        assert "再完成5人得满分" in why_of(people)
        assert people.weight
    (late,) = (line for line in labour.lines if line.own == "16" and line.leaf)
    with speaking("en"):
        assert "16 lies in the band" in why_of(late)
    assert places[SCIENCE].total == mine.lines[0].points
    # 龙游县 reported nothing: a person decides, and until then there is no total.
    assert places[LONGYOU].total is None
    (question,) = places[LONGYOU].questions
    assert question.path == f"numbers/measure:{measure(city, '2.2')}"
    with speaking("zh"):
        found = sheet_of(city, run, LONGYOU)
        asked = [line for line in found.lines if line.question]
        assert "待决定" in why_of(asked[0])
        for paper in (sheet_xlsx, lambda *given: filled(sheet_paper(*given))):
            assert paper(found, "Asia/Shanghai") == paper(found, "Asia/Shanghai")


def sheet_of(city: World, run: int, unit: str):
    with city.reading(CLOCK) as c:
        return sheet(c.session, c.actor, run, city.units[unit])


def test_papers_are_made_of_it(city: World) -> None:
    run = run_in(city)
    with city.reading(CLOCK) as c:
        found = ranking(c.session, c.actor, run)
    for paper in (result_xlsx, lambda one, zone: filled(ranking_paper(one, None, zone))):
        assert len(paper(found, "Asia/Shanghai")) > 1000


def test_the_same_facts_are_kept_once(city: World) -> None:
    assert run_in(city) == run_in(city)


def test_the_kinds_of_events_of_a_scheme_can_be_noted(city: World) -> None:
    with city.reading(CLOCK) as c:
        assert merit_kinds(c, 2021)["false_numbers"] == "报送数据弄虚作假"


def test_a_scheme_whose_own_cases_do_not_hold_is_not_kept(city: World) -> None:
    wrong = shipped_scheme("quzhou")
    wrong["examples"][0]["expect"]["numbers"] = 44
    with pytest.raises(Invalid) as refused, city.acting(city.administrator) as c:
        save_scheme(c, wrong)
    assert "45" in str(refused.value.problems[0])


def test_a_line_of_the_sheet_keeps_its_points_as_they_are_shown(city: World) -> None:
    found = sheet_of(city, run_in(city), SCIENCE)
    assert all(line.points == line.points.quantize(Decimal("0.01")) for line in found.lines)
