"""The pages of the administrator and of chasing: who may, what they show, what they do."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import func, select

from built_once import built_once
from db.engine import Database
from db.models import CalendarDay, Person, PhoneReminder, Role, Unit
from db.queries.record.heartbeats import record_run
from luoshi.private import close_up
from pages.on_stage import on_stage, opened, wired
from pages.stage import html_of
from workflow.rules.access.permissions import system
from workflow.verbs.reminders.remind import remind
from workflow.verbs.rounds.open_rounds import open_rounds
from worlds import LABOUR, OFFICE, SCIENCE, World, little_city

OVERDUE = datetime(2021, 3, 31, 4, tzinfo=UTC)


@pytest.fixture
@built_once
def city(sqlite_database: Database) -> World:
    world = little_city(sqlite_database)
    world.now = datetime(2021, 3, 10, 4, tzinfo=UTC)
    world.do(system("open_rounds"), open_rounds)
    world.now = OVERDUE
    world.do(system("remind"), remind)
    return world


def test_operations_say_what_runs_and_check_the_chains(city: World, tmp_path: Path) -> None:
    at = opened(on_stage(city, tmp_path), city, "operations", OFFICE, "administrator")
    said = html_of(at)
    assert "自动运行事项" in said
    assert "2021年3月31日" in said
    next(b for b in at.button if b.label == "从头校验操作留痕").click().run()
    said = html_of(at)
    for words in (
        "已校验的内容与留痕一致",
        "校验了第 1 至",
        "未校验：佐证材料文件",
        "不在校验范围",
    ):
        assert words in said


def test_operations_warn_of_a_password_in_the_open(city: World, tmp_path: Path) -> None:
    open_ = {"smtp_tls": "none", "smtp_password": "pass"}
    for settings, warned in ((open_, True), ({"smtp_tls": "none"}, False)):
        shown = replace(on_stage(city, tmp_path), installation=wired(city, tmp_path, **settings))
        at = opened(shown, city, "operations", OFFICE, "administrator")
        assert ("明文传输" in html_of(at)) == warned


@pytest.mark.parametrize(
    ("summary", "said"),
    [
        ("sent=2 failed=0 postponed=3 relay=550 5.7.1 not from here", "推迟 3 封"),
        ("sent=2 failed=0 postponed=3 relay=550 5.7.1 not from here", "550 5.7.1 not from here"),
        ("sent=2 failed=0 postponed=1 error=KeyError", "程序错误：KeyError"),
        ("error=KeyError", "程序错误：KeyError"),
    ],
)
def test_operations_say_why_mail_does_not_leave(
    city: World, tmp_path: Path, summary: str, said: str
) -> None:
    with city.database.write() as session:
        record_run(session, "deliver", city.now, ok=False, summary=summary)
    at = opened(on_stage(city, tmp_path), city, "operations", OFFICE, "administrator")
    assert said in html_of(at)


def test_operations_show_the_backup_the_drill_and_what_others_may_read(
    city: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with city.database.write() as session:
        record_run(session, "back_up", OVERDUE, summary="rows=1204 files=3 mb=41")
        record_run(session, "drill", OVERDUE, ok=False, summary="refused=disk_full")
    (tmp_path / "evidence").mkdir()
    (tmp_path / "evidence").chmod(0o755)
    said = html_of(opened(on_stage(city, tmp_path), city, "operations", OFFICE, "administrator"))
    assert "1204 条记录，3 个佐证文件，41 MB" in said.replace("、", "，")
    assert "磁盘空间已满" in said
    assert f"请收回其权限：{tmp_path}/evidence" in said
    close_up(wired(city, tmp_path))
    said = html_of(opened(on_stage(city, tmp_path), city, "operations", OFFICE, "administrator"))
    assert "收回其权限" not in said


def test_a_day_is_entered_by_hand(city: World, tmp_path: Path) -> None:
    at = opened(on_stage(city, tmp_path), city, "operations", OFFICE, "administrator")
    at.date_input[0].set_value(datetime(2030, 2, 3, tzinfo=UTC).date()).run()
    next(b for b in at.button if b.label == "录入").click().run()
    with city.database.read() as session:
        assert session.scalars(select(CalendarDay.day)).one().isoformat() == "2030-02-03"


def test_the_silent_are_listed_and_a_call_is_recorded(city: World, tmp_path: Path) -> None:
    at = opened(on_stage(city, tmp_path), city, "chasing", OFFICE, "reviewer")
    said = html_of(at)
    assert "电话催办" in said
    assert SCIENCE in said or LABOUR in said
    next(t for t in at.text_input if t.label == "通话情况").set_value("本周五前报送")
    next(b for b in at.button if b.label == "登记催办").click().run()
    with city.database.read() as session:
        assert session.scalar(select(func.count()).select_from(PhoneReminder)) == 1
    assert "本周五前报送" in html_of(at)


def test_units_and_people_are_kept(city: World, tmp_path: Path) -> None:
    at = opened(on_stage(city, tmp_path), city, "units", OFFICE, "administrator")
    assert LABOUR in html_of(at)
    next(t for t in at.text_input if t.label == "单位名称").set_value("市统计局")
    next(b for b in at.button if b.label == "保存").click().run()
    with city.database.read() as session:
        assert session.scalar(select(Unit.id).where(Unit.name == "市统计局"))


def test_a_person_gets_a_role(city: World, tmp_path: Path) -> None:
    at = opened(on_stage(city, tmp_path), city, "units", OFFICE, "administrator", list="people")
    fields = {field.label: field for field in at.text_input}
    fields["姓名"].set_value("周平")
    fields["邮箱"].set_value("zhouping@luoshi.test")
    next(s for s in at.selectbox if s.label == "单位").set_value(city.units[SCIENCE])
    next(p for p in at.button_group if p.label == "角色").set_value(["liaison"])
    next(b for b in at.button if b.label == "保存").click().run()
    with city.database.read() as session:
        who = session.scalar(select(Person.id).where(Person.email == "zhouping@luoshi.test"))
        held = session.execute(select(Role.name, Role.unit_id).where(Role.person_id == who)).all()
    assert [tuple(row) for row in held] == [("liaison", city.units[SCIENCE])]


@pytest.mark.parametrize(
    ("key", "unit", "role"),
    [("operations", OFFICE, "reviewer"), ("units", SCIENCE, "liaison"),
     ("chasing", SCIENCE, "deputy_head"), ("chasing", "", "leader")],
)  # fmt: skip
def test_who_may_not_is_told_who_may(
    city: World, tmp_path: Path, key: str, unit: str, role: str
) -> None:
    at = opened(on_stage(city, tmp_path), city, key, unit, role)
    assert "电话催办" not in html_of(at)
    assert "管理员" in html_of(at) or "审核人" in html_of(at)
