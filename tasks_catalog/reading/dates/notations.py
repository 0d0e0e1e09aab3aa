"""Every way in which official documents say by when, one rule a notation."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable
from datetime import date, timedelta

from tasks_catalog.model import DeadlineKind
from tasks_catalog.reading.dates.plan_years import FIVE_YEARS, PlanYears
from tasks_catalog.reading.words import CHINESE, chinese_number

_Y = r"(?P<y>20\d\d)年"
_UP = r"(?:前|以前|之前|为止)?"
_N = rf"(?P<n>\d{{1,3}}|[{CHINESE}]{{1,3}})"
_BEFORE = "(?:前|以前|之前)"
_NEXT = "(?P<next>明年|次年|翌年|后年)"
_THIS = f"(?:今年|当年|本年|{_NEXT})?"
_THIRD = "(?P<third>上中旬|中下旬|上旬|中旬|下旬)"
_NAMED = f"(?:今年|本年|{_NEXT})"
_PART = r"(?:份|\d{1,2}日|初|底|末|[上中下]旬)"  # of the month with which a window begins
_TO = "(?:-|至|到)"
_DOING = (
    "共|累计|新[增建引培入]|引进|引育|培养|培育|培训|轮训|建成|建设|改造|完成|实现|打造|筹集|投入|集聚|"
    "选派|招引"
)
_OPENS = r"(?:到|至|截至|截止|于|在|力争|争取|确保|赶在|最迟|不晚于)?"

DAYS = {"日": 1, "天": 1, "周": 7, "星期": 7}

Maker = Callable[[re.Match[str], PlanYears], date | None]


def _month_end(year: int, month: int) -> date | None:
    return date(year, month, monthrange(year, month)[1]) if 1 <= month <= 12 else None


def _year(match: re.Match[str], calendar: PlanYears) -> int | None:
    groups = match.groupdict()
    if groups.get("y"):
        return int(groups["y"])
    if groups.get("next"):  # counted from the day of issue, whatever years the plan spans
        this = calendar.published.year if calendar.published else calendar.year
        return this and this + (2 if groups["next"] == "后年" else 1)
    return calendar.year


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


def _third_of_month(match: re.Match[str], calendar: PlanYears) -> date | None:
    return _in_month(_year(match, calendar), int(match["m"]), match["third"])


def _in_month(year: int | None, month: int, third: str | None) -> date | None:
    """The last day of a third of a month, of the month itself where no third is said."""
    if not year or not 1 <= month <= 12:
        return None
    day = {"上旬": 10, "中旬": 20, "上中旬": 20}.get(third or "")
    return date(year, month, day) if day else _month_end(year, month)


def _end_of_window(match: re.Match[str], calendar: PlanYears) -> date | None:
    """The end of 3月至6月, 9月1日至次年2月底: a window is never due at its start."""
    groups = {"em": None, "ed": None, "ey": None, "third": None} | match.groupdict()
    year, first = _year(match, calendar) if groups.get("y") else calendar.year, int(match["m"])
    month = int(groups["em"] or first)
    if groups["ey"]:
        year = int(groups["ey"])
    elif year:
        year += bool(groups.get("next")) or month < first
    if not year or not groups["ed"]:
        return _in_month(year, month, groups["third"])
    try:
        return date(year, month, int(groups["ed"]))
    except ValueError:
        return None


def _end_of_quarters(match: re.Match[str], calendar: PlanYears) -> date | None:
    year = int(match["ey"]) if match["ey"] else _year(match, calendar)
    return (year and _month_end(year, 3 * (chinese_number(match["q"]) or int(match["q"])))) or None


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
    half = match["n"] == "半"
    count, day, unit = 0 if half else _count(match), calendar.published, match["unit"]
    if unit in DAYS:
        return day + timedelta(days=count * DAYS[unit])
    if half and unit == "月":
        return day + timedelta(days=15)
    months = day.month - 1 + (6 if half else count * (12 if unit == "年" else 1))
    year, month = day.year + months // 12, months % 12 + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def _nothing(_match: re.Match[str], _calendar: PlanYears) -> date | None:
    return None


# In this order; a place in the text is read by the first rule that fits.
RULES: tuple[tuple[str, DeadlineKind, Maker], ...] = (
    (r"(?:自)?(?:本[一-鿿]{2,6})?(?:印发|发布|下发|公布|实施|施行|出台)(?:之日)?(?:起|后)的?"
     rf"(?P<n>\d{{1,3}}|半|[{CHINESE}]{{1,3}})个?(?P<unit>工作日|日|天|周|星期|月|年)(?:之)?内",
     "relative", _after_publication),
    (rf"(?:{_Y}|今年|本年|(?<![\d.年]))(?P<m>\d{{1,2}})月{_PART}?(?:起|开始)?{_TO}"
     rf"(?:(?P<ey>20\d\d)年|{_NEXT})?(?P<em>\d{{1,2}})月"
     rf"(?:份|(?P<ed>\d{{1,2}})日|{_THIRD}|初|底|末)?{_UP}", "window", _end_of_window),
    (rf"(?:{_Y})?(?P<m>\d{{1,2}})月\d{{1,2}}日?{_TO}(?P<ed>\d{{1,2}})日{_UP}",
     "window", _end_of_window),
    (rf"(?:{_Y}|(?<![\d.年]))(?P<m>\d{{1,2}}){_TO}(?P<em>\d{{1,2}})月(?:份|底|末)?{_UP}",
     "window", _end_of_window),
    (rf"(?:{_Y})?第?[一二三四1-4]季度{_TO}(?:(?P<ey>20\d\d)年)?第?(?P<q>[一二三四1-4])季度"
     rf"(?:底|末)?{_UP}", "window", _end_of_quarters),
    (rf"(?:20\d\d)年?(?:底|末|初)?{_TO}" + _Y + r"(?:底|末)?" + _UP, "window", _end_of_year),
    (rf"(?<![\d每]){_OPENS}(?:{_Y}|今年|当年|本年|{_NEXT})?(?P<m>\d{{1,2}})月{_THIRD}{_UP}",
     "by", _third_of_month),
    (rf"{_OPENS}{_NAMED}(?P<m>\d{{1,2}})月(?P<d>\d{{1,2}})日{_UP}", "by", _day),
    (rf"{_OPENS}{_NAMED}(?P<m>\d{{1,2}})月(?:份)?(?:底|末)?{_UP}", "by", _end_of_month),
    (rf"{_OPENS}{_NAMED}第?(?P<q>[一二三四1-4])季度(?:底|末|内)?{_UP}", "by", _end_of_quarter),
    (rf"{_OPENS}{_Y}(?P<m>\d{{1,2}})月(?P<d>\d{{1,2}})日{_UP}", "by", _day),
    (rf"{_OPENS}{_Y}(?P<m>\d{{1,2}})月(?:份)?(?:底|末)?{_UP}", "by", _end_of_month),
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
    (rf"(?:(?:未来|今后|力争|争取|用|通过)+|(?<![一-鿿\d])|(?<=期)){_N}年(?:时间)?(?=(?:内)?(?:{_DOING}))",
     "by", _years_on),
    (r"每年(?:的)?\d{1,2}月(?:\d{1,2}日)?(?:底|末)?" + _UP, "ongoing", _nothing),
    (rf"(?<![\d年]){_OPENS}{_THIS}(?P<m>\d{{1,2}})月(?P<d>\d{{1,2}})日{_BEFORE}", "by", _day),
    (rf"(?<![\d年每]){_OPENS}{_THIS}(?P<m>\d{{1,2}})月(?:份)?(?:(?:底|末){_BEFORE}?|{_BEFORE})",
     "by", _end_of_month),
    (rf"(?<!每)(?<!年){_THIS}第?(?P<q>[一二三四1-4])季度(?:底|末)?(?:{_BEFORE}|末|底|内)",
     "by", _end_of_quarter),
    (r"第(?P<q>[一二三四])季度(?=开展|组织|举办|召开|完成|实施|启动|开工|形成|出台|建成)",
     "by", _end_of_quarter),
    (rf"(?:今年|当年|本年|{_NEXT})(?P<h>[上下])半年(?:底|末|内)?{_UP}", "by", _end_of_half),
    (rf"(?<![一-鿿\d])(?P<h>[上下])半年(?:底|末|内)?{_UP}(?=[一-鿿，])", "by", _end_of_half),
    (rf"(?:今年|本年|{_NEXT})(?:年?底|年?末|内){_UP}", "by", _end_of_year),
    (rf"{_THIS}(?:年底|年末){_BEFORE}?|年内|(?:今年|本年)(?:底|内)(?:前)?", "by", _end_of_year),
)  # fmt: skip
Rule = tuple[re.Pattern[str], DeadlineKind, Maker]
COMPILED: tuple[Rule, ...] = tuple(
    (re.compile(pattern), kind, make) for pattern, kind, make in RULES
)
_ALONE = r"(?<![^、，；\n ])(?:{})(?![^、，；\n ])"
# What stands alone in a cell or behind 完成时限：.
IN_CELLS: tuple[tuple[str, DeadlineKind, Maker], ...] = (
    (rf"(?P<y>20\d\d)[./](?P<m>\d{{1,2}})(?:[./]\d{{1,2}})?{_TO}"
     r"(?:(?P<ey>20\d\d)[./])?(?P<em>\d{1,2})(?:[./](?P<ed>\d{1,2}))?(?!\d)",
     "window", _end_of_window),
    (r"(?P<y>20\d\d)-(?P<m>\d{1,2})(?:-\d{1,2})?(?:至|到)"
     r"(?:(?P<ey>20\d\d)-)?(?P<em>\d{1,2})(?:-(?P<ed>\d{1,2}))?(?!\d)",
     "window", _end_of_window),
    (r"(?P<y>20\d\d)[./-](?P<m>\d{1,2})[./-](?P<d>\d{1,2})", "by", _day),
    (r"(?P<y>20\d\d)[./-](?P<m>\d{1,2})(?!\d)", "by", _end_of_month),
    (r"20\d\d-(?P<y>20\d\d)", "window", _end_of_year),
    (_ALONE.format(rf"{_N}年(?:时间)?"), "by", _years_on),
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
