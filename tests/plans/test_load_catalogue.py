"""A catalogue becomes a draft plan, is replaced by a changed one, and comes out as it went in."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import func, select

from db import record
from db.engine import Database
from db.models import (
    Assignment,
    Event,
    GroupAssignment,
    MeasureVersion,
    Milestone,
    Plan,
    Task,
    TaskVersion,
    Unit,
    UnitGroup,
)
from tasks_catalog import dump, sample
from tasks_catalog import load as read
from tasks_catalog.model import CatalogueMeasure
from tasks_catalog.model import CatalogueUnit as Named
from workflow.rules.refusals import Invalid, NotAllowed, NotFound, WrongState
from workflow.verbs.plans.load_catalogue import export_catalogue, load_catalogue
from worlds import (
    COUNTIES,
    ISSUED,
    KECHENG,
    LABOUR,
    LONGYOU,
    OFFICE,
    OTHERS,
    SCIENCE,
    empty_city,
    little_catalogue,
    little_city,
    load,
)


def test_everything_the_catalogue_says_stands_in_the_draft(database: Database) -> None:
    world = empty_city(database)
    load(world, little_catalogue(), issued=False)
    with world.database.read() as s:
        kinds = dict(s.execute(select(Unit.name, Unit.kind)).tuples().all())
        assert kinds[KECHENG] == "county"
        assert s.scalar(select(Plan.office_unit_id)) == world.units[OFFICE]
        groups = dict(s.execute(select(UnitGroup.name, UnitGroup.policy)).tuples().all())
        assert groups == {COUNTIES: "expand", OTHERS: "keep"}
        value = select(MeasureVersion.value).where(MeasureVersion.unit == "%")
        assert s.scalar(value) == Decimal("2.75")
        steps = s.execute(select(Milestone.title, Milestone.due, Milestone.deliverable)).all()
        assert sorted(steps) == [
            ("出台人才安居办法", date(2021, 6, 30), True),
            ("开工", date(2021, 9, 30), False),
            ("投用", date(2022, 12, 31), False),
        ]
        assert record.state_of(s, "task", world.tasks["1.1"]) == "drafted"


def test_groups_expand_or_are_kept_and_the_first_lead_collects(database: Database) -> None:
    world = little_city(database)
    with world.database.read() as s:
        rows = s.execute(
            select(Task.code, Unit.name, Assignment.role, Assignment.collects)
            .join(Task, Task.id == Assignment.task_id)
            .join(Unit, Unit.id == Assignment.unit_id)
            .order_by(Task.position, Assignment.position, Unit.position)
        ).all()
        assert rows == [
            ("1.1", SCIENCE, "lead", True),
            ("1.1", LABOUR, "support", False),
            ("1.2", LABOUR, "lead", True),
            ("1.3", SCIENCE, "lead", True),
            ("1.3", LABOUR, "lead", False),
            ("2.1", OFFICE, "lead", True),
            ("2.1", KECHENG, "support", False),
            ("2.1", LONGYOU, "support", False),
            ("2.2", KECHENG, "lead", True),
            ("2.2", LONGYOU, "lead", True),
        ]
        kept = select(func.count()).where(GroupAssignment.task_id == world.tasks["1.3"])
        assert s.scalar(kept) == 1


def test_the_same_again_changes_nothing_and_says_so(database: Database) -> None:
    world = empty_city(database)
    load(world, little_catalogue(), issued=False)
    with world.database.read() as s:
        before = s.scalar(select(func.count()).select_from(Event))
    again = world.do(world.administrator, load_catalogue, catalogue=little_catalogue())
    assert (again.outcome, again.edition, again.tasks) == ("unchanged", 1, 5)
    with world.database.read() as s:
        assert s.scalar(select(func.count()).select_from(Event)) == before


def test_a_changed_catalogue_replaces_the_draft_and_keeps_what_stood(database: Database) -> None:
    world = empty_city(database)
    old = little_catalogue()
    load(world, old, issued=False)
    first, second, *rest = old.tasks
    more = replace(first.measures[0], value=Decimal(120))
    new = replace(old, tasks=(replace(first, title="引进人才", measures=(more,)), *rest))
    later = ISSUED + timedelta(days=3)
    done = world.do(world.administrator, load_catalogue, at=later, catalogue=new)
    assert (done.outcome, done.edition, done.tasks) == ("replaced", 2, 4)
    with world.database.read() as s:
        task = world.tasks["1.1"]
        titles = select(TaskVersion.title).where(TaskVersion.task_id == task)
        assert s.scalar(titles.where(TaskVersion.at(ISSUED))) == "引进领军人才"
        assert s.scalar(titles.where(TaskVersion.at(later))) == "引进人才"
        values = s.scalars(select(MeasureVersion.value).where(MeasureVersion.at(later))).all()
        assert sorted(values) == [Decimal(120), Decimal(2000)]
        assert record.state_of(s, "task", world.tasks[second.code]) == "dropped"
    back = world.do(world.administrator, load_catalogue, at=later, catalogue=old)
    assert back.outcome == "replaced"
    with world.database.read() as s:
        assert record.state_of(s, "task", world.tasks[second.code]) == "drafted"
        assert world.assignment("1.2", LABOUR)


def test_an_issued_plan_is_not_replaced(database: Database) -> None:
    world = little_city(database)
    old = little_catalogue()
    world.do(world.administrator, load_catalogue, catalogue=old)
    with pytest.raises(WrongState):
        world.do(world.administrator, load_catalogue, catalogue=replace(old, tasks=old.tasks[:1]))


def test_units_are_known_by_their_aliases(database: Database) -> None:
    world = little_city(database)
    plan = replace(little_catalogue().plan, code="other")
    other = replace(little_catalogue(), plan=plan, units=(Named("市人社局"),))
    done = world.do(world.administrator, load_catalogue, catalogue=other)
    assert done.outcome == "created"
    assert done.units_created == ()


def test_names_of_two_units_are_refused(database: Database) -> None:
    world = little_city(database)
    mixed = replace(little_catalogue(), units=(Named(SCIENCE, (LABOUR,)),))
    mixed = replace(mixed, plan=replace(mixed.plan, code="other"))
    with pytest.raises(Invalid):
        world.do(world.administrator, load_catalogue, catalogue=mixed)


def test_a_number_that_cannot_be_kept_is_named_with_its_task(database: Database) -> None:
    world = empty_city(database)
    catalogue = little_catalogue()
    bad = replace(catalogue.tasks[0], measures=(CatalogueMeasure("m", ">=", Decimal("0.0000001")),))
    with pytest.raises(Invalid) as caught:
        world.do(world.administrator, load_catalogue, catalogue=replace(catalogue, tasks=(bad,)))
    assert [problem.where for problem in caught.value.problems] == ["1.1"]


@pytest.mark.parametrize("format", ["yaml", "json", "xlsx"])
def test_what_is_exported_is_what_was_loaded(sqlite_database: Database, format: str) -> None:
    world = empty_city(sqlite_database)
    content = dump(sample("quzhou-2020"), format)
    plan = world.do(world.administrator, load_catalogue, catalogue=read(content)).plan_id
    with world.reading(world.administrator) as c:
        assert dump(export_catalogue(c, plan), format) == content


def test_only_administrators_load_and_units_do_not_export(database: Database) -> None:
    world = little_city(database)
    with pytest.raises(NotAllowed):
        world.do(world.reviewer, load_catalogue, catalogue=little_catalogue())
    with pytest.raises(NotFound):
        world.do(world.person(SCIENCE, "liaison"), export_catalogue, plan_id=world.plan_id)
