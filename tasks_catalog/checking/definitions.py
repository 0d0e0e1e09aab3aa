"""Checks of what numbers count: shares of different wholes, narrower names, multiples, people."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from itertools import combinations, pairwise

from tasks_catalog.checking.claims import Claim, claims
from tasks_catalog.checking.likeness import BASE, alike, base, core, is_more
from tasks_catalog.checking.messages import finding
from tasks_catalog.model import Catalogue, Finding, Indicator, SourcePlace
from tasks_catalog.reading.words import flat

PART_OF = re.compile(r"(?P<part>[^占，。；]{2,24})占(?P<whole>[^占，。；]{2,20}?)的?(?:比例|比重)")
NARROWER = re.compile("持证|全职|在册|注册|登记|户籍|专职|取得[^，。；]{2,12}证书")
PEOPLE = re.compile("人才|社工|工作者|医师|护士|教师|工匠|干部|专家|劳动者(?!比)|党员")
LIKE = 0.7


def check_definitions(
    catalogue: Catalogue, facts: list[tuple[str, SourcePlace]]
) -> Iterator[Finding]:
    """`facts` are the names of what the text says has been reached."""
    every = claims(catalogue)
    named = [(claim.name, claim.source) for claim in every]
    named += [(i.name, i.source) for i in catalogue.indicators]
    yield from _bases([*facts, *named])
    yield from _narrower(every)
    for claim in every:
        share = re.search("占[^，。；]{0,4}(?:常住|户籍|总)?人口", flat(claim.name))
        if share and claim.unit == "%" and claim.value >= 1 and PEOPLE.search(claim.name):
            yield finding("share-of-population", [claim.source], name=claim.name, a=claim.value,
                          one=int(100 / claim.value))  # fmt: skip
    yield from _yearly(catalogue, every)
    yield from _multiples(catalogue, [name for name, _source in facts])


def _bases(named: list[tuple[str, SourcePlace | None]]) -> Iterator[Finding]:
    """One part as a share of two wholes, one thing for every so many of two kinds of people."""
    shares: dict[str, dict[str, tuple[str, SourcePlace | None]]] = {}
    for name, source in named:
        words = re.sub(r"\s", "", flat(name))
        if match := PART_OF.search(words):
            part, whole = core(match["part"]), core(match["whole"])
        elif match := BASE.search(words):
            part, whole = core(words), re.sub("每|名|中|拥有|的", "", match[0])
        else:
            continue
        shares.setdefault(part, {}).setdefault(whole, (words, source))
    for wholes in shares.values():
        for one, other in combinations(wholes, 2):
            (a, here), (b, there) = wholes[one], wholes[other]
            if here != there and alike(one, other) >= 0.25:
                yield finding("base-differs", [here, there], a=a, b=b)
                break


def _narrower(every: list[Claim]) -> Iterator[Finding]:
    """持证社会工作人才 beside 社会工作人才, for the same year, with another number."""
    narrow = [claim for claim in every if NARROWER.search(claim.name) and not is_more(claim.name)]
    for claim in narrow:
        wide = core(NARROWER.sub("", claim.name))
        for other in every:
            same = core(other.name) == wide and other.year == claim.year and not is_more(other.name)
            (x, unit_x), (y, unit_y) = base(claim.value, claim.unit), base(other.value, other.unit)
            if same and unit_x == unit_y and x != y and not NARROWER.search(other.name):
                yield finding(
                    "narrower-differs", [claim.source, other.source], a=claim.name, b=other.name,
                    x=claim.value, y=other.value, unit_x=claim.unit, unit_y=other.unit,
                )  # fmt: skip
                break


def _yearly(catalogue: Catalogue, every: list[Claim]) -> Iterator[Finding]:
    """每年引进100名 beside 五年引进300名."""
    first, last = catalogue.plan.first_year, catalogue.plan.last_year
    if not first or not last or last <= first:
        return
    years = last - first + 1
    totals = [c for c in every if not c.yearly and is_more(c.name) and c.year == last]
    for claim in every:
        for total in totals if claim.yearly and claim.unit != "%" else ():
            (a, unit_a), (b, unit_b) = base(claim.value, claim.unit), base(total.value, total.unit)
            far = abs(a * years - b) > b * Decimal("0.1")
            if core(claim.name) == core(total.name) and unit_a == unit_b and far and b > a:
                yield finding(
                    "yearly-total", [claim.source, total.source], name=claim.name, a=claim.value,
                    unit=claim.unit, sum=a * years, b=total.value, unit_b=total.unit,
                )  # fmt: skip


def _multiples(catalogue: Catalogue, facts: list[str]) -> Iterator[Finding]:
    """翻番 of something of which the document says no number."""
    known = [i.name for i in catalogue.indicators if i.baseline or i.actual] + facts
    told: list[tuple[str, SourcePlace | None]] = [
        (i.name, i.source) for i in catalogue.indicators if i.relative and i.baseline is None
    ]
    told += [(m.metric, t.source) for t in catalogue.tasks for m in t.measures if m.relative]
    told += [
        (goal.name, rate.source) for goal, rate in pairwise(catalogue.indicators)
        if rate.kind == "growth" and "年均" in rate.name + (rate.target_text or "")
        and goal.table is None and goal.baseline is None and goal.target and rate.table is None
    ]  # fmt: skip
    for name, source in told:
        if not any(alike(name, other) >= LIKE for other in known):
            yield finding("multiple-without-base", [source], name=name)


def check_last_plan(catalogue: Catalogue, told: list[tuple[str, SourcePlace]]) -> Iterator[Finding]:
    """The table of the last plan: what was missed, beside what the text says of it."""
    rows = [i for i in catalogue.indicators if i.table is not None and i.scope is None]
    judged = [i for i in rows if i.actual is not None and i.target is not None]
    missed = [i for i in judged if not _reached(i)]
    if not missed:
        return
    names = "、".join(i.name for i in missed[:6]) + ("…" if missed[6:] else "")
    where = [i.source for i in missed]
    yield finding("last-plan-missed", where, n=len(missed), all=len(judged), names=names)
    for text, source in told:
        said = re.search(
            "(?:主要)?[^，。；]{0,10}(?:目标|指标)[^，。；]{0,6}(?:全面|全部|圆满|顺利|如期|均已?|超额)完成"
            "|(?:全面|全部|圆满|顺利|如期|超额)完成[^，。；]{0,16}(?:目标|指标)",
            text,
        )
        if said:
            yield finding("completion-claimed", [source, *where], text=said[0], n=len(missed),
                          names=names)  # fmt: skip
            return


def _reached(row: Indicator) -> bool:
    if row.actual is None or row.target is None:
        return True
    return row.actual <= row.target if row.op in ("<=", "<") else row.actual >= row.target
