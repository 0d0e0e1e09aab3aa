"""The papers of an assessment say what the pages say, in either language, with the same bytes."""

from dataclasses import replace
from io import BytesIO

import pytest
from docx import Document
from openpyxl import load_workbook
from openpyxl.cell import Cell

from assessed_year import CLOCK, a_year
from db.engine import Database
from db.queries.assessment.assessment import ranking, sheet
from documents import score_papers
from documents.official.assessment import ranking_paper, sheet_paper
from documents.official.template import filled
from i18n import speaking
from workflow.rules.assessment.result import Ranking, ScoreSheet
from workflow.rules.assessment.robustness import robustness_of
from workflow.verbs.assessment.assess import assess
from workflow.verbs.assessment.object_to_score import object_to_score
from worlds import LONGYOU, SCIENCE, World

ZONE = "Asia/Shanghai"


@pytest.fixture
def city(sqlite_database: Database) -> World:
    return a_year(sqlite_database)


@pytest.fixture
def found(city: World) -> tuple[Ranking, ScoreSheet]:
    done = city.do(CLOCK, assess, plan_id=city.plan_id, year=2021)
    with city.reading(CLOCK) as c:
        root = sheet(c.session, c.actor, done.assessment_id, city.units[LONGYOU]).lines[0]
    liaison = city.person(LONGYOU, "liaison")
    city.do(liaison, object_to_score, line_id=root.id, text="=请核对我县数据")
    with city.reading(CLOCK) as c:
        return (
            ranking(c.session, c.actor, done.assessment_id),
            sheet(c.session, c.actor, done.assessment_id, city.units[LONGYOU]),
        )


def papers(found: tuple[Ranking, ScoreSheet]) -> dict[str, bytes]:
    return {
        "result.xlsx": score_papers.result_xlsx(found[0], ZONE),
        "result.docx": filled(ranking_paper(found[0], robustness_of(found[0]), ZONE)),
        "sheet.xlsx": score_papers.sheet_xlsx(found[1], ZONE),
        "sheet.docx": filled(sheet_paper(found[1], ZONE)),
    }


def as_shown(cell: Cell) -> str:
    return f"{cell.value:.2f}" if cell.number_format == "0.00" else str(cell.value)


def words(name: str, content: bytes) -> str:
    if name.endswith("xlsx"):
        rows = load_workbook(BytesIO(content)).worksheets[0].iter_rows()
        return "\n".join(as_shown(c) for row in rows for c in row if c.value is not None)
    document = Document(BytesIO(content))
    cells = [c.text for t in document.tables for row in t.rows for c in row.cells]
    return "\n".join([*(p.text for p in document.paragraphs), *cells])


def test_the_same_assessment_gives_the_same_bytes(found: tuple[Ranking, ScoreSheet]) -> None:
    assert papers(found) == papers(found)


def test_the_result_names_every_unit_its_place_and_the_version(
    found: tuple[Ranking, ScoreSheet],
) -> None:
    for name in ("result.xlsx", "result.docx"):
        text = words(name, papers(found)[name])
        for place in found[0].places:
            assert place.unit in text
            assert str(place.total or place.unit) in text
        assert found[0].run.sha[:16] in text
        assert "考核办法" in text


def test_the_sheet_gives_each_line_its_reason_and_proof(found: tuple[Ranking, ScoreSheet]) -> None:
    for name in ("sheet.xlsx", "sheet.docx"):
        text = words(name, papers(found)[name])
        assert LONGYOU in text
        assert "大学生" in text
        assert "待决定" in text
        for line in found[1].lines:
            assert line.title in text
    assert "请核对我县数据" in words("sheet.docx", papers(found)["sheet.docx"])


def test_a_chinese_paper_has_no_english_words(found: tuple[Ranking, ScoreSheet]) -> None:
    for name, content in papers(found).items():
        text = words(name, content)
        for word in ("Total", "Place", "year's", "reported", "Evidence", "lead", "green"):
            assert word not in text, (name, word)


def test_an_english_reader_gets_english(found: tuple[Ranking, ScoreSheet]) -> None:
    with speaking("en"):
        text = words("sheet.docx", papers(found)["sheet.docx"])
    assert "To be decided" in text
    assert "awaiting an answer" in text


def test_what_people_typed_is_no_formula(city: World, found: tuple[Ranking, ScoreSheet]) -> None:
    assert SCIENCE in words("result.xlsx", papers(found)["result.xlsx"])
    assert score_papers._cell("=1+1") == "'=1+1"


def test_evidence_is_named_and_not_coded(city: World) -> None:
    done = city.do(CLOCK, assess, plan_id=city.plan_id, year=2021)
    with city.reading(CLOCK) as c:
        lines = sheet(c.session, c.actor, done.assessment_id, city.units[SCIENCE])
    text = words("sheet.docx", filled(sheet_paper(lines, ZONE)))
    assert "报送稿第" in text
    assert "submission:" not in text


def test_a_trial_is_no_circular_of_any_office(found: tuple[Ranking, ScoreSheet]) -> None:
    trial = replace(found[0], run=replace(found[0].run, trial=True))
    paper = ranking_paper(trial, None, ZONE, office="市委组织部")
    assert (paper.mark, paper.issuer) == ("", "")
    assert "试算" in paper.under
    assert ranking_paper(found[0], None, ZONE, office="市委组织部").mark == "市委组织部文件"
