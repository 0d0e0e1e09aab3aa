"""待审签: what changed, sign off, send back, on paper."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from db.engine import Database
from db.models import Outbox, SignOff
from pages import office
from pages.on_stage import on_stage, opened
from pages.stage import html_of
from ui.shell.application import Application
from worlds import OFFICE, SCIENCE, World
from worlds import little_city as build

OLD, NEW = "一季度引进领军人才三名，签约项目两个。", "二季度引进领军人才五名，签约项目两个。"


@pytest.fixture
def world(sqlite_database: Database) -> World:
    made = build(sqlite_database)
    office.acknowledge_all(made)
    office.open_round(made, office.noon(2021, 3, 10))
    return made


@pytest.fixture
def application(world: World, tmp_path) -> Application:
    return on_stage(world, tmp_path)


def desk(application, world, **query):
    return opened(application, world, "sign_off", SCIENCE, "deputy_head", **query)


def test_what_changed_since_the_version_last_accepted_is_marked(world, application):
    measure = office.measure_of(world, "1.1")
    first = office.report_of(world, "1.1", SCIENCE)
    office.file(world, first, OLD, values={measure: "3"})
    office.judge(world, first)
    office.open_round(world, office.noon(2021, 6, 10))
    again = office.report_of(world, "1.1", SCIENCE, "2021Q2")
    office.file(world, again, NEW, values={measure: "8"}, signed=False)
    html = html_of(desk(application, world))
    assert "<del>三</del><ins>五</ins>" in html
    assert "上次 3人（+5人）" in html
    assert "与2021年一季度核准稿对照" in html


def test_one_tap_signs_and_the_next_one_comes(world, application):
    one, two = (office.report_of(world, code, SCIENCE) for code in ("1.1", "1.3"))
    office.file(world, one, signed=False)
    office.file(world, two, signed=False)
    at = desk(application, world, report=two.id)
    assert "2 项等待审签" in html_of(at)
    at.button(key=f"sign_{two.id}").click().run()
    assert not at.exception
    assert office.state_of(world, two.id) == "signed_off"
    assert "1 项等待审签" in html_of(at)
    at.button(key=f"sign_{one.id}").click().run()
    assert "没有待审签事项" in html_of(at)


def test_a_report_is_sent_back_with_a_reason_and_the_liaison_is_told(world, application):
    one = office.report_of(world, "1.1", SCIENCE)
    office.file(world, one, signed=False)
    at = desk(application, world)
    at.toggle(key=f"back_{one.id}").set_value(True).run()
    at.button(key=f"send_back_{one.id}").click().run()
    assert office.state_of(world, one.id) == "submitted"
    at.text_area(key=f"back_reason_{one.id}").set_value("数字请核对。")
    at.button(key=f"send_back_{one.id}").click().run()
    assert office.state_of(world, one.id) == "returned"
    with world.database.read() as session:
        assert "sent_back" in session.scalars(select(Outbox.kind)).all()


def test_what_was_signed_on_paper_is_recorded_with_name_and_date(world, application):
    one = office.report_of(world, "1.1", SCIENCE)
    office.file(world, one, signed=False)
    at = desk(application, world)
    at.text_input(key=f"signer_{one.id}").set_value("陈立")
    at.date_input(key=f"signed_on_{one.id}").set_value(date(2021, 3, 9))
    at.button(key=f"on_paper_{one.id}").click().run()
    assert not at.exception
    with world.database.read() as session:
        signed = session.scalars(select(SignOff)).one()
    assert (signed.paper_signer, signed.paper_date) == ("陈立", date(2021, 3, 9))


def test_what_was_taken_back_meanwhile_is_refused_in_words(world, application):
    one = office.report_of(world, "1.1", SCIENCE)
    office.file(world, one, signed=False)
    at = desk(application, world)
    with world.database.write() as session:
        session.get(type(one), one.id).version += 1
    at.button(key=f"sign_{one.id}").click().run()
    assert not at.exception
    assert 'role="alert"' in html_of(at)
    assert office.state_of(world, one.id) == "submitted"


@pytest.mark.parametrize("role", ["liaison", "reviewer", "administrator", "leader"])
def test_nobody_else_signs(world, application, role):
    unit = "" if role == "leader" else OFFICE
    assert "您无权打开此页面" in html_of(opened(application, world, "sign_off", unit, role))
