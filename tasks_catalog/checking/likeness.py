"""Which numbers speak of one thing: metrics by their words, quantities by their base unit."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from decimal import Decimal
from functools import lru_cache
from math import ceil

from tasks_catalog.reading.words import flat

QUALIFIERS = re.compile(
    r"全[市县区省]|全社会|^其中|^各|总数|总量|总规模|数量|资源|人数|个数|^实现|^力争|达到|分别|累计|新增|新引进|新培[育养]|引进|培育|培养|新建|建成|引育|形成|拥有|的|率$|数$|[“”（）()、，\s]|专业"
)
BASE = re.compile("每?万名?(?:劳动力|就业人员|从业人员|从业人口)(?:中|拥有)?的?")
MORE = re.compile(r"新增|新引|新培|新建|新入选|引进|引育|培育|培养|增加(?!值)|入选|招引|集聚")
PER_SO_MANY = re.compile("每[万千百]|万名")
SHARE = re.compile("比[例重]|占比|率")
SAME = 0.85
"""How much two names of one metric share, at least."""
COUNTERS = "人名个位家所项件种套支批张场户篇门座条"
SCALES = {"十": 10, "百": 100, "千": 1000, "万": 10_000, "亿": 100_000_000}


@lru_cache(maxsize=20_000)
def core(metric: str) -> str:
    """A metric without the words around what is counted."""
    words = flat(metric).replace("R&D", "研发").replace("规模以上", "规上")
    return QUALIFIERS.sub("", BASE.sub("每万", words)) or words


@lru_cache(maxsize=20_000)
def _pairs(text: str) -> frozenset[str]:
    return frozenset(text[at : at + 2] for at in range(len(text) - 1)) or frozenset({text})


def alike(one: str, other: str) -> float:
    """How much two metrics share, 0 to 1, after the words around them are gone."""
    a, b = core(one), core(other)
    if a == b:
        return 1.0
    left, right = _pairs(a), _pairs(b)
    return 2 * len(left & right) / (len(left) + len(right))


class LikeNames:
    """Metrics by the pairs of letters in them: which may be alike, without comparing all with all.

    Two metrics that share so much share one of the pairs that are left of each when as many as
    they need not share are put aside, the rarest kept.
    """

    def __init__(self, metrics: Iterable[str], least: float) -> None:
        self._needed = least / (2 - least)
        sets = [_pairs(core(metric)) for metric in metrics]
        self._counts = Counter(pair for found in sets for pair in found)
        self._places: dict[str, list[int]] = {}
        for at, found in enumerate(sets):
            for pair in self._telling(found):
                self._places.setdefault(pair, []).append(at)

    def like(self, metric: str) -> set[int]:
        """The places of all metrics that are alike by `least` or more, and of some others."""
        telling = self._telling(_pairs(core(metric)))
        return {at for pair in telling for at in self._places.get(pair, ())}

    def _telling(self, found: frozenset[str]) -> list[str]:
        rarest = sorted(found, key=lambda pair: (self._counts[pair], pair))
        return rarest[: len(found) - ceil(self._needed * len(found) - 1e-9) + 1]


def same_metric(one: str, other: str) -> bool:
    """Whether two metrics are one: the same words, or all but one or two of them."""
    return same_form(one, other) and alike(one, other) >= SAME and is_more(one) == is_more(other)


def same_form(one: str, other: str) -> bool:
    """Whether both are counts, both per so many, or both shares."""
    return _form(one) == _form(other)


@lru_cache(maxsize=20_000)
def _form(metric: str) -> tuple[bool, bool]:
    return bool(PER_SO_MANY.search(metric)), bool(SHARE.search(metric))


def is_more(metric: str) -> bool:
    """Whether a metric counts what is added rather than what there is."""
    return bool(MORE.search(metric))


def base(value: Decimal, unit: str | None) -> tuple[Decimal, str]:
    """A quantity in its base unit: 3 万人 → (30000, 人); counters of pieces are one."""
    text = unit or ""
    factor = Decimal(1)
    while text and text[0] in SCALES and len(text) > 1:
        factor *= SCALES[text[0]]
        text = text[1:]
    text = text.split("/", maxsplit=1)[0].removeprefix("个") or text
    if text in ("%", "比例"):
        return (value * (100 if text == "比例" else 1), "%")
    if text == "‰":
        return value / 10, "%"
    return value * factor, "件" if len(text) == 1 and text in COUNTERS else text
