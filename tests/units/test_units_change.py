"""Units join and leave groups and are merged; what is proposed is issued or let go."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import func, select

from built_once import built_once
from db.engine import Database
from db.models import (
    Assignment,
    AssignmentState,
    Membership,
    Outbox,
    Report,
    ReportState,
    Unit,
    UnitGroup,
)
from pages.office import noon, open_round
from pages.on_stage import on_stage, opened
from pages.stage import html_of
from workflow.verbs.units.join_group import join_group
from workflow.verbs.units.save_unit import save_unit
from worlds import (
    COUNTIES,
    LABOUR,
    LONGYOU,
    OFFICE,
    OTHERS,
    SCIENCE,
    World,
    add_people,
    little_city,
)

NEW = "常山县"


@pytest.fixture
@built_once
def city(sqlite_database: Database) -> World:
    """The first round is open; a county is known that is in no group yet."""
    world = little_city(sqlite_database)
    open_round(world, noon(2021, 3, 10))
    world.units[NEW] = world.do(world.administrator, save_unit, name=NEW, kind="county")
    add_people(world, [(NEW, "liaison")])
    return world


def on(city: World, folder: Path, key: str, role: str = "administrator", **query):
    return opened(on_stage(city, folder), city, key, OFFICE, role, **query)


def field(elements, label: str):
    return next(one for one in elements if one.label == label)


def press(at, label: str) -> str:
    field(at.button, label).click().run()
    assert not at.exception
    return html_of(at)


def group(city: World, name: str = COUNTIES) -> int:
    with city.database.read() as session:
        return session.scalars(select(UnitGroup.id).where(UnitGroup.name == name)).one()


def states(city: World, unit: str) -> dict[str, int]:
    """How many assignments of a unit stand in which state."""
    with city.database.read() as session:
        rows = session.execute(
            select(AssignmentState.state, func.count())
            .join(Assignment, Assignment.id == AssignmentState.assignment_id)
            .where(Assignment.unit_id == city.units[unit], AssignmentState.open())
            .group_by(AssignmentState.state)
        )
        return dict(rows.tuples().all())


def letters(city: World) -> int:
    with city.database.read() as session:
        return session.scalar(select(func.count()).select_from(Outbox)) or 0


def test_a_unit_joins_and_what_follows_is_said_before(city, tmp_path):
    at = on(city, tmp_path, "units", list="groups")
    assert f"group={group(city)}" in html_of(at)
    at = on(city, tmp_path, "units", list="groups", group=group(city))
    field(at.selectbox, "加入的单位").set_value(city.units[NEW]).run()
    assert "2 项任务拟分给该单位" in html_of(at)
    said = press(at, f"{NEW}加入")
    assert "拟分给任务 2 项" in said
    assert f"/plan?plan={city.plan_id}&amp;part=proposed" in said
    assert states(city, NEW) == {"proposed": 2}
    task = html_of(on(city, tmp_path, "task", task=city.tasks["2.2"]))
    assert f'{NEW} <span class="ls-tag ls-tag-warning">拟定</span>' in task


def test_joining_a_group_whose_members_the_lead_names_proposes_nothing(city, tmp_path):
    at = on(city, tmp_path, "units", list="groups", group=group(city, OTHERS))
    assert "尚无成员" in html_of(at)
    field(at.selectbox, "加入的单位").set_value(city.units[NEW]).run()
    assert "不涉及已下达的任务" in html_of(at)
    press(at, f"{NEW}加入")
    assert states(city, NEW) == {}


def test_a_member_leaves_and_what_it_lays_down_is_said_before(city, tmp_path):
    at = on(city, tmp_path, "units", list="groups", group=group(city))
    field(at.selectbox, "退出的单位").set_value(city.units[LONGYOU]).run()
    assert "随本组承担的 2 项任务分工终止，尚未报出的 1 份进展情况免报" in html_of(at)
    assert "2 项任务的分工终止" in press(at, f"{LONGYOU}退出")
    assert states(city, LONGYOU) == {"ended": 2}
    with city.database.read() as session:
        waived = session.scalars(
            select(ReportState.state)
            .join(Report, Report.id == ReportState.report_id)
            .where(Report.unit_id == city.units[LONGYOU], ReportState.open())
        ).all()
        ends = session.scalars(
            select(Membership.valid_to).where(Membership.unit_id == city.units[LONGYOU])
        ).all()
    assert waived == ["waived"]
    assert [day.isoformat() for day in ends] == ["2021-03-10"]


def test_all_that_was_proposed_is_issued_with_one_letter(city, tmp_path):
    city.do(city.administrator, join_group, group_id=group(city), unit_id=city.units[NEW])
    before = letters(city)
    at = on(city, tmp_path, "plan", "reviewer", plan=city.plan_id, part="proposed")
    assert "新增分工（2）" in html_of(at)
    said = press(at, f"向{NEW}下达 2 项")
    assert f"已向{NEW}下达 2 项任务" in said
    assert "新增分工" not in said
    assert states(city, NEW) == {"issued": 2}
    assert letters(city) == before + 1


def test_one_proposal_alone_is_let_go(city, tmp_path):
    made = city.do(city.administrator, join_group, group_id=group(city), unit_id=city.units[NEW])
    at = on(city, tmp_path, "plan", plan=city.plan_id, part="proposed", assignment=made[0])
    assert "已终止" in press(at, f"{NEW}不分这 1 项")
    assert states(city, NEW) == {"proposed": 1, "ended": 1}
    assert "新增分工（1）" in html_of(at)


def test_a_merger_says_what_moves_before_and_what_is_left_to_do_after(city, tmp_path):
    at = on(city, tmp_path, "units")
    at.session_state["merger"] = True
    at.run()
    field(at.selectbox, "被合并的单位").set_value(city.units[LABOUR]).run()
    field(at.selectbox, "承接单位").set_value(city.units[SCIENCE]).run()
    said = html_of(at)
    assert f"{SCIENCE}承接{LABOUR}的 3 项任务，其中牵头 2 项、配合 1 项" in said
    assert "其中 2 项承接单位已有分工" in said
    assert f"{LABOUR}尚未报出的 1 份进展情况免报" in said
    assert f"仍有 3 人担任{LABOUR}的角色" in said
    said = press(at, f"将{LABOUR}并入{SCIENCE}")
    assert f"{LABOUR}已并入{SCIENCE}，移交任务 3 项" in said
    assert f"仍有 3 人担任{LABOUR}的角色" in said
    assert f"已并入{SCIENCE}</span>" in said
    assert states(city, LABOUR) == {"ended": 3}
    with city.database.read() as session:
        assert not session.get_one(Unit, city.units[LABOUR]).active
