"""Papers leave for whoever may take them, on record, in the office's own template."""

from __future__ import annotations

import shutil
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from openpyxl import load_workbook
from sqlalchemy import select

from assessed_year import CLOCK, a_year
from db.engine import Database
from db.models import Event
from db.queries.assessment.assessment import ranking
from documents.official.layout import TITLE
from documents.official.template import shipped
from pages.on_stage import email, on_stage, opened
from pages.stage import html_of
from ui.shell.application import Application
from workflow.rules.refusals import Invalid, NotAllowed, NotFound
from workflow.verbs.assessment.assess import assess
from worlds import LONGYOU, OFFICE, World


@pytest.fixture
def world(sqlite_database: Database) -> World:
    return a_year(sqlite_database)


@pytest.fixture
def application(world: World, tmp_path: Path) -> Application:
    return on_stage(world, tmp_path)


def take(application: Application, world: World, unit: str, role: str, query: str) -> Any:
    visitor = application.sessions.people[email(world, unit, role)][1]
    return application.files(visitor, f"export/{query}")


def exports(world: World) -> list[str]:
    with world.database.read() as session:
        rows = session.scalars(select(Event.payload).where(Event.action == "exported"))
        return [str(row) for row in rows]


@pytest.mark.parametrize(
    ("kind", "name"),
    [("circular", "关于《小城人才规划》2021年四季度任务落实情况的通报.docx"),
     ("responsibility_list", "《小城人才规划》责任清单.docx")],
)  # fmt: skip
def test_the_office_takes_a_paper_and_the_record_says_so(
    application: Application, world: World, kind: str, name: str
) -> None:
    file = take(application, world, OFFICE, "reviewer", f"{kind}?plan={world.plan_id}")
    assert file.name == name
    assert Document(BytesIO(file.content)).styles[TITLE]
    assert [one for one in exports(world) if kind in one]


def test_who_may_not_take_papers_gets_none(application: Application, world: World) -> None:
    with pytest.raises(NotAllowed):
        take(application, world, LONGYOU, "liaison", f"circular?plan={world.plan_id}")
    assert exports(world) == []
    for query in ("circular?plan=99", "circular", "responsibility_list?plan=x"):
        with pytest.raises(NotFound):
            take(application, world, OFFICE, "reviewer", query)


def test_the_pages_lead_to_the_papers(application: Application, world: World) -> None:
    html = html_of(opened(application, world, "overview", OFFICE, "reviewer", at="2021-12-20"))
    address = f"/files/export/circular?plan={world.plan_id}&amp;at=2021-12-20&amp;form=docx"
    assert address in html
    html = html_of(opened(application, world, "plan", OFFICE, "reviewer", plan=world.plan_id))
    assert f"/files/export/responsibility_list?plan={world.plan_id}&amp;form=docx" in html
    assert ("form=pdf" in html) == (shutil.which("soffice") is not None)


def with_template(world: World, folder: Path, content: bytes, name: str) -> Application:
    (folder / name).write_bytes(content)
    application = on_stage(world, folder)
    application.installation.settings.paper_templates = folder
    return application


def changed(text: str, places: dict[str, str]) -> bytes:
    document = Document(BytesIO(shipped()))
    document.paragraphs[0].insert_paragraph_before(text)
    for line in document.paragraphs:
        for old, new in places.items():
            if line.text == old:
                line.text = new
    out = BytesIO()
    document.save(out)
    return out.getvalue()


def test_an_office_puts_its_own_template_in(world: World, tmp_path: Path) -> None:
    application = with_template(world, tmp_path, changed("内部资料", {}), "circular.docx")
    for kind, there in (("circular", True), ("responsibility_list", False)):
        file = take(application, world, OFFICE, "reviewer", f"{kind}?plan={world.plan_id}")
        assert (Document(BytesIO(file.content)).paragraphs[0].text == "内部资料") == there


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (changed("", {"{{p body }}": "正文"}), "缺少正文位置"),
        (changed("{{ title", {}), "official.docx"),
        (changed("{{ title.__class__.__mro__ }}", {}), "official.docx"),
        (b"no docx", "official.docx"),
    ],
    ids=["no body", "unfinished", "curious", "no docx"],
)
def test_a_template_that_does_not_work_is_refused_by_name(
    world: World, tmp_path: Path, content: bytes, why: str
) -> None:
    application = with_template(world, tmp_path, content, "official.docx")
    with pytest.raises(Invalid, match=why):
        take(application, world, OFFICE, "reviewer", f"circular?plan={world.plan_id}")


