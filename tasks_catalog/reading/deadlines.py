"""Deadlines: every way in which official documents say by when, one rule a notation."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from tasks_catalog.model import Deadline, DeadlineKind, Frequency
from tasks_catalog.reading.words import CHINESE, chinese_number, masked

FIVE_YEARS = {"十二五": 2015, "十三五": 2020, "十四五": 2025, "十五五": 2030, "十六五": 2035}
_Y = r"(?P<y>20\d\d)年"
_UP = r"(?:前|以前|之前|为止)?"
_N = rf"(?P<n>\d{{1,3}}|[{CHINESE}]{{1,3}})"
_BEFORE = "(?:前|以前|之前)"
_THIS = "(?:今年|当年|本年|(?P<next>明年|次年))?"
_OPENS = r"(?:到|至|截至|截止|于|在|力争|争取|确保|赶在|最迟|不晚于)?"


@dataclass(frozen=True)
class PlanYears:
    """What a document's relative dates hang on: its day of publication and its years."""

    published: date | None = None
    first_year: int | None = None
    last_year: int | None = None

    @property
    def start(self) -> date:
        """The day before which nothing can be promised any more."""
        if self.published:
            return self.published
        return date(self.first_year or 1900, 1, 1)

    @property
    def year(self) -> int | None:
        """The year that is meant where the words name none."""
        if self.published and self.first_year and self.first_year > self.published.year:
            return self.first_year  # next year's work, issued in December
        return self.published.year if self.published else self.first_year

    def years_on(self, count: int) -> int | None:
        """The last of so many years: the plan's last year where it spans as many."""
        if self.first_year and self.last_year and self.last_year - self.first_year + 1 == count:
            return self.last_year
        return self.year + count if self.year else None


Maker = Callable[[re.Match[str], PlanYears], date | None]


def _month_end(year: int, month: int) -> date | None:
    return date(year, month, monthrange(year, month)[1]) if 1 <= month <= 12 else None


def _year(match: re.Match[str], calendar: PlanYears) -> int | None:
    groups = match.groupdict()
    if groups.get("y"):
        return int(groups["y"])
    return calendar.year and calendar.year + bool(groups.get("next"))


def _end_of_year(match: re.Match[str], calendar: PlanYears) -> date | None:
    year = _year(match, calendar)
    return (year and date(year, 12, 31)) or None


def _end_of_month(match: re.Match[str], calendar: PlanYears) -> date | None:
    year = _year(match, calendar)
    return (year and _month_end(year, int(match["m"]))) or None


def _day(match: re.Match[str], calendar: PlanYears) -> date | None:
    year = _year(match, calendar)
    try:
        return (year and date(year, int(match["m"]), int(match["d"]))) or None
    except ValueError:
        return None


def _end_of_quarter(match: re.Match[str], calendar: PlanYears) -> date | None:
    year = _year(match, calendar)
    quarter = chinese_number(match["q"]) or int(match["q"])
    return (year and 1 <= quarter <= 4 and _month_end(year, 3 * quarter)) or None


def _end_of_half(match: re.Match[str], calendar: PlanYears) -> date | None:
    year = _year(match, calendar)
    return (year and (date(year, 6, 30) if match["h"] == "上" else date(year, 12, 31))) or None


def _five_years(match: re.Match[str], _calendar: PlanYears) -> date | None:
    return date(FIVE_YEARS[match["plan"]], 12, 31)


def _count(match: re.Match[str]) -> int:
    return int(match["n"]) if match["n"].isdigit() else chinese_number(match["n"]) or 0


def _last_year(_match: re.Match[str], calendar: PlanYears) -> date | None:
    return date(calendar.last_year, 12, 31) if calendar.last_year else None


def _before_term(match: re.Match[str], calendar: PlanYears) -> date | None:
    """The day before pupils come back: terms begin in March and in September."""
    year = _year(match, calendar)
    return (year and _month_end(year, 2 if match["term"] == "春" else 8)) or None


def _years_on(match: re.Match[str], calendar: PlanYears) -> date | None:
    year = calendar.years_on(_count(match))
    return date(year, 12, 31) if year else None


def _after_publication(match: re.Match[str], calendar: PlanYears) -> date | None:
    if calendar.published is None or "工作日" in match[0]:
        return None
    count, day = _count(match), calendar.published
    if match["unit"] in "日天":
        return day + timedelta(days=count)
    months = day.month - 1 + count * (12 if match["unit"] == "年" else 1)
    year, month = day.year + months // 12, months % 12 + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def _nothing(_match: re.Match[str], _calendar: PlanYears) -> date | None:
    return None


