"""A working copy goes out as xlsx, is filled in, and comes back."""

from io import BytesIO

import pytest
from openpyxl import load_workbook
from sqlalchemy import select

from db.engine import Database
from db.models import Event
from drafts import edit, sheet, started
from tasks_catalog.worklist.returned import read_copy
from workflow.rules.preparing.working_copy import Change, inverse
from workflow.rules.refusals import Conflict, Invalid, NotAllowed
from workflow.verbs.preparing.edit_working_copy import edit_working_copy
from workflow.verbs.preparing.exchange_working_copy import export_working_copy, preview_returned
from worlds import LABOUR, SCIENCE, World, empty_city


def sent(world: World, copy_id: int) -> bytes:
    return world.do(world.reviewer, export_working_copy, copy_id=copy_id)


def filled(content: bytes, *cells: tuple[str, str, str], without: str = "", added=()) -> bytes:
    """The file with (code, column, value) written on the first sheet, a row removed, rows added."""
    workbook = load_workbook(BytesIO(content))
    page = workbook["工作清单"]
    heads = [cell.value for cell in page[1]]
    rows = {page.cell(n, 1).value: n for n in range(2, page.max_row + 1)}
    for code, head, value in cells:
        page.cell(rows[code], heads.index(head) + 1).value = value
    if without:
        page.delete_rows(rows[without])
    for row in added:
        page.append([row.get(head) for head in heads])
    out = BytesIO()
    workbook.save(out)
    return out.getvalue()


def preview(world: World, copy_id: int, content: bytes):
    return world.do(world.reviewer, preview_returned, copy_id=copy_id, returned=read_copy(content))


def test_what_comes_back_untouched_changes_nothing(database: Database) -> None:
    world = empty_city(database)
    copy_id = started(world)
    found = preview(world, copy_id, filled(sent(world, copy_id)))
    assert (found.changes, found.conflicts) == ((), ())
    with database.read() as s:
        event = s.scalars(select(Event).where(Event.action == "exported")).one()
        assert (event.subject, event.subject_id) == ("working_copy", copy_id)


def test_cells_filled_in_outside_become_changes_that_a_person_confirms(database: Database) -> None:
    world = empty_city(database)
    copy_id = started(world)
    content = filled(
        sent(world, copy_id), ("1.2", "任务名称", "出台人才安居实施办法"),
        ("1.2", "配合单位", "市科技局"), ("2.1", "完成时限", "2023-06-30"),
    )  # fmt: skip
    found = preview(world, copy_id, content)
    assert {(one.code, one.field) for one in found.changes} == {
        ("1.2", "title"), ("1.2", "units"), ("2.1", "due"),
    }  # fmt: skip
    assert found.where["2.1", "due"] == "表“工作清单”第5行“完成时限”列"
    assert sheet(world, copy_id).revision == 0
    world.do(world.reviewer, edit_working_copy, copy_id=copy_id, changes=found.changes)
    task = sheet(world, copy_id).catalogue["tasks"][1]
    assert task["title"] == "出台人才安居实施办法"
    assert [(unit["name"], unit["role"]) for unit in task["units"]] == [
        (LABOUR, "lead"), (SCIENCE, "support"),
    ]  # fmt: skip
    assert preview(world, copy_id, content).changes == ()
    back = [inverse(edit.change) for edit in sheet(world, copy_id).edits]
    world.do(world.reviewer, edit_working_copy, copy_id=copy_id, changes=back)


def test_rows_that_are_new_or_gone_are_tasks_added_and_removed(database: Database) -> None:
    world = empty_city(database)
    copy_id = started(world)
    row = {"任务编号": "1.4", "任务名称": "新任务", "任务类型": "常态推进", "牵头单位": SCIENCE,
           "工作事项编号": "1"}  # fmt: skip
    found = preview(world, copy_id, filled(sent(world, copy_id), without="2.1", added=[row]))
    assert [(one.code, one.field, one.after is None) for one in found.changes] == [
        ("2.1", "task", True), ("1.4", "task", False),
    ]  # fmt: skip
    world.do(world.reviewer, edit_working_copy, copy_id=copy_id, changes=found.changes)
    codes = [task["code"] for task in sheet(world, copy_id).catalogue["tasks"]]
    assert codes == ["1.1", "1.2", "1.3", "1.4", "2.2"]


