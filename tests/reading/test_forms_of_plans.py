"""Small documents of many forms: letters before plans, lines of units, tables of every layout."""

from __future__ import annotations

import pytest

from reading import paper
from tasks_catalog.reading.opening import read_content


def reading(text, name="plan.txt"):
    return read_content(text.encode(), name)


def units(task):
    return " ".join(f"{unit.role[0].upper()}{unit.name}" for unit in task.units)


def numbers(task):
    return [f"{m.op} {m.value} {m.unit} {m.by_year}" for m in task.measures]


# ---- what surrounds a plan ----------------------------------------------------------------------

LETTER = (
    "某市人民政府关于印发行动方案的通知\n一、各部门要抓紧落实。\n二、各部门要加强督查。\n"
    "某市人民政府\n2022年2月21日\n某市行动方案\n"
)


def test_the_points_of_a_letter_are_no_tasks_of_the_plan_behind_its_signature():
    plan = "一、任务\n（一）甲。加强建设。\n（二）乙。加强服务。\n（三）丙。加强管理。"
    assert [task.title for task in reading(LETTER + plan).tasks] == ["甲", "乙", "丙"]


def test_a_table_of_contents_without_dots_holds_no_tasks():
    contents = "目 录\n第一章 基础 1\n第二章 任务 12\n"
    text = contents + "第一章 基础\n已有进展。\n第二章 任务\n第一节 甲\n加强。"
    assert [task.title for task in reading(text).tasks] == ["甲"]


def test_a_list_of_annexes_holds_no_tasks():
    text = "一、任务\n（一）甲。加强建设。\n附件：1.主要指标\n2.重点任务清单"
    assert [task.title for task in reading(text).tasks] == ["甲"]


def test_an_article_about_coming_into_force_is_no_task():
    text = "第一条 加强建设。\n第二条 加强服务。\n第三条 本措施自2024年1月1日起施行，有效期3年。"
    assert len(reading(text).tasks) == 2


def test_goals_in_a_paragraph_of_the_general_part_are_goals():
    text = (
        "一、总体要求\n坚持人才优先。\n到2027年，人才总量达到12万人。\n二、任务\n（一）甲。加强。"
    )
    (goal,) = reading(text).indicators
    assert (goal.name, str(goal.target), goal.target_year) == ("人才总量", "12", 2027)


# ---- numbers of points --------------------------------------------------------------------------


def test_a_point_may_begin_with_a_number():
    text = "一、任务\n1.2019年底前取消一批事项。\n2.加强监管。\n3.15分钟生活圈建成50个。"
    assert [task.code for task in reading(text).tasks] == ["1.1", "1.2", "1.3"]


# ---- lines of units -----------------------------------------------------------------------------


def test_lines_of_units_below_one_another_are_one_statement():
    text = (
        "一、任务\n（一）改造厕所\n工作内容：改造户厕3200户。\n牵头领导：周某某\n"
        "牵头单位：县农业农村局\n责任单位：县财政局，各乡镇\n完成时限：2023年10月底\n"
        "（二）治理污水。加强治理。"
    )
    first, _second = reading(text).tasks
    assert units(first) == "L县农业农村局 S县财政局 S各乡镇"
    assert (first.leaders, str(first.due)) == (("周某某",), "2023-10-31")


def test_a_heading_that_is_the_whole_task_keeps_its_words_before_a_line_of_units():
    text = "一、任务\n1.城镇新增就业100万人以上。\n责任单位：市人社局\n2.加强服务。"
    task = reading(text).tasks[0]
    assert (numbers(task), units(task)) == ([">= 100 万人 None"], "L市人社局")


def test_a_line_of_units_behind_the_last_point_alone_is_for_all_points():
    text = (
        "一、任务\n（一）引才\n1.升级政策。修订细则。\n2.办好活动。开展招聘。\n"
        "（责任单位：市教育局、市财政局）\n（二）用才\n3.建平台。加强建设。（市科技局负责）"
    )
    assert [units(task) for task in reading(text).tasks] == [
        "J市教育局 J市财政局",
        "J市教育局 J市财政局",
        "L市科技局",
    ]


def test_points_of_a_policy_in_an_article_with_one_line_of_units_stay_one_task():
    text = (
        "第一条 加大支持。设立20亿元发展基金。\n（一）对新企业，给予50万元奖励；\n"
        "（二）对上规企业，给予20万元奖励。\n（责任单位：市财政局、市经信局）\n第二条 加强服务。"
    )
    first, _second = reading(text).tasks
    assert (units(first), numbers(first)) == ("J市财政局 J市经信局", ["= 20 亿元 None"])


def test_points_may_have_a_mark_instead_of_a_number():
    text = "一、重点工作\n★抓种苗。储备苗木。（县林业局）\n★保资金。安排经费。（县财政局、各乡镇）"
    assert [units(task) for task in reading(text).tasks] == ["L县林业局", "J县财政局 J各乡镇"]


def test_units_keep_the_brackets_of_the_document():
    (task,) = reading("一、任务\n（一）甲。加强。（各市、县〔市、区〕人民政府负责）").tasks
    (unit,) = task.units
    assert (unit.name, unit.written, unit.group) == (
        "各市、县（市、区）人民政府",
        "各市、县〔市、区〕人民政府",
        True,
    )


# ---- tables -------------------------------------------------------------------------------------


