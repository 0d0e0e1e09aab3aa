"""单位与联络员 › people: somebody acts for a person on leave; a file of people is taken in."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from db.engine import Database
from db.models import Cover, Person, SecondFactor
from pages.on_stage import on_stage, opened
from pages.stage import html_of
from worlds import OFFICE, SCIENCE, World, little_city

NEWCOMER = "email,name,unit,role\nhe@luoshi.test,何敏,市科技局,liaison\n"


@pytest.fixture
def city(sqlite_database: Database) -> World:
    return little_city(sqlite_database)


@pytest.fixture
def page(city, tmp_path):
    """The administrator at the list of people."""
    return opened(on_stage(city, tmp_path), city, "units", OFFICE, "administrator", list="people")


def unfold(at, form: str):
    at.session_state[form] = True
    return at.run()


def press(at, label: str) -> str:
    next(one for one in at.button if one.label == label).click().run()
    assert not at.exception
    return html_of(at)


def test_a_substitute_is_named_and_the_leave_ended(page, city):
    unfold(page, "covers")
    away, other = city.person(SCIENCE, "liaison"), city.person(SCIENCE, "deputy_head")
    next(one for one in page.selectbox if one.label == "请假人员").set_value(away)
    next(one for one in page.selectbox if one.label == "代办人").set_value(other)
    assert "已指定代办人" in press(page, "指定代办人")
    with city.database.read() as session:
        (one,) = session.scalars(select(Cover))
        assert (one.person_id, one.substitute_id) == (away, other)
    unfold(page, "covers").button(key=f"cover_{one.id}").click().run()
    assert not page.exception
    keys = [button.key for button in unfold(page, "covers").button]
    assert f"cover_{one.id}" not in keys


def test_a_file_of_people_is_looked_at_before_it_is_taken_in(page, city):
    unfold(page, "people_file").file_uploader[0].set_value(
        [("people.csv", NEWCOMER.encode(), "text/csv")]
    ).run()
    unfold(page, "people_file")
    assert "新增 1 人" in html_of(page)
    with city.database.read() as session:
        assert not session.scalars(select(Person).where(Person.name == "何敏")).all()
    press(page, "确认导入")
    with city.database.read() as session:
        assert session.scalars(select(Person.email).where(Person.name == "何敏")).one()


def test_a_lost_second_factor_is_removed_by_a_button(page, city):
    person = city.person(SCIENCE, "liaison")
    chosen = next(one for one in page.selectbox if one.label == "人员")
    chosen.set_value(person).run()
    assert "解除遗失的双因素验证" not in [one.label for one in page.button]
    with city.database.write() as session:
        session.add(SecondFactor(person_id=person, secret="sealed", last_step=1, since=city.now))
    page.run()
    assert "凭密码登录" in press(page, "解除遗失的双因素验证")
    with city.database.read() as session:
        assert session.scalars(select(SecondFactor)).all() == []
