"""考核办法: a scheme is written from a template, checked, tried on the year, kept and approved."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from assessed_year import CLOCK, a_year
from built_once import built_once
from db.engine import Database
from db.models import SchemeApproval, SchemeVersion
from documents.scheme_file import shipped_text
from pages.on_stage import on_stage, opened
from pages.stage import html_of
from ui.shell.application import Application
from workflow.rules.refusals import Conflict, Invalid, NotAllowed
from workflow.verbs.assessment.approve_scheme import approve_scheme
from workflow.verbs.assessment.assess import assess, newest_scheme
from workflow.verbs.assessment.save_scheme import save_scheme, shipped_scheme
from workflow.verbs.assessment.try_scheme import try_scheme
from worlds import KECHENG, OFFICE, World

TEXT = "scheme_text"


@pytest.fixture
@built_once
def world(sqlite_database: Database) -> World:
    made = a_year(sqlite_database)
    made.do(CLOCK, assess, plan_id=made.plan_id, year=2021)
    return made


@pytest.fixture
def application(world: World, tmp_path) -> Application:
    return on_stage(world, tmp_path)


def kept(world: World) -> int:
    with world.database.read() as session:
        return session.scalar(select(func.count()).select_from(SchemeVersion)) or 0


def with_text(application: Application, world: World, text: str):
    page = opened(application, world, "schemes", OFFICE, "administrator")
    page.selectbox(key="scheme_from").select("shipped:quzhou").run()
    next(one for one in page.button if "载入" in one.label).click().run()
    assert page.text_area(key=TEXT).value == shipped_text("quzhou")
    page.text_area(key=TEXT).input(text)
    page.button(key="scheme_check").click().run()
    assert not page.exception
    return page


def test_a_changed_template_is_tried_beside_the_result_and_kept(application, world):
    text = shipped_text("quzhou").replace("title: 良好", "title: 较好")
    page = with_text(application, world, text)
    assert "试算" in html_of(page)
    assert KECHENG in html_of(page)
    before = kept(world)
    page.button(key="scheme_keep").click().run()
    assert not page.exception
    assert kept(world) == before + 1
    assert "草案" in html_of(page)


def test_what_is_wrong_is_said_with_its_line_and_nothing_can_be_kept(application, world):
    page = with_text(
        application, world, shipped_text("quzhou").replace("rule: ratio", "rule: raito")
    )
    assert "第" in html_of(page)
    assert "ratio" in html_of(page)
    assert not [one for one in page.button if one.key == "scheme_keep"]


def test_an_item_that_the_states_rules_forbid_is_named(application, world):
    text = shipped_text("quzhou").replace("title: 实绩加分", "title: 领导批示加分")
    assert "领导批示" in html_of(with_text(application, world, text))


def test_a_version_is_approved_once_by_who_may_and_counts_from_then(world: World) -> None:
    first = shipped_scheme("quzhou")
    changed = {**first, "title": "修订稿"}
    with world.reading(CLOCK) as c:
        standing = newest_scheme(c, 2021)
    second = world.do(world.administrator, save_scheme, data=changed, text="title: 修订稿")
    with world.reading(CLOCK) as c:
        assert newest_scheme(c, 2021).id == second
    with pytest.raises(NotAllowed):
        world.do(world.reviewer, approve_scheme, version_id=standing.id, document="1号")
    with pytest.raises(Invalid):
        world.do(world.administrator, approve_scheme, version_id=standing.id, document=" ")
    world.do(world.administrator, approve_scheme, version_id=standing.id, document="1号")
    with pytest.raises(Conflict):
        world.do(world.administrator, approve_scheme, version_id=standing.id, document="1号")
    with world.reading(CLOCK) as c:
        assert newest_scheme(c, 2021).id == standing.id
    with world.database.read() as session:
        assert session.scalars(select(SchemeApproval.document)).all() == ["1号"]


def test_a_trial_writes_nothing_and_says_what_stood(world: World) -> None:
    with world.reading(world.reviewer) as c:
        tried = try_scheme(c, data=shipped_scheme("quzhou"), plan_id=world.plan_id, year=2021)
    assert tried.no == 1
    assert all((one.total, one.rank) == (one.stood, one.stood_rank) for one in tried.units)
    with pytest.raises(NotAllowed), world.reading(world.person(KECHENG, "liaison")) as c:
        try_scheme(c, data=shipped_scheme("quzhou"), plan_id=world.plan_id, year=2021)


def test_a_version_that_was_kept_without_its_text_is_shown_as_yaml(application, world):
    page = opened(application, world, "schemes", OFFICE, "administrator")
    next(one for one in page.button if "载入" in one.label).click().run()
    text = page.text_area(key=TEXT).value
    assert text.startswith("schema: luoshi.scheme/2\ncode: quzhou\n")
    page.button(key="scheme_check").click().run()
    assert "6个样例全部通过" in html_of(page)


def taken(application: Application, world: World):
    page = opened(application, world, "schemes", OFFICE, "administrator")
    page.selectbox(key="scheme_from").select("shipped:quzhou").run()
    next(one for one in page.button if "载入" in one.label).click().run()
    return page


def test_a_field_of_the_form_changes_the_text_and_is_tried_at_once(application, world):
    page = taken(application, world)
    page.selectbox(key="scheme_rule").select(2).run()
    assert page.text_input(key="rule_points").value == "50"
    page.text_input(key="rule_points").input("40").run()
    assert not page.exception
    assert page.text_area(key=TEXT).value == shipped_text("quzhou").replace(
        "points: 50", "points: 40", 1
    )
    assert "应为45" in html_of(page), "its own example no longer holds, and says so"
    page.text_input(key="rule_points").input("50").run()
    assert KECHENG in html_of(page)
    assert [one for one in page.button if one.key == "scheme_keep"]


def test_what_cannot_be_read_stays_typed_and_the_text_stays_as_it_was(application, world):
    page = taken(application, world)
    page.selectbox(key="scheme_rule").select(3).run()
    page.text_area(key="rule_bands").input("at_most: 0, points: 20\n{").run()
    assert "at_least: 90%" in html_of(page), "an example of how it is written"
    assert page.text_area(key="rule_bands").value.endswith("{")
    assert page.text_area(key=TEXT).value == shipped_text("quzhou")


def test_another_kind_of_rule_keeps_what_it_shares_and_asks_for_the_rest(application, world):
    page = taken(application, world)
    page.selectbox(key="scheme_rule").select(5).run()
    page.selectbox(key="rule_rule").select("bands").run()
    text = page.text_area(key=TEXT).value
    assert "shares" not in text
    assert "rule: bands\n      points: 15\n      over: tasks" in text
    assert "bands" in html_of(page)
    page.selectbox(key="rule_rule").select("table").run()
    page.text_input(key="rule_shares").input("green: 1, done: 1, yellow: 60%, red: 0").run()
    assert KECHENG in html_of(page)


def test_a_rule_is_added_and_taken_out(application, world):
    page = taken(application, world)
    page.selectbox(key="scheme_rule").select(8).run()
    page.button(key="rule_add").click().run()
    assert not page.exception
    assert page.text_input(key="rule_title").value == "新规则"
    assert "code: rule1" in page.text_area(key=TEXT).value
    page.button(key="rule_out").click().run()
    assert page.text_area(key=TEXT).value == shipped_text("quzhou")
