"""年度考核 says first what is to be done now; a unit consents, objects and downloads its sheet."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from assessed_year import CLOCK
from assessment.test_given_facts import lower
from assessment.test_procedure import begin, first_line, shown
from assessment.test_procedure import city as city  # noqa: PLC0414 - the fixture
from db.models import GivenFact
from pages.on_stage import on_stage, opened
from pages.stage import html_of
from ui.files.assessment import score_sheet
from ui.shell.application import Application
from workflow.rules.assessment.given import GivenKind
from workflow.verbs.assessment.assess import assess
from workflow.verbs.assessment.object_to_score import object_to_score
from worlds import KECHENG, LONGYOU, OFFICE, World


@pytest.fixture
def application(city: World, tmp_path) -> Application:
    return on_stage(city, tmp_path)


@pytest.fixture
def database(sqlite_database):
    return sqlite_database


def test_the_office_begins_and_leads_from_the_page(application, city):
    city.do(CLOCK, assess, plan_id=city.plan_id, year=2021)
    page = opened(application, city, "assessment", OFFICE, "reviewer")
    button = next(one for one in page.button if "启动" in one.label)
    button.click().run()
    assert not page.exception
    assert "自评" in html_of(page)
    assert "结束自评" in " ".join(one.label for one in page.button)


def test_a_unit_gives_its_self_assessment(application, city):
    procedure = begin(city)
    page = opened(application, city, "assessment", KECHENG, "liaison")
    page.text_area(key=f"self_{procedure}").input("自评良好。")
    page.button(key=f"self_{procedure}_now").click().run()
    assert not page.exception
    assert "已提交" in html_of(page) + " ".join(one.label for one in page.expander)


def test_a_unit_consents_to_its_draft_and_reads_the_steps(application, city):
    procedure = shown(city)
    page = opened(application, city, "assessment", KECHENG, "liaison")
    assert "核对反馈" in html_of(page)
    page.button(key=f"confirm_{procedure}").click().run()
    assert not page.exception
    assert not [one for one in page.button if one.key == f"confirm_{procedure}"]


def test_what_is_in_the_way_stands_on_the_page(application, city):
    procedure = shown(city)
    page = opened(application, city, "assessment", OFFICE, "reviewer")
    page.button(key=f"step_{procedure}_on").click().run()
    assert "反馈期至" in html_of(page)


def test_the_office_gives_facts_to_several_units_at_once(application, city):
    city.do(CLOCK, assess, plan_id=city.plan_id, year=2021)
    page = opened(application, city, "assessment", OFFICE, "reviewer")
    keys = {name: f"given_{name}_{city.plan_id}" for name in ("kind", "name", "basis", "values")}
    page.segmented_control(key=keys["kind"]).set_value(GivenKind.RANK).run()
    page.text_input(key=keys["name"]).input("全省考核")
    page.text_input(key=keys["basis"]).input("浙委人才〔2022〕1号")
    page.text_area(key=keys["values"]).input(f"{KECHENG} 10/90\n{LONGYOU} 45/90")
    page.button(key=f"given_note_{city.plan_id}").click().run()
    assert not page.exception
    assert "45/90" in html_of(page)
    unit = opened(application, city, "assessment", KECHENG, "liaison")
    assert "10/90" in html_of(unit)
    assert "45/90" not in html_of(unit)


def test_a_unit_downloads_its_own_sheet(application, city):
    shown(city)
    step_values = {"run": "1", "unit": str(city.units[KECHENG]), "form": "docx"}
    visitor = type("Visitor", (), {"person_id": city.person(KECHENG, "liaison")})()
    paper = score_sheet(application.installation, visitor, step_values)
    assert KECHENG in paper.name
    assert len(paper.content) > 5_000


def test_an_objection_stands_on_the_review_page_with_the_way_to_it(application, city):
    shown(city)
    city.do(
        city.person(KECHENG, "liaison"), object_to_score, line_id=first_line(city, KECHENG),
        text="漏计一项成果。",
    )  # fmt: skip
    page = opened(application, city, "review", OFFICE, "reviewer", view="requests")
    assert not page.exception
    assert "漏计一项成果" in html_of(page)
    assert f"unit={city.units[KECHENG]}" in html_of(page)
    # The reviewer has accepted the unit's reports.
    assert "由他人答复" in html_of(page)


def test_a_flagged_number_is_cleared_on_the_page(application, city):
    lower(city, KECHENG, "1000")
    city.do(CLOCK, assess, plan_id=city.plan_id, year=2021)
    page = opened(application, city, "assessment", OFFICE, "reviewer")
    assert "年中以后调低目标" in html_of(page)
    key = f"doubt_{city.plan_id}"
    page.text_input(key=f"{key}_basis").input("衢委办〔2021〕30号批准")
    page.button(key=f"{key}_now").click().run()
    assert not page.exception
    with city.database.read() as session:
        assert session.scalars(select(GivenFact.name)).all() == ["target_lowered"]
    again = city.do(CLOCK, assess, plan_id=city.plan_id, year=2021)
    assert again.new
    page = opened(application, city, "assessment", OFFICE, "reviewer")
    assert "已核查" in html_of(page)
