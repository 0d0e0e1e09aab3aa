"""Units, settings and leniency from the command line."""

import json

from sqlalchemy import select

from db.engine import Database
from db.models import Report, ReportState, Unit
from pages.office import noon, open_round
from worlds import COUNTIES, LABOUR, LONGYOU, OFFICE, SCIENCE, little_city


def done(ran: object) -> dict:
    assert ran.code == 0, ran.err
    return json.loads(ran.out)


def test_units_join_leave_and_are_merged(run: object, here: Database) -> None:
    world = little_city(here)
    at = ("--as-of", "2021-03-10T12:00+08:00", "--json")
    assert len(done(run("units", "leave", COUNTIES, LONGYOU, *at))) == 3
    assert len(done(run("units", "join", COUNTIES, LONGYOU, *at))["proposed"]) == 2
    tried = done(run("units", "merge", "市人社局", SCIENCE, "--dry-run", *at))
    assert (tried["leads"], tried["supports"], tried["people"]) == (2, 1, 3)
    with here.read() as session:
        assert session.get_one(Unit, world.units[LABOUR]).active
    assert done(run("units", "merge", "市人社局", SCIENCE, *at)) == tried
    with here.read() as session:
        assert session.get_one(Unit, world.units[LABOUR]).successor_id == world.units[SCIENCE]
    assert run("units", "join", "各乡镇", LONGYOU).code == 1


def test_settings_go_out_and_come_back_changed(run: object, here: Database, tmp_path) -> None:
    world = little_city(here)
    admin = f"administrator{world.units[OFFICE]}@luoshi.test"
    shown = done(run("plan", "settings", "little"))
    assert shown["review_workdays"] == 5
    file = tmp_path / "settings.json"
    file.write_text(json.dumps({**shown, "review_workdays": 8}), "utf-8")
    assert done(run("plan", "settings", "little", "--from", file, "--as", admin)) == {
        **shown, "review_workdays": 8,
    }  # fmt: skip
    assert done(run("plan", "settings", "little"))["review_workdays"] == 8
    assert run("plan", "settings", "little", "--from", file).code == 1
    for wrong, why in (
        ("{", "not well-formed JSON (line 1, column 1)"), ('{"rounds": [{}]}', "rounds[1]"),
        ('{"dinner": 1}', "dinner"), ("[]", "Write keys with their values here"),
    ):  # fmt: skip
        file.write_text(wrong, "utf-8")
        ran = run("plan", "settings", "little", "--from", file, "--as", admin)
        assert ran.code == 1
        assert ran.err.startswith("The file does not hold a plan's settings.\n")
        assert why in ran.err


def test_a_report_gets_more_time_or_is_let_off(run: object, here: Database) -> None:
    world = little_city(here)
    open_round(world, noon(2021, 3, 10))
    with here.read() as session:
        report = session.scalars(select(Report.id).where(Report.unit_id == world.units[SCIENCE]))
        one = report.first()
    who = ("--as", f"reviewer{world.units[OFFICE]}@luoshi.test", "--reason", "数源单位未公布")
    at = ("--as-of", "2021-03-31T12:00+08:00")
    assert run("review", "extend", one, "--until", "2021-04-20", *who, *at).code == 0
    assert run("review", "waive", one, *who, *at).code == 0
    with here.read() as session:
        state = select(ReportState.state).where(ReportState.report_id == one, ReportState.open())
        assert session.scalars(state).one() == "waived"
