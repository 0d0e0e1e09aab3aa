"""Traditional characters, and sheets that no other program is needed for."""

from __future__ import annotations

import io
import zipfile

import pytest

from tasks_catalog.reading.formats import old_sheet
from tasks_catalog.reading.opening import read_content
from workflow.rules.refusals import Refused

TRADITIONAL = """江北市人才發展「十四五」規劃
一、重點任務
（一）引進領軍人才。到2025年，引進領軍人才100名以上，培育創新團隊30個。
責任單位：市發展和改革委員會、市人力資源和社會保障局
（二）建設創新平臺。到2024年，建成實驗室5家。
牽頭單位：市科學技術局；配合單位：市財政局"""
SIMPLIFIED = """江北市人才发展“十四五”规划
一、重点任务
（一）引进领军人才。到2025年，引进领军人才100名以上，培育创新团队30个。
责任单位：市发展和改革委员会、市人力资源和社会保障局
（二）建设创新平台。到2024年，建成实验室5家。
牵头单位：市科学技术局；配合单位：市财政局"""
SHEET = """<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:spreadsheet>
 <table:table table:name="清单">{rows}</table:table></office:spreadsheet></office:body>
</office:document-content>"""

MANIFEST = '<m:manifest xmlns:m="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>'


def tasks(text):
    return [
        (t.title, t.due, [(m.metric, m.value) for m in t.measures],
         [(u.name, u.role) for u in t.units])
        for t in read_content(text.encode(), "plan.txt").tasks
    ]  # fmt: skip


def ods(*rows, share=False):
    def cell(text):
        words = f"<text:p>{text}</text:p>"
        return f'<table:table-cell office:value-type="string">{words}</table:table-cell>'

    lines = ["".join(map(cell, row)) for row in rows]
    if share:
        lines[-1] += '<table:table-cell office:value-type="percentage" office:value="0.35"/>'
    body = "".join(f"<table:table-row>{line}</table:table-row>" for line in lines)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", MANIFEST)
        archive.writestr("content.xml", SHEET.format(rows=body))
    return out.getvalue()


ROWS = (
    ("工作任务", "牵头单位", "配合单位"),
    ("引进博士500名", "市人社局", "市财政局"),
    ("建设平台3家", "市科技局", "市教育局"),
)


def test_traditional_characters_read_as_simplified_ones():
    assert tasks(TRADITIONAL) == tasks(SIMPLIFIED)
    kinds = [{f.kind for f in read_content(t.encode(), "p.txt").findings}
             for t in (TRADITIONAL, SIMPLIFIED)]  # fmt: skip
    assert ["traditional" in found for found in kinds] == [True, False]


def test_an_open_sheet_needs_no_other_program(monkeypatch):
    monkeypatch.setattr(old_sheet, "convert", None)
    read = read_content(ods(*ROWS), "list.ods").tasks
    assert [[(u.name, u.role) for u in t.units] for t in read] == [
        [("市人社局", "lead"), ("市财政局", "support")],
        [("市科技局", "lead"), ("市教育局", "support")],
    ]


def test_a_number_that_may_be_a_share_is_not_guessed(monkeypatch):
    def refuse(_content, suffix):
        raise Refused(f"converted {suffix}")

    monkeypatch.setattr(old_sheet, "convert", refuse)
    with pytest.raises(Refused, match=r"converted \.ods"):
        read_content(ods(*ROWS, share=True), "list.ods")
