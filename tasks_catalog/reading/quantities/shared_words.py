"""Words that a list says once for all its entries: the tail of a noun, 每千人口, a verb, a unit."""

from __future__ import annotations

import re
from dataclasses import replace

from tasks_catalog.model import CatalogueMeasure

NOUN = re.compile(
    r"(?:人才|人口|人员|人次|总量|数量|规模|[数率比额值量]|比例|比重|面积|企业|机构|平台|团队|中心|项目|载体|基地|实验室|"
    r"工作[室站]|收入|队伍|专家|工程师|品牌|产业|工程)$"
)
RATE = re.compile(r"(?:全[市县区省])?(每[十百千万]+(?:名|个)?[一-鿿]{1,8}?(?:拥有|配备|中))")
AREAS = "省市县区乡镇"
VERB = re.compile(
    r"(?:新增|新建|新引进|新引育|新培育|新培养|新改扩建|引进|引育|引聚|培养|培育|培训|建设|建成|创建|改造提升|改造|提升|"
    r"建立|打造|集聚|储备|选派|选拔|举办|认定|发展|种植|治理|修复)"
)
COUNTED_IN = (
    (re.compile("(?:人|医师|医生|护士|教师|人员|人才|职工|学生)数$"), "人"),
    (re.compile("床位数$"), "张"),
)


def whole_names(names: list[str]) -> list[str]:
    """法院、检察院系统人才: the first is 法院系统人才, for the last says the noun for all."""
    last = names[-1]
    told = [*(name + _tail(name, last) for name in names[:-1]), last]
    rate = RATE.match(told[0])
    if rate:
        told = [name if "每" in name[:4] else rate[1] + name for name in told]
    return [re.sub("^全[市县区省](?=[一-鿿]{2})", "", name) for name in told]


def _tail(name: str, last: str) -> str:
    """What follows in the last name of a list behind the word that stands for this one."""
    marks = AREAS if name[-1:] in AREAS else name[-1:]
    place = next((at for at, char in enumerate(last) if char and char in marks), None)
    tail = last[place + 1 :] if place is not None else ""
    return tail if NOUN.search(tail) else ""


def with_verb(names: list[str]) -> list[str]:
    """新增甲、乙各5家: the verb before the first name holds for all."""
    verb = VERB.match(names[0])
    return [
        name if verb is None or VERB.match(name) or at == 0 else verb[0] + name
        for at, name in enumerate(names)
    ]


def with_units(measures: list[CatalogueMeasure]) -> list[CatalogueMeasure]:
    """4.5、5.0万吨: a unit holds for the values before it; persons are counted in persons."""
    out: list[CatalogueMeasure] = []
    unit = ""
    for measure in reversed(measures):
        unit = measure.unit or unit
        usual = next((u for words, u in COUNTED_IN if words.search(measure.metric)), "")
        out.insert(0, replace(measure, unit=unit or usual))
    return out