# In this order; a place in the text is read by the first rule that fits.
RULES: tuple[tuple[str, DeadlineKind, Maker], ...] = (
    (r"(?:自)?(?:本[一-鿿]{2,6})?(?:印发|发布|下发|公布|实施|施行|出台)(?:之日)?(?:起|后)的?"
     rf"{_N}个?(?P<unit>工作日|日|天|月|年)(?:之)?内", "relative", _after_publication),
    (r"(?:20\d\d)年?(?:-|至|到)" + _Y + r"(?:底|末)?" + _UP, "window", _end_of_year),
    (rf"{_OPENS}{_Y}(?P<m>\d{{1,2}})月(?P<d>\d{{1,2}})日{_UP}", "by", _day),
    (rf"{_OPENS}{_Y}(?P<m>\d{{1,2}})月(?:份)?(?:底|末|下旬)?{_UP}", "by", _end_of_month),
    (rf"{_OPENS}{_Y}(?:第)?(?P<q>[一二三四1-4])季度(?:底|末|内)?{_UP}", "by", _end_of_quarter),
    (rf"{_OPENS}{_Y}(?P<h>[上下])半年(?:底|末|内)?{_UP}", "by", _end_of_half),
    (rf"{_OPENS}{_Y}(?:年)?(?:底|末|内|终){_UP}", "by", _end_of_year),
    (rf"(?:到|至|截至|力争|争取|确保|在|于){_Y}(?!以来|起|开始|版)(?:度)?{_UP}",
     "by", _end_of_year),
    (rf"{_OPENS}{_Y}(?P<term>[春秋])季(?:学期)?(?:开学)?前", "by", _before_term),
    (rf"(?:(?<![一-鿿\d])|(?<=其中)|(?<=计划)|(?<=预计)|(?<=同时)|(?<=并于)|(?<=拟于)){_Y}(?!汛期|春节|元旦|五一|国庆|中秋|以来|起|开始|版|度|的|出台|印发|修订|全国|国务院|中央){_UP}",
     "by", _end_of_year),
    (rf"{_Y}(?=达到?|实现|完成|建成|力争|突破|提[高升]|新增|不低于|不少于|超过)",
     "by", _end_of_year),
    (r"“?(?P<plan>十[二三四五六]五)”?(?:规划)?(?:时期|期)?(?:末|期末|末期)", "by", _five_years),
    (r"“?(?P<plan>十[二三四五六]五)”?(?:时期|期间|时期内|期内)", "window", _five_years),
    (r"(?:到|至)?“(?P<plan>十[二三四五六]五)”末", "by", _five_years),
    (r"(?:到|至)?规划期(?:末|内)", "by", _last_year),
    (rf"{_Y}起(?:的)?{_N}年(?:之)?内", "window", _years_on),
    (rf"(?:力争|争取|用|未来|今后|在)?{_N}年(?:时间)?(?:之)?(?:内|左右(?:时间)?)", "by", _years_on),
    (rf"(?:经过|通过|用){_N}年(?:左右)?的?(?:时间|努力)", "by", _years_on),
    (r"每年(?:的)?\d{1,2}月(?:\d{1,2}日)?(?:底|末)?" + _UP, "ongoing", _nothing),
    (rf"(?<![\d年]){_OPENS}{_THIS}(?P<m>\d{{1,2}})月(?P<d>\d{{1,2}})日{_BEFORE}", "by", _day),
    (rf"(?<![\d年每]){_OPENS}{_THIS}(?P<m>\d{{1,2}})月(?:份)?(?:(?:底|末){_BEFORE}?|{_BEFORE})",
     "by", _end_of_month),
    (rf"(?<!每)(?<!年){_THIS}第?(?P<q>[一二三四1-4])季度(?:底|末)?(?:{_BEFORE}|末|底|内)",
     "by", _end_of_quarter),
    (r"第(?P<q>[一二三四])季度(?=开展|组织|举办|召开|完成|实施|启动|开工|形成|出台|建成)",
     "by", _end_of_quarter),
    (r"(?:今年|当年|本年)(?P<h>[上下])半年(?:底|末|内)?" + _UP, "by", _end_of_half),
    (rf"(?<![一-鿿\d])(?P<h>[上下])半年(?:底|末|内)?{_UP}(?=[一-鿿，])", "by", _end_of_half),
    (rf"{_THIS}(?:年底|年末){_BEFORE}?|年内|(?:今年|本年)(?:底|内)(?:前)?", "by", _end_of_year),
)  # fmt: skip
Rule = tuple[re.Pattern[str], DeadlineKind, Maker]
COMPILED: tuple[Rule, ...] = tuple(
    (re.compile(pattern), kind, make) for pattern, kind, make in RULES
)
_ALONE = r"(?<![^、，；\n ])(?:{})(?![^、，；\n ])"
# What stands alone in a cell or behind 完成时限：.
IN_CELLS: tuple[tuple[str, DeadlineKind, Maker], ...] = (
    (r"(?P<y>20\d\d)[./-](?P<m>\d{1,2})[./-](?P<d>\d{1,2})", "by", _day),
    (r"(?P<y>20\d\d)[./-](?P<m>\d{1,2})(?!\d)", "by", _end_of_month),
    (r"20\d\d-(?P<y>20\d\d)", "window", _end_of_year),
    (_ALONE.format(r"(?P<y>20\d\d)(?:年度?)?"), "by", _end_of_year),
    (_ALONE.format(r"(?P<m>\d{1,2})月(?:份)?(?:底|末)?"), "by", _end_of_month),
    (_ALONE.format(r"第?(?P<q>[一二三四1-4])季度(?:底|末)?"), "by", _end_of_quarter),
    (_ALONE.format(r"(?P<h>[上下])半年(?:底|末)?"), "by", _end_of_half),
    (_ALONE.format(r"(?:全年(?:推进|实施|开展)?|当年|年度|年底)"), "by", _end_of_year),
    (
        r"长期(?:坚持|实施|推进)?|持续(?:推进|实施|开展|深化)?|常态化?(?:推进|开展|长效)?|"
        r"贯穿全年|每年|每季度|每月|按.{1,8}(?:要求|部署)"
    , "ongoing", _nothing),
)  # fmt: skip
CELL_RULES: tuple[Rule, ...] = tuple((re.compile(p), kind, make) for p, kind, make in IN_CELLS)
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


def years_named(text: str) -> Iterator[int]:
    """The years that a title spans: 2021-2025年, “十四五”."""
    plain = masked(text, "")
    if match := re.search(r"(20\d\d)年?(?:-|至|到)(20\d\d)年", plain):
        yield from (int(match[1]), int(match[2]))
    elif match := re.search("十[二三四五六]五", plain):
        yield from (FIVE_YEARS[match[0]] - 4, FIVE_YEARS[match[0]])
    elif match := re.search(r"(20\d\d)年(?!修订|版)", plain):
        yield from (int(match[1]), int(match[1]))
