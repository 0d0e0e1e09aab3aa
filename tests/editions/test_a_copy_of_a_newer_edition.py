"""A working copy of a newer edition comes into force as it was shown."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import select

from db.engine import Database
from db.models import Assignment, TaskVersion
from db.queries.preparing.working_copies import working_copy
from tasks_catalog.model import Catalogue
from tasks_catalog.plain import from_plain
from workflow.rules.preparing.working_copy import Change
from workflow.rules.refusals import Conflict, Invalid, WrongState
from workflow.verbs.editions.apply_copy import apply_copy
from workflow.verbs.editions.compare_editions import preview_edition
from workflow.verbs.preparing.edit_working_copy import edit_working_copy
from workflow.verbs.preparing.start_working_copy import start_working_copy
from worlds import LABOUR, SCIENCE, World, little_catalogue, little_city

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


def as_read(catalogue: Catalogue) -> Catalogue:
    """A catalogue as its text alone says it: nobody leads, no date was laid down."""
    bare = {"units": (), "due": None, "due_text": None, "deadlines": ()}
    return replace(catalogue, tasks=tuple(replace(t, **bare) for t in catalogue.tasks), units=())


def test_a_revised_text_keeps_units_dates_and_the_names_of_numbers(database: Database) -> None:
    world = little_city(database)
    first, *rest = as_read(OLD).tasks
    number = replace(first.measures[0], metric="引进领军人才", value=Decimal(120))
    words = "五年引进领军人才120人。"
    revised = replace(
        as_read(OLD),
        tasks=(replace(first, text=words, measures=(number, first.measures[1])), *rest),
    )
    given = {"catalogue": revised, "source_lines": [words], "plan_id": world.plan_id}
    copy_id = world.do(world.reviewer, start_working_copy, **given).copy_id
    with world.reading(world.reviewer) as c:
        seen = preview_edition(
            c,
            plan_id=world.plan_id,
            catalogue=from_plain(working_copy(c.session, c.actor, copy_id).catalogue),
        )
    (change,) = seen.differences.changed
    assert (change.new.code, [one.field for one in change.fields]) == ("1.1", ["text", "measures"])
    assert [one.metric for one in change.new.measures] == ["领军人才", "高层次人才占比"]
    done = world.do(
        world.administrator, apply_copy, copy_id=copy_id, revision=0, document=PAPER,
    )  # fmt: skip
    assert (done.changed, done.added, done.dropped) == (("1.1",), (), ())
    with world.reading(world.reviewer) as c:
        parts = select(Assignment.unit_id, Assignment.role).where(
            Assignment.task_id == world.tasks["1.1"], Assignment.open()
        )
        assert set(c.session.execute(parts).tuples()) == {
            (world.units[SCIENCE], "lead"), (world.units[LABOUR], "support"),
        }  # fmt: skip


def test_a_catalogue_is_taken_at_its_word_but_for_leads_that_it_does_not_name(
    database: Database,
) -> None:
    world = little_city(database)
    bare = as_read(OLD)
    with world.reading(world.reviewer) as c:
        seen = preview_edition(c, plan_id=world.plan_id, catalogue=bare)
    fields = {one.field for change in seen.differences.changed for one in change.fields}
    assert "units" not in fields
    assert "due" in fields
