"""What a careful official marks in a draft: definitions, counts, dates, text against list."""

from __future__ import annotations

import pytest

from tasks_catalog import check
from tasks_catalog.checking.wider_kinds import WIDER
from tasks_catalog.reading.opening import read_content

HEAD = "江北市人才发展“十四五”规划\n"
ISSUED = HEAD + "江北委发〔2021〕7号\n（2021年5月15日）\n"
WORK = "三、重点任务\n（一）"
TASKS = WORK + "引进人才。加快引进。\n"


def kinds_in(text):
    return [f.kind for f in read_content(text.encode(), "plan.txt").findings]


def table(title, head, *rows):
    return "\n".join([title, *("\t".join(row) for row in (head, *rows))]) + "\n"


def goal_table(*rows):
    return table("“十四五”主要指标", ("指标", "单位", "2020年", "2025年目标"), *rows)


def last_table(*rows):
    return table(
        "“十三五”指标完成情况", ("指标", "单位", "2015年", "规划目标", "2020年完成"), *rows
    )


def work_list(*rows):
    return table("重点工作清单", ("序号", "工作事项", "工作内容", "牵头单位", "配合单位"), *rows)


LIST = work_list(
    ("1", "建设科创园区", "引进高水平科研机构，推进园区建设。", "市科技局", "市财政局"),
    ("2", "集聚产业人才", "完善人才目录。", "市经信局", "市教育局"),
    ("3", "培育乡村人才", "举办技能大赛。", "市农业农村局", "市财政局"),
)
BODY = (
    "江北市关于加强人才工作的意见\n一、主要举措\n1. 建设科创园区。引进高水平{}机构。\n"
    "2. 集聚产业人才。建立目录。\n3. 培育乡村人才。办好大赛。\n{}"
)

