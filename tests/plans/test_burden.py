"""What a plan asks of each unit in a year is counted before it is asked."""

from __future__ import annotations

from dataclasses import replace

from db.engine import Database
from db.queries.plans.burden import plan_burden
from pages.on_stage import on_stage, opened
from pages.stage import html_of
from workflow.rules.reporting.burden import AskedTask, Burden, burden
from workflow.rules.reporting.policy import EACH, YEARLY, PlanPolicy, RoundRule
from worlds import LABOUR, OFFICE, SCIENCE, little_catalogue, little_city, load


def test_reports_fields_and_minutes_follow_from_the_policy() -> None:
    tasks = [AskedTask((EACH, YEARLY), 1), AskedTask((), 0)]
    # Four rounds of two reports with three texts each; 4 + 1 numbers, 1 step.
    assert burden(PlanPolicy(), tasks) == Burden(8, 30, 46)
    yearly = PlanPolicy(rounds=(RoundRule("Q4", "11-15", "11-30", (EACH, YEARLY)),))
    assert burden(yearly, tasks) == Burden(2, 9, 13)
    assert burden(PlanPolicy(), ()) == Burden()


def test_a_unit_is_told_what_another_plan_asks_it_already(database: Database) -> None:
    world = little_city(database)
    little = little_catalogue()
    first = world.plan_id
    load(world, replace(little, plan=replace(little.plan, code="other", title="另一规划")))
    with world.reading(world.reviewer) as c:
        rows = {one.unit: one for one in plan_burden(c.session, c.actor, first, c.now)}
    assert rows[SCIENCE].tasks == 2
    assert rows[LABOUR].tasks == 1
    assert [one.metric for one in rows[SCIENCE].twice] == ["领军人才", "高层次人才占比"]
    assert {one.plan for one in rows[SCIENCE].twice} == {"另一规划"}
    assert rows[OFFICE].twice == ()


def test_the_sheet_stands_on_the_plans_page(sqlite_database: Database, tmp_path) -> None:
    world = little_city(sqlite_database)
    at = opened(
        on_stage(world, tmp_path), world, "plan", OFFICE, "administrator",
        plan=world.plan_id, part="burden",
    )  # fmt: skip
    html = html_of(at)
    assert "全年填报负担" in html
    assert SCIENCE in html
