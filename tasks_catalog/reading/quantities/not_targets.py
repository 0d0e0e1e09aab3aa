"""Numbers that only look like targets: conditions, subsidies, durations, ranks, sizes."""

from __future__ import annotations

import re

from tasks_catalog.reading.quantities.quantity_words import (
    GIVING,
    LENT,
    NAMED_SIZE,
    REACHED,
    SPENDING,
    SUBSIDY,
    TIMES,
)

STEP = re.compile(  # 每吸纳1人给予…
    r"每(?:新)?(?:吸纳|引进|培养|招|增|建|推荐|入选|申报|获|完成|输送|认定|超|提)[^，。；]*$"
)
SPEED = re.compile("压缩|缩短|压减|减至|时限|办理时间|办结|时间|提速|天数|时长|周期|平均|延长")
FUND = re.compile(r"(?:设立|组建|成立|募集|筹集|安排|筹措)[^，]*$")
THEN_GIVEN = re.compile(
    r"(?:由[^，]{2,12})?(?:分别|再|另行|一次性|可|按[^，]{0,12})*(?:给予|奖励|补助|补贴|资助|享受)"
)
PLEDGED = re.compile(
    r"^(?!.*(?:对|凡|符合|满足))[^，]*(?:不低于|不少于|达到|超过|至少|不高于|不超过)$"
)


def is_no_target(plain: str, match: re.Match[str], left: str, right: str) -> bool:
    """Whether a number between these words of its clause is something else than a target."""
    unit = match.groupdict().get("unit") or match.groupdict().get("unit1") or ""
    before = plain[: match.start()]
    clause_end = re.split("[，；。：\n]", plain[match.end() :], maxsplit=1)[0]
    money = "元" in unit or unit in ("%", "倍")
    if clause_end.endswith("的"):
        return True
    if right.startswith("的") and not _promised_share(match, left, right, unit):
        return True
    if right.startswith("强") or re.search(r"(?:第|前|排名|世界|中国|全国|全省)$", left):
        return True
    if unit in TIMES.split("|"):
        return not SPEED.search(left) or "每" in left[-4:]
    if money and is_given(plain, match.start(), match.end()):
        return True
    if re.search(r"每(?:人|名|户|家|项|个|件|次|位|亩)$", left):
        return True
    if match.groupdict().get("value") in ("1", "一") and STEP.search(left):
        return True
    if NAMED_SIZE.search(left):
        return True
    return bool(re.match(r"[+×:]", plain[match.end() :]) or re.search(r"[+×/]$", before))


def _promised_share(match: re.Match[str], left: str, right: str, unit: str) -> bool:
    """Whether a number before 的 is promised all the same: 不低于40%的岗位, 100亿元的基金."""
    if FUND.search(left) and re.match(r"的[^，。；]{0,12}(?:基金|资金)", right):
        return True
    floor = bool(match.groupdict().get("post")) and not left
    return unit == "%" and len(right) >= 6 and (floor or bool(PLEDGED.match(left)))


def is_given(plain: str, start: int, end: int) -> bool:
    """Whether an amount is what somebody gets under a policy rather than what is to be reached."""
    opens = max(plain.rfind(char, 0, start) for char in "。；\n") + 1
    here = max(opens, max(plain.rfind(char, 0, start) for char in "，：") + 1)
    ends = re.split("[。；\n]", plain[end:], maxsplit=1)[0].split("，")
    clause = plain[here:end] + ends[0]
    reached = REACHED.search(plain[here:start]) or plain[start:end].endswith("以上")
    if LENT.search(clause) and not reached:
        return True
    if SUBSIDY.search(clause):
        spent = SPENDING.search(plain[here:start])
        return not (spent and not re.search("给予|每人|最高|一次性|标准|按", clause))
    if len(ends) > 1 and THEN_GIVEN.match(ends[1]):
        return True
    return bool(GIVING.search(plain[opens:here])) and not SPENDING.search(plain[here:start])
