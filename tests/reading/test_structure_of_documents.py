"""Small documents of many forms: which pieces are tasks, which are not, and where they stand."""

from __future__ import annotations

import pytest

from tasks_catalog.reading.opening import read_content


def reading(text, name="plan.txt"):
    return read_content(text.encode(), name)


def outline(text):
    return [(task.code, task.title) for task in reading(text).tasks]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("一、甲\n（一）乙\n加强建设。\n（二）丙\n加强服务。", [("1.1", "乙"), ("1.2", "丙")]),
        (
            "一、甲\n（一）乙\n1.丁。加强建设。\n2.戊。加强服务。",
            [("1.1.1", "丁"), ("1.1.2", "戊")],
        ),
        (
            "第一章 甲\n第一条 乙应当建设。\n第二条 丙应当服务。",
            [("1.1", "乙应当建设"), ("1.2", "丙应当服务")],
        ),
        ("1 产业\n1.1 乙类\n加强建设。\n1.2 丙类\n加强服务。", [("1.1", "乙类"), ("1.2", "丙类")]),
        ("一、甲\n——乙。加强建设。\n——丙。加强服务。", [("1.1", "乙"), ("1.2", "丙")]),
        ("一、甲。加强建设。\n二、乙。加强服务。", [("1", "甲"), ("2", "乙")]),
        ("1、甲项目。\n2、5月底前完成乙。", [("1", "甲项目"), ("2", "5月底前完成乙")]),
        ("附件\n某市分工方案\n一、甲\n（一）乙。加强建设。", [("1.1", "乙")]),
    ],
)
def test_the_numbering_of_official_documents_makes_items_and_leaves(text, wanted):
    assert outline(text) == wanted


@pytest.mark.parametrize(
    "title",
    [
        "发展背景",
        "总体要求",
        "指导思想",
        "基本原则",
        "主要目标",
        "面临形势",
        "总体要求：人才引领发展",
        "指导思想、基本原则和发展目标",
        "发展基础和面临形势",
        "附则",
        "适用范围",
    ],
)
def test_background_principles_and_goals_are_no_tasks(title):
    text = f"一、{title}\n（一）甲。加强建设，不断发展。\n二、主要任务\n（一）乙。加强服务。"
    assert outline(text) == [("2.1", "乙")]


def test_a_background_word_behind_the_tasks_is_a_task():
    text = "一、重点任务\n（一）甲。加强建设。\n二、发展环境：优化服务\n（一）乙。加强服务。"
    assert outline(text) == [("1.1", "甲"), ("2.1", "乙")]


def test_goals_for_which_somebody_answers_are_tasks():
    text = "一、总体要求和主要目标\n1.新增就业900万人以上。（教育部牵头，财政部负责）"
    assert outline(text) == [("1.1", "新增就业900万人以上")]


def test_a_table_of_contents_and_page_numbers_are_no_tasks():
    text = "目录\n一、甲.....1\n（一）乙.....2\n一、甲\n（一）乙\n加强建设。\n- 1 -"
    assert outline(text) == [("1.1", "乙")]


def test_explanations_of_words_are_no_tasks():
    text = "一、甲\n（一）乙。加强建设。\n附件\n名词解释\n1.丙：指某某。\n2.丁：指某某。"
    assert outline(text) == [("1.1", "乙")]


def test_points_of_one_sentence_stay_one_task():
    text = "第一章 任务\n第一条 各县应当：\n（一）制定计划；\n（二）安排资金；\n（三）开展评估。"
    (task,) = reading(text).tasks
    assert "安排资金" in task.text


def test_circled_numbers_inside_a_paragraph_are_part_of_it():
    text = (
        "一、任务\n（一）养老\n①新建中心3家；②设立助餐点1处；③体检2万人次。（市民政局、市财政局）"
    )
    (task,) = reading(text).tasks
    assert [str(m.value) for m in task.measures] == ["3", "1", "2"]


def test_signature_date_and_copies_belong_to_no_task():
    text = (
        "一、任务\n（一）甲。加强建设。\n某某市教育局\n2023年2月6日\n抄送：市委办公室。\n"
        "某某市教育局办公室 2023年2月6日印发"
    )
    (task,) = reading(text).tasks
    assert (task.text, task.deadlines) == ("甲。加强建设。", ())
    assert str(reading(text).plan.published) == "2023-02-06"


