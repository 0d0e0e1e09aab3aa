"""The Excel return on 我的任务: taken along by a link, given back, shown as read, submitted."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from openpyxl import load_workbook
from sqlalchemy import func, select

from db.engine import Database
from db.models import Event, Submission
from documents.returns.return_file import read_return
from pages import office
from pages.on_stage import email, on_stage, opened
from pages.stage import html_of
from ui.shell.application import Application, Download
from ui.views.my_tasks import workbook
from workflow.rules.refusals import NotAllowed, NotFound
from worlds import LABOUR, SCIENCE, World
from worlds import little_city as build


@pytest.fixture
def world(sqlite_database: Database) -> World:
    made = build(sqlite_database)
    office.acknowledge_all(made)
    office.open_round(made, office.noon(2021, 3, 10))
    return made


@pytest.fixture
def application(world: World, tmp_path) -> Application:
    return on_stage(world, tmp_path)


def taken(application: Application, world: World, unit: str, of: str) -> Download:
    """What the link gives a unit's liaison of a unit's workbook."""
    visitor = application.sessions.people[email(world, unit, "liaison")][1]
    return application.files(visitor, f"export/return?unit={world.units[of]}&period=2021Q1")


def typed(content: bytes, cells: dict[str, object]) -> bytes:
    book = load_workbook(BytesIO(content))
    for address, value in cells.items():
        sheet, cell = address.split("!")
        book.worksheets[int(sheet)][cell] = value
    out = BytesIO()
    book.save(out)
    return out.getvalue()


class Upload:
    """What the page's uploader gives."""

    def __init__(self, content: bytes) -> None:
        self.file_id = str(hash(content))
        self._content = content

    def getvalue(self) -> bytes:
        return self._content


def shown(application: Application, world: World, monkeypatch: Any, content: bytes) -> Any:
    """The page with a file given to it; AppTest cannot upload."""
    monkeypatch.setattr(workbook.st, "file_uploader", lambda *_a, **_k: Upload(content))
    at = opened(application, world, "my_tasks", LABOUR, "liaison")
    at.session_state["return_file"] = True
    return at.run()


def submissions(world: World) -> int:
    with world.database.read() as session:
        return session.scalar(select(func.count()).select_from(Submission)) or 0


def test_the_page_offers_the_workbook_of_each_round(world, application):
    at = opened(application, world, "my_tasks", LABOUR, "liaison")
    at.session_state["return_file"] = True
    html = html_of(at.run())
    address = f"/files/export/return?unit={world.units[LABOUR]}&amp;period=2021Q1"
    assert f'<a href="{address}" download>下载2021年一季度报送表</a>' in html


def test_the_link_gives_the_own_units_rows_and_is_on_record(world, application):
    file = taken(application, world, LABOUR, LABOUR)
    assert file.name == f"进展情况报送表 {LABOUR} 2021Q1.xlsx"
    read = read_return(file.content)
    assert [row["code"].text for row in read.reports] == ["1.2"]
    with world.database.read() as session:
        events = select(Event.action).where(Event.action == "export")
        assert session.scalars(events).all() == ["export"]


def test_nobody_gets_another_units_workbook(world, application):
    with pytest.raises(NotAllowed):
        taken(application, world, LABOUR, SCIENCE)
    visitor = application.sessions.people[email(world, LABOUR, "liaison")][1]
    for path in ("export/return", "export/return?unit=x&period=2021Q1"):
        with pytest.raises(NotFound):
            application.files(visitor, path)


def test_a_file_is_shown_as_it_is_read_and_then_submitted_once(world, application, monkeypatch):
    content = typed(
        taken(application, world, LABOUR, LABOUR).content,
        {
            "0!D3": "正常推进",
            "0!F3": "完成实施细则起草并征求意见。",
            "2!F3": "3月5日",
            "2!G3": "5号",
        },
    )
    at = shown(application, world, monkeypatch, content)
    html = html_of(at)
    assert "2021-03-05" in html
    assert "完成实施细则起草并征求意见。" in html
    assert submissions(world) == 0
    at.button(key="return_send").click().run()
    assert not at.exception
    assert submissions(world) == 1
    assert "已报送1项" in html_of(at)


def test_what_is_wrong_is_named_by_sheet_row_and_column(world, application, monkeypatch):
    content = typed(
        taken(application, world, LABOUR, LABOUR).content,
        {"0!D3": "正常推进", "0!F3": "短", "2!F3": "三月底"},
    )
    html = html_of(shown(application, world, monkeypatch, content))
    assert "工作表“进展情况”第3行“本期进展情况”栏（F3）" in html
    assert "工作表“时间节点”第3行“完成日期”栏（F3）" in html
    assert submissions(world) == 0


def test_a_file_that_is_no_return_is_refused_in_words(world, application, monkeypatch):
    html = html_of(shown(application, world, monkeypatch, b"PK\x03\x04 nothing"))
    assert "submit" not in html
    assert submissions(world) == 0


def test_the_same_file_again_changes_nothing(world, application, monkeypatch):
    content = typed(
        taken(application, world, LABOUR, LABOUR).content,
        {"0!D3": "正常推进", "0!F3": "完成实施细则起草并征求意见。"},
    )
    shown(application, world, monkeypatch, content).button(key="return_send").click().run()
    office.open_round(world, office.noon(2021, 6, 10))  # the second round, with reports to do
    html = html_of(shown(application, world, monkeypatch, content))
    assert "此文件此前已经报送" in html
    assert submissions(world) == 1
