"""Paragraphs without numbers: each that opens with a title of its own is a task of its own."""

from __future__ import annotations

import docx
import pytest
from docx.oxml import OxmlElement
from docx.oxml.ns import qn

from reading import paper
from tasks_catalog.reading.opening import read_content

SUBJECTS = [
    ("建强科技创新平台", "推动重点实验室提质扩面，新建市级重点实验室3家。（市科技局牵头）"),
    ("做优青年引才品牌", "办好招聘活动，每年引进大学毕业生2000名。（市人力社保局牵头）"),
    ("提升产业工人技能", "完善技能培训体系，培训产业工人3万人次。（市总工会牵头）"),
    ("改善人才居住条件", "加快人才公寓建设，筹集人才住房800套。（市住建局牵头）"),
    ("优化人才服务机制", "推行一站式服务，健全联系服务专家制度。（市委组织部牵头）"),
]
TITLE = "江北市人才工作方案"


def titles(content: bytes, name: str):
    return [task.title for task in read_content(content, name).tasks]


def plain(lines) -> bytes:
    return "\n".join([TITLE, "一、重点任务", *lines, "二、工作保障", "加强组织领导。"]).encode()


def word(kind: str) -> bytes:
    """The subjects with their openings in bold, or in another fount."""
    document = docx.Document()
    document.add_paragraph(TITLE)
    document.add_paragraph("一、重点任务")
    for title, text in SUBJECTS:
        paragraph = document.add_paragraph()
        opening, rest = paragraph.add_run(f"{title}。"), paragraph.add_run(text)
        opening.bold = kind == "bold"
        for run, fount in ((opening, "楷体"), (rest, "仿宋")):
            if kind == "fount":
                founts = OxmlElement("w:rFonts")
                founts.set(qn("w:eastAsia"), fount)
                run._r.get_or_add_rPr().append(founts)
    return paper.saved(document)


LINES = [f"{title}。{text}" for title, text in SUBJECTS]
STRONG = [f"**{title}。**{text}" for title, text in SUBJECTS]
FORMS = {
    "plain.txt": plain(LINES),
    "strong.txt": plain(STRONG),
    "strong.md": "\n\n".join([f"# {TITLE}", "## 一、重点任务", *STRONG]).encode(),
    "plain.md": "\n\n".join([f"# {TITLE}", "## 重点任务", *LINES]).encode(),
    "bold.docx": word("bold"),
    "another fount.docx": word("fount"),
}


@pytest.mark.parametrize("name", FORMS)
def test_one_heading_with_five_subjects_is_five_tasks(name):
    catalogue = read_content(FORMS[name], name)
    tasks = catalogue.tasks[:5]
    assert [task.title for task in tasks] == [title for title, _text in SUBJECTS]
    assert catalogue.items[0].title == "重点任务"
    assert len({task.item for task in tasks}) == 1
    assert [[u.name for u in task.units] for task in tasks[:2]] == [["市科技局"], ["市人力社保局"]]
    assert [str(m.value) for task in tasks for m in task.measures] == ["3", "2000", "3", "800"]


def test_a_word_before_the_first_subject_belongs_to_none():
    lines = ["围绕建设人才强市，重点推进以下工作。", *LINES]
    assert titles(plain(lines), "plan.txt")[:5] == [title for title, _text in SUBJECTS]


def test_a_paragraph_that_goes_on_is_no_subject():
    told = [line.split("（")[0] for line in LINES[:2]]
    lines = [told[0], "同时推动大型仪器开放共享，支持企业组建创新联合体。", told[1]]
    assert titles(plain(lines), "plan.txt") == ["重点任务", "工作保障"]


def test_a_paragraph_between_two_that_name_their_units_is_not_lost():
    more = "同时推动大型仪器开放共享，支持企业组建创新联合体。"
    tasks = read_content(plain([LINES[0], more, LINES[1]]), "plan.txt").tasks
    assert more in tasks[0].text
    assert len(tasks) == 3


def test_in_bold_a_paragraph_that_goes_on_belongs_to_its_subject():
    more = "同时推动大型仪器开放共享，支持企业牵头组建创新联合体。"
    lines = [STRONG[0], more, STRONG[1]]
    tasks = read_content(plain(lines), "plan.txt").tasks
    assert [task.title for task in tasks[:2]] == [SUBJECTS[0][0], SUBJECTS[1][0]]
    assert more in tasks[0].text


@pytest.mark.parametrize(
    "lines",
    [
        [
            "申报条件。申报单位须为本市登记注册的企业，信用良好。",
            "申报材料。申报表一式三份，附证明。",
        ],
        ["市科技局。牵头推进实验室建设和管理工作，协调解决问题。", "市教育局。做好学校人才工作。"],
    ],
)
def test_sides_of_one_subject_and_units_are_no_subjects(lines):
    assert len(titles(plain(lines), "plan.txt")) == 2
