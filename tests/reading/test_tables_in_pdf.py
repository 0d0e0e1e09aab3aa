"""A work list printed to PDF: every row with all its units, however it is ruled and paged."""

from __future__ import annotations

import re
from itertools import groupby

import pytest

from browser import chromium  # noqa: F401 (a fixture)
from tasks_catalog.reading.formats.pdf.reading import _inside
from tasks_catalog.reading.opening import read_content
from tasks_catalog.reading.units.wrapped import WrappedLine, unwrapped
from tasks_catalog.reading.words import usual_characters

TITLE = "云溪市高水平人才友好型城市建设三年行动计划重点任务责任分解一览表"
HEADS = ["序号", "工作事项", "工作内容", "牵头单位", "配合单位"]
LONG = (
    "梳理全市重点产业链上的紧缺岗位，按季度更新岗位目录，组织重点企业与高校对接，"
    "做好来溪青年的接站、住宿和实习安排；"
)
LIST = """
平台建设|…到2025年建成市级实验室6家。|市科技局|云溪学院、市财政局
平台建设|扩建人才创业园二期，配套公寓300套。|云溪高新技术产业开发区|市住房和城乡建设局、团市委、市人力社保局
平台建设|支持各地建设小微企业孵化园。|各县（市、区）|市经信局
引才行动|…每年引进青年人才2000名。|市委组织部|市人力社保局、各县（市、区）、云溪职业技术学院
引才行动|……举办海外引才活动，三年举办12场。|市委人才办、市侨联|
引才行动|建立云溪籍学子信息库。|市教育局|市大数据发展管理局、市公安局、市科协
引才行动|…办好人才日活动。|市委宣传部|市文化广电旅游局
技能提升|新建技能大师工作室15个。|市人力社保局|市总工会
技能提升|……三年培训产业工人3万人次。|市总工会|市经信局、市人力社保局、云溪高新技术产业开发区、各县（市、区）
乡村人才|选派科技特派员80名。|市农业农村局、市科技局|市级有关单位
乡村人才|…建成农民田间学校9所。|市农业农村局|
乡村人才|开展乡村工匠评选。|市妇联|市农业农村局
服务保障|…完善人才服务卡办理流程。|市政务服务管理办公室|市卫生健康委员会、市住房和城乡建设局
服务保障|设立人才发展专项资金。|市财政局|市审计局
"""


def row(line):
    """An item, what is to be done, its leads, its supports; … stands for a long beginning."""
    item, text, lead, support = line.split("|")
    text = text.replace("…", LONG)
    return item, text, re.findall(NAME, lead), re.findall(NAME, support)


NAME = "(?:（[^）]*）|[^、（])+"
ROWS = [row(line) for line in LIST.strip().split("\n")]


def found(catalogue):
    titles = {item.code: item.title for item in catalogue.items}
    return [
        (
            titles[task.item],
            task.text,
            [unit.written for unit in task.units if unit.role == "lead"],
            [unit.written for unit in task.units if unit.role == "support"],
        )
        for task in catalogue.tasks
    ]


STYLE = """
body {font: 12pt "Noto Serif CJK SC"} h1 {font-size: 22pt; text-align: center}
table {border-collapse: collapse; width: 100%} td, th {border: 1px solid; padding: 3px}
"""


def printed(browser, css: str, *, apart: str = "<br>", landscape: bool = False) -> bytes:
    """The list as a browser prints it: items merged over their rows, heads on every page."""
    body = ""
    for number, (item, rows) in enumerate(groupby(ROWS, key=lambda row: row[0]), 1):
        for at, (_item, text, lead, support) in enumerate(group := list(rows)):
            over = f'rowspan="{len(group)}"'
            merged = f"<td {over}>{number}</td><td {over}>{item}</td>" if at == 0 else ""
            units = "".join(
                f'<td class="unit">{apart.join(names)}</td>' for names in (lead, support)
            )
            body += f"<tr>{merged}<td>{text}</td>{units}</tr>"
    heads = "".join(f"<th>{head}</th>" for head in HEADS)
    page = browser.new_page()
    page.set_content(
        f"<html lang=zh><style>{STYLE}{css}</style>"
        f"<p>附件</p><h1>{TITLE}</h1><table><thead><tr>{heads}</tr></thead>{body}</table>"
        "<p>抄送：市人大常委会办公室。</p>"
    )
    made = page.pdf(format="A4", landscape=landscape, margin=dict.fromkeys(
        ("top", "bottom", "left", "right"), "22mm"))  # fmt: skip
    page.close()
    return made


LAYOUTS = {
    "plain": {"css": ""},
    "narrow": {"css": ".unit{width:4.6em}body{font-size:14pt}"},
    "units in one line": {"css": ".unit{width:8em}", "apart": "、"},
    "units apart by spaces": {"css": ".unit{width:7em}", "apart": " ", "landscape": True},
    "whole rows": {"css": "tr{break-inside:avoid}", "landscape": True},
    "without outer borders": {
        "css": "tr>:first-child{border-left:0}tr>:last-child{border-right:0}"
    },
    "heads on the first page only": {"css": "thead{display:table-row-group}"},
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_printed_work_list_keeps_every_row_with_all_its_units(chromium, layout):  # noqa: F811
    catalogue = read_content(printed(chromium, **LAYOUTS[layout]), "list.pdf")
    assert found(catalogue) == ROWS
    assert catalogue.plan.title == TITLE


@pytest.mark.parametrize(
    ("lines", "text"),
    [
        (["市科协", "绿色产业", "集聚区"], "市科协\n绿色产业集聚区"),
        (["市人力社", "保局", "市财政局"], "市人力社保局\n市财政局"),
        (["市委", "组织部", "团市委"], "市委组织部\n团市委"),
        (["市住房和城乡", "建设局"], "市住房和城乡建设局"),
        (["市委办", "公室", "市审计局"], "市委办公室\n市审计局"),
        (["各县（", "市、区）", "云溪学", "院"], "各县（市、区）\n云溪学院"),
        (["云溪学院、云溪", "职业技术学院"], "云溪学院、云溪职业技术学院"),
        (["建设人才公寓", "和青年驿站"], "建设人才公寓和青年驿站"),
    ],
)
def test_names_that_a_narrow_cell_breaks_are_whole_again(lines, text):
    assert unwrapped([WrappedLine(line, full=True) for line in lines]) == text


def test_a_line_that_the_writer_broke_stays_broken():
    lines = [WrappedLine("发展", full=False), WrappedLine("规划", full=True)]
    assert unwrapped(lines) == "发展\n规划"


def test_radicals_that_fonts_give_back_are_the_characters_that_were_written():
    assert usual_characters("⻜⺠⻓⻆⼾⽣⻋⻘⻅⻰") == "飞民长角户生车青见龙"


def test_a_bracket_that_hangs_over_the_edge_of_a_table_belongs_to_it():
    box, line = (0.0, 0.0, 100.0, 50.0), {"top": 10, "bottom": 20}
    assert _inside({"x0": 95, "x1": 106, **line}, box)
    assert not _inside({"x0": 103, "x1": 114, **line}, box)
