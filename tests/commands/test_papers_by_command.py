"""Official papers from the command line."""

from __future__ import annotations

from pathlib import Path

from docx import Document

from assessed_year import a_year
from db.engine import Database
from worlds import LONGYOU


def test_papers_are_written_for_whoever_may(run: object, here: Database, tmp_path: Path) -> None:
    world = a_year(here)
    circular, responsible = tmp_path / "通报.docx", tmp_path / "清单.docx"
    done = run("--language", "zh", "papers", "circular", "little", "-o", circular,
               "--as-of", "2022-01-10T09:00+08:00")  # fmt: skip
    assert done.code == 0, done.err
    assert "四季度" in "".join(one.text for one in Document(str(circular)).paragraphs)
    assert run("papers", "list", "little", "-o", responsible).code == 0
    assert len(Document(str(responsible)).tables) == 2
    report = tmp_path / "述职.docx"
    done = run("papers", "debriefing", "little", "2021", "--unit", LONGYOU, "-o", report)
    assert done.code == 0, done.err
    liaison = f"liaison{world.units[LONGYOU]}@luoshi.test"
    refused = run("papers", "list", "little", "-o", tmp_path / "x.docx", "--as", liaison)
    assert refused.code == 1
    assert "You may not do this" in refused.err
    assert run("papers", "list", "little", "-o", tmp_path / "x.odt").code == 1


def test_the_template_is_written_and_used(
    run: object, here: Database, tmp_path: Path, shell: object
) -> None:
    a_year(here)
    place = tmp_path / "official.docx"
    assert run("papers", "template", "-o", place).code == 0
    document = Document(str(place))
    document.paragraphs[0].insert_paragraph_before("内部资料")
    document.save(str(place))
    shell.setenv("LUOSHI_PAPER_TEMPLATES", str(tmp_path))
    made = tmp_path / "made.docx"
    assert run("papers", "list", "little", "-o", made).code == 0
    assert Document(str(made)).paragraphs[0].text == "内部资料"
    assert run("papers", "template", "-o", tmp_path / "t.dotx").code == 1
