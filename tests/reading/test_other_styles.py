"""Styles of office papers beside plans: measures, lists, tables pasted, boxes, bulletins."""

from __future__ import annotations

import pytest

from tasks_catalog.reading.opening import read_content

TASKS_IN_BRACKETS = """海州市推进人才安居三年行动方案（2022-2024年）
一、工作举措
【重点任务一】多渠道筹集房源。新建人才公寓4000套，盘活存量用房2500套。
责任部门：市住房保障局（牵头）、市财政局
完成时间：2023年12月
【重点任务二】推进数字管理。建成平台，归集数据20类。
责任部门：市大数据局、市住房保障局
完成时间：长期坚持"""

BOXED = """临海市“十四五”数字政府建设规划
第一章 主要任务
专栏1 重点工程
1.一网通办工程。由市政务服务局牵头，市大数据中心、各县（市、区）配合，2024年完成。
2.城市大脑工程。由市大数据中心负责，市公安局、市城管局协同推进，2025年6月底前建成。"""

PASTED = """东屏市2024年度重点工作任务分解表
序号\t重点任务\t具体举措\t完成时限\t责任领导\t牵头单位\t责任单位
1\t优化营商环境\t压减审批时限至45个工作日以内\t2024年底前\t张 三\t市住建局\t市自然资源局
2\t保障改善民生\t新增城镇就业3.2万人\t12月底前\t王 五\t市人社局
市住建局\t市财政局
3\t扩大有效投资\t实施项目80个\t全年\t李四\t市发改委\t市财政局"""

DIVISION = """南浦区贯彻落实《关于建设青年友好城区的意见》任务分工方案
1.实施安居工程，筹集租赁住房5000套（间），其中2024年筹集2000套（间）。（区住建局牵头，2025年12月完成）
2.建立就业服务站，每季度举办招聘会不少于2场。（区人社局、团区委负责，持续推进）"""

BULLETIN = """中共松江省委办公厅 松江省人民政府办公厅印发《关于加强技能人才工作的若干举措》
1.建强培训基地。建设实训基地50个，从2025年起每两年评选“工匠”30名。
牵头单位：省发展改革委
责任单位：省财政厅，各市（地）委和人民政府（行署）"""

DRAWN = """# 青川市重点工作清单

| 序号 | 重点工作 | 主要内容 | 牵头单位 | 配合单位 | 完成时间 |
|:--:|---|---|---|---|---|
| 1 | 引才聚才 | 引进人才团队12个 | 市委组织部 | 市人社局<br>市科技局 | 2026年12月底 |
| 2 | 平台建设 | 新增实验室2家、带动企业15家 | 市科技局、市工信局 | 市财政局 | 2027年6月 |"""

WANTED = {
    "tasks in brackets": (TASKS_IN_BRACKETS, [
        ("多渠道筹集房源", "2023-12-31", "L市住房保障局 S市财政局",
         "新建人才公寓4000套 盘活存量用房2500套"),
        ("推进数字管理", None, "J市大数据局 J市住房保障局", "归集数据20类"),
    ]),
    "boxed": (BOXED, [
        ("一网通办工程", "2024-12-31", "L市政务服务局 S市大数据中心 S各县（市、区）", ""),
        ("城市大脑工程", "2025-06-30", "L市大数据中心 S市公安局 S市城管局", ""),
    ]),
    "pasted": (PASTED, [
        ("优化营商环境", "2024-12-31", "L市住建局 S市自然资源局 张三", "压减审批时限45个工作日"),
        ("保障改善民生", "2024-12-31", "L市人社局 L市住建局 S市财政局 王五", "新增城镇就业3.2万人"),
        ("扩大有效投资", "2024-12-31", "L市发改委 S市财政局 李四", "实施项目80个"),
    ]),
    "division": (DIVISION, [
        ("实施安居工程", "2025-12-31", "L区住建局", "筹集租赁住房5000套 筹集租赁住房2000套"),
        ("建立就业服务站", None, "J区人社局 J团区委", "举办招聘会2场"),
    ]),
    "bulletin": (BULLETIN, [
        ("建强培训基地", None, "L省发展改革委 S省财政厅 S各市（地）委和人民政府（行署）",
         "建设实训基地50个 评选“工匠”30名"),
    ]),
    "drawn": (DRAWN, [
        ("引进人才团队12个", "2026-12-31", "L市委组织部 S市人社局 S市科技局", "引进人才团队12个"),
        ("新增实验室2家、带动企业15家", "2027-06-30", "L市科技局 L市工信局 S市财政局",
         "新增实验室2家 带动企业15家"),
    ]),
}  # fmt: skip


def read(text, name):
    return [
        (
            task.title, task.due and str(task.due),
            " ".join([f"{u.role[0].upper()}{u.name}" for u in task.units] + [*task.leaders]),
            " ".join(f"{m.metric}{m.value}{m.unit}" for m in task.measures),
        )
        for task in read_content(text.encode(), name).tasks
    ]  # fmt: skip


@pytest.mark.parametrize("style", WANTED)
def test_a_style_is_read_as_it_is_meant(style):
    text, wanted = WANTED[style]
    got = read(text, "plan.md" if style == "drawn" else "plan.txt")
    titles = [title for title, *_rest in got]
    assert [row[1:] for row in got] == [row[1:] for row in wanted], titles


def test_a_drawn_table_reads_alike_in_text_and_markdown():
    drawn = DRAWN.replace("<br>", "、")
    assert read(drawn, "list.txt") == read(drawn, "list.md")


def test_a_title_that_names_another_paper_is_kept_whole():
    assert read_content(DIVISION.encode(), "p.txt").plan.title == DIVISION.partition("\n")[0]
