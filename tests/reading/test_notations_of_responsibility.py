"""Every notation of responsibility is one row of this table."""

from __future__ import annotations

import pytest

from tasks_catalog.reading.units.responsibility import find, ruling_in
from tasks_catalog.reading.units.unit_names import gather_units, is_group, same_unit, split_units

NOTATIONS = [
    # brackets at the end
    ("做好。（甲市财政局牵头，甲市教育局配合）", "L甲市财政局 S甲市教育局"),
    (
        "做好。（国务院办公厅牵头，国家发展改革委、财政部等配合）",
        "L国务院办公厅 S国家发展改革委 S财政部",
    ),
    (
        "做好。（财政部牵头，国务院相关部门及各地区按职责分工负责）",
        "L财政部 S国务院相关部门 S各地区",
    ),
    ("做好。（公安部、交通运输部按职责分工负责）", "J公安部 J交通运输部"),
    ("做好。（市场监管总局负责）", "L市场监管总局"),
    ("做好。（教育部、财政部等部门和各地区按职责分工负责）", "J教育部 J财政部 J各地区"),
    ("做好。（财政部、税务总局等国务院相关部门负责）", "J财政部 J税务总局 J国务院相关部门"),
    ("做好。（市发改委会同市财政局负责）", "L市发改委 S市财政局"),
    ("做好。（各省（区、市）人民政府负责）", "J各省（区、市）人民政府"),
    ("做好。（国务院各部门分别负责，年内持续推进）", "J国务院各部门"),
    ("做好。（教育部牵头，民政部参与，2023年底前完成）", "L教育部 S民政部"),
    ("做好。（县教育局）", "L县教育局"),
    ("做好（县教育局、县财政局）。", "J县教育局 J县财政局"),
    ("做好。（市发改委（牵头）、市财政局）", "L市发改委 S市财政局"),
    ("做好。［责任单位：市教育局］", "L市教育局"),
    ("做好。【牵头单位：市教育局；配合单位：市财政局】", "L市教育局 S市财政局"),
    (
        "做好。（牵头单位：市教育局，配合单位：各有关单位，各区、县级市）",
        "L市教育局 S各有关单位 S各区、县级市",
    ),
    ("做好。（主办：市教育局；协办：市财政局）", "L市教育局 S市财政局"),
    (
        "做好。（教育部牵头，共青团中央、全国妇联等配合）",
        "L教育部 S共青团中央 S全国妇联",
    ),
    (
        "做好。（责任单位：甲市教育局、甲市财政局。列第一位的为牵头单位，下同）",
        "J甲市教育局 J甲市财政局",
    ),
    ("做好。（各市、县〔市、区〕人民政府，省财政厅负责）", "J各市、县〔市、区〕人民政府 J省财政厅"),
    (
        "做好。〔牵头单位:区政府办公室,责任单位:各街道(功能区)〕",
        "L区政府办公室 S各街道(功能区)",
    ),
    (
        "做好。（责任单位：县乡村振兴局牵头，县民政局等参加，各镇街落实）",
        "L县乡村振兴局 S县民政局 S各镇街",
    ),
    (
        "做好。（责任单位：市教育局、市财政局；配合单位：市民政局）",
        "L市教育局 L市财政局 S市民政局",
    ),
    # words about something else beside the units
    ("做好。（责任单位：市教育局、市财政局，适用范围：全市）", "J市教育局 J市财政局"),
    ("做好。（市教育局牵头，市财政局配合；实施范围：市区）", "L市教育局 S市财政局"),
    # a convention in brackets behind the first name
    ("做好。（市教育局（列第一位的为牵头单位，下同）、市财政局）", "L市教育局 S市财政局"),
    ("做好。（责任单位：市教育局〔牵头单位，下同〕、市财政局）", "L市教育局 S市财政局"),
    ("做好。（市发展改革委（下同）、市教育局负责）", "J市发展改革委 J市教育局"),
    ("做好。（教育部、财政部等和各省级人民政府负责）", "J教育部 J财政部 J各省级人民政府"),
    # plain sentences
    ("做好。部门分工：市教育局牵头，市财政局配合。", "L市教育局 S市财政局"),
    ("做好。牵头单位为市教育局，配合单位为市财政局。", "L市教育局 S市财政局"),
    ("做好。责任单位是市教育局。", "L市教育局"),
    ("做好。市教育局牵头，市财政局、各县（市、区）配合。", "L市教育局 S市财政局 S各县（市、区）"),
    ("做好。此项工作由市教育局负责，市财政局配合。", "L市教育局 S市财政局"),
    (
        "做好。具体由市教育局牵头组织实施，市财政局按职责分工负责。",
        "L市教育局 S市财政局",
    ),
    ("市教育局牵头实施，市财政局参与。", "L市教育局 S市财政局"),
    # labels without brackets
    ("牵头单位：市委组织部（市委人才办）", "L市委组织部（市委人才办）"),
    ("牵头：市教育局   参加：市财政局、市总工会", "L市教育局 S市财政局 S市总工会"),
    ("责任单位：市人社局、市财政局", "J市人社局 J市财政局"),
    (
        "做好。牵头单位：市人社局；配合单位：市财政局，各县（市、区）",
        "L市人社局 S市财政局 S各县（市、区）",
    ),
    # spoken
    ("由市经信局牵头，市科技局配合。", "L市经信局 S市科技局"),
    (
        "关于价格的问题，由发展改革委会同农业部、财政部等部门研究提出落实意见。",
        "L发展改革委 S农业部 S财政部",
    ),
    (
        "关于创新的问题，由科技部、农业部牵头，教育部等部门参加，研究提出落实意见。",
        "L科技部 L农业部 S教育部",
    ),
    ("关于耕地的问题，由国土资源部会同农业部等部门负责落实。", "L国土资源部 S农业部"),
    # about something else
    ("加强管理（含劳务派遣人员）。", None),
    ("引进高层次人才（团队）。", None),
    ("对接科创走廊（浙江段）。", None),
    ("完善党委统一领导，组织部门牵头抓总机制，推动工作。", None),
    ("各单位要明确专人负责，及时报送。", None),
    ("支持企业（由企业自主负责）。", None),
]


