"""Contradictions within documents and between them, each with its numbers and its place."""

from __future__ import annotations

import pytest

from i18n import catalogue as translations
from i18n import speaking
from tasks_catalog import check, sample, samples
from tasks_catalog.checking.messages import KINDS
from tasks_catalog.reading.opening import read_content

HEAD = "某市人才发展“十四五”规划\n"
TASK = "\n二、任务\n（一）甲。加强建设。"


def goals(text):
    return f"{HEAD}一、总体要求\n（一）发展目标\n{text}\n"


def table(*rows):
    lines = ["“十四五”主要指标", "序号\t指标\t单位\t2020年\t2025年目标"]
    return "\n".join([*lines, *("\t".join(row) for row in rows)])


CASES = [
    (
        "value-differs",
        goals("到2025年，专利拥有量达到17件。") + table(("1", "专利拥有量", "件", "3", "4.5")),
    ),
    ("unit-scale", HEAD + table(("1", "青年人才人数", "人", "2.95", "4.95"))),
    ("unit-missing", HEAD + table(("1", "投入强度", "", "3", "4"))),
    ("below-baseline", HEAD + table(("1", "人才总量", "万人", "12", "10"))),
    ("hold", HEAD + table(("1", "党政人才", "万人", "2", "2"))),
    ("zero-baseline", HEAD + table(("1", "上市企业", "家", "0", "1"))),
    ("jump", HEAD + table(("1", "院士工作站", "家", "10", "40"))),
    ("op-in-cell", HEAD + table(("1", "占比", "%", "5", ">10"))),
    ("unit-in-cell", HEAD + table(("1", "占比", "%", "5%", "10"))),
    ("two-in-one", HEAD + table(("1", "学前和高中覆盖率", "%", "5", "10"))),
    (
        "op-differs",
        goals("到2025年，增加值占比超过47%。") + table(("1", "增加值占比", "%", "40", "47")),
    ),
    (
        "sum-differs",
        HEAD
        + table(
            ("1", "人才总量", "万人", "10", "20"),
            ("2", "甲人才", "万人", "3", "6"),
            ("3", "乙人才", "万人", "3", "6"),
            ("4", "丙人才", "万人", "3", "6"),
        ),
    ),
    (
        "growth-differs",
        goals("到2025年，人才总量达到170万人，年均增长6%。")
        + table(("1", "人才总量", "万人", "123.4", "170")),
    ),
    (
        "increment-differs",
        goals("到2025年，新增技能人才7000名以上。") + table(("1", "技能人才", "万人", "2.26", "3")),
    ),
    (
        "definition-changes",
        goals("到2025年，技能人才占技能劳动者比例达到35%。")
        + table(("1", "技能人才占技能人才比例", "%", "30", "35")),
    ),
    ("part-exceeds-whole", HEAD + "一、任务\n（一）甲。培养人才100名，其中博士200名。"),
    ("parts-far-from-whole", HEAD + "一、任务\n（一）甲。培养人才1000名，其中博士20名。"),
    ("list-unnamed", HEAD + "一、任务\n（一）甲。各类人才分别达到500名以上。"),
    ("fraction", HEAD + "一、任务\n（一）甲。干部数量不少于三分之一。"),
    ("numbering", HEAD + "一、任务\n（一）甲。加强。\n（二）乙。加强。\n（四）丙。加强。"),
    (
        "count-declared",
        HEAD + "一、任务\n实施三大计划。\n（一）甲计划\n加强。\n（二）乙计划\n加强。",
    ),
    (
        "share-differs",
        HEAD + "一、发展基础\n人才总量达到10万人，集聚青年人才3万人，占人才总量的22%。",
    ),
    ("front-missing", "一、任务\n（一）甲。加强。"),
    ("no-structure", HEAD + "全文没有编号。"),
    (
        "markup",
        HEAD
        + (
            "[bookmark: a][bookmark: b][bookmark: c][bookmark: d][bookmark: "
            "e]一、任务\n（一）甲。加强。"
        ),
    ),
]


def kinds(text):
    return {finding.kind for finding in read_content(text.encode(), "plan.txt").findings}


@pytest.mark.parametrize(("kind", "text"), CASES, ids=[kind for kind, _text in CASES])
def test_a_contradiction_is_found(kind, text):
    assert kind in kinds(text)


SOUND = [
    goals("到2025年，专利拥有量达到17件。") + table(("1", "专利拥有量", "件", "3", "17")) + TASK,
    goals("到2025年，人才总量突破12万人。") + table(("1", "人才总量", "万人", "10", "12.3")) + TASK,
    HEAD + table(("1", "单位能耗", "吨", "12", "10")) + TASK,
    HEAD + table(("1", "每万人医师数", "人", "2.5", "3.5")) + TASK,
    HEAD + "一、任务\n（一）甲。建成平台3家。\n（二）乙。建成平台5家。",
    goals("到2025年，人才总量达到165万人，年均增长6%。")
    + table(("1", "人才总量", "万人", "123.4", "165")),
]


@pytest.mark.parametrize("text", SOUND)
def test_what_is_sound_raises_no_warning(text):
    found = read_content(text.encode(), "plan.txt").findings
    grave = [f for f in found if f.severity != "note" and f.kind != "front-missing"]
    assert [f.message for f in grave if f.kind not in ("value-differs",) or "达到" in text] == []


def test_a_finding_shows_its_numbers_its_lines_and_what_to_do():
    text = goals("到2025年，专利拥有量达到17件。") + table(("1", "专利拥有量", "件", "3", "4.5"))
    found = read_content(text.encode(), "plan.txt").findings
    (difference,) = [f for f in found if f.kind == "value-differs"]
    assert {str(difference.values["a"]), str(difference.values["b"])} == {"17", "4.5"}
    assert {place.line for place in difference.where} == {3, 7}
    assert "17" in difference.message
    assert difference.suggestion


def test_two_plans_of_one_city_are_compared_and_those_of_others_are_not():
    found = check([sample(name) for name in samples()])
    between = [f for f in found if len({place.document for place in f.where}) > 1]
    assert {frozenset(p.document for p in f.where) for f in between} == {
        frozenset((sample("quzhou-2020").plan.title, sample("quzhou-2021").plan.title))
    }
    assert any(
        f.kind == "value-differs" and {"60", "55"} == {str(f.values["a"]), str(f.values["b"])}
        for f in between
    )


def test_checking_twice_finds_the_same():
    once = read_content(CASES[0][1].encode(), "plan.txt")
    assert {f.message for f in check([once])} == {f.message for f in once.findings}


def test_every_message_is_written_in_chinese():
    chinese = translations("zh")
    for kind, (_severity, message, suggestion) in KINDS.items():
        for text in filter(None, (message, suggestion)):
            assert chinese.gettext(text) != text, kind


def test_a_finding_speaks_the_readers_language():
    with speaking("en"):
        found = read_content(CASES[2][1].encode(), "plan.txt").findings
    assert "“投入强度” has no unit." in {f.message for f in found}
