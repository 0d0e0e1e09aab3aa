"""Finding in a newer edition what stood in an older one: likeness of words, and pairs by it."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import TypeVar

from tasks_catalog.checking.likeness import alike
from tasks_catalog.model import CatalogueMeasure, CatalogueTask
from workflow.rules.progress.paths import SUMS

SURE = 60
"""From this likeness on, in percent, two words under one code are one thing."""
WORTH = 35
"""From this likeness on a pair is worth showing to a person."""

_T = TypeVar("_T")


@lru_cache(maxsize=20_000)
def _pairs_of_letters(text: str) -> frozenset[str]:
    """The pairs of neighbouring letters; a number is one letter, so that another is no other."""
    letters = re.sub(r"\d+(?:\.\d+)?", "0", re.sub(r"[^\w%‰.]|_", "", text))
    return frozenset(letters[at : at + 2] for at in range(len(letters) - 1)) or frozenset({letters})


def words_alike(one: str, other: str) -> int:
    """How many percent of two texts is shared; numbers, spaces and punctuation do not count."""
    left, right = _pairs_of_letters(one), _pairs_of_letters(other)
    return 200 * len(left & right) // (len(left) + len(right))


def tasks_alike(one: CatalogueTask, other: CatalogueTask) -> int:
    """How alike two tasks are, in percent, by their titles and, where both have one, texts."""
    titles = words_alike(one.title, other.title)
    if not one.text or not other.text:
        return titles
    return max((titles + words_alike(one.text, other.text)) // 2, words_alike(one.text, other.text))


def measures_alike(one: CatalogueMeasure, other: CatalogueMeasure) -> int:
    """How alike two measures are, in percent; 0 where one does not continue the other's series.

    Another unit or another way of counting breaks a series: what was reported cannot be read on.
    """
    kinds = {one.kind, other.kind}
    if one.unit != other.unit or not (len(kinds) == 1 or kinds <= SUMS):
        return 0
    return int(alike(one.metric, other.metric) * 100)


def pair(
    old: Sequence[_T], new: Sequence[_T], likeness: Callable[[_T, _T], int]
) -> list[tuple[_T | None, _T | None]]:
    """What continues what, the most alike first; then the dropped (…, None) and added (None, …).

    In the order of `old`, those added at the end. Below SURE nothing is a pair.
    """
    found = sorted(
        (-likeness(one, other), abs(i - j), i, j)
        for i, one in enumerate(old)
        for j, other in enumerate(new)
    )
    partner: dict[int, int] = {}
    for less, _, i, j in found:
        if -less >= SURE and i not in partner and j not in partner.values():
            partner[i] = j
    pairs: list[tuple[_T | None, _T | None]] = [
        (one, new[partner[i]] if i in partner else None) for i, one in enumerate(old)
    ]
    taken = set(partner.values())
    return pairs + [(None, other) for j, other in enumerate(new) if j not in taken]
