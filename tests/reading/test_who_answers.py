"""What the division of work leaves open, and further contradictions, each with its place."""

from __future__ import annotations

import pytest

from tasks_catalog import check
from tasks_catalog.reading.opening import read_content

HEADS = "序号\t重点任务\t牵头单位\t配合单位"
ROWS = [
    "1\t建设实验室3家\t市科技局、市教育局\t市财政局",
    "2\t支持各地建设孵化园\t各县（市、区）\t市经信局",
    "3\t引进博士50名\t市人力社保局\t市财政局",
    "4\t开展技能竞赛\t市总工会\t",
    "5\t做好人才服务\t市人社局\t市财政局",
]


def findings(*lines):
    return read_content("\n".join(["江北市任务分工表", *lines]).encode(), "list.txt").findings


def lines_of(found, kind):
    return next([place.line for place in f.where] for f in found if f.kind == kind)


@pytest.mark.parametrize(
    ("kind", "places"),
    [("several-leads", [3]), ("group-leads", [4]), ("no-support", [6]), ("unit-two-names", [5, 7])],
)
def test_what_a_work_list_leaves_open_is_told_with_its_rows(kind, places):
    assert lines_of(findings(HEADS, *ROWS), kind) == places


def test_a_list_in_which_everything_is_settled_tells_nothing():
    kinds = {f.kind for f in findings(HEADS, ROWS[2], ROWS[2].replace("3\t引", "4\t再引"))}
    assert not kinds & {"several-leads", "group-leads", "no-support", "no-lead", "unit-two-names"}


def test_a_document_that_names_no_supports_at_all_is_not_asked_for_them():
    rows = [row.rsplit("\t", 1)[0] + "\t" for row in ROWS[2:]]
    assert "no-support" not in {f.kind for f in findings(HEADS, *rows)}


def test_several_units_of_which_none_leads():
    text = ["序号\t重点任务\t责任单位", "1\t建设实验室\t市科技局、市教育局", "2\t引才\t市委组织部"]
    assert lines_of(findings(*text), "no-lead") == [3]


def test_a_number_in_the_text_and_another_in_the_list():
    text = """江北市人才方案
一、重点任务
（一）引进人才。到2025年，新引进青年博士500名。
附件：江北市任务分工表
序号\t重点任务\t牵头单位
1\t到2025年，新引进青年博士300名\t市人力社保局
2\t建设平台\t市科技局"""
    found = read_content(text.encode(), "plan.txt").findings
    assert lines_of(found, "text-and-table") == [3, 6]
    same = read_content(text.replace("300", "500").encode(), "plan.txt").findings
    assert "text-and-table" not in {f.kind for f in same}


def test_a_share_of_more_than_all():
    text = "江北市方案\n一、任务\n（一）办好教育。到2025年，普惠园覆盖率达到{}%。"
    kinds = [[f.kind for f in read_content(text.format(n).encode(), "p.txt").findings]
             for n in (120, 92)]  # fmt: skip
    assert ["share-impossible" in one for one in kinds] == [True, False]


@pytest.mark.parametrize(("rate", "told"), [("12%", True), ("6.96%", False)])
def test_growth_that_does_not_come_to_its_goal_from_what_was_reached(rate, told):
    text = f"""江北市人才发展规划
一、发展基础
2020年，全市人才资源总量达到10万人。
二、发展目标
到2025年，全市人才资源总量达到14万人，年均增长{rate}。
三、重点任务
（一）引进人才。加快引进。"""
    kinds = {f.kind for f in read_content(text.encode(), "plan.txt").findings}
    assert ("growth-differs" in kinds) is told


def test_two_documents_of_a_place_start_from_one_number():
    text = """江北市人才发展{}
江北市人民政府
主要指标
指标名称\t单位\t2020年\t2025年目标
人才资源总量\t万人\t{}\t14
一、任务
（一）引才。加快引进。"""
    one, other = (
        read_content(text.format(*args).encode(), "p.txt") for args in (("规划", 10), ("方案", 11))
    )
    told = [f for f in check([one, other]) if f.kind == "baseline-differs"]
    assert len(told) == 1
    assert {place.document for place in told[0].where} == {
        "江北市人才发展规划",
        "江北市人才发展方案",
    }


def test_notes_on_how_a_document_was_read_are_one_a_kind():
    rows = "指标名称\t单位\t2020年\t2025年目标\n甲率\t%\t5\t>10\n乙率\t%\t5\t>20"
    text = f"江北市规划\n主要指标\n{rows}\n一、任务\n（一）引才。加快引进。"
    notes = [f for f in read_content(text.encode(), "p.txt").findings if f.kind == "op-in-cell"]
    assert len(notes) == 1
    assert len(notes[0].where) == 2
    assert ">10" in notes[0].message
    assert ">20" in notes[0].message
