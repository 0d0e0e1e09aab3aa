"""Headings that announce no work: background, principles, goals, explanations of words."""

from __future__ import annotations

import re

from tasks_catalog.reading.words import flat

_ABOUT = (
    r"背景|基础|形势|现状|回顾|思想|原则|目标|要求|思路|意义|依据|环境|成效|成就|问题|机遇|挑战|研判|定位|愿景|"
    r"概况|概述|总则|前言|引言|序言|附则|范围|说明|理念|方针|战略|情况|短板|经验|判断|指标|对象|条件"
)


_KIND = (
    r"(?:发展|工作|现实|总体|主要|指导|基本|规划|编制|面临(?:的)?|战略|目标|建设|制定|适用|重大|形势|内外部|阶段性|具体|"
    r"指导性|当前|存在(?:的)?|总的|外部|内部|一般|环境|取得|人才|核心|量化|行动|改革|创建|整治|攻坚|推进|任务|活动|治理|五年|近期|远期|年度|“十[二三四五]五”(?:时期|期间)?|十[二三四五]五|时期)*"
)


BACKGROUND = re.compile(
    rf"(?:\d{{4}}年)?{_KIND}(?:{_ABOUT})(?:任务)?(?:[、和与及]*{_KIND}(?:{_ABOUT}))*(?:分析)?$"
)


WORK_AIMS = re.compile(
    r"工作要求|有关要求|相关要求|保障要求|组织要求|纪律要求|几点要求|推进要求|实施要求|落实要求"
)


ALWAYS = re.compile("目标|指标|思想|原则|总则|附则|说明|适用")


GOALS = re.compile(r"(?:目标|指标)(?:任务|要求)?$|目标")


GLOSSARY = re.compile(
    r"名词|释义|解释|术语|编制说明|起草说明|申报表|申请表|登记表|汇总表|名单|联系方式|通讯录|样表|填报说明"
)


def is_background(title: str) -> bool:
    """Whether a heading announces background, situation, principles or goals, and no work."""
    words = first_part(title)
    return bool(words and BACKGROUND.fullmatch(words)) and not WORK_AIMS.search(words)


def first_part(title: str) -> str:
    """A heading without what follows its colon."""
    return re.split("[：-]|。", flat(title))[0].strip()
