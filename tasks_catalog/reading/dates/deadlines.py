"""Deadlines in the words of a task: which dates bind, and by which the whole is due."""

from __future__ import annotations

import re
from datetime import date

from tasks_catalog.model import Deadline, DeadlineKind, Frequency
from tasks_catalog.reading.dates.notations import CELL_RULES, COMPILED, Rule
from tasks_catalog.reading.dates.plan_years import PlanYears
from tasks_catalog.reading.words import masked

POLICY = re.compile(
    r"有效期|(?:政策|执行|实施|试行|施行|缓缴|优惠|减免|免征|减征|延续|延长|补贴|期限|抵扣)[^，。；]{0,24}?(?:延长|延续|执行|实施)?(?:至|到|期)$"
    r"|(?:执行|实施|施行|延续|延长|(?:活动|政策|试点|试行)期限?)(?:期限)?(?:截)?(?:至|到|为)?$|(?:自|从)$"
)
COMPARED = re.compile(r"(?:比|较|相比|对比|比照|同比|与|以|按|在)$")
PAST = re.compile(r"截至|截止|已(?:经|于|在)?$")
AFTER = re.compile(
    r"^(?:到期|届满|成立|注册|登记|毕业|出生|起|以来|开始|以后|为基期|为基数|基数|(?:印发|修订|制定|出台|发布)(?:的|《)|相比|[^，。；]{0,4}基础上|度?(?:考核)?办法)"
)
LASTING = re.compile(
    r"给予|补助|补贴|奖励|资助|享受|首次|每人|不得|免租|减免|缴纳|服务期|毕业|满|期满|累计"
)


def deadlines(text: str, calendar: PlanYears, *, cell: bool = False) -> tuple[Deadline, ...]:
    """All deadlines in the words of one task, in order; `cell` for a cell or a bracket of dates."""
    found: list[tuple[int, Deadline]] = []
    plain = masked(text, "《")
    taken = [False] * (len(plain) + 1)
    rules: tuple[Rule, ...] = (CELL_RULES if cell else ()) + COMPILED
    for pattern, kind, make in rules:
        for match in pattern.finditer(plain):
            if any(taken[match.start() : match.end()]) or not match[0]:
                continue
            taken[match.start() : match.end()] = [True] * (match.end() - match.start())
            made = _deadline(text, plain, match, kind, make(match, calendar), calendar)
            if made:
                found.append((match.start(), made))
    out: dict[tuple[date | None, str], Deadline] = {}
    for _at, entry in sorted(found, key=lambda pair: pair[0]):
        out.setdefault((entry.date, "" if entry.date else entry.text), entry)
    return tuple(out.values())


def _deadline(
    text: str,
    plain: str,
    match: re.Match[str],
    kind: DeadlineKind,
    day: date | None,
    calendar: PlanYears,
) -> Deadline | None:
    before = re.split("[，。；：（]", plain[: match.start()])[-1]
    after = re.split("[，。；：]", plain[match.end() :], maxsplit=1)[0]
    words = text[match.start() : match.end()]
    if POLICY.search(before):
        return Deadline(words, None, "policy-window", None)
    if (
        before.endswith("每")
        or COMPARED.search(before)
        or AFTER.search(after)
        or (PAST.search(before) and day is None)
    ):
        return None
    if words.startswith(("截至", "截止")) and not re.search("前|为止", words):
        return None
    if match.re.pattern.endswith("左右(?:时间)?)") and (
        LASTING.search(before + after) or after[:1] == "的"
    ):
        return None
    if day is not None and day < calendar.start:
        return None
    return Deadline(words, day, kind, after.strip("、 ")[:40] or None)


def final(entries: tuple[Deadline, ...]) -> Deadline | None:
    """The deadline by which the whole is due: the latest that has a date, else the first at all."""
    dated = [entry for entry in entries if entry.date and entry.kind != "policy-window"]
    if dated:
        return max(dated, key=lambda entry: entry.date or date.min)
    return next((entry for entry in entries if entry.kind != "policy-window"), None)


def frequency(text: str, entries: tuple[Deadline, ...]) -> Frequency | None:
    """How often the words ask for it; None where they do not say."""
    plain = masked(text, "“《")
    if re.search(r"每(?:\d|[二两三四五])年", plain):
        return "every_n_years"
    if re.search(r"每年|每季度|每月|每半年|逐年|年均(?!增)|按年度", plain):
        return "per_year"
    if any(entry.date for entry in entries):
        return "once"
    return "continuous" if any(entry.kind == "ongoing" for entry in entries) else None
