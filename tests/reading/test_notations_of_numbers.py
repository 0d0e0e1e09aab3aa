"""What is a target and what only looks like one: every notation is one row of these tables."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks_catalog.reading.dates.plan_years import PlanYears
from tasks_catalog.reading.quantities.measures import measures
from tasks_catalog.reading.words import chinese_number, flat, number_of, tidy

ISSUED = PlanYears(date(2021, 3, 10), 2021, 2025)

TARGETS = [
    ("到2025年，引进领军人才100人以上。", ">= 100 人 2025 new"),
    ("新引进落地项目100个。", "= 100 个 None new"),
    ("建设10家左右协同创新中心。", "approx 10 家 None cumulative"),
    ("研发人员不少于40人。", ">= 40 人 None cumulative"),
    ("比例达到2.75%。", ">= 2.75 % None ratio"),
    ("占比超过54%。", "> 54 % None ratio"),
    ("办理时间压缩至3个工作日以内。", "<= 3 个工作日 None cumulative"),
    ("空气浓度控制在30微克/立方米以下。", "<= 30 微克/立方米 None cumulative"),
    ("每年培训1万人。", "= 1 万人 None annual"),
    ("增加值年均增长8%。", "= 8 % None growth"),
    ("能耗下降3.5%。", "= 3.5 % None growth"),
    ("党政人才总量保持在1.6万人左右。", "approx 1.6 万人 None stock"),
    ("引进人才百名以上。", ">= 100 名 None new"),
    ("干部数量不少于三分之一。", ">= 0.3333 比例 None ratio"),
    ("建成6家中心，集聚工程师500名。", "= 6 家 None cumulative; = 500 名 None new"),
    ("形成500名规模的工匠队伍。", "= 500 名 None stock"),
    ("产值超15亿元。", "> 15 亿元 None cumulative"),
    ("争创中心1-2家。", "= 1-2 家 None new"),
    ("发放消费券总额不低于3000万元。", ">= 3000 万元 None cumulative"),
    ("完成全县1.2万名老人住房改造。", "= 1.2 万名 None cumulative"),
    ("县级平台实现全覆盖。", ">= 100 % None ratio"),
    ("引进团队3个、项目50个以上、专家10名。",
     "= 3 个 None new; >= 50 个 None new; = 10 名 None new"),
    ("粮食产量稳定在1.3万亿斤以上。", ">= 1.3 万亿斤 None cumulative"),
    ("赤字率拟按3%安排。", "= 3 % None ratio"),
    ("噪声控制在55分贝。", "<= 55 分贝 None cumulative"),
    ("水有效利用系数提高到0.58。", ">= 0.58  None cumulative"),
    ("每个乡镇至少建成1家中心。", ">= 1 家 None cumulative"),
    ("轮岗比例不低于符合条件教师的15%。", ">= 15 % None ratio"),
    ("单位拿出不低于40%的岗位招聘毕业生。", ">= 40 % None ratio"),
    ("80%以上的高频事项村级可办。", ">= 80 % None ratio"),
    ("设立规模100亿元的产业基金。", "= 100 亿元 None stock"),
    ("为3000名老年人提供助餐服务。", "= 3000 名 None cumulative"),
    ("与15所高校签订合作协议。", "= 15 所 None cumulative"),
    ("帮助1.2万贫困人口脱贫。", "= 1.2 万人 None cumulative"),
    ("完成现有病险水库加固38座。", "= 38 座 None cumulative"),
    ("对2013年以来改造的户厕开展检查，整改率达到100%。", ">= 100 % None ratio"),
    ("人才贷授信额度新增20亿元以上。", ">= 20 亿元 None cumulative"),
    ("亩均税收达到12万元/亩。", ">= 12 万元/亩 None cumulative"),
    ("安排就业补助资金10亿元。", "= 10 亿元 None cumulative"),
    ("建设工作室30个（其中国家级2个）。", "= 30 个 None cumulative; = 2 个 None cumulative"),
    ("新增护理员10万人次培训。", "= 10 万人次 None new"),
    ("建成公寓2栋120套。", "= 2 栋 None cumulative; = 120 套 None cumulative"),
    ("筹集住房3万套（间），2024年、2025年分别不少于8000套、1万套。",
     "= 3 万套 None cumulative; >= 8000 套 2024 cumulative; >= 1 万套 2025 cumulative"),
    ("新建充电桩2万个，其中2023年5000个、2024年7000个。",
     "= 2 万个 None new; = 5000 个 2023 new; = 7000 个 2024 new"),
    ("甲人才、乙人才、丙人才分别达到1万人、2万人、3万人。",
     ">= 1 万人 None cumulative; >= 2 万人 None cumulative; >= 3 万人 None cumulative"),
]  # fmt: skip

TRAPS = [
    "给予一次性100万元奖励。",
    "按年薪的30%给予补助。",
    "对年薪80万元以上的，每年给予补助。",
    "实施“五千工程”和“258”计划。",
    "推进151培养工程。",
    "截至2020年底，已引进人才100名。",
    "2019年引进人才100名。",
    "引进世界500强企业。",
    "面向35岁以下青年。",
    "普及学前到高中段15年教育。",
    "签订3年以上服务协议的人才。",
    "推动甲、乙、丙、丁4支队伍建设。",
    "第3批项目启动。",
    "每名补助5000元。",
    "构建“1+N”体系，打造3+2模式。",
    "围绕六大产业链开展工作。",
    "每吸纳1人给予1000元补贴。",
    "覆盖面扩大，已参保老人达1200万人。",
    "对博士、硕士分别给予10万元、5万元补贴。",
    "企业营业收入首次突破10亿元，给予奖励。",
    "项目总投资120亿元，占地200亩，总库容1.2亿立方米。",
    "个人贷款最高额度提高到50万元。",
    "发放消费券，每张面额3000元。",
]


def said(text):
    return "; ".join(
        f"{m.op} {m.value}{'' if m.value_max is None else f'-{m.value_max}'} {m.unit} "
        f"{m.by_year} {m.kind}"
        for m in measures(text, ISSUED)
    )


@pytest.mark.parametrize(("text", "wanted"), TARGETS)
def test_a_target_is_read_with_operator_value_unit_year_and_kind(text, wanted):
    assert said(text) == wanted


@pytest.mark.parametrize("text", TRAPS)
def test_what_only_looks_like_a_target_is_none(text):
    assert said(text) == ""


def test_the_words_of_a_measure_are_an_exact_piece_of_the_text():
    text = "到2025年，力争引进“万人计划”人才50人以上、团队5个。"
    for measure in measures(text, ISSUED):
        assert measure.text in text
        assert not measure.firm


def test_a_list_goes_on_with_the_verb_of_its_first_entry():
    names = [m.metric for m in measures("新引进高层次人才10人、青年人才20人。", ISSUED)]
    assert names == ["新引进高层次人才", "新引进青年人才"]


def test_the_values_of_a_list_belong_to_its_names_in_their_order():
    found = measures("甲比例、乙比例分别达到8.2%、35%。", ISSUED)
    assert [(m.metric, m.value) for m in found] == [
        ("甲比例", Decimal("8.2")),
        ("乙比例", Decimal(35)),
    ]


def test_a_number_in_a_clause_of_its_own_is_said_of_the_clause_before():
    found = measures("到2025年，人才资源总量显著增长，达到60万人。", ISSUED)
    assert [(m.metric, m.text) for m in found] == [("人才资源总量", "达到60万人")]


@pytest.mark.parametrize(
    ("word", "relative"), [("翻番", "double"), ("倍增", "double"), ("翻两番", "quadruple")]
)
def test_a_multiple_of_an_unnamed_number_has_no_value(word, relative):
    (found,) = measures(f"专利申请量实现{word}。", ISSUED)
    assert (found.value, found.relative) == (None, relative)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("二〇二五", 2025),
        ("十五", 15),
        ("一百二十", 120),
        ("两千", 2000),
        ("三万五千", 35000),
        ("人", None),
    ],
)
def test_numerals_in_words(text, value):
    assert chinese_number(text) == value


@pytest.mark.parametrize(
    ("text", "value"), [("1.5万", "15000"), ("１００", "100"), ("三百", "300"), ("2,500", "2500"),
     ("约", None)],
)  # fmt: skip
def test_figures_with_scales_and_widths(text, value):
    assert number_of(text) == (None if value is None else Decimal(value))


@given(st.text(max_size=200))
def test_flattening_never_changes_a_length(text):
    assert len(flat(text)) == len(text)


@given(
    st.text(
        alphabet="到2025年引进人才100名以上，。；、（）“”《》每力争达不少于分别 %万\n", max_size=120
    )
)
def test_any_text_can_be_searched_for_measures(text):
    clean = tidy(text)
    for measure in measures(clean, ISSUED):
        assert measure.text in clean
        assert measure.metric
