"""What a number counts: metric, operator and kind, out of the words around it."""

from __future__ import annotations

import re

from tasks_catalog.model import MeasureKind, Op
from tasks_catalog.reading.quantities.quantity_words import (
    AFTER,
    BEFORE,
    BREAK,
    GROWTH,
    IN_WORDS,
    LEADING,
    NEW,
    RATIO,
    RISING,
    STOCK,
)
from tasks_catalog.reading.quantities.times import State
from tasks_catalog.reading.words import masked


def subject_of(text: str, plain: str, start: int) -> str:
    """What 达到60万人 is said of: the clause before, without its verb (总量显著增长)."""
    before = plain[: start - 1] if start else ""
    begin = max(before.rfind(char) for char in BREAK) + 1
    if not before or plain[start - 1] != "，":
        return ""
    if re.search(r"\d", before[begin:]):
        return subject_of(text, plain, begin)
    return re.sub(f"(?:{RISING})+$", "", text[begin_of(text, begin, start - 1) : start - 1])


def begin_of(text: str, start: int, end: int) -> int:
    """Past the words about time and hope with which a segment begins."""
    lead = LEADING.match(masked(text[start:end], ""))
    return start + (lead.end() if lead and lead.end() <= end - start else 0)


def metric_of(before: str, behind: str, carried: str) -> str:
    """What is counted, in the document's words; a list goes on with the verb of its first entry."""
    verb = re.search(
        r"(新引进|新引育|新增|新入选|新招录|引进|引育|新建|培养|培育|新培养|新培育|新培训|集聚|建成|创建|储备|招引)",
        carried[:14],
    )
    before = before.strip("、，和及： ")
    metric = re.sub(
        "^(?:全[市县区省]|实现|着力|大力|重点)+(?=[一-鿿]{2})", "", before + behind.strip()
    )
    acting = re.match(r"(?:新|引|培|建|创|储|招|集聚|入选|实现|举办|每|占)", metric)
    if verb and not acting and not re.search("达到|总量|[率比]|占|每|增加", metric):
        metric = verb[1] + metric
    return metric[-60:].strip("、，： ")


def op_of(pre: str, post: str) -> Op:
    if post in AFTER and AFTER[post] != ">":
        return AFTER[post]
    spoken: list[tuple[int, int, Op]] = [(-1, 0, "=")]
    for op, words in BEFORE:
        spoken += [(m.end(), len(m[0]), op) for m in re.finditer(words, pre)]
    return max(spoken)[2]


def kind_of(metric: str, pre: str, unit: str, state: State, match: re.Match[str]) -> MeasureKind:
    if (
        (GROWTH.search(pre) and not re.search("[到至]$", pre))
        or "百分点" in unit
        or re.search("增长率?$|增速$", metric)
    ):
        return "growth"
    if unit in ("%", "‰", "比例") or RATIO.search(metric):
        return "ratio"
    if state.yearly:
        return "annual"
    if STOCK.search(metric):
        return "stock"
    return "new" if NEW.search(metric[:8]) or match.re is IN_WORDS else "cumulative"
