"""The office corrects a reading: the record keeps who changed what, and nobody overwrites."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.exc import DBAPIError

from db.engine import Database
from db.models import Event, WorkingCopy, WorkingEdit
from drafts import LINES, edit, list_of, reading, sheet, started
from tasks_catalog.plain import from_plain
from workflow.rules.preparing.working_copy import Change, doubt_key, finding_key, inverse
from workflow.rules.refusals import Conflict, Invalid, NotAllowed, NotFound
from workflow.verbs.preparing.start_working_copy import start_working_copy
from worlds import ISSUED, LABOUR, OFFICE, SCIENCE, empty_city, little_city


def test_a_reading_is_kept_with_the_text_it_was_read_from(database: Database) -> None:
    world = empty_city(database)
    copy = sheet(world, started(world))
    assert (copy.title, copy.file_name, copy.source_lines) == ("小城人才规划", "小城.txt", LINES)
    assert from_plain(copy.catalogue) == reading()
    assert (copy.revision, copy.coverage.led, copy.stage.name) == (0, 5, "open")


def test_the_same_document_is_begun_once(database: Database) -> None:
    world = empty_city(database)
    assert started(world) == started(world, world.administrator)
    with world.database.read() as s:
        assert s.scalar(select(func.count()).select_from(WorkingCopy)) == 1


def test_a_change_shows_who_made_it_and_when(database: Database) -> None:
    world = empty_city(database)
    copy_id = started(world)
    later = ISSUED + timedelta(hours=1)
    change = Change("1.1", "title", "引进领军人才", "引进领军型人才")
    assert edit(world, copy_id, change, who=world.administrator, at=later) == 1
    copy = sheet(world, copy_id)
    assert copy.catalogue["tasks"][0]["title"] == "引进领军型人才"
    assert copy.changed == {("1.1", "title"): (f"{OFFICE}administrator", later)}
    row = list_of(world)[0]
    assert (row.revision, row.changed_at, row.changed_by) == (1, later, f"{OFFICE}administrator")
    with world.database.read() as s:
        made = s.scalars(select(Event).where(Event.subject == "working_copy")).all()
        assert [event.action for event in made] == ["start", "edit"]
        assert "引进" not in made[1].payload


def test_numbers_stay_exact_and_are_written_out(database: Database) -> None:
    world = empty_city(database)
    copy_id = started(world)
    before = sheet(world, copy_id).catalogue["tasks"][0]["measures"]
    after = [{"metric": "领军人才", "op": ">=", "value": Decimal("12345678901234567.89")}]
    edit(world, copy_id, Change("1.1", "measures", before, after))
    made = sheet(world, copy_id).catalogue["tasks"][0]["measures"]
    assert made[0]["value"] == Decimal("12345678901234567.89")
    assert made[0]["firm"] is True


def test_the_second_on_one_field_is_told_and_on_another_field_not(database: Database) -> None:
    world = empty_city(database)
    copy_id = started(world)
    edit(world, copy_id, Change("1.1", "title", "引进领军人才", "甲"))
    edit(world, copy_id, Change("1.1", "due", "2025-12-31", "2024-12-31"), who=world.administrator)
    with pytest.raises(Conflict) as told:
        edit(world, copy_id, Change("1.1", "kind", "numbers", "steady"),
             Change("1.1", "title", "引进领军人才", "乙"))  # fmt: skip
    assert told.value.fields["now"] == "甲"
    task = sheet(world, copy_id).catalogue["tasks"][0]
    assert (task["title"], task["due"], task["kind"]) == ("甲", "2024-12-31", "numbers")


def test_undo_is_the_inverse_change(database: Database) -> None:
    world = empty_city(database)
    copy_id = started(world)
    whole = sheet(world, copy_id).catalogue["tasks"][1]
    edit(world, copy_id, Change("1.2", "task", whole, None))
    gone = sheet(world, copy_id)
    assert [task["code"] for task in gone.catalogue["tasks"]] == ["1.1", "1.3", "2.1", "2.2"]
    edit(world, copy_id, inverse(gone.edits[-1].change))
    assert from_plain(sheet(world, copy_id).catalogue) == reading()


def test_a_task_is_split_in_one_step(database: Database) -> None:
    world = empty_city(database)
    copy_id = started(world)
    part = {"code": "1.1a", "title": "引进青年人才", "kind": "steady", "item": "1"}
    edit(world, copy_id, Change("1.1", "text", "五年引进领军人才100人。", "引进领军人才。"),
         Change("1.1a", "task", None, part))  # fmt: skip
    tasks = sheet(world, copy_id).catalogue["tasks"]
    assert [task["code"] for task in tasks][:3] == ["1.1", "1.1a", "1.2"]
    assert tasks[1]["units"] == []


def test_findings_and_doubts_are_settled_with_a_reason(database: Database) -> None:
    world = empty_city(database)
    copy_id = started(world)
    finding, doubt = finding_key(1), doubt_key("1.1", 1)
    edit(world, copy_id, Change(finding, "settled", None, " 以正文为准 "),
         Change(doubt, "settled", None, "已核"))  # fmt: skip
    copy = sheet(world, copy_id)
    assert copy.settled == {finding: "以正文为准", doubt: "已核"}
    assert (copy.coverage.open_errors, copy.coverage.open_doubts) == (0, 0)
    with pytest.raises(Conflict):
        edit(world, copy_id, Change(finding, "settled", None, "另一理由"))
    edit(world, copy_id, Change(finding, "settled", "以正文为准", None))
    assert sheet(world, copy_id).coverage.open_errors == 1


@pytest.mark.parametrize(
    "change",
    [
        Change("1.1", "kind", "numbers", "numbers or so"),
        Change("1.1", "due", "2025-12-31", "2025-02-30"),
        Change("1.1", "item", "1", "99"),
        Change("", "first_year", 2021, Decimal("NaN")),
        Change("item:1", "item", {"code": "1", "title": "引才", "parent": None, "measures": [],
                                  "source": None}, None),
        Change("1.1", "title", "引进领军人才", "a\x00b"),
        Change("finding:9", "settled", None, "理由"),
        Change("finding:1", "settled", None, "  "),
    ],
)  # fmt: skip
def test_what_a_catalogue_cannot_hold_is_refused(sqlite_database: Database, change: Change) -> None:
    world = empty_city(sqlite_database)
    copy_id = started(world)
    with pytest.raises(Invalid) as told:
        edit(world, copy_id, change)
    assert told.value.problems
    assert sheet(world, copy_id).revision == 0


def test_a_field_is_changed_once_in_a_step(sqlite_database: Database) -> None:
    world = empty_city(sqlite_database)
    copy_id = started(world)
    with pytest.raises(Invalid):
        edit(world, copy_id, Change("1.1", "title", "引进领军人才", "甲"),
             Change("1.1", "title", "甲", "乙"))  # fmt: skip


def test_what_changes_nothing_leaves_no_edit(sqlite_database: Database) -> None:
    world = empty_city(sqlite_database)
    copy_id = started(world)
    assert edit(world, copy_id, Change("1.1", "due", "2025-12-31", "2025-12-31")) == 0


def test_edits_refuse_to_be_rewritten(database: Database) -> None:
    world = empty_city(database)
    edit(world, started(world), Change("1.1", "title", "引进领军人才", "甲"))
    for statement in (update(WorkingEdit).values(after="0"), update(WorkingCopy).values(title="")):
        with pytest.raises(DBAPIError, match="append-only"), database.write() as session:
            session.execute(statement)


def test_only_the_office_sees_and_prepares(database: Database) -> None:
    world = little_city(database)
    copy_id = started(world)
    liaison = world.person(SCIENCE, "liaison")
    assert list_of(world, liaison) == []
    with pytest.raises(NotFound):
        sheet(world, copy_id, liaison)
    with pytest.raises(NotAllowed):
        started(world, world.person(LABOUR, "deputy_head"))
    with pytest.raises(NotAllowed):
        edit(world, copy_id, Change("1.1", "title", "引进领军人才", "甲"),
             who=world.person("", "leader"))  # fmt: skip


def test_a_document_without_a_task_is_no_working_copy(sqlite_database: Database) -> None:
    world = empty_city(sqlite_database)
    with pytest.raises(Invalid):
        world.do(world.reviewer, start_working_copy, catalogue=replace(reading(), tasks=()))


def test_people_at_once_on_different_fields_all_get_their_number(database: Database) -> None:
    world = empty_city(database)
    copy_id = started(world)
    task = sheet(world, copy_id).catalogue["tasks"][0]
    fields = ("title", "text", "due_text", "kind", "due", "leaders")
    after = {"kind": "steady", "due": "2024-12-31", "leaders": ["某领导"]}
    with ThreadPoolExecutor(len(fields)) as people:
        done = [
            people.submit(edit, world, copy_id, Change("1.1", f, task[f], after.get(f, "新")))
            for f in fields
        ]
        assert sorted(one.result() for one in done) == [1, 2, 3, 4, 5, 6]
    made = sheet(world, copy_id).catalogue["tasks"][0]
    assert {f: made[f] for f in fields} == {f: after.get(f, "新") for f in fields}


def test_people_at_once_on_one_field_are_told_but_the_first(database: Database) -> None:
    world = empty_city(database)
    copy_id = started(world)

    def attempt(title: str) -> bool:
        try:
            edit(world, copy_id, Change("1.1", "title", "引进领军人才", title))
        except Conflict:
            return False
        return True

    with ThreadPoolExecutor(4) as people:
        assert sum(people.map(attempt, "甲乙丙丁")) == 1
    assert sheet(world, copy_id).revision == 1