@pytest.mark.parametrize(("text", "wanted"), NOTATIONS)
def test_a_notation_says_who_leads_who_supports_who_is_answerable(text, wanted):
    found = find(text)
    letters = {"lead": "L", "support": "S", "joint": "J"}
    said = found and " ".join(letters[role] + name for name, role in found.says.units)
    assert said == wanted


@pytest.mark.parametrize(
    ("text", "ruling", "wanted"),
    [
        ("列第一位的为牵头单位，下同", "first", ["lead", "support"]),
        ("责任分解中，列第一位的责任单位为牵头单位", "first", ["lead", "support"]),
        ("排在首位的单位为牵头单位", "first", ["lead", "support"]),
        ("列第一位者为牵头单位，下同", "first", ["lead", "support"]),
        ("无牵头单位的，责任单位即为牵头单位", "all", ["lead", "lead"]),
        ("加强组织领导", "", ["joint", "joint"]),
    ],
)
def test_a_document_may_rule_who_leads_where_nobody_is_called_the_lead(text, ruling, wanted):
    assert ruling_in(text) == ruling
    found = find("做好。（市教育局、市财政局）", ruling=ruling)
    assert [role for _name, role in found.says.units] == wanted


def test_persons_are_leaders_and_no_units():
    says = find("做好。（责任领导：王某某，责任单位：市教育局；完成时限：2022年12月）").says
    assert (says.leaders, says.units, says.due) == (
        ("王某某",),
        (("市教育局", "lead"),),
        "2022年12月",
    )


@pytest.mark.parametrize(
    ("cell", "names"),
    [
        ("市经信局 市科技局 巨化集团", ["市经信局", "市科技局", "巨化集团"]),
        ("市科协 绿色园区 各县（市、区）", ["市科协", "绿色园区", "各县（市、区）"]),
        ("市委组织部 东南数字经济发展 研究院", ["市委组织部", "东南数字经济发展研究院"]),
        ("市智慧\n新城管委会\n市人力社保\n局", ["市智慧新城管委会", "市人力社保局"]),
        (
            "工业和信息化部、住房和城乡建设部和国家税务总局及各地区",
            ["工业和信息化部", "住房和城乡建设部", "国家税务总局", "各地区"],
        ),
        ("国家发展改革委等国务院有关部门", ["国家发展改革委", "国务院有关部门"]),
        ("各区、县级市，各镇、街道", ["各区、县级市", "各镇、街道"]),
        ("各乡（镇）人民政府、街道办事处", ["各乡（镇）人民政府、街道办事处"]),
        ("沿线市、县（市、区）政府，市交投集团", ["沿线市、县（市、区）政府", "市交投集团"]),
        ("各县（市、区）委、政府", ["各县（市、区）委、政府"]),
        ("共青团中央、全国妇联", ["共青团中央", "全国妇联"]),
        ("市委组织部；市财政局/市教育局", ["市委组织部", "市财政局", "市教育局"]),
    ],
)
def test_names_are_parted_and_broken_ones_put_together(cell, names):
    assert split_units(cell) == names


@pytest.mark.parametrize(
    "name",
    [
        "各县（市、区）",
        "市级相关单位",
        "有关部门",
        "各地区",
        "各镇（街道）",
        "成员单位",
        "沿线县、市",
    ],
)
def test_a_group_is_kept_as_a_group(name):
    assert is_group(name)


@pytest.mark.parametrize(
    "name", ["市教育局", "沿江市银保监分局", "浙大两院", "三大产业对接办", "市委组织部"]
)
def test_a_unit_is_no_group(name):
    assert not is_group(name)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("市人社局", "市人力社保局", True),
        ("市人力资源和社会保障局", "市人社局", True),
        ("东南数字经济发展研究院", "东南数字经济产业发展研究院", True),
        ("市教育局", "市体育局", False),
        ("市财政局", "县财政局", False),
        ("绿色产业集聚区", "绿色产业发展研究院", False),
    ],
)
def test_spellings_of_one_unit_are_known(one, other, same):
    assert same_unit(one, other) is same


def test_the_first_spelling_names_the_unit_and_the_others_are_aliases():
    units = gather_units(["市人力社保局", "市人社局", "市教育局"])
    assert units["市人社局"].name == "市人力社保局"
    assert units["市人社局"].aliases == ("市人社局",)