def test_who_takes_part_supports():
    (task,) = reading("序号\t重点任务\t牵头单位\t参加单位\n1\t建路\t交通部\t财政部\n").tasks
    assert units(task) == "L交通部 S财政部"


def test_a_column_of_units_may_hold_a_name_like_no_other():
    (task,) = reading("序号\t任务\t责任单位\n1\t服务青年\t市教育局、共青团中央\n").tasks
    assert units(task) == "J市教育局 J共青团中央"


@pytest.mark.parametrize(("title", "count"), [("重点项目表", 5), ("重点任务分解表", 2)])
def test_a_short_list_of_projects_is_not_the_work_list_of_a_plan(title, count):
    body = "".join(f"（{n}）{n}事。加强建设。\n" for n in "一二三四五")
    rows = "序号\t项目名称\t建设内容\t责任单位\n1\t甲\t建桥\t市交通局\n2\t乙\t建校\t市教育局\n"
    assert len(reading(f"一、任务\n{body}附件\n{title}\n{rows}").tasks) == count


def test_a_head_may_put_the_supporting_units_in_brackets():
    text = "序号\t任务\t牵头单位（责任单位）\n1\t建桥\t市交通局（市水利局、各县（市、区））\n"
    (task,) = reading(text).tasks
    assert units(task) == "L市交通局 S市水利局 S各县（市、区）"


def test_a_person_beside_a_unit_is_a_leader():
    (task,) = reading("序号\t任务\t牵头单位及责任人\n1\t建桥\t市交通局 李某\n").tasks
    assert (units(task), task.leaders) == ("L市交通局", ("李某",))


def test_a_list_of_indicators_for_which_units_answer_has_tasks():
    text = "序号\t指标名称\t计量单位\t2024年目标\t责任单位\n1\t新增高技能人才\t人\t≥200\t市人社局\n"
    catalogue = reading(text)
    assert [numbers(task) for task in catalogue.tasks] == [[">= 200 人 2024"]]
    assert [str(entry.target) for entry in catalogue.indicators] == ["200"]


def test_a_column_that_differs_from_row_to_row_has_titles():
    text = "序号\t项目名称\t主要内容\t牵头单位\n" + "".join(
        f"{n}\t{name}\t建设中心{n}个。\t市教育局\n" for n, name in enumerate("甲乙丙", 1)
    )
    catalogue = reading(text)
    assert [task.title for task in catalogue.tasks] == ["甲", "乙", "丙"]
    assert not catalogue.items


def test_cells_with_nothing_but_a_quantity_take_unit_year_and_subject_from_around_them():
    text = (
        "序号\t考核内容\t单位\t2024年目标\t2025年目标\t责任部门\n"
        "1\t新改建农村公路\t公里\t≥12.5\t15\t县交通局\n"
    )
    (task,) = reading(text).tasks
    assert numbers(task) == [">= 12.5 公里 2024", "= 15 公里 2025"]
    assert [m.text for m in task.measures] == ["≥12.5", "15"]
    assert [m.metric for m in task.measures] == ["新改建农村公路", "新改建农村公路"]


def test_blank_cells_of_units_are_merged_with_those_above():
    text = "序号\t任务\t责任单位\n1\t服务老人\t市民政局\n2\t改造住房\t\n3\t建桥\t市交通局\n"
    tasks = reading(text).tasks
    assert [units(task) for task in tasks] == ["L市民政局", "L市民政局", "L市交通局"]
    assert [d.kind for d in tasks[1].doubt_details] == ["inherited"]


def test_the_year_of_a_table_stands_in_its_title():
    rows = "序号\t任务\t责任单位\t完成时限\n1\t建桥\t市交通局\t10月底\n"
    text = f"首页 导航\n2023年度重点工作任务表\n{rows}"
    (task,) = reading(text).tasks
    assert str(task.due) == "2023-10-31"


# ---- lines of one width -------------------------------------------------------------------------

PARAGRAPHS = [
    "一、任务",
    "（一）建设平台。加快建设创新平台，完善服务体系，2023年底前建成中心12家，引进高层次人才200名，每年培训3万人次，占比提高到"
    "15.5%以上。（市科技局牵头，市财政局、市教育局配合）",
    "（二）优化服务。开办时间压缩至1个工作日以内，新增高频事项30项，完成老旧小区改造126个，惠及居民2.3万户，群众满意度达到"
    "98%以上。（市政务办负责，各县（市、区）配合）",
    "（三）加强保障。安排专项资金3000万元，建设示范点15个。（市财政局负责）",
]


def set_in_lines(paragraphs, width=60):
    lines = []
    for paragraph in paragraphs:
        line = "\u3000\u3000"
        for char in paragraph:
            if sum(2 if ord(c) > 0x2E7F else 1 for c in line + char) > width:
                lines.append(line)
                line = ""
            line += char
        lines.append(line)
    return "\n".join(lines).encode()


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (set_in_lines(PARAGRAPHS), "plan.txt"),
        (paper.paragraphs_as_pages(PARAGRAPHS), "plan.pdf"),
    ],
)
def test_paragraphs_set_in_lines_are_read_as_if_they_were_not(content, name):
    whole = reading("\n".join(PARAGRAPHS))
    broken = read_content(content, name)
    assert [task.title for task in broken.tasks] == ["建设平台", "优化服务", "加强保障"]
    assert [(units(t), numbers(t), t.due) for t in broken.tasks] == [
        (units(t), numbers(t), t.due) for t in whole.tasks
    ]
