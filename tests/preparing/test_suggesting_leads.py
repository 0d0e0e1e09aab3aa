"""Suggestions: each with a reason that an official would give."""

import importlib.util
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select

import tasks_catalog
from db.engine import Database
from db.models import Unit
from db.queries.preparing.decided_leads import assigned_tasks
from drafts import edit, started
from i18n import speaking
from tasks_catalog.duties import duties_of, names_here, names_said
from tasks_catalog.model import CatalogueMeasure
from workflow.rules.preparing.suggesting import MOST, Assigned, Known, TaskToAssign, suggest
from workflow.rules.preparing.working_copy import Change
from workflow.rules.refusals import NotFound
from workflow.verbs.preparing.advise import suggestions
from workflow.verbs.preparing.start_working_copy import start_working_copy
from workflow.verbs.units.save_unit import save_unit
from worlds import LABOUR, SCIENCE, empty_city, little_catalogue, little_city

ROOT = Path(__file__).parents[2]


def assigned(code: str, title: str, *parts: tuple[str, str], metrics=(), here=False) -> Assigned:
    return Assigned(TaskToAssign(code, title, "", tuple(metrics)), "旧规划", parts, here)


def best(task: TaskToAssign, known: Known, role: str = "lead"):
    return [one for one in suggest([task], known)[task.code] if one.role == role]


def test_the_lead_of_a_task_much_like_it_comes_first_and_the_task_is_named() -> None:
    known = Known([
        assigned("6.3", "新建博士后科研工作站", (LABOUR, "lead"), (SCIENCE, "support")),
        assigned("9.1", "建设未来乡村", ("市农业农村局", "lead")),
    ])  # fmt: skip
    task = TaskToAssign("2.1", "支持企业设立博士后科研工作站")
    first = best(task, known)[0]
    assert (first.unit, first.reason.kind) == (LABOUR, "like")
    with speaking("zh"):
        assert str(first.reason) == "牵头相近任务：旧规划 6.3“新建博士后科研工作站”"
    assert best(task, known, "support")[0].unit == SCIENCE


def test_the_owner_of_the_number_is_suggested() -> None:
    known = Known([assigned("1", "甲事", (SCIENCE, "lead"), metrics=["高新技术企业数"])])
    first = best(TaskToAssign("2", "乙项", "", ("高新技术企业",)), known)[0]
    assert (first.unit, first.reason.kind) == (SCIENCE, "metric")


def test_the_field_of_duty_is_suggested_with_its_words() -> None:
    known = Known(duties=duties_of(["市人社局", "市卫健委", "市科技局"]))
    first = best(TaskToAssign("1", "健全技能竞赛体系，培养高技能人才"), known)[0]
    assert first.unit == "市人社局"
    assert "高技能人才" in str(first.reason.fields["words"])


def test_a_unit_named_in_the_task_is_suggested_and_a_group_too() -> None:
    known = Known(names=names_said(["绿色产业集聚区", "各县（市、区）", "市科技局"]))
    assert [one.unit for one in best(TaskToAssign("1", "支持绿色产业集聚区引才"), known)] == [
        "绿色产业集聚区"
    ]
    assert best(TaskToAssign("1", "支持县（市、区）建园"), known)[0].unit == "各县（市、区）"


def test_a_task_of_this_plan_is_no_reason_for_itself() -> None:
    known = Known([assigned("1", "建设博士后工作站", (LABOUR, "lead"), here=True)])
    assert all(
        one.reason.kind == "usual" for one in best(TaskToAssign("1", "建设博士后工作站"), known)
    )


def test_no_more_units_than_can_be_looked_at() -> None:
    many = [assigned(str(n), "建设博士后工作站", (f"第{n}局", "lead")) for n in range(20)]
    assert len(best(TaskToAssign("x", "建设博士后工作站"), Known(many))) == MOST


