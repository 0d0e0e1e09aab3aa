"""A working copy of a newer edition comes into force as it was shown."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import select

from db.engine import Database
from db.models import TaskVersion
from db.queries.preparing.working_copies import working_copy
from workflow.rules.preparing.working_copy import Change
from workflow.rules.refusals import Conflict, Invalid, WrongState
from workflow.verbs.editions.apply_copy import apply_copy
from workflow.verbs.preparing.edit_working_copy import edit_working_copy
from workflow.verbs.preparing.start_working_copy import start_working_copy
from worlds import World, little_catalogue, little_city

OLD = little_catalogue()
PAPER = "小委〔2021〕15号"


def copy_of_newer(world: World, plan_id: int | None) -> int:
    first, second, *rest = OLD.tasks
    newer = replace(OLD, tasks=(first, replace(second, due=date(2021, 9, 30)), *rest))
    made = world.do(world.reviewer, start_working_copy, catalogue=newer, plan_id=plan_id)
    return made.copy_id


def test_it_comes_into_force_with_its_edits_and_remembers_it(database: Database) -> None:
    world = little_city(database)
    copy_id = copy_of_newer(world, world.plan_id)
    change = Change("1.2", "title", "出台人才安居办法", "修订人才安居办法")
    world.do(world.reviewer, edit_working_copy, copy_id=copy_id, changes=(change,))
    given = {"copy_id": copy_id, "document": PAPER}
    with pytest.raises(Conflict):
        world.do(world.administrator, apply_copy, revision=0, **given)
    with pytest.raises(Invalid):
        world.do(world.administrator, apply_copy, copy_id=copy_id, revision=1)
    done = world.do(world.administrator, apply_copy, revision=1, **given)
    assert (done.outcome, done.changed) == ("applied", ("1.2",))
    again = world.do(world.administrator, apply_copy, revision=1, **given)
    assert again.outcome == "unchanged"
    with world.reading(world.reviewer) as c:
        stage = working_copy(c.session, c.actor, copy_id).stage
        words = select(TaskVersion.title, TaskVersion.due).where(
            TaskVersion.task_id == world.tasks["1.2"], TaskVersion.open()
        )
        assert c.session.execute(words).one() == ("修订人才安居办法", date(2021, 9, 30))
    assert (stage.name, stage.revision, stage.plan_id) == ("laid_down", 1, world.plan_id)


def test_a_plan_of_its_own_is_laid_down_instead(sqlite_database: Database) -> None:
    world = little_city(sqlite_database)
    copy_id = copy_of_newer(world, None)
    with pytest.raises(WrongState):
        world.do(world.administrator, apply_copy, copy_id=copy_id, revision=0, document=PAPER)
