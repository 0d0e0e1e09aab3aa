"""The text against the work list behind it: points without a row, words that differ by a slip."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from tasks_catalog.checking.likeness import alike
from tasks_catalog.checking.messages import finding
from tasks_catalog.model import Catalogue, Finding, SourcePlace
from tasks_catalog.reading.outline.tree import Passage
from tasks_catalog.reading.words import CHINESE, flat

LIKE = 0.6
MOST_SHOWN = 8
LEAST = 5  # letters of a clause that is compared
KEY = 3
VERB, LONG = 2, 10
NUMERALS = re.compile(f"[0-9{CHINESE}]")


@dataclass(frozen=True)
class _Clause:
    text: str
    source: SourcePlace | None


def check_lists(root: Passage, catalogue: Catalogue) -> Iterator[Finding]:
    """Nothing where the tasks are not the rows of a list beside a text."""
    lines = {task.source.line for task in catalogue.tasks if task.source}
    beside = [
        node for node in root.walk()
        if node.source.line and node.source.line not in lines and (node.text or node.title)
    ]  # fmt: skip
    rows = {row.source.line for node in root.walk() for table in node.tables for row in table.rows}
    if not catalogue.tasks or not lines <= rows:
        return
    yield from _missing(beside, catalogue)
    yield from _slips(beside, catalogue)


def _missing(beside: list[Passage], catalogue: Catalogue) -> Iterator[Finding]:
    """Numbered points of the text of which the list has no row, where it has most of them."""
    listed = [item.title for item in catalogue.items] + [task.title for task in catalogue.tasks]
    points = [node for node in beside if node.number and node.title and not node.background
              and not node.children and len(node.title) <= 30]  # fmt: skip
    found = [any(alike(node.title, title) >= LIKE for title in listed) for node in points]
    lost = [node for node, known in zip(points, found, strict=True) if not known]
    if sum(found) >= max(3, len(lost)) and lost:
        names = "、".join(node.title.rstrip("。") for node in lost[:MOST_SHOWN])
        more = "…" if lost[MOST_SHOWN:] else ""
        yield finding(
            "not-in-list", [node.source for node in lost], n=len(lost), names=names + more
        )


def _slips(beside: Iterable[Passage], catalogue: Catalogue) -> Iterator[Finding]:
    """Clauses of text and list that are one but for one letter."""
    spoken: dict[tuple[int, int, str], list[_Clause]] = {}
    known: set[str] = set()
    for node in beside:
        for clause in _clauses(f"{node.title}。{node.text}", node.source):
            known.add(clause.text)
            for key in _keys(clause.text):
                spoken.setdefault(key, []).append(clause)
    told: set[tuple[str, str]] = set()
    for task in catalogue.tasks:
        for clause in _clauses(task.text or task.title, task.source):
            if clause.text in known:
                continue
            near = (other for key in _keys(clause.text) for other in spoken.get(key, ()))
            slip = next((other for other in near if _one_letter(clause.text, other.text)), None)
            if slip and (slip.text, clause.text) not in told:
                told.add((slip.text, clause.text))
                yield finding("words-differ", [slip.source, clause.source],
                              a=slip.text, b=clause.text)  # fmt: skip


def _clauses(text: str, source: SourcePlace | None) -> Iterator[_Clause]:
    words = re.sub(r"[ \t\r]", "", flat(text))
    for piece in re.split(r"[，。；：、（）“”\n]", words):
        if len(piece) >= LEAST:
            yield _Clause(piece, source)


def _keys(text: str) -> Iterator[tuple[int, int, str]]:
    """Its length with its beginning, and with its end: one other letter spares one of them."""
    yield len(text), 0, text[:KEY]
    yield len(text), 1, text[-KEY:]


def _one_letter(one: str, other: str) -> bool:
    apart = [at for at, (a, b) in enumerate(zip(one, other, strict=True)) if a != b]
    if len(apart) != 1 or (apart[0] < VERB and len(one) < LONG):
        return False  # 引聚 for 引育 is another verb, not a slip
    return not any(map(NUMERALS.match, (one[apart[0]], other[apart[0]])))