CASES = [
    ("words-differ", BODY.format("科妍", "") + LIST, BODY.format("科研", "") + LIST),
    (
        "not-in-list",
        BODY.format("科研", "4. 强化住房保障。建设公寓。\n") + LIST,
        BODY.format("科研", "") + LIST,
    ),
    (
        "before-issue",
        ISSUED + TASKS + "本意见自2021年4月1日起施行。",
        ISSUED + TASKS + "本意见自2021年6月15日起施行。",
    ),
    (
        "due-before-issue",
        ISSUED + WORK + "引才。2021年3月底前建成平台。",
        ISSUED + WORK + "引才。2021年9月底前建成平台。",
    ),
    (
        "number-year",
        HEAD + "江北委发〔2018〕7号\n（2021年5月15日）\n" + TASKS,
        ISSUED + TASKS,
    ),
    (
        "percent-or-points",
        HEAD + "一、发展基础\n技能人才占从业人员比例提高到30%，比2015年提高5%。\n" + TASKS,
        HEAD + "一、发展基础\n技能人才占从业人员比例提高到30%，比2015年提高5个百分点。\n" + TASKS,
    ),
    (
        "count-listed",
        HEAD + WORK + "建强队伍。统筹教师、医师、工匠、社工等三支队伍建设。",
        HEAD + WORK + "建强队伍。统筹教师、医师、工匠、社工等四支队伍建设。",
    ),
    (
        "count-listed",
        HEAD + WORK + "建强队伍。实施四大行动：引才行动、育才行动、留才行动。",
        HEAD + WORK + "建强队伍。实施三大行动：引才行动、育才行动、留才行动。",
    ),
    (
        "yearly-unclear",
        HEAD + WORK + "育才。每年培训农民500人，培养主播200人。",
        HEAD + WORK + "育才。每年培训农民500人，到2025年培养主播200人。",
    ),
    (
        "yearly-total",
        HEAD + WORK + "引才。每年引进博士100名。\n（二）聚才。到2025年，累计引进博士900名。",
        HEAD + WORK + "引才。每年引进博士100名。\n（二）聚才。到2025年，累计引进博士500名。",
    ),
    (
        "part-unit-differs",
        HEAD + WORK + "育才。到2025年，培训农民3000人次，其中种植能手80人。",
        HEAD + WORK + "育才。到2025年，培训农民3000人次，其中种植能手80人次。",
    ),
    (
        "base-differs",
        HEAD + "一、发展基础\n技能人才占技能劳动者比例达到29%。\n"
        + goal_table(("技能人才占从业劳动者比例", "%", "25", "35")) + TASKS,
        HEAD + "一、发展基础\n技能人才占技能劳动者比例达到29%。\n"
        + goal_table(("技能人才占技能劳动者比例", "%", "29", "35")) + TASKS,
    ),
    (
        "mark-unexplained",
        HEAD + goal_table(("人才密度", "人", "*120", "180")) + TASKS,
        HEAD + goal_table(("人才密度", "人", "*120", "180")) + "注：*为预计数。\n" + TASKS,
    ),
    (
        "mark-explained",
        HEAD + goal_table(("人才密度", "人", "*120", "180")) + "备注：带*号的为预计数。\n" + TASKS,
        HEAD + goal_table(("人才密度", "人", "*120", "180")) + TASKS,
    ),
    (
        "count-listed",
        HEAD + WORK + "建强平台。在甲市、乙市、丙市、丁市等国内三大城市圈设立飞地。",
        HEAD + WORK + "建强平台。在甲市、乙市、丙市、丁市等地设立五大工作站。",
    ),
    (
        "two-scopes",
        HEAD + goal_table(("人才总量", "万人", "27.1（全大市34.2）", "33（全大市42）")) + TASKS,
        HEAD + goal_table(("人才总量", "万人", "27.1", "33")) + TASKS,
    ),
    (
        "completion-claimed",
        HEAD + "一、发展基础\n“十三五”主要目标全面完成。\n"
        + last_table(("博士后工作站", "家", "5", "20", "12")) + TASKS,
        HEAD + "一、发展基础\n“十三五”主要目标全面完成。\n"
        + last_table(("博士后工作站", "家", "5", "20", "22")) + TASKS,
    ),
    (
        "last-plan-missed",
        HEAD + last_table(("博士后工作站", "家", "5", "20", "12")) + TASKS,
        HEAD + last_table(("博士后工作站", "家", "5", "20", "20")) + TASKS,
    ),
    (
        "vague-supports",
        work_list(("1", "引才", "办好大赛。", "市科技局", "市级相关单位")),
        work_list(("1", "引才", "办好大赛。", "市科技局", "市财政局")),
    ),
    (
        "old-unit-name",
        HEAD + work_list(("1", "引才", "办好大赛。", "市环保局", "市财政局")),
        HEAD + work_list(("1", "引才", "办好大赛。", "市生态环境局", "市财政局")),
    ),
    (
        "share-of-population",
        HEAD + WORK + "育才。到2025年，注册社工人才占常住人口比例达到3%。",
        HEAD + WORK + "育才。到2025年，注册社工人才占常住人口比例达到0.3%。",
    ),
    (
        "multiple-without-base",
        HEAD + WORK + "育才。到2025年，科技企业数量实现翻番。",
        HEAD
        + "一、发展基础\n科技企业数量达到120家。\n"
        + WORK
        + "育才。到2025年，科技企业数量实现翻番。",
    ),
    (
        "narrower-differs",
        HEAD + goal_table(("社会工作人才", "人", "700", "2000"))
        + WORK + "育才。到2025年，持证社会工作人才总量达到1500人。",
        HEAD + goal_table(("社会工作人才", "人", "700", "2000"))
        + WORK + "育才。到2025年，社会工作机构总量达到15家。",
    ),
    (
        "below-reached",
        HEAD + last_table(("社会工作人才", "万人", "0.2", "0.25", "0.43"))
        + goal_table(("社会工作人才", "人", "731", "2000")) + TASKS,
        HEAD + last_table(("社会工作人才", "万人", "0.2", "0.25", "0.43"))
        + goal_table(("社会工作人才", "人", "4300", "6000")) + TASKS,
    ),
    (
        "fall-impossible",
        HEAD + WORK + "减负。到2025年，办理时限缩短120%。",
        HEAD + WORK + "减负。到2025年，办理时限缩短50%。",
    ),
    (
        "baseline-differs",
        HEAD + "一、发展基础\n高新产业增加值比重从45%提升到64.8%。\n"
        + last_table(("高新产业增加值比重", "%", "42.3", "50", "64.8")) + TASKS,
        HEAD + "一、发展基础\n高新产业增加值比重从42.3%提升到64.8%。\n"
        + last_table(("高新产业增加值比重", "%", "42.3", "50", "64.8")) + TASKS,
    ),
    (
        "two-names",
        HEAD + goal_table(("农村实用人才", "万人", "12.3", "13.8"))
        + WORK + "育才。到2025年，乡村振兴特色人才达到13.8万人。",
        HEAD + goal_table(("农村实用人才", "万人", "12.3", "13.8"))
        + WORK + "育才。到2025年，乡村振兴特色人才达到2.6万人。",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "wrong", "right"), CASES, ids=[case[0] for case in CASES])
def test_it_is_found_where_it_is_and_nowhere_else(kind, wrong, right):
    assert kind in kinds_in(wrong)
    assert kind not in kinds_in(right)


def test_every_wider_kind_has_a_case():
    assert {case[0] for case in CASES} >= set(WIDER)


def test_numbers_of_centres_in_two_documents_of_a_place():
    one, other = (
        read_content(f"江北市人才{title}\n江北市人民政府\n{WORK}建平台。{words}".encode(), "p.txt")
        for title, words in (
            ("意见", "到2025年，建设工程师协同创新中心10家。"),
            ("规划", "到2025年，建成特色产业工程师协同创新中心6家。"),
        )
    )  # fmt: skip
    assert [f.kind for f in check([one, other])].count("narrower-differs") == 1


def test_what_a_reading_has_said_is_not_said_again():
    text = (
        HEAD + goal_table(("人才总量", "万人", "5", ">10"), ("党政人才", "万人", "2", "2")) + TASKS
    )
    read = read_content(text.encode(), "p.txt")
    assert len(check([read])) == len(read.findings)
