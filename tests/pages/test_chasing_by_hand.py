"""催办督办: a letter is seen before it goes, and a pause says why."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from built_once import built_once
from db.engine import Database
from pages.on_stage import on_stage, opened
from pages.stage import html_of
from workflow.rules.access.permissions import system
from workflow.verbs.rounds.open_rounds import open_rounds
from worlds import OFFICE, SCIENCE, World, little_city


@pytest.fixture
@built_once
def city(sqlite_database: Database) -> World:
    world = little_city(sqlite_database)
    world.do(system("clock"), open_rounds, at=datetime(2021, 3, 10, tzinfo=UTC))
    world.now = datetime(2021, 3, 26, 2, tzinfo=UTC)
    return world


def on(city: World, folder: Path, **query):
    return opened(on_stage(city, folder), city, "chasing", OFFICE, "reviewer", **query)


def test_a_unit_is_chased_after_a_look_at_the_letter(city: World, tmp_path: Path) -> None:
    at = on(city, tmp_path, list="hand")
    at.multiselect(key="chase_units").set_value([city.units[SCIENCE]])
    at.text_area(key="chase_note").set_value("请今日报送。").run()
    said = html_of(at)
    assert "请尽快报送：市科技局有" in said
    assert "请今日报送。" in said
    at.button(key="chase_send").click().run()
    said = html_of(at)
    assert "已向 1 家单位、2 人发出催办邮件" in said
    assert "已催办，2021年3月31日起可再催" in said


def test_reminders_pause_and_go_again(city: World, tmp_path: Path) -> None:
    at = on(city, tmp_path, list="pauses")
    at.selectbox(key="pause_unit").set_value(city.units[SCIENCE])
    at.text_input(key="pause_reason").set_value("防汛")
    send = next(one for one in at.button if one.label == "暂停提醒")
    send.click().run()
    assert "请写明暂停到哪一天" in html_of(at)
    at.date_input(key="pause_last").set_value(date(2021, 4, 9))
    next(one for one in at.button if one.label == "暂停提醒").click().run()
    assert "<td" in html_of(at)
    assert "防汛" in html_of(at)
    next(one for one in at.button if one.label == "今日起恢复提醒市科技局").click().run()
    assert "没有暂停的提醒" in html_of(at)
