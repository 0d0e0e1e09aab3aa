"""Every way of saying by when is one row of this table."""

from __future__ import annotations

from datetime import date

import pytest

from tasks_catalog.reading.dates.deadlines import deadlines, final, frequency
from tasks_catalog.reading.dates.plan_years import PlanYears, years_named
from tasks_catalog.reading.opening import read_content

ISSUED = PlanYears(date(2021, 3, 10), 2021, 2025)

NOTATIONS = [
    ("到2025年，建成平台。", "2025-12-31 by"),
    ("2021年底前完成。", "2021-12-31 by"),
    ("力争2022年底建成。", "2022-12-31 by"),
    ("2022年6月底前完成。", "2022-06-30 by"),
    ("于2021年9月15日前报送。", "2021-09-15 by"),
    ("2022年第三季度末前完成。", "2022-09-30 by"),
    ("2023年上半年完成。", "2023-06-30 by"),
    ("2021—2023年实施行动。", "2023-12-31 window"),
    ("“十四五”期间新建十家。", "2025-12-31 window"),
    ("到“十四五”末建成。", "2025-12-31 by"),
    ("五年内建成。", "2025-12-31 by"),
    ("3年内建成。", "2024-12-31 by"),
    ("6月底前完成调查。", "2021-06-30 by"),
    ("年内完成。", "2021-12-31 by"),
    ("今年底前完成。", "2021-12-31 by"),
    ("自本通知印发之日起30日内制定方案。", "2021-04-09 relative"),
    ("印发后3个月内制定方案。", "2021-06-10 relative"),
    ("印发之日起20个工作日内报送。", "None relative"),
    ("政策执行至2022年12月31日。", "None policy-window"),
    ("本办法有效期至2024年12月31日。", "None policy-window"),
    ("其中2022年建成5个、2023年建成7个。", "2022-12-31 by 2023-12-31 by"),
    ("覆盖率2023年达到90%。", "2023-12-31 by"),
    ("2023年一季度前完成。", "2023-03-31 by"),
    ("三季度末前开工。", "2021-09-30 by"),
    ("上半年储备一批项目。", "2021-06-30 by"),
    ("明年6月底前完成。", "2022-06-30 by"),
    ("2024年秋季学期前投用。", "2024-08-31 by"),
    ("用3年左右时间建成。", "2024-12-31 by"),
    ("到规划期末建成。", "2025-12-31 by"),
    ("补贴活动期限至2022年12月31日。", "None policy-window"),
    # a window ends with its end
    ("2022年3月至6月开展普查。", "2022-06-30 window"),
    ("2022年3-6月开展普查。", "2022-06-30 window"),
    ("2022年9月1日至2023年2月底集中整治。", "2023-02-28 window"),
    ("2021年10月—2022年3月集中整治。", "2022-03-31 window"),
    ("4月至9月组织实施。", "2021-09-30 window"),
    ("9月至次年2月组织实施。", "2022-02-28 window"),
    ("11月1日至15日集中签约。", "2021-11-15 window"),
    ("二季度至四季度组织实施。", "2021-12-31 window"),
    ("2021年底至2023年底分批建设。", "2023-12-31 window"),
    ("2022年6月起分批实施。", ""),
    # from the day of issue
    ("自方案印发之日起一个月内制定细则。", "2021-04-10 relative"),
    ("自公布之日起60天内完成。", "2021-05-09 relative"),
    ("文件印发后两周内报送。", "2021-03-24 relative"),
    ("印发之日起半年内出台。", "2021-09-10 relative"),
    ("自本方案印发之日起三年内建成。", "2024-03-10 relative"),
    ("明年3月启动建设。", "2022-03-31 by"),
    ("明年一季度完成。", "2022-03-31 by"),
    ("明年上半年完成。", "2022-06-30 by"),
    ("后年底前建成。", "2023-12-31 by"),
    # thirds of a month
    ("2022年6月上旬前报送。", "2022-06-10 by"),
    ("6月中旬完成。", "2021-06-20 by"),
    ("2022年6月下旬前完成。", "2022-06-30 by"),
    ("9月上中旬举办。", "2021-09-20 by"),
    # years of which only the number is said
    ("三年培训产业工人3万人次。", "2024-12-31 by"),
    ("五年新建平台10家。", "2025-12-31 by"),
    ("未来三年建成10家。", "2024-12-31 by"),
    ("力争用两年建成。", "2023-12-31 by"),
    # no deadlines
    ("近三年培训产业工人3万人次。", ""),
    ("连续三年新增10家的企业。", ""),
    ("每三年培训一次。", ""),
    ("服务满三年完成考核。", ""),
    ("工作三年以上的人员。", ""),
    ("2022年汛期前完工。", ""),
    ("对2022年底前到期的贷款延期还本。", ""),
    ("比2020年增长5%。", ""),
    ("2015年以来不断发展。", ""),
    ("2019年底前已建成。", ""),
    ("落实《某市行动计划（2021—2023年）》。", ""),
    ("三年内给予100万元资助。", ""),
    ("对五年内的企业给予支持。", ""),
    ("在职人员每五年内需进修一次。", ""),
    ("2022年起每年举办。", ""),
]