def test_the_units_of_another_place_are_called_as_here() -> None:
    others = ["市人力社保局", "市科技局", "柯城区", "县委组织部", "龙游县"]
    assert names_here(others, ["县人社局", "中共某县县委组织部", "县委组织部"]) == {
        "市人力社保局": "县人社局", "市科技局": "市科技局", "县委组织部": "县委组织部",
    }  # fmt: skip


def test_a_usual_department_gets_the_place_of_the_others() -> None:
    assert "县科技局" in duties_of(["县教育局", "县民政局", "市烟草局"])
    assert "团市委" in duties_of(["团市委"])


def test_the_leads_of_a_list_are_suggested_though_its_item_is_held_out() -> None:
    catalogue = tasks_catalog.sample("quzhou-2020")
    spec = importlib.util.spec_from_file_location(
        "bench_suggesting", ROOT / "benchmarks/bench_suggesting.py"
    )
    assert spec
    assert spec.loader
    bench = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(bench)
    known, made = bench.leads(catalogue), bench.held_out(catalogue)
    three = sum(any(one.unit in known[code] for one in made[code]) for code in known)
    first = sum(any(one.unit in known[code] for one in made[code][:1]) for code in known)
    assert len(known) == 38
    assert first / len(known) >= 0.7
    assert three / len(known) >= 0.85


def test_a_copy_learns_from_the_plans_here(database: Database) -> None:
    world = little_city(database)
    plan = little_catalogue()
    task = replace(
        plan.tasks[0],
        code="7.1",
        title="引进领军人才100名",
        text="",
        units=(),
        item=None,
        measures=(CatalogueMeasure("领军人才", ">=", None, "人"),),
    )
    other = replace(plan, plan=replace(plan.plan, code="next", title="下一规划"), tasks=(task,))
    copy_id = world.do(world.reviewer, start_working_copy, catalogue=other).copy_id
    with world.reading(world.reviewer) as c:
        made = suggestions(c, copy_id=copy_id)["7.1"]
    first = made[0]
    assert (first.unit, first.role, first.reason.fields["plan"]) == (
        SCIENCE, "lead", "小城人才规划",
    )  # fmt: skip
    assert LABOUR in {one.unit for one in made if one.role == "support"}


def test_a_copy_learns_from_what_it_assigns_itself(database: Database) -> None:
    world = empty_city(database)
    copy_id = started(world)
    two = {"code": "2.3", "title": "继续落实联系专家制度", "kind": "steady"}
    edit(world, copy_id, Change("2.3", "task", None, two))
    with world.reading(world.reviewer) as c:
        made = suggestions(c, copy_id=copy_id, codes={"2.3"})
        assert list(made) == ["2.3"]
        assert made["2.3"][0].unit == "市委组织部"
        with pytest.raises(NotFound):
            suggestions(c, copy_id=99)


def test_fields_of_duty_that_the_office_enters_make_a_suggestion(database: Database) -> None:
    world = empty_city(database)
    copy_id = started(world)
    two = {"code": "2.3", "title": "做强离岸孵化器", "kind": "steady"}
    edit(world, copy_id, Change("2.3", "task", None, two))
    words = ["离岸孵化", " 飞地 ", "飞地"]
    world.do(world.administrator, save_unit, name="对接办", kind="department", duties=words)
    with world.reading(world.reviewer) as c:
        made = suggestions(c, copy_id=copy_id, codes={"2.3"})["2.3"]
        assert c.session.scalars(select(Unit.duties).where(Unit.name == "对接办")).one() == (
            "离岸孵化、飞地"
        )
    assert (made[0].unit, made[0].reason.fields["words"]) == ("对接办", "离岸孵化")


def test_what_another_place_decided_is_no_reason_here(database: Database) -> None:
    world = little_city(database)
    with world.reading(world.reviewer) as c:
        assert assigned_tasks(c.session, c.actor, place_id=1, at=c.now)
        assert not assigned_tasks(c.session, c.actor, place_id=2, at=c.now)
