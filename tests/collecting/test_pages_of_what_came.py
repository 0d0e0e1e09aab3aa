"""What came by mail on the pages: confirmed, put aside or placed by one tap; the office's list."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from collecting import mails
from db.engine import Database
from db.models import Draft, MailReply, Submission
from pages import office
from pages.on_stage import email, on_stage, opened
from pages.stage import html_of
from ui.shell.application import Application
from workflow.verbs.collecting.take_in_mail import take_in_mail
from worlds import LABOUR, OFFICE, SCIENCE, World
from worlds import little_city as build

SAID = "1.1：本季引进12人，累计86人。"


@pytest.fixture
def world(sqlite_database: Database) -> World:
    made = build(sqlite_database)
    office.acknowledge_all(made)
    office.open_round(made, office.noon(2021, 3, 10))
    return made


@pytest.fixture
def application(world: World, tmp_path) -> Application:
    return on_stage(world, tmp_path)


def arrives(world: World, text: str, unit: str = SCIENCE) -> None:
    content = mails.reply(text, email(world, unit, "liaison"))
    take_in_mail(world.acting, content, own=mails.OWN)


def state(world: World) -> list[tuple[str, int | None]]:
    with world.database.read() as session:
        rows = session.execute(select(MailReply.state, MailReply.report_id).order_by(MailReply.id))
        return list(rows.tuples())


def report_page(application: Application, world: World, code: str, unit: str = SCIENCE):
    report = office.report_of(world, code, unit)
    return opened(application, world, "report", unit, "liaison", report=report.id)


def test_what_was_read_stands_with_its_words_above_the_form(world, application):
    arrives(world, SAID)
    at = report_page(application, world, "1.1")
    html = html_of(at)
    assert "本季引进12人，累计86人。" in html
    assert "86 人" in html
    assert "没有填入" in html
    report = office.report_of(world, "1.1", SCIENCE)
    assert at.text_input(key=next(iter(_value_keys(at)))).value == "86"
    assert state(world) == [("open", report.id)]


def _value_keys(at):
    return [one.key for one in at.text_input if one.key and one.key.startswith("value:")]


def test_one_tap_confirms(world, application):
    arrives(world, SAID)
    at = report_page(application, world, "1.1")
    button = next(one for one in at.button if (one.key or "").startswith("by_mail_confirm"))
    assert button.label == "确认无误"  # how the work stands is still to be said
    button.click().run()
    assert not at.exception
    assert [one for one, _report in state(world)] == ["confirmed"]
    assert "没有填入" not in html_of(at)


def test_one_tap_confirms_and_submits_where_nothing_else_is_missing(world, application):
    first = office.report_of(world, "1.1", SCIENCE)
    office.file(world, first)
    office.judge(world, first)
    office.open_round(world, office.noon(2021, 6, 10))
    arrives(world, "1.1：本季引进12人，累计引进86人，举办对接会两场。")
    report = office.report_of(world, "1.1", SCIENCE, "2021Q2")
    at = opened(application, world, "report", SCIENCE, "liaison", report=report.id)
    button = next(one for one in at.button if (one.key or "").startswith("by_mail_confirm"))
    assert button.label == "确认并报送"
    button.click().run()
    assert not at.exception
    assert office.state_of(world, report.id) == "submitted"
    with world.database.read() as session:
        texts = session.scalars(select(Submission.receipt)).all()
    assert len(texts) == 2


def test_what_is_not_used_leaves_the_draft(world, application):
    arrives(world, SAID)
    at = report_page(application, world, "1.1")
    next(one for one in at.button if (one.key or "").startswith("by_mail_aside")).click().run()
    assert not at.exception
    report = office.report_of(world, "1.1", SCIENCE)
    with world.database.read() as session:
        assert "86" not in session.get_one(Draft, report.id).content
    assert state(world) == [("put_aside", report.id)]
    assert at.text_input(key=next(iter(_value_keys(at)))).value == ""


def test_words_of_no_certain_report_are_placed_on_my_tasks(world, application):
    arrives(world, "本季引进12人，累计86人。")
    assert state(world) == [("open", None)]
    at = opened(application, world, "my_tasks", SCIENCE, "liaison")
    assert "请选择对应的报表" in html_of(at)
    report = office.report_of(world, "1.1", SCIENCE)
    box = next(one for one in at.selectbox if (one.key or "").startswith("loose_report"))
    box.set_value(report.id).run()
    next(one for one in at.button if (one.key or "").startswith("loose_place")).click().run()
    assert not at.exception
    assert state(world) == [("open", report.id)]
    assert "86 人" in html_of(report_page(application, world, "1.1"))


def test_a_colleague_of_another_unit_sees_none_of_it(world, application):
    arrives(world, "本季引进12人，累计86人。")
    at = opened(application, world, "my_tasks", LABOUR, "liaison")
    assert "请选择对应的报表" not in html_of(at)


def test_the_office_sees_every_return_with_its_outcome(world, application):
    arrives(world, SAID)
    arrives(world, "收到", LABOUR)
    take_in_mail(world.acting, mails.reply("广告", "x@y.example"), own=mails.OWN)
    html = html_of(opened(application, world, "chasing", OFFICE, "reviewer", list="returns"))
    assert "已转草稿，待确认" in html
    assert "仅告知收到" in html
    assert "发件人未登记" in html