def test_what_was_changed_here_too_is_a_conflict_with_its_place(database: Database) -> None:
    world = empty_city(database)
    copy_id = started(world)
    content = filled(
        sent(world, copy_id), ("1.1", "任务名称", "甲"), ("1.1", "任务类型", "常态推进"),
        ("1.2", "任务名称", "同样"),
    )  # fmt: skip
    edit(world, copy_id, Change("1.1", "title", "引进领军人才", "乙"),
         Change("1.2", "title", "出台人才安居办法", "同样"))  # fmt: skip
    found = preview(world, copy_id, content)
    assert [(one.code, one.field) for one in found.changes] == [("1.1", "kind")]
    assert [str(one) for one in found.conflicts] == [
        "表“工作清单”第2行“任务名称”列: 导出后此处也已修改，保留现有内容"
    ]
    assert (found.exported_at, found.revision) == (0, 2)


def test_a_change_after_the_preview_is_told_and_nothing_is_applied(database: Database) -> None:
    world = empty_city(database)
    copy_id = started(world)
    content = filled(sent(world, copy_id), ("1.1", "任务名称", "甲"), ("1.2", "任务名称", "丙"))
    found = preview(world, copy_id, content)
    edit(world, copy_id, Change("1.1", "title", "引进领军人才", "乙"))
    with pytest.raises(Conflict):
        world.do(world.reviewer, edit_working_copy, copy_id=copy_id, changes=found.changes)
    assert sheet(world, copy_id).revision == 1


def test_measures_are_placed_on_their_own_sheet(sqlite_database: Database) -> None:
    world = empty_city(sqlite_database)
    copy_id = started(world)
    workbook = load_workbook(BytesIO(sent(world, copy_id)))
    page = workbook["量化指标"]
    heads = [cell.value for cell in page[1]]
    assert page.cell(4, 1).value == "2.2"
    page.cell(4, heads.index("目标值") + 1).value = 2500
    out = BytesIO()
    workbook.save(out)
    found = preview(world, copy_id, out.getvalue())
    assert [(one.code, one.field) for one in found.changes] == [("2.2", "measures")]
    assert "“量化指标”第4行" in found.where["2.2", "measures"]


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 broken", b"a,b"])
def test_a_file_that_is_no_work_list_is_refused(sqlite_database: Database, content: bytes) -> None:
    world = empty_city(sqlite_database)
    copy_id = started(world)
    from workflow.rules.refusals import Refused

    with pytest.raises(Refused):
        preview(world, copy_id, content)


def test_a_work_list_of_another_copy_or_without_a_stamp_is_refused(
    sqlite_database: Database,
) -> None:
    world = empty_city(sqlite_database)
    copy_id = started(world)
    content = sent(world, copy_id)
    workbook = load_workbook(BytesIO(content))
    del workbook["底稿"]
    out = BytesIO()
    workbook.save(out)
    with pytest.raises(Invalid):
        preview(world, copy_id, out.getvalue())
    workbook = load_workbook(BytesIO(content))
    workbook["底稿"].cell(2, 2).value = 7
    out = BytesIO()
    workbook.save(out)
    with pytest.raises(Invalid):
        preview(world, copy_id, out.getvalue())


def test_cells_that_cannot_be_read_are_named_with_their_place(sqlite_database: Database) -> None:
    world = empty_city(sqlite_database)
    copy_id = started(world)
    content = filled(sent(world, copy_id), ("1.1", "完成时限", "明年"))
    with pytest.raises(Invalid) as told:
        preview(world, copy_id, content)
    assert "第2行“完成时限”列" in str(told.value.problems[0])


def test_only_the_office_takes_the_list_out(sqlite_database: Database) -> None:
    world = empty_city(sqlite_database)
    copy_id = started(world)
    with pytest.raises(NotAllowed):
        world.do(world.person("", "leader"), export_working_copy, copy_id=copy_id)


def test_what_is_not_taken_back_is_said(sqlite_database: Database) -> None:
    world = empty_city(sqlite_database)
    copy_id = started(world)
    workbook = load_workbook(BytesIO(sent(world, copy_id)))
    workbook["主要指标"].append(["人才总量"])
    out = BytesIO()
    workbook.save(out)
    found = preview(world, copy_id, out.getvalue())
    assert found.changes == ()
    assert [one.where for one in found.conflicts] == ["主要指标"]
