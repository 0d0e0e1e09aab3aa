"""Work lists that lost their columns on the way read as the lists that they were."""

from __future__ import annotations

import docx
import pytest

from reading import paper
from tasks_catalog.reading.opening import read_content

HEADS = ["序号", "工作事项", "重点任务", "牵头单位", "配合单位", "完成时限"]
LIST = """
1|引才工程|引进博士和博士后80人。|市委组织部|市人力社保局、安陵学院|2024年12月底
2||组织赴外招聘活动，做好服务|市人力社保局|各县（市、区）|2024年11月底
3|育才工程|培训企业经营管理人才2000人次。|市经信局||2024年10月底
4||制定青年科技人才培养办法。|市科技局|团市委|长期坚持
5|服务工程|筹集人才住房1200套。|市住房城乡建设局|市财政局|2024年9月底
"""
ROWS = [line.split("|") for line in LIST.strip().split("\n")]
TITLE = "安陵市2024年人才工作任务清单"
END = "抄送：市人大常委会办公室。"


def facts(content: bytes, name: str):
    catalogue = read_content(content, name)
    titles = {item.code: item.title for item in catalogue.items}
    return [
        (titles[task.item], task.text, [(u.name, u.role) for u in task.units], task.due_text)
        for task in catalogue.tasks
    ]


ITEMS = ["引才工程", "引才工程", "育才工程", "育才工程", "服务工程"]
SUPPORTS = [["市人力社保局", "安陵学院"], ["各县（市、区）"], [], ["团市委"], ["市财政局"]]
EXPECTED = [
    (item, row[2], [(row[3], "lead"), *((name, "support") for name in supports)], row[5])
    for item, row, supports in zip(ITEMS, ROWS, SUPPORTS, strict=True)
]
CELLS = [cell for row in [HEADS, *ROWS] for cell in row if cell]


def word(lines):
    document = docx.Document()
    for line in lines:
        document.add_paragraph(line)
    return paper.saved(document)


def strokes(rows, rule=""):
    lines = ["|" + "|".join(row) + "|" for row in rows]
    return lines[:1] + [rule] * bool(rule) + lines[1:]


FORMS = {
    "one cell a line.txt": "\n".join([TITLE, *CELLS, END]).encode(),
    "lines apart.txt": "\n\n".join([TITLE, *CELLS, END]).encode(),
    "a line broken in its cell.txt": "\n".join([TITLE, *CELLS, END]).replace("，", "，\n").encode(),
    "one cell a line.md": "\n\n".join([f"# {TITLE}", *CELLS, END]).encode(),
    "one cell a paragraph.docx": word([TITLE, *CELLS, END]),
    "one cell a line.ofd": paper.ofd([TITLE, *CELLS, END]),
    "apart by spaces.txt": "\n".join(
        [TITLE, *(" ".join(filter(None, row)) for row in [HEADS, *ROWS]), END]
    ).encode(),
    "strokes.txt": "\n".join([TITLE, *strokes([HEADS, *ROWS]), END]).encode(),
    "strokes without a rule.md": "\n".join([f"# {TITLE}", "", *strokes([HEADS, *ROWS])]).encode(),
    "strokes and a rule.md": "\n".join(
        [f"# {TITLE}", "", *strokes([HEADS, *ROWS], "|---" * 6 + "|")]
    ).encode(),
}


@pytest.mark.parametrize("name", FORMS)
def test_a_work_list_without_its_columns_is_the_list_that_it_was(name):
    assert facts(FORMS[name], name) == EXPECTED


def test_a_drawn_table_joins_the_lines_between_two_rules():
    text = """一、任务
┌────┬──────────┬──────────┐
│序号│重点任务  │责任单位  │
├────┼──────────┼──────────┤
│1   │引进博士80│市委组织部│
│    │名        │市财政局  │
├────┼──────────┼──────────┤
│2   │建设平台  │市科技局  │
└────┴──────────┴──────────┘"""
    tasks = read_content(text.encode(), "list.txt").tasks
    assert [task.text for task in tasks] == ["引进博士80名", "建设平台"]
    assert [unit.name for unit in tasks[0].units] == ["市委组织部", "市财政局"]


def test_a_unit_named_twice_keeps_the_higher_role():
    rows = [
        "序号\t重点任务\t责任单位\t牵头单位",
        "1\t引进博士80人\t市科技局、市委组织部\t市委组织部",
        "2\t建设平台3家\t市科技局、市财政局\t市科技局",
    ]
    tasks = read_content("\n".join(["某市任务分工表", *rows]).encode(), "list.txt").tasks
    assert [[u.name for u in t.units if u.role == "lead"] for t in tasks] == [
        ["市委组织部"], ["市科技局"],
    ]  # fmt: skip
    assert [[u.name for u in t.units if u.role == "support"] for t in tasks] == [
        ["市科技局"], ["市财政局"],
    ]  # fmt: skip


def test_words_that_only_look_like_heads_are_no_table():
    text = "\n".join(["某市方案", "一、重点任务", "（一）建设平台。完成建设。", "二、责任分工",
                      "市科技局", "市教育局", "三、工作要求", "加强协调。"])  # fmt: skip
    assert read_content(text.encode(), "plan.txt").tasks[0].title == "建设平台"
