"""主要指标 on the page: what waits first, verified with a tap, set by the office, taken along."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO
from typing import Any

import pytest
from openpyxl import load_workbook
from sqlalchemy import select

from db.engine import Database
from db.models import IndicatorValue, IndicatorVerdict
from indicators.cities import (
    RESEARCH,
    SKILLED,
    TOTAL,
    catalogue,
    five_years,
    in_force,
    indicator_of,
    noon,
)
from pages.on_stage import email, on_stage, opened
from pages.stage import html_of
from ui.shell.application import Application
from workflow.rules.refusals import NotAllowed, NotFound
from worlds import KECHENG, LABOUR, OFFICE, SCIENCE, World, load


@pytest.fixture
def world(sqlite_database: Database) -> World:
    return five_years(sqlite_database)


@pytest.fixture
def application(world: World, tmp_path: Any) -> Application:
    return on_stage(world, tmp_path)


def values(world: World, name: str, year: int) -> list[IndicatorValue]:
    with world.database.read() as session:
        return list(
            session.scalars(
                select(IndicatorValue)
                .where(IndicatorValue.indicator_id == indicator_of(world, name),
                       IndicatorValue.year == year)
                .order_by(IndicatorValue.no)
            )
        )  # fmt: skip


def outcomes(world: World) -> dict[int, tuple[str, str]]:
    with world.database.read() as session:
        rows = session.execute(
            select(IndicatorVerdict.value_id, IndicatorVerdict.outcome, IndicatorVerdict.reason)
        )
        return {value: (outcome, reason) for value, outcome, reason in rows}


def test_the_office_sees_every_number_with_what_waits_first(application, world) -> None:
    page = opened(application, world, "indicators", OFFICE, "reviewer")
    html = html_of(page)
    assert html.index("现在要确认（9）") < html.index("人才总量</th>")
    assert "预计达不到12" in html
    assert "序时10.04，目标12" in html
    assert "文表不一，正文为“每万人发明专利拥有量达到17件”，按表" in html
    assert "⬖ 初步" in html
    assert not [one for one in page.button if str(one.key).startswith(("verify_", "object_"))]


def test_a_picture_says_its_figures_as_text(application, world) -> None:
    html = html_of(opened(application, world, "indicators", OFFICE, "reviewer"))
    assert ('alt="5 高技能人才；2020年基期数7.1；2021 7.45 核定；2022 8.2 核定；2023 8.87 初步；'
            "序时10.04，目标12；预计达不到12；2025年 ") in html  # fmt: skip


def test_the_source_verifies_with_one_tap(application, world) -> None:
    page = opened(application, world, "indicators", SCIENCE, "liaison")
    html = html_of(page)
    assert "请您核定（5）" in html
    assert "党政人才" not in html
    (value,) = values(world, SKILLED, 2023)
    page.button(key=f"verify_{value.id}").click().run()
    assert not page.exception
    assert outcomes(world)[value.id] == ("confirmed", "")
    assert "已核定：5 高技能人才" in html_of(page)
    assert "请您核定（4）" in html_of(page)


def test_the_source_objects_with_a_reason(application, world) -> None:
    page = opened(application, world, "indicators", SCIENCE, "liaison")
    (value,) = values(world, SKILLED, 2023)
    page.button(key=f"object_{value.id}").click().run()
    assert value.id not in outcomes(world)
    page.text_input(key=f"objection_{value.id}").input("重复统计0.3万人")
    page.button(key=f"object_{value.id}").click().run()
    assert outcomes(world)[value.id] == ("objected", "重复统计0.3万人")
    assert "市科技局对8.87（2023年）有异议：重复统计0.3万人" in html_of(page)


def test_who_reported_does_not_verify(application, world) -> None:
    page = opened(application, world, "indicators", LABOUR, "liaison")
    assert "由您本人填报" in html_of(page)
    assert not [one for one in page.button if str(one.key).startswith("verify_")]


def test_a_unit_reports_a_value(application, world) -> None:
    which = indicator_of(world, "农村实用人才")
    page = opened(application, world, "indicators", LABOUR, "liaison", indicator=which)
    assert "2023年数到期未报" in html_of(page)
    page.text_input(key=f"report_{which}_text").input("约13")
    page.button[-1].click().run()
    assert values(world, "农村实用人才", 2023) == []
    assert page.text_input(key=f"report_{which}_text").value == "约13"
    page.text_input(key=f"report_{which}_text").input("13.3")
    page.button[-1].click().run()
    assert [str(one.value) for one in values(world, "农村实用人才", 2023)] == ["13.3"]


def test_a_changed_definition_is_drawn_as_a_break(application, world) -> None:
    which = indicator_of(world, RESEARCH)
    html = html_of(opened(application, world, "indicators", OFFICE, "reviewer", indicator=which))
    assert "口径已变，目标仍按原口径，暂不判定。" in html
    assert "现口径只有2个数，不作预测" in html
    assert "目标需按新口径折算并报批" in html
    assert "2022年起" in html
    assert "依据：市统计局函" in html


def test_the_office_restates_a_target_by_its_document(application, world) -> None:
    version = in_force(world)[RESEARCH]
    page = opened(
        application, world, "indicators", OFFICE, "reviewer", indicator=version.indicator_id
    )
    key = f"set_{version.id}"
    page.text_input(key=f"{key}_target").input("73.2")
    page.text_input(key=f"{key}_month").input("九")
    page.checkbox(key=f"{key}_restated").check()
    page.button[-1].click().run()
    assert "请填写数字" in html_of(page)
    page.text_input(key=f"{key}_month").input("9")
    page.button[-1].click().run()
    assert "缺少批准调整的文件" in html_of(page)
    page.text_input(key=f"{key}_paper").input("衢委〔2024〕3号")
    page.button[-1].click().run()
    now = in_force(world)[RESEARCH]
    assert (str(now.target), now.known_month, now.target_definition) == ("73.2", 9, 2022)


def test_strangers_see_that_nothing_is_theirs(application, world) -> None:
    page = opened(application, world, "indicators", KECHENG, "liaison")
    assert "暂无主要指标" in html_of(page)
    which = indicator_of(world, SKILLED)
    page = opened(application, world, "indicators", SCIENCE, "liaison",
                  indicator=indicator_of(world, "党政人才"))  # fmt: skip
    assert "党政人才" not in html_of(page)
    leader = opened(application, world, "indicators", "", "leader", indicator=which)
    assert "高技能人才" in html_of(leader)
    assert not leader.button


def test_several_plans_are_named_and_one_is_chosen_in_the_address(world, tmp_path) -> None:
    other = catalogue()
    load(world, replace(other, plan=replace(other.plan, code="harbour", title="海港规划")))
    application = on_stage(world, tmp_path)
    whole = html_of(opened(application, world, "indicators", OFFICE, "reviewer"))
    assert "全部规划（2）" in whole
    assert whole.count("海港规划") >= 1
    one = html_of(opened(application, world, "indicators", OFFICE, "reviewer", plan=world.plan_id))
    assert "海港规划，5项" in one
    assert f"plan={world.plan_id}" in one


def taken(application: Application, world: World, unit: str, role: str, query: str) -> Any:
    sessions = application.sessions
    visitor = sessions.people[email(world, unit, role)][1]
    return application.files(visitor, f"export/indicators?{query}")


def test_monitoring_and_evaluation_are_taken_along(application, world) -> None:
    world.now = noon(2024, 3, 15)
    file = taken(application, world, OFFICE, "reviewer", "paper=monitoring")
    rows = list(load_workbook(BytesIO(file.content)).active.iter_rows(values_only=True))
    assert rows[0][0] == "小城人才规划主要指标年度监测表（截至2024年3月15日）"
    (skilled,) = (row for row in rows if row[0] == "5 高技能人才")
    assert skilled[4:11] == (7.1, "2023", 8.87, "⬖ 初步", 10.04, "12", "滞后")
    file = taken(application, world, OFFICE, "reviewer", "paper=evaluation")
    rows = list(load_workbook(BytesIO(file.content)).active.iter_rows(values_only=True))
    suggested = {row[0]: row[10] for row in rows[2:]}
    assert suggested["5 高技能人才"] == suggested[f"8 {RESEARCH}"] == "调整（折算或调整目标）"
    assert suggested["3 经营管理人才"] == "保持"
    assert suggested["7 社会工作专业人才"] == "需研究"
    assert TOTAL in rows[2][0]


def test_tables_are_for_the_office_and_leaders(application, world) -> None:
    assert taken(application, world, "", "leader", "paper=monitoring").name.endswith(".xlsx")
    with pytest.raises(NotAllowed):
        taken(application, world, SCIENCE, "liaison", "paper=monitoring")
    with pytest.raises(NotFound):
        taken(application, world, OFFICE, "reviewer", "paper=secret")
