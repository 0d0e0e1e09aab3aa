"""What the state's rules do not allow as an item of assessment, found by its words.

The words are those of 整治形式主义为基层减负若干规定 (full text published in August 2025) and of
国办函〔2026〕12号 (25 January 2026). A find is a flag for people, no refusal: the words may be
there to exclude the very thing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from i18n import mark

RELIEF = "《整治形式主义为基层减负若干规定》"
APPS = "国办函〔2026〕12号"


@dataclass(frozen=True)
class Ban:
    """Words that tell of what is not allowed, what that is, and which rules forbid it."""

    words: re.Pattern[str]
    message: str
    source: str


BANS = (
    Ban(
        re.compile(r"批示|圈阅|肯定性签批"),
        mark("A leader's remark may not be an item of assessment. Assess what was achieved."),
        RELIEF,
    ),
    Ban(
        re.compile(
            r"刊发|刊载|报刊|媒体|信息(报送|录用|采用)|宣传报道|简报(录用|采用)|推介文章|发表文章|内参"
        ),
        mark(
            "An article in a journal or in the media may not be an item of assessment. Assess what "
            "was achieved."
        ),
        RELIEF,
    ),
    Ban(
        re.compile(
            r"登录|登陆|在线时长|点击|浏览量|活跃度|安装率|下载量|注册率|打卡|积分排名|使用率.{0,6}(平台|APP|应用|系统)|"
            r"(平台|APP|应用|系统).{0,6}使用率",
            re.IGNORECASE,
        ),
        mark(
            "Log-ins, time online, installations and points of an app may not be counted or ranked."
        ),
        APPS,
    ),
    Ban(
        re.compile(
            r"会议(次数|记录|纪要)|(开会|会议).{0,4}次|台账|工作记录|笔记|照片|截图|留痕|痕迹|"
            r"(发文|文件)(数量|篇数)|总结材料"
        ),
        mark(
            "Meetings, notes, ledgers, photographs and screenshots are no yardstick of work. "
            "Assess what was achieved."
        ),
        RELIEF,
    ),
)


@dataclass(frozen=True)
class Flag:
    """An item that the rules do not allow: its code, the words, why, and the source."""

    code: str
    words: str
    message: str
    source: str


def flags(items: Iterable[tuple[str, str]]) -> Iterator[Flag]:
    """What is flagged among items, each a code and all its words."""
    for code, words in items:
        for ban in BANS:
            found = ban.words.search(words)
            if found:
                yield Flag(code, found[0], ban.message, ban.source)
