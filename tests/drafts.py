"""A reading of the little city's plan as a working copy, for the tests of preparing."""

from dataclasses import replace

from db.queries.preparing.working_copies import CopyRow, CopySheet, working_copies, working_copy
from tasks_catalog.model import Catalogue, Finding
from workflow.rules.preparing.working_copy import Change
from workflow.verbs.preparing.edit_working_copy import edit_working_copy
from workflow.verbs.preparing.start_working_copy import start_working_copy
from worlds import World, little_catalogue

LINES = ("小城人才规划", "五年引进领军人才100人。")


def reading() -> Catalogue:
    """The little plan with a doubt about 1.1 and one error found."""
    made = little_catalogue()
    first = replace(made.tasks[0], doubts=("没有写明年份。",))
    finding = Finding("sum", "error", "两处数字不一致。")
    return replace(made, tasks=(first, *made.tasks[1:]), findings=(finding,))


def started(world: World, who: int | None = None) -> int:
    return world.do(
        who or world.reviewer, start_working_copy,
        catalogue=reading(), source_lines=LINES, file_name="小城.txt",
    ).copy_id  # fmt: skip


def sheet(world: World, copy_id: int, who: int | None = None) -> CopySheet:
    with world.reading(who or world.reviewer) as c:
        return working_copy(c.session, c.actor, copy_id)


def edit(world: World, copy_id: int, *changes: Change, who: int | None = None, at=None) -> int:
    """Make changes; the revision then."""
    return world.do(who or world.reviewer, edit_working_copy, at, copy_id=copy_id, changes=changes)


def list_of(world: World, who: int | None = None) -> list[CopyRow]:
    with world.reading(who or world.reviewer) as c:
        return working_copies(c.session, c.actor)