def test_a_template_without_our_styles_says_which(world: World, tmp_path: Path) -> None:
    out = BytesIO()
    Document().save(out)
    application = with_template(world, tmp_path, out.getvalue(), "official.docx")
    with pytest.raises(Invalid, match="缺少样式公文代拟稿"):
        take(application, world, OFFICE, "reviewer", f"circular?plan={world.plan_id}")


@pytest.fixture
def scored(world: World) -> int:
    """The id of an assessment of the year."""
    done = world.do(CLOCK, assess, plan_id=world.plan_id, year=2021)
    return int(done.assessment_id)


def test_a_unit_takes_its_own_score_sheet_and_no_other(
    application: Application, world: World, scored: int
) -> None:
    own = f"score_sheet?run={scored}&unit={world.units[LONGYOU]}"
    for form in ("xlsx", "docx"):
        file = take(application, world, LONGYOU, "liaison", f"{own}&form={form}")
        assert LONGYOU in file.name
        assert file.name.endswith(f".{form}")
    other = f"score_sheet?run={scored}&unit={world.units[OFFICE]}&form=docx"
    with pytest.raises(NotFound):
        take(application, world, LONGYOU, "liaison", other)


def test_the_ranking_says_how_firm_it_is_on_paper_and_page(
    application: Application, world: World, scored: int
) -> None:
    file = take(application, world, OFFICE, "reviewer", f"assessment?run={scored}&form=docx")
    document = Document(BytesIO(file.content))
    assert document.tables[0].rows[1].cells[4].text == "恒为1"
    seed = int(sha_of(world, scored)[:8], 16)
    note = f"上下浮动20%（随机抽样1000次，种子{seed}）"
    assert note in "".join(one.text for one in document.paragraphs)
    html = html_of(opened(application, world, "assessment", OFFICE, "reviewer"))
    assert note in html
    assert "名次区间" in html
    assert "名次区间" not in html_of(opened(application, world, "assessment", LONGYOU, "liaison"))


def sha_of(world: World, scored: int) -> str:
    with world.reading(world.reviewer) as c:
        return ranking(c.session, c.actor, scored).run.sha


def test_the_ledger_of_the_year_is_taken_with_its_points(
    application: Application, world: World, scored: int
) -> None:
    query = f"year_ledger?plan={world.plan_id}&at=2021-12-31"
    book = load_workbook(BytesIO(take(application, world, OFFICE, "reviewer", query).content))
    assert book.sheetnames[-1] == "得分"
    html = html_of(opened(application, world, "assessment", OFFICE, "reviewer"))
    assert f"/files/export/{query}".replace("&", "&amp;") in html


def test_a_unit_takes_the_draft_of_its_own_report(
    application: Application, world: World, scored: int
) -> None:
    query = f"debriefing?plan={world.plan_id}&year=2021&unit="
    file = take(application, world, LONGYOU, "deputy_head", query + str(world.units[LONGYOU]))
    assert file.name == "2021年度抓人才工作情况的述职报告.docx"
    with pytest.raises(NotFound):
        take(application, world, LONGYOU, "deputy_head", query + str(world.units[OFFICE]))
    with pytest.raises(NotFound):
        take(application, world, OFFICE, "reviewer", query.replace("2021", "3021") + "1")
    html = html_of(opened(application, world, "assessment", LONGYOU, "liaison", run=scored))
    assert f"/files/export/debriefing?plan={world.plan_id}&amp;unit={world.units[LONGYOU]}" in html
