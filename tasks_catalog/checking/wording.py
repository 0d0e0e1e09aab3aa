"""Checks of sentences: lists and their numbers, yearly numbers, growth of shares, dates."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from datetime import date, timedelta
from decimal import Decimal

from tasks_catalog.checking.messages import finding
from tasks_catalog.model import Catalogue, CatalogueTask, Finding, Severity, SourcePlace
from tasks_catalog.reading.dates.deadlines import deadlines
from tasks_catalog.reading.dates.plan_years import PlanYears
from tasks_catalog.reading.document import Document
from tasks_catalog.reading.outline.tree import Passage
from tasks_catalog.reading.words import chinese_number, flat, masked

SHOWN = 6
YEAR = timedelta(days=366)
PARTS = re.compile(
    "(?P<n>[二两三四五六七八九十]{1,2})(?:项|大|个|条)(?P<what>(?:重点|主要|重大|重要|保障|支撑|专项)[一-鿿]{2})"
)
LISTED = re.compile(
    r"(?P<list>[^，。；：（）、\s]{2,16}(?:、[^，。；：（）、\s]{2,16}?){1,11}"
    r"(?:(?:和|及|以及|与)[^，。；：（）、\s]{2,12}?)?)(?P<etc>等?)(?P<gap>[一-鿿]{0,2}?)"
    r"(?<!\d)(?P<n>[二两三四五六七八九十]{1,2}|\d{1,2})"
    r"(?P<of>大|项|个|支|类|种|条)(?P<what>[一-鿿]{2,10})"
)
ANNOUNCED = re.compile(
    r"(?P<n>[二两三四五六七八九十]{1,2})(?P<of>大|项|个|支|类|种|条)(?P<what>[一-鿿]{2,8})"
    r"(?:：|，(?:即|包括|分别是|分别为))(?P<list>[^，。；：、]{2,16}(?:、[^，。；：、]{2,16})+)(?=[。；]|$)"
)
POINTS = re.compile(
    r"[^，。；]{2,24}(?:比例|占比|比重|率)[^，。；\d]{0,8}\d+(?:\.\d+)?%，?(?:比|较)[^，。；]{2,8}?"
    r"(?:增长|提高|提升|上升|增加)了?\d+(?:\.\d+)?%"
)
YEARLY = re.compile(
    r"每年[^，。；、\d]{1,10}\d+(?:\.\d+)?[十百千]?万?余?[人名个家次场][^，。；\d]{0,6}，"
    r"(?!到|至|每|累计|共|力争到|五年|[三五]年|其中)[^，。；、\d]{2,10}\d+(?:\.\d+)?[十百千]?万?余?[人名个家次场]"
    r"[^，。；\d]{0,4}(?=[，。；]|$)"
)
FELL = re.compile(
    r"[^，。；\d]{2,16}(?:下降|降低|减少|压降|压减|缩短)(?:了|达|约|超过|近)?(?P<n>\d{1,6}(?:\.\d{1,6})?)%"
)
APPLIES = re.compile(
    r"自(?P<y>20\d\d)年(?P<m>\d{1,2})月(?P<d>\d{1,2})日起(?:正式|试行)?(?:施行|执行|实施|生效)"
)


def check_wording(document: Document, root: Passage, catalogue: Catalogue) -> Iterator[Finding]:
    """What single sentences show by themselves."""
    spoken = [(node.text, node.source) for node in root.walk()]
    known = {text for text, _source in spoken}
    asked = [(node.text, node.source) for node in root.walk() if not node.background]
    rows = [(task.text, task.source) for task in catalogue.tasks if task.text not in known]
    for text, source in spoken + rows:
        words = re.sub(r"\s", "", flat(text))
        yield from _lists(words, source)
        if match := POINTS.search(words):
            yield finding("percent-or-points", [source], text=match[0])
        for match in FELL.finditer(words):
            if Decimal(match["n"]) > 100:
                yield finding("fall-impossible", [source], name=match[0], a=Decimal(match["n"]))
    for text, source in asked + rows:
        words = re.sub(r"\s", "", flat(text))
        if match := YEARLY.search(masked(words, "（")):
            yield finding("yearly-unclear", [source], text=match[0])
    yield from _sections(root)
    yield from _dates(document, catalogue)


def _sections(root: Passage) -> Iterator[Finding]:
    """五项重点任务、六项重大改革: the parts that bear these names have so many points."""
    parts = [node for node in root.walk() if len(node.children) > 1]
    for node in root.walk():
        for match in PARTS.finditer(flat(node.text)):
            count = chinese_number(match["n"])
            part = next((p for p in parts if p.title.endswith(match["what"])), None)
            points = [child for child in part.children if child.number] if part else []
            if part and points and count != len(points) and part.rank < node.rank + 10:
                yield finding("count-declared", [node.source, part.source], text=match[0],
                              a=count, b=len(points))  # fmt: skip


def _lists(text: str, source: SourcePlace | None) -> Iterator[Finding]:
    """甲、乙、丙等四支队伍: the number beside the list."""
    for match in LISTED.finditer(masked(text, "（《")):
        named = _named(match["list"], last=not match["etc"])
        count = int(match["n"]) if match["n"].isdigit() else chinese_number(match["n"]) or 0
        # behind 等 a list may be a choice of more; one that is longer than its number is wrong
        wrong = named > count if match["etc"] else named > count or named == count - 1 >= 3
        choice = "等" in match["list"].rsplit("、", 1)[-1]  # 甲、乙等地设立五大基地
        if wrong and not choice and "□" not in match["list"]:
            severity: Severity = "note" if match["gap"] or not match["etc"] else "warning"
            shown = text[match.start() : match.end()]
            yield finding("count-listed", [source], severity, text=shown, a=count, b=named)
    for match in ANNOUNCED.finditer(masked(text, "（《")):
        named = _named(match["list"], last=True)
        said = chinese_number(match["n"])
        if said and named != said and "等" not in match["list"]:
            shown = text[match.start() : match.end()]
            yield finding("count-listed", [source], text=shown, a=said, b=named)


def _named(listed: str, *, last: bool) -> int:
    """How many things a list names; 和 joins the last two where nothing else stands behind."""
    pieces = listed.split("、")
    joined = last and re.search("[^和及与]{2,}(?:和|以及|及|与)[^和及与]{2,}$", pieces[-1])
    return len(pieces) + bool(joined)


def _day(match: re.Match[str]) -> date | None:
    with suppress(ValueError):
        return date(int(match["y"]), int(match["m"]), int(match["d"]))
    return None


def _over(task: CatalogueTask, published: date) -> bool:
    """Whether a task asks for something by a day of the year before the document was issued."""
    days = [entry.date for entry in deadlines(task.text, PlanYears()) if entry.kind == "by"]
    return any(day and published - YEAR <= day < published for day in days)


def _dates(document: Document, catalogue: Catalogue) -> Iterator[Finding]:
    """The number of the document, its date of issue, when it applies, the dates of its tasks."""
    plan = catalogue.plan
    if plan.published is None:
        return
    for number, line in enumerate(document.lines, 1):
        for match in APPLIES.finditer(re.sub(r"\s", "", flat(line))):
            applies = _day(match)
            if applies and applies < plan.published:
                yield finding("before-issue", [number], a=applies, b=plan.published)
    year = re.search(r"[〔\[（(](20\d\d)[〕\]）)]", plan.document_number or "")
    if year and abs(int(year[1]) - plan.published.year) > 1:
        yield finding("number-year", [], a=year[1], b=str(plan.published.year))
    past = [task for task in catalogue.tasks if _over(task, plan.published)]
    if past:
        codes = "、".join(task.code for task in past[:SHOWN]) + ("…" if past[SHOWN:] else "")
        where = [task.source for task in past]
        yield finding("due-before-issue", where, n=len(past), date=plan.published, tasks=codes)