def said(entries):
    return " ".join(f"{entry.date} {entry.kind}" for entry in entries)


@pytest.mark.parametrize(("text", "wanted"), NOTATIONS)
def test_a_date_is_read_where_the_words_give_one(text, wanted):
    assert said(deadlines(text, ISSUED)) == wanted


@pytest.mark.parametrize(
    ("cell", "wanted"),
    [
        ("2021年12月", "2021-12-31 by"),
        ("2021.6", "2021-06-30 by"),
        ("2021-06-15", "2021-06-15 by"),
        ("2022年", "2022-12-31 by"),
        ("12月底", "2021-12-31 by"),
        ("全年", "2021-12-31 by"),
        ("全年推进", "2021-12-31 by"),
        ("第三季度", "2021-09-30 by"),
        ("上半年、全年", "2021-06-30 by 2021-12-31 by"),
        ("6月底、12月底", "2021-06-30 by 2021-12-31 by"),
        ("3月底前：定方案；9月底前：建成", "2021-03-31 by 2021-09-30 by"),
        ("2021-2025年", "2025-12-31 window"),
        ("2021.3-2021.9", "2021-09-30 window"),
        ("2021年3月-9月", "2021-09-30 window"),
        ("2021/03-2022/02", "2022-02-28 window"),
        ("3-9月", "2021-09-30 window"),
        ("9月上旬", "2021-09-10 by"),
        ("年内", "2021-12-31 by"),
        ("明年6月", "2022-06-30 by"),
        ("三年", "2024-12-31 by"),
        ("印发之日起60日内", "2021-05-09 relative"),
        ("长期坚持", "None ongoing"),
        ("持续推进", "None ongoing"),
    ],
)
def test_a_cell_of_a_work_list_says_it_shortly(cell, wanted):
    assert said(deadlines(cell, ISSUED, cell=True)) == wanted


def test_work_of_next_year_issued_in_december_is_next_years():
    calendar = PlanYears(date(2023, 12, 28), 2024, 2024)
    assert said(deadlines("6月底前完成。", calendar)) == "2024-06-30 by"


def test_several_dates_of_one_task_are_all_kept_and_the_last_is_its_due_date():
    entries = deadlines("2021年6月底前出台方案，2022年底前建成，到2024年全面推广。", ISSUED)
    assert [str(entry.date) for entry in entries] == ["2021-06-30", "2022-12-31", "2024-12-31"]
    assert str(final(entries).date) == "2024-12-31"


def test_the_span_of_a_plan_tells_what_five_years_are():
    assert said(deadlines("5年内培养100名。", PlanYears(None, 2012, 2016))) == "2016-12-31 by"


def test_without_a_day_of_issue_nothing_is_invented():
    assert said(deadlines("6月底前完成。", PlanYears())) == "None by"


@pytest.mark.parametrize(
    ("text", "wanted"),
    [("每年举办。", "per_year"), ("每3年选拔一次。", "every_n_years"), ("到2025年建成。", "once"),
     ("加强领导。", None)],
)  # fmt: skip
def test_how_often_is_read_where_it_is_said(text, wanted):
    assert frequency(text, deadlines(text, ISSUED)) == wanted


@pytest.mark.parametrize(
    ("title", "years"),
    [
        ("三年行动计划（2022—2024年）", [2022, 2024]),
        ("人才发展“十四五”规划", [2021, 2025]),
        ("2023年工作要点", [2023, 2023]),
        ("人才工作意见", []),
    ],
)
def test_a_title_names_its_years(title, years):
    assert list(years_named(title)) == years


@pytest.mark.parametrize(
    ("bracket", "due"),
    [
        ("市科技局牵头，年内完成", "2021-12-31"),
        ("责任单位：市科技局；完成时限：2022年6月中旬", "2022-06-20"),
        ("市科技局、市教育局，2021年3月—2022年6月", "2022-06-30"),
        ("年内完成，市科技局负责", "2021-12-31"),
        ("市科技局；明年3月", "2022-03-31"),
    ],
)
def test_a_date_beside_the_units_of_a_task_is_its_own(bracket, due):
    text = f"某市方案\n2021年3月10日\n一、任务\n（一）建设平台。加快建设平台。（{bracket}）"
    (task,) = read_content(text.encode(), "plan.txt").tasks
    assert str(task.due) == due
    assert task.units[0].name == "市科技局"


def test_next_year_is_that_after_the_issue_whatever_year_the_plan_is_for():
    calendar = PlanYears(date(2023, 12, 28), 2024, 2024)
    assert said(deadlines("明年3月底前完成。", calendar)) == "2024-03-31 by"
