"""A working copy becomes the draft plan, and can be set aside."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from db.engine import Database
from db.models import Plan, TaskVersion
from drafts import edit, list_of, reading, sheet, started
from workflow.rules.preparing.working_copy import Change
from workflow.rules.refusals import Conflict, NotAllowed, WrongState
from workflow.verbs.plans.issue import issue
from workflow.verbs.preparing.lay_down import lay_down
from workflow.verbs.preparing.set_aside import set_aside, take_up
from workflow.verbs.preparing.start_working_copy import start_working_copy
from worlds import World, empty_city, little_city


def titles(world: World) -> list[str]:
    with world.database.read() as s:
        return list(
            s.scalars(
                select(TaskVersion.title).where(TaskVersion.open()).order_by(TaskVersion.task_id)
            )
        )


def test_a_corrected_copy_becomes_the_draft_plan_and_again(database: Database) -> None:
    world = empty_city(database)
    copy_id = started(world)
    edit(world, copy_id, Change("1.1", "title", "引进领军人才", "甲"))
    made = world.do(world.administrator, lay_down, copy_id=copy_id, revision=1)
    assert (made.outcome, titles(world)[0]) == ("created", "甲")
    edit(world, copy_id, Change("1.1", "title", "甲", "乙"))
    again = world.do(world.administrator, lay_down, copy_id=copy_id, revision=2)
    assert (again.outcome, again.plan_id, titles(world)[0]) == ("replaced", made.plan_id, "乙")
    stage = sheet(world, copy_id).stage
    assert (stage.name, stage.revision, stage.plan_id) == ("laid_down", 2, made.plan_id)


def test_what_was_changed_since_it_was_shown_is_not_laid_down(database: Database) -> None:
    world = empty_city(database)
    copy_id = started(world)
    edit(world, copy_id, Change("1.1", "title", "引进领军人才", "甲"))
    with pytest.raises(Conflict):
        world.do(world.administrator, lay_down, copy_id=copy_id, revision=0)
    with database.read() as s:
        assert s.scalars(select(Plan)).all() == []


def test_only_administrators_lay_down(sqlite_database: Database) -> None:
    world = empty_city(sqlite_database)
    copy_id = started(world)
    with pytest.raises(NotAllowed):
        world.do(world.reviewer, lay_down, copy_id=copy_id, revision=0)


def test_an_issued_plan_is_not_replaced(sqlite_database: Database) -> None:
    world = empty_city(sqlite_database)
    copy_id = started(world)
    made = world.do(world.administrator, lay_down, copy_id=copy_id, revision=0)
    world.do(world.administrator, issue, plan_id=made.plan_id, document="小委〔2021〕1号")
    edit(world, copy_id, Change("1.1", "title", "引进领军人才", "甲"))
    with pytest.raises(WrongState):
        world.do(world.administrator, lay_down, copy_id=copy_id, revision=1)


def test_a_newer_edition_is_not_laid_down_over_its_plan(sqlite_database: Database) -> None:
    world = little_city(sqlite_database)
    copy_id = world.do(
        world.reviewer, start_working_copy, catalogue=reading(), plan_id=world.plan_id
    ).copy_id
    with pytest.raises(WrongState):
        world.do(world.administrator, lay_down, copy_id=copy_id, revision=0)


def test_a_copy_set_aside_is_not_changed_until_it_is_taken_up(database: Database) -> None:
    world = empty_city(database)
    copy_id = started(world)
    world.do(world.reviewer, set_aside, copy_id=copy_id, revision=0)
    assert list_of(world)[0].stage.name == "set_aside"
    change = Change("1.1", "title", "引进领军人才", "甲")
    with pytest.raises(WrongState):
        edit(world, copy_id, change)
    assert started(world) != copy_id
    world.do(world.reviewer, take_up, copy_id=copy_id)
    with pytest.raises(WrongState):
        world.do(world.reviewer, take_up, copy_id=copy_id)
    assert edit(world, copy_id, change) == 1
    assert sheet(world, copy_id).stage.name == "open"


def test_a_laid_down_copy_taken_up_again_remembers_its_plan(sqlite_database: Database) -> None:
    world = empty_city(sqlite_database)
    copy_id = started(world)
    made = world.do(world.administrator, lay_down, copy_id=copy_id, revision=0)
    world.do(world.reviewer, set_aside, copy_id=copy_id, revision=0)
    world.do(world.reviewer, take_up, copy_id=copy_id)
    stage = sheet(world, copy_id).stage
    assert (stage.name, stage.plan_id) == ("laid_down", made.plan_id)


def test_a_title_may_be_given(sqlite_database: Database) -> None:
    world = empty_city(sqlite_database)
    given = world.do(
        world.reviewer, start_working_copy, title=" 送审稿 ", catalogue=replace(reading(), items=())
    )
    assert sheet(world, given.copy_id).title == "送审稿"
