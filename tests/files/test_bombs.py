"""Small files that would do harm: each a clear refusal, and whoever reads it is undisturbed."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import psutil
import pytest

import tasks_catalog
from bombs import Bomb, bombs, pdf, relation, wide_and_deep, word, zeros
from db.evidence import EvidenceStore
from documents.lists.people_file import read_people
from documents.returns.return_file import read_return
from documents.untrusted import apart
from documents.untrusted.archives import check_archive
from tasks_catalog.worklist.returned import read_copy
from workflow.rules.refusals import Refused

CORPUS = bombs()
SHEETS = [*(bomb for bomb in CORPUS if bomb.name.endswith(".xlsx")), *wide_and_deep()]
PAPERS = [bomb for bomb in CORPUS if bomb.name.endswith((".pdf", ".docx", ".xlsx"))]
LIGHT = [bomb for bomb in CORPUS if not bomb.name.startswith("stream")]


def refused(reader: Callable[..., Any], *given: object) -> str:
    with pytest.raises(Refused) as refusal:
        reader(*given)
    assert str(refusal.value)
    return refusal.value.message


@pytest.mark.parametrize("bomb", PAPERS, ids=lambda bomb: bomb.name)
def test_as_evidence_it_is_refused_and_nothing_is_stored(bomb: Bomb, tmp_path: Path) -> None:
    store = EvidenceStore(f"file://{tmp_path}")
    assert refused(store.take_in, BytesIO(bomb.content), bomb.name) in bomb.said
    assert list(tmp_path.rglob("*")) == []


@pytest.mark.parametrize("bomb", LIGHT, ids=lambda bomb: bomb.name)
def test_as_a_plan_it_is_refused(bomb: Bomb) -> None:
    assert refused(tasks_catalog.read_with_text, bomb.content, bomb.name) in bomb.said


@pytest.mark.parametrize("reader", [read_people, read_return, read_copy])
@pytest.mark.parametrize("bomb", SHEETS, ids=lambda bomb: bomb.name)
def test_as_a_workbook_it_is_refused(bomb: Bomb, reader: Callable[[bytes], Any]) -> None:
    assert refused(reader, bomb.content) in bomb.said


def test_a_small_pdf_of_gigabytes_leaves_the_pages_process_as_it_was(tmp_path: Path) -> None:
    content = pdf(zeros(1000, 3), 3)
    assert len(content) < 3_000
    before = psutil.Process().memory_info().rss
    store = EvidenceStore(f"file://{tmp_path}")
    message = refused(store.take_in, BytesIO(content), "small.pdf")
    assert message in (apart.TOO_LARGE, apart.TOO_SLOW)
    assert psutil.Process().memory_info().rss - before < 30_000_000


def test_a_plain_link_and_the_template_of_an_office_are_no_harm() -> None:
    place = "word___rels__settings_Dxml_Drels"
    for kind, target in (
        ("hyperlink", "https://www.gov.cn/"),
        ("attachedTemplate", r"file:///C:\Users\wang\Templates\通知.dotm"),
        ("attachedTemplate", "Normal.dotm"),
    ):
        assert check_archive(word(**{place: relation(kind, target)}))
