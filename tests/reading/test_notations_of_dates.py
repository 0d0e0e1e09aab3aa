"""Every way of saying by when is one row of this table."""

from __future__ import annotations

from datetime import date

import pytest

from tasks_catalog.reading.deadlines import PlanYears, deadlines, final, frequency, years_named

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
    # no deadlines
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
