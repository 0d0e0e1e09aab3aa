"""Scans and photographs: read where the extra is installed, refused with its name where not."""

from __future__ import annotations

import io
import sys
from types import ModuleType, SimpleNamespace

import pytest
from PIL import Image

import tasks_catalog
from tasks_catalog.reading import opening
from tasks_catalog.reading.formats import scan
from workflow.rules.refusals import Refused

LINES = [
    ("江北市人才工作方案", 300, 40),
    ("一、重点任务", 120, 30),
    ("（一）引进人才。到2027年，引进领军人才120名以上，培育", 120, 30),
    ("创新团队45个。（牵头单位：市科技局；配合单位：市财政局）", 60, 30),
]
DOUBTFUL = "45个"


def picture() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (900, 400), "white").save(out, "PNG")
    return out.getvalue()


class _Engine:
    """An engine that finds our lines, a little aslant, and is unsure of one character."""

    def __init__(self, params):
        self.params = params

    def __call__(self, _picture, *, return_word_box):
        boxes, words = [], []
        for at, (text, left, size) in enumerate(LINES):
            top, slope = 50 + 60 * at, 0.01
            right = left + 26 * len(text)
            boxes.append([
                (left, top), (right, top + slope * (right - left)),
                (right, top + size), (left, top + size),
            ])  # fmt: skip
            words.append(tuple((c, 0.4 if text[i : i + 3] == DOUBTFUL else 0.99, None)
                               for i, c in enumerate(text)))  # fmt: skip
        texts = tuple(text for text, _left, _size in LINES)
        return SimpleNamespace(boxes=boxes, txts=texts, word_results=tuple(words))


@pytest.fixture
def engine(monkeypatch):
    module = ModuleType("rapidocr")
    module.RapidOCR = _Engine
    monkeypatch.setitem(sys.modules, "rapidocr", module)


def test_lines_of_a_picture_become_paragraphs_marked_as_read_by_machine(engine):
    catalogue, lines = opening.recognise_with_text(picture(), "photo.png")
    (task,) = catalogue.tasks
    assert [(m.value, m.unit) for m in task.measures] == [(120, "名"), (45, "个")]
    assert [(u.name, u.role) for u in task.units] == [("市科技局", "lead"), ("市财政局", "support")]
    assert [f.kind for f in catalogue.findings][:2] == ["recognised", "doubtful-characters"]
    doubtful = catalogue.findings[1]
    assert DOUBTFUL in doubtful.message
    assert DOUBTFUL in lines[doubtful.where[0].line - 1]


def test_without_the_extra_the_refusal_names_it(monkeypatch):
    monkeypatch.setattr(scan, "find_spec", lambda _name: None)
    with pytest.raises(Refused) as refused:
        tasks_catalog.read_with_text(picture(), "photo.png")
    assert "luoshi[ocr]" in refused.value.message


def test_the_library_itself_where_it_is_installed_and_its_name_where_not():
    """An empty page: the models load within their limits and find nothing on it."""
    if scan.installed():
        catalogue, lines = tasks_catalog.read_with_text(picture(), "photo.png")
        assert lines == ()
        assert "page-unread" in {f.kind for f in catalogue.findings}
    else:
        with pytest.raises(Refused, match="luoshi"):
            tasks_catalog.read_with_text(picture(), "photo.png")