def test_units_of_a_heading_hold_for_its_leaves_unless_they_have_their_own():
    text = (
        "一、任务\n（一）甲（责任单位：市教育局、市财政局）\n1.乙。加强建设。\n"
        "2.丙。加强服务。（市民政局负责）"
    )
    first, second = reading(text).tasks
    assert [u.name for u in first.units] == ["市教育局", "市财政局"]
    assert [u.name for u in second.units] == ["市民政局"]
    assert [d.kind for d in first.doubt_details] == ["inherited", "joint"]


def test_a_heading_with_units_of_its_own_is_a_task_with_the_code_of_its_item():
    text = (
        "一、宏观政策\n（一）落实机制，加强管理，提高效率。（财政部牵头，各地区按职责分工负责）\n具体措施：\n"
        "1.优化流程。（税务总局负责）\n2.扩大规模。（人民银行负责）"
    )
    catalogue = reading(text)
    assert [task.code for task in catalogue.tasks] == ["1.1", "1.1.1", "1.1.2"]
    assert {item.code for item in catalogue.items} == {"1", "1.1"}
    assert catalogue.tasks[0].item == "1.1"


def test_numbers_promised_for_a_whole_heading_stand_with_the_item():
    text = "一、任务\n（一）平台\n到2025年引进团队200个。\n1.甲。加强建设。\n2.乙。加强服务。"
    item = next(item for item in reading(text).items if item.code == "1.1")
    assert [str(m.value) for m in item.measures] == ["200"]


def test_every_task_knows_its_lines():
    text = "某市方案\n\n一、任务\n（一）甲\n加强建设，\n\n提高服务。\n（二）乙。加强。"
    first, second = reading(text).tasks
    assert (first.source.line, first.source.line_end, second.source.line) == (4, 7, 8)


def test_a_number_given_twice_makes_two_codes_and_a_finding():
    catalogue = reading(
        "一、任务\n（一）甲。加强。\n（二）乙。加强。\n（二）丙。加强。\n（四）丁。加强。"
    )
    assert [task.code for task in catalogue.tasks] == ["1.1", "1.2", "1.2a", "1.4"]
    assert "numbering" in {finding.kind for finding in catalogue.findings}


def test_a_notice_names_the_plan_that_it_issues():
    text = (
        "江北市人民政府办公室文件\n江政办发〔2022〕18号\n\n江北市人民政府办公室关于印发江北市"
        "制造业三年行动计划（2022—2024年）的通知\n各县：\n一、任务\n（一）甲。加强。\n2022年4月2日"
    )
    plan = reading(text).plan
    assert plan.title == "江北市制造业三年行动计划（2022—2024年）"
    assert (plan.issuer, plan.document_number) == ("江北市人民政府办公室", "江政办发〔2022〕18号")
    assert (str(plan.published), plan.first_year, plan.last_year) == ("2022-04-02", 2022, 2024)


# ---- work lists and tables --------------------------------------------------------------------


def test_a_unit_column_alone_makes_units_jointly_answerable():
    (task,) = reading("序号\t任务\t责任单位\n1\t建设平台\t市教育局、市财政局\n").tasks
    assert [u.role for u in task.units] == ["joint", "joint"]


def test_a_head_may_rule_that_the_first_unit_leads():
    text = "序号\t任务\t责任单位（列首位的为牵头单位）\n1\t建设平台\t市教育局、市财政局\n"
    assert [u.role for u in reading(text).tasks[0].units] == ["lead", "support"]


def test_a_heading_across_the_table_groups_the_rows_below_it():
    text = (
        "序号\t任务\t牵头单位\n一、教育\t\t\n"
        "1\t建设学校\t市教育局\n二、卫生\t\t\n2\t建设医院\t市卫健委\n"
    )
    catalogue = reading(text)
    assert [item.title for item in catalogue.items] == ["教育", "卫生"]
    assert [task.item for task in catalogue.tasks] == ["1", "2"]


INDICATORS = """表1 “十四五”主要指标
指标名称\t2020年\t规划目标\t完成情况\t\t
\t\t2025年\t2021年\t2022年预计\t完成度
人才总量(万人)\t10\t12\t11\t11.5\t95.8%
高级人才占比(%)\t5\t8以上\t-\t-\t-
注：指标口径有调整。
"""


def test_a_table_of_indicators_may_have_two_rows_of_heads():
    first, second = reading(INDICATORS).indicators
    assert (first.name, first.unit, str(first.baseline), str(first.target)) == (
        "人才总量",
        "万人",
        "10",
        "12",
    )
    assert [(a.year, str(a.value)) for a in first.actuals] == [(2021, "11"), (2022, "11.5")]
    assert (second.op, str(second.target), second.actual) == (">=", "8", None)


def test_a_second_scope_in_a_cell_is_a_row_of_its_own():
    text = (
        "主要指标\n序号\t指标\t单位\t2020年\t2025年目标\n"
        "1\t人才总量\t万人\t27（全市34.2）\t33（全市42）\n"
    )
    own, whole = reading(text).indicators
    assert (str(own.target), own.scope) == ("33", None)
    assert (str(whole.baseline), str(whole.target), whole.scope) == ("34.2", "42", "全市")


def test_goals_in_the_prose_are_indicators_without_a_table():
    text = (
        "一、总体要求\n（一）发展目标\n"
        "到2025年，人才总量达到12万人，占比超过8%。\n二、任务\n（一）甲。加强。"
    )
    goals = reading(text).indicators
    assert [(g.name, g.op, str(g.target), g.table) for g in goals] == [
        ("人才总量", ">=", "12", None),
        ("占比", ">", "8", None),
    ]


@pytest.mark.parametrize(
    ("front", "title", "issuer"),
    [
        (["江北市人民政府关于加快推进", "人才强市建设的实施意见"],
         "关于加快推进人才强市建设的实施意见", "江北市人民政府"),
        (["江北市人民政府办公室关于印发江北市", "人才发展三年行动计划的通知"],
         "江北市人才发展三年行动计划", "江北市人民政府办公室"),
        (["江北市人才发展三年行动计划", "（2022—2024年）"],
         "江北市人才发展三年行动计划（2022—2024年）", None),
        (["人力资源社会保障部 教育部", "关于加强人才工作", "若干措施的通知"],
         "关于加强人才工作若干措施的通知", "人力资源社会保障部 教育部"),
        (["国务院关于印发《就业促进规划》的通知"], "就业促进规划", "国务院"),
        (["中共中央办公厅 国务院办公厅印发", "《关于深化人才改革的意见》"],
         "关于深化人才改革的意见", "中共中央办公厅 国务院办公厅"),
        (["中国人民银行", "关于支持科技创新的指导意见"],
         "关于支持科技创新的指导意见", "中国人民银行"),
    ],
)  # fmt: skip
def test_a_title_over_two_paragraphs_is_one_and_every_kind_of_body_issues(front, title, issuer):
    lines = [*front, "一、重点任务", "（一）建设平台。加快建设。"]
    plan = read_content("\n".join(lines).encode(), "plan.txt").plan
    assert (plan.title, plan.issuer) == (title, issuer)


@pytest.mark.parametrize(
    "lines",
    [
        ["为加快人才强市建设，到2025年，全市人才总量达到60万人，现制定本方案。", "一、重点任务"],
        ["一、总体要求", "1.指导思想。党管人才。", "2.到2025年，人才总量达到60万人。", "二、任务"],
        ["一、总体要求", "目标任务：力争到2025年，人才总量达到60万人。", "二、任务"],
        ["根据要求制定本方案。总体目标是：到2025年，人才总量达到60万人。", "一、任务"],
    ],
)
def test_goals_are_read_wherever_they_stand_before_the_work(lines):
    text = "\n".join(["江北市人才方案", *lines, "（一）建设平台。加快建设。"])
    goals = read_content(text.encode(), "plan.txt").indicators
    assert [(g.name, str(g.target), g.target_year) for g in goals] == [("人才总量", "60", 2025)]
